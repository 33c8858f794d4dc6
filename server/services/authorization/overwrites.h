#pragma once
// What a member may do, by Discord's rules. Pure: masks in, a mask out. Whose masks they are is the
// index's business.

#include <cstdint>

namespace lyceum::authorization {

// What a channel says beyond the server, at one level.
struct Overwrite {
  std::int64_t allow = 0;
  std::int64_t deny = 0;

  // Within a level the order of its overwrites does not matter.
  void merge(const Overwrite& other) {
    allow |= other.allow;
    deny |= other.deny;
  }
};

// All of a channel's overwrites that touch one user, a level each: a later level wins over an
// earlier one, and within a level what is allowed wins over what is denied.
struct Overwrites {
  Overwrite everyone = {};
  Overwrite roles = {};
  Overwrite member = {};
};

struct Standing {
  bool platform_administrator = false;
  bool owner = false;
  bool member = false;
  bool timed_out = false;
};

// Every bit that contract/authorization.proto names.
std::int64_t all_permissions();

// `of_roles`: the bits of @everyone and of all roles that the user has, together.
std::int64_t server_permissions(const Standing& standing, std::int64_t of_roles);
std::int64_t channel_permissions(const Standing& standing,
                                 std::int64_t of_roles,
                                 const Overwrites& overwrites);

}  // namespace lyceum::authorization
