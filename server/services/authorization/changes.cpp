#include "services/authorization/changes.h"

#include <set>
#include <tuple>

#include "services/authorization/store.h"

namespace lyceum::authorization {
namespace {

// When a server of thousands goes, one event says what thousands would.
constexpr std::size_t events_max = 100;  // of one server

bool is_platform(Kind kind) {
  return kind == Kind::platform_administrator || kind == Kind::platform_role;
}

bool is_arrival(Kind kind) {
  return kind == Kind::role_server || kind == Kind::channel_server;
}

bool is_overwrite(Kind kind) {
  return kind == Kind::everyone_overwrite || kind == Kind::role_overwrite ||
         kind == Kind::member_overwrite;
}

std::unexpected<Error> unfit(std::string field, std::string reason, std::string message) {
  return fail(
      Error{Code::failed_precondition, std::move(reason), std::move(message), std::move(field), 0});
}

}  // namespace

void Changes::added(const v1::Tuple& tuple, std::string field) {
  if (const auto fact = fact_of(tuple)) items_.push_back({tuple, {*fact, true}, std::move(field)});
}

void Changes::removed(const v1::Tuple& tuple) {
  const auto fact = fact_of(tuple);
  if (!fact) return;
  items_.push_back({tuple, {*fact, false}, {}});
  // The database does not know any more where it was.
  if (is_arrival(fact->kind)) servers_[{tuple.entity().type(), fact->entity_id}] = fact->subject_id;
}

Result<std::int64_t> Changes::server_of(Tx& tx, const std::string& type, std::int64_t id) {
  if (const auto known = servers_.find({type, id}); known != servers_.end()) return known->second;
  TRY(const auto found, store::servers_of(tx, type, id));
  return servers_[{type, id}] = found.empty() ? 0 : found.front();
}

Result<std::int64_t> Changes::server_of(Tx& tx, const Fact& fact) {
  if (is_arrival(fact.kind)) return fact.subject_id;
  if (fact.kind == Kind::assignee) return server_of(tx, "role", fact.entity_id);
  if (is_overwrite(fact.kind)) return server_of(tx, "channel", fact.entity_id);
  return fact.entity_id;
}

Result<void> Changes::check(Tx& tx) {
  for (const Item& item : items_) TRY_VOID(check(tx, item));
  return {};
}

Result<void> Changes::check(Tx& tx, const Item& item) {
  const Fact& fact = item.change.fact;
  if (is_platform(fact.kind)) return {};
  if (is_arrival(fact.kind)) {
    TRY(const auto found, store::servers_of(tx, item.tuple.entity().type(), fact.entity_id));
    if (found.size() > 1)
      return unfit(item.field + ".subject.id", "other_server", "it belongs to another server");
    return {};
  }
  TRY(const auto server_id, server_of(tx, fact));
  if (server_id == 0 && fact.kind == Kind::assignee)
    return unfit(item.field + ".entity.id", "unknown_role", "no server has this role");
  if (server_id == 0)
    return unfit(item.field + ".entity.id", "unknown_channel", "no server has this channel");
  return is_about_role(fact.kind) ? check_role(tx, item, server_id) : Result<void>{};
}

Result<void> Changes::check_role(Tx& tx, const Item& item, std::int64_t server_id) {
  const Fact& fact = item.change.fact;
  const std::string field = item.field + ".subject.id";
  const bool everyone = fact.subject_id == server_id;
  if (fact.kind == Kind::everyone_overwrite && !everyone)
    return unfit(field, "not_everyone", "ev_… is for the role with the server's id");
  if (fact.kind == Kind::role_overwrite && everyone)
    return unfit(field, "everyone", "role_… is for other roles than the one of everyone");
  if (everyone) return {};
  TRY(const auto home, server_of(tx, "role", fact.subject_id));
  if (home == server_id) return {};
  return unfit(field, "unknown_role", "this server has no such role");
}

Result<std::vector<v1::PermissionsChanged>> Changes::events(Tx& tx) {
  using ChannelAndUser = std::pair<std::int64_t, std::int64_t>;
  std::map<std::int64_t, std::set<ChannelAndUser>> by_server;
  for (const Item& item : items_) {
    const Fact& fact = item.change.fact;
    if (is_platform(fact.kind)) continue;
    TRY(const auto server_id, server_of(tx, fact));
    if (server_id == 0) continue;  // left over from a role or channel that had gone: of no effect
    const bool in_channel = fact.kind == Kind::channel_server || is_overwrite(fact.kind);
    by_server[server_id].emplace(in_channel ? fact.entity_id : 0,
                                 is_about_user(fact.kind) ? fact.subject_id : 0);
  }
  std::vector<v1::PermissionsChanged> events;
  for (auto& [server_id, parts] : by_server) {
    if (parts.size() > events_max) parts = {{0, 0}};
    for (const auto& [channel_id, user_id] : parts) {
      v1::PermissionsChanged& event = events.emplace_back();
      event.set_server_id(server_id);
      event.set_channel_id(channel_id);
      event.set_user_id(user_id);
    }
  }
  return events;
}

Result<void> Changes::publish(Tx& tx, const Call& call, Events& events) {
  for (const Item& item : items_) {
    if (!is_platform(item.change.fact.kind)) continue;
    v1::RolesChanged event;
    event.set_user_id(item.change.fact.subject_id);
    TRY_VOID(events.publish(tx, call, event));
  }
  TRY(const auto changed, this->events(tx));
  for (const auto& event : changed) TRY_VOID(events.publish(tx, call, event));
  return {};
}

Result<std::vector<Change>> Changes::for_index(Tx& tx) const {
  std::vector<Change> changes;
  for (const Item& item : items_) {
    changes.push_back(item.change);
    if (!item.change.added || !is_arrival(item.change.fact.kind)) continue;
    TRY(const auto existing, store::tuples_of(tx, item.tuple.entity()));
    for (const auto& tuple : existing)
      if (const auto fact = fact_of(tuple)) changes.push_back({*fact, true});
  }
  return changes;
}

}  // namespace lyceum::authorization
