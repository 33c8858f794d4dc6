#include "services/authorization/overwrites.h"

#include "contract/authorization.pb.h"

namespace lyceum::authorization {
namespace {

constexpr std::int64_t all = v1::ADMINISTRATOR | v1::MANAGE_CHANNELS | v1::MANAGE_SERVER |
                             v1::VIEW_CHANNEL | v1::SEND_MESSAGES | v1::MANAGE_MESSAGES |
                             v1::READ_MESSAGE_HISTORY | v1::MENTION_EVERYONE | v1::MANAGE_ROLES;
constexpr std::int64_t kept_in_a_time_out = v1::VIEW_CHANNEL | v1::READ_MESSAGE_HISTORY;

// Nobody becomes an administrator by what a channel says.
constexpr std::int64_t for_overwrites = all & ~std::int64_t{v1::ADMINISTRATOR};

std::int64_t apply(const Overwrite& overwrite, std::int64_t permissions) {
  return (permissions & ~(overwrite.deny & for_overwrites)) | (overwrite.allow & for_overwrites);
}

bool may_all(const Standing& standing, std::int64_t of_roles) {
  if (standing.platform_administrator || standing.owner) return true;
  return standing.member && (of_roles & v1::ADMINISTRATOR) != 0;
}

}  // namespace

std::int64_t all_permissions() {
  return all;
}

std::int64_t server_permissions(const Standing& standing, std::int64_t of_roles) {
  if (may_all(standing, of_roles)) return all;
  if (!standing.member) return 0;
  return of_roles & (standing.timed_out ? kept_in_a_time_out : all);
}

std::int64_t channel_permissions(const Standing& standing,
                                 std::int64_t of_roles,
                                 const Overwrites& overwrites) {
  if (may_all(standing, of_roles)) return all;
  if (!standing.member) return 0;
  std::int64_t permissions = apply(overwrites.everyone, of_roles & all);
  permissions = apply(overwrites.roles, permissions);
  permissions = apply(overwrites.member, permissions);
  if ((permissions & v1::VIEW_CHANNEL) == 0) return 0;
  if ((permissions & v1::SEND_MESSAGES) == 0) permissions &= ~std::int64_t{v1::MENTION_EVERYONE};
  return standing.timed_out ? permissions & kept_in_a_time_out : permissions;
}

}  // namespace lyceum::authorization
