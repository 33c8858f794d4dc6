#include "services/authorization/index.h"

namespace lyceum::authorization {
namespace {

template <class Map>
auto* value_of(Map& map, std::int64_t id) {
  const auto found = map.find(id);
  return found == map.end() ? nullptr : &found->second;
}

}  // namespace

const Index::Entry* Index::find(std::int64_t server_id) const {
  const Entry* entry = knows_platform_ ? value_of(servers_, server_id) : nullptr;
  if (entry) entry->touch();
  return entry;
}

const Index::Entry* Index::find_channel(std::int64_t channel_id) const {
  const auto* entry = knows_platform_ ? value_of(channels_, channel_id) : nullptr;
  if (!entry) return nullptr;
  (*entry)->touch();
  return *entry;
}

Index::Answer Index::answer(const Entry& entry, const Rights& rights) {
  if (!entry.masks.exists()) return {};
  return {entry.masks.id(), rights};
}

std::optional<Index::Answer> Index::in_server(std::int64_t user_id, std::int64_t server_id) const {
  const std::shared_lock lock(mutex_);
  const Entry* entry = find(server_id);
  if (!entry) return std::nullopt;
  return answer(*entry, entry->masks.rights(user_id, administers(user_id)));
}

std::optional<Index::Answer> Index::in_channel(std::int64_t user_id,
                                               std::int64_t channel_id,
                                               std::int64_t server_id) const {
  const std::shared_lock lock(mutex_);
  const Entry* entry = find_channel(channel_id);
  if (!entry) return find(server_id) ? std::optional<Answer>(Answer{}) : std::nullopt;
  return answer(*entry, entry->masks.rights(user_id, administers(user_id), channel_id));
}

std::optional<v1::ServerPermissions> Index::everywhere(std::int64_t user_id,
                                                       std::int64_t server_id) const {
  const std::shared_lock lock(mutex_);
  const Entry* entry = find(server_id);
  if (!entry) return std::nullopt;
  const bool administrator = administers(user_id);
  v1::ServerPermissions found;
  found.set_server_id(server_id);
  found.set_permissions(entry->masks.rights(user_id, administrator).permissions);
  for (const std::int64_t channel_id : entry->masks.channels()) {
    const auto permissions = entry->masks.rights(user_id, administrator, channel_id).permissions;
    if ((permissions & v1::VIEW_CHANNEL) == 0) continue;
    auto* channel = found.add_channels();
    channel->set_channel_id(channel_id);
    channel->set_permissions(permissions);
  }
  return found;
}

bool Index::knows(std::int64_t server_id) const {
  const std::shared_lock lock(mutex_);
  return servers_.contains(server_id);
}

bool Index::knows_platform() const {
  const std::shared_lock lock(mutex_);
  return knows_platform_;
}

std::int64_t Index::size() const {
  const std::shared_lock lock(mutex_);
  return size_;
}

void Index::apply(std::span<const Change> changes) {
  const std::unique_lock lock(mutex_);
  for (const Change& change : changes) apply_one(change);
  if (is_loading_) meanwhile_.insert(meanwhile_.end(), changes.begin(), changes.end());
  evict();
}

Index::Entry* Index::entry_of(const Fact& fact) {
  switch (fact.kind) {
    case Kind::role_server:
    case Kind::channel_server:
      return value_of(servers_, fact.subject_id);
    case Kind::assignee: {
      auto* entry = value_of(roles_, fact.entity_id);
      return entry ? *entry : nullptr;
    }
    case Kind::everyone_overwrite:
    case Kind::role_overwrite:
    case Kind::member_overwrite: {
      auto* entry = value_of(channels_, fact.entity_id);
      return entry ? *entry : nullptr;
    }
    default:
      return value_of(servers_, fact.entity_id);
  }
}

void Index::apply_one(const Change& change) {
  const Fact& fact = change.fact;
  if (fact.kind == Kind::platform_administrator) {
    if (change.added)
      administrators_.insert(fact.subject_id);
    else
      administrators_.erase(fact.subject_id);
    return;
  }
  Entry* entry = entry_of(fact);
  if (!entry) return;  // not in memory
  const auto before = entry->masks.size();
  entry->masks.apply(change);
  size_ += static_cast<std::int64_t>(entry->masks.size()) - static_cast<std::int64_t>(before);
  if (fact.kind != Kind::role_server && fact.kind != Kind::channel_server) return;
  auto& places = fact.kind == Kind::role_server ? roles_ : channels_;
  if (change.added)
    places[fact.entity_id] = entry;
  else
    places.erase(fact.entity_id);
}

void Index::insert(ServerMasks masks) {
  const std::int64_t id = masks.id();
  erase(id);
  Entry& entry = servers_.try_emplace(id, std::move(masks)).first->second;
  order_.push_front(id);
  entry.place = order_.begin();
  for (const auto channel_id : entry.masks.channels()) channels_[channel_id] = &entry;
  for (const auto role_id : entry.masks.roles()) roles_[role_id] = &entry;
  size_ += static_cast<std::int64_t>(entry.masks.size());
}

void Index::erase(std::int64_t server_id) {
  const auto found = servers_.find(server_id);
  if (found == servers_.end()) return;
  const Entry& entry = found->second;
  for (const auto channel_id : entry.masks.channels()) channels_.erase(channel_id);
  for (const auto role_id : entry.masks.roles()) roles_.erase(role_id);
  size_ -= static_cast<std::int64_t>(entry.masks.size());
  order_.erase(entry.place);
  servers_.erase(found);
}

// "Second chance", which is nearly least recently used and lets readers mark an entry without a
// lock of their own: one that was used since we last came by goes to the front again.
void Index::evict() {
  while (size_ > limit_ && servers_.size() > 1) {
    const std::int64_t id = order_.back();
    Entry& entry = servers_.at(id);
    if (entry.used.exchange(false, std::memory_order_relaxed))
      order_.splice(order_.begin(), order_, entry.place);
    else
      erase(id);
  }
}

Index::Loading::Loading(Index& index) : index_(index), one_at_a_time_(index.loading_) {
  const std::unique_lock lock(index_.mutex_);
  index_.is_loading_ = true;
}

Index::Loading::~Loading() {
  const std::unique_lock lock(index_.mutex_);
  index_.is_loading_ = false;
  index_.meanwhile_.clear();
}

void Index::Loading::finish(std::vector<ServerMasks> servers,
                            std::optional<std::unordered_set<std::int64_t>> administrators) {
  const std::unique_lock lock(index_.mutex_);
  if (administrators) {
    index_.administrators_ = std::move(*administrators);
    index_.knows_platform_ = true;
  }
  for (auto& masks : servers) index_.insert(std::move(masks));
  for (const Change& change : index_.meanwhile_) index_.apply_one(change);
  index_.evict();
}

}  // namespace lyceum::authorization
