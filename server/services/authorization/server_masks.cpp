#include "services/authorization/server_masks.h"

#include <algorithm>

namespace lyceum::authorization {
namespace {

void set_bits(std::int64_t& mask, std::int64_t bits, bool on) {
  mask = on ? mask | bits : mask & ~bits;
}

void set_member(std::vector<std::int64_t>& ids, std::int64_t id, bool in) {
  const auto found = std::ranges::find(ids, id);
  if (in && found == ids.end()) ids.push_back(id);
  if (!in && found != ids.end()) ids.erase(found);
}

void set_overwrite(std::unordered_map<std::int64_t, Overwrite>& of, const Change& change) {
  Overwrite& overwrite = of[change.fact.subject_id];
  set_bits(change.fact.allow ? overwrite.allow : overwrite.deny, change.fact.permission,
           change.added);
  if (overwrite.allow == 0 && overwrite.deny == 0) of.erase(change.fact.subject_id);
}

}  // namespace

void ServerMasks::apply(const Change& change) {
  switch (change.fact.kind) {
    case Kind::owner:
    case Kind::member:
    case Kind::timed_out:
    case Kind::assignee:
      return apply_to_member(change);
    case Kind::administrator:
    case Kind::base:
    case Kind::role_server:
      return apply_to_role(change);
    case Kind::everyone:
      everyone_ = change.added;
      return;
    case Kind::channel_server:
    case Kind::everyone_overwrite:
    case Kind::role_overwrite:
    case Kind::member_overwrite:
      return apply_to_channel(change);
    case Kind::platform_administrator:
    case Kind::platform_role:
      return;
  }
}

void ServerMasks::apply_to_member(const Change& change) {
  const Fact& fact = change.fact;
  Member& member = members_[fact.subject_id];
  if (fact.kind == Kind::owner) member.standing.owner = change.added;
  if (fact.kind == Kind::member) member.standing.member = change.added;
  if (fact.kind == Kind::timed_out) member.standing.timed_out = change.added;
  if (fact.kind == Kind::assignee) set_member(member.roles, fact.entity_id, change.added);
  if (member.empty()) members_.erase(fact.subject_id);
}

void ServerMasks::apply_to_role(const Change& change) {
  const Fact& fact = change.fact;
  const std::int64_t id = fact.kind == Kind::role_server ? fact.entity_id : fact.subject_id;
  Role& role = roles_[id];
  if (fact.kind == Kind::administrator) role.administrator = change.added;
  if (fact.kind == Kind::base) set_bits(role.permissions, fact.permission, change.added);
  if (fact.kind == Kind::role_server) {
    role.here = change.added;
    if (!change.added) forget_role(id);
  }
  if (role.empty()) roles_.erase(id);
}

// Its assignees are no business of this server any more; the one change that looks at everybody.
void ServerMasks::forget_role(std::int64_t role_id) {
  for (auto at = members_.begin(); at != members_.end();) {
    set_member(at->second.roles, role_id, false);
    at = at->second.empty() ? members_.erase(at) : std::next(at);
  }
}

void ServerMasks::apply_to_channel(const Change& change) {
  const Fact& fact = change.fact;
  if (fact.kind == Kind::channel_server && !change.added) {
    channels_.erase(fact.entity_id);
    return;
  }
  Channel& channel = channels_[fact.entity_id];
  if (fact.kind == Kind::everyone_overwrite)
    set_bits(fact.allow ? channel.everyone.allow : channel.everyone.deny, fact.permission,
             change.added);
  if (fact.kind == Kind::role_overwrite) set_overwrite(channel.roles, change);
  if (fact.kind == Kind::member_overwrite) set_overwrite(channel.members, change);
}

std::int64_t ServerMasks::Role::mask() const {
  return permissions | (administrator ? std::int64_t{v1::ADMINISTRATOR} : 0);
}

const ServerMasks::Member& ServerMasks::member(std::int64_t user_id) const {
  static const Member nobody;
  const auto found = members_.find(user_id);
  return found == members_.end() ? nobody : found->second;
}

std::int64_t ServerMasks::of_roles(const Member& member) const {
  std::int64_t mask = 0;
  const auto add = [&](std::int64_t role_id) {
    if (const auto found = roles_.find(role_id); found != roles_.end())
      mask |= found->second.mask();
  };
  if (everyone_) add(id_);
  for (const std::int64_t role_id : member.roles) add(role_id);
  return mask;
}

Overwrites ServerMasks::overwrites(std::int64_t user_id,
                                   const Member& member,
                                   const Channel& channel) const {
  Overwrites found;
  if (everyone_) found.everyone = channel.everyone;
  if (!channel.roles.empty())
    for (const std::int64_t role_id : member.roles)
      if (const auto role = channel.roles.find(role_id); role != channel.roles.end())
        found.roles.merge(role->second);
  if (const auto own = channel.members.find(user_id); own != channel.members.end())
    found.member = own->second;
  return found;
}

Rights ServerMasks::rights(std::int64_t user_id, bool platform_administrator) const {
  if (!exists()) return {};
  const Member& who = member(user_id);
  Standing standing = who.standing;
  standing.platform_administrator = platform_administrator;
  return {server_permissions(standing, of_roles(who)), standing.member, standing.owner};
}

Rights ServerMasks::rights(std::int64_t user_id,
                           bool platform_administrator,
                           std::int64_t channel_id) const {
  const auto channel = channels_.find(channel_id);
  if (channel == channels_.end() || !exists()) return {};
  const Member& who = member(user_id);
  Standing standing = who.standing;
  standing.platform_administrator = platform_administrator;
  const auto overwritten = overwrites(user_id, who, channel->second);
  return {channel_permissions(standing, of_roles(who), overwritten), standing.member,
          standing.owner};
}

std::vector<std::int64_t> ServerMasks::channels() const {
  std::vector<std::int64_t> ids;
  for (const auto& [id, channel] : channels_) ids.push_back(id);
  std::ranges::sort(ids);
  return ids;
}

std::vector<std::int64_t> ServerMasks::roles() const {
  std::vector<std::int64_t> ids;
  for (const auto& [id, role] : roles_)
    if (role.here) ids.push_back(id);
  return ids;
}

}  // namespace lyceum::authorization
