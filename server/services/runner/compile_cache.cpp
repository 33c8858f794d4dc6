#include "services/runner/compile_cache.h"

namespace lyceum::runner {
namespace {

std::int64_t weigh(const std::string& key, const JobResult& result) {
  std::int64_t bytes = std::ssize(key) + std::ssize(result.out) + std::ssize(result.err) + 1024;
  for (const auto& artifact : result.artifacts)
    bytes += artifact.content->size() + 4096;  // a memory file's own
  return bytes;
}

}  // namespace

std::optional<JobResult> CompileCache::find(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return {};
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->result;
}

void CompileCache::put(const std::string& key, const JobResult& result) {
  const auto bytes = weigh(key, result);
  const std::lock_guard lock(mutex_);
  const auto files = std::ssize(result.artifacts);
  if (bytes > bytes_max_ || files > files_max_ || by_key_.contains(key)) return;
  entries_.push_front({key, result, bytes, files});
  by_key_[key] = entries_.begin();
  bytes_ += bytes;
  files_ += files;
  while (bytes_ > bytes_max_ || files_ > files_max_) {
    const auto& oldest = entries_.back();
    bytes_ -= oldest.bytes;
    files_ -= oldest.files;
    by_key_.erase(oldest.key);
    entries_.pop_back();
  }
}

std::int64_t CompileCache::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

std::int64_t CompileCache::programs() const {
  const std::lock_guard lock(mutex_);
  return std::ssize(entries_);
}

}  // namespace lyceum::runner
