#include "services/runner/compat/file_store.h"

#include <algorithm>

namespace lyceum::runner::compat {

std::int64_t FileStore::size_of(const File& file) {
  constexpr std::int64_t place = 256;
  return std::ssize(*file.content) + std::ssize(file.key.second) + place;
}

bool FileStore::put(std::int64_t user_id, const std::string& id, std::string content) {
  File file{{user_id, id}, std::make_shared<const std::string>(std::move(content))};
  const auto size = size_of(file);
  if (size > std::min(limits_.of_user, limits_.of_all)) return false;
  const std::lock_guard lock(mutex_);
  if (const auto old = by_key_.find(file.key); old != by_key_.end()) remove(old->second);
  make_room(user_id, size);
  files_.push_back(std::move(file));
  by_key_[files_.back().key] = std::prev(files_.end());
  of_user_[user_id] += size;
  bytes_ += size;
  return true;
}

std::shared_ptr<const std::string> FileStore::find(std::int64_t user_id, const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find({user_id, id});
  if (found == by_key_.end()) return nullptr;
  files_.splice(files_.end(), files_, found->second);
  return found->second->content;
}

std::int64_t FileStore::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

void FileStore::remove(Files::iterator file) {
  const auto size = size_of(*file);
  const auto owner = of_user_.find(file->key.first);
  owner->second -= size;
  if (owner->second == 0) of_user_.erase(owner);
  bytes_ -= size;
  by_key_.erase(file->key);
  files_.erase(file);
}

void FileStore::make_room(std::int64_t user_id, std::int64_t size) {
  for (auto file = files_.begin(); file != files_.end();) {
    const auto owned = of_user_.find(user_id);
    if (owned == of_user_.end() || owned->second + size <= limits_.of_user) break;
    const auto next = std::next(file);
    if (file->key.first == user_id) remove(file);
    file = next;
  }
  while (bytes_ + size > limits_.of_all) remove(files_.begin());
}

}  // namespace lyceum::runner::compat
