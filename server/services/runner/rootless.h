#pragma once
// What an ordinary user must have to make the sandbox without root (sandbox/rootless.h).

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"

namespace lyceum::runner {

struct IdRange {
  std::int64_t first = 0;
  std::int64_t count = 0;
};

// The first range of enough ids that a file such as /etc/subuid ("anna:100000:65536", or the user's
// number in place of the name) gives to this user.
std::optional<IdRange> find_ids(const std::string& text, const std::string& name, unsigned user);

struct SubordinateIds {
  std::int64_t first_uid = 0;
  std::int64_t first_gid = 0;
  std::int64_t count = 0;  // of both
};

// Of the user of this process. Fails with "no_subordinate_ids", saying how to get them.
Result<SubordinateIds> subordinate_ids();

// The user of this process; its number where it has no name.
std::string user_name();

}  // namespace lyceum::runner
