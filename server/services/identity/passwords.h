#pragma once
// Argon2id password hashes as PHC strings. Slow on purpose (about 30 ms): call through Cpu.

#include <string>
#include <string_view>

#include "base/result.h"

namespace lyceum::identity::passwords {

struct Cost {
  int memory_kib = 19456;  // OWASP's second choice, 2026
  int passes = 2;
};

Result<std::string> hash(std::string_view password, Cost cost);
// False also for an unreadable hash. An empty one (there is no such user) is verified against
// nobodys(cost), so that it takes as long as a wrong password and nobody learns who has an account.
bool verify(std::string_view phc, std::string_view password, Cost cost);
// A hash that no known password has.
std::string nobodys(Cost cost);
bool made_with(std::string_view phc, Cost cost);

}  // namespace lyceum::identity::passwords
