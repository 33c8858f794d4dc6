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
// False also for an empty or unreadable hash; that takes as long as a wrong password when `cost` is
// what hashes here are made with, so that nobody learns who has an account.
bool verify(std::string_view phc, std::string_view password, Cost cost);
bool made_with(std::string_view phc, Cost cost);

}  // namespace lyceum::identity::passwords
