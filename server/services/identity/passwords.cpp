#include "services/identity/passwords.h"

#include <argon2.h>
#include <array>

#include "base/crypto.h"

namespace lyceum::identity::passwords {
namespace {

constexpr std::size_t salt_size = 16;
constexpr std::size_t tag_size = 32;

Result<std::string> hash_with(std::string_view password, std::string_view salt, Cost cost) {
  const auto passes = static_cast<std::uint32_t>(cost.passes);
  const auto memory = static_cast<std::uint32_t>(cost.memory_kib);
  std::array<char, 160> phc{};
  const int failed =
      argon2id_hash_encoded(passes, memory, 1, password.data(), password.size(), salt.data(),
                            salt.size(), tag_size, phc.data(), phc.size());
  if (failed == ARGON2_OK) return std::string(phc.data());
  return fail(Code::internal, "hash_failed", argon2_error_message(failed));
}

std::string prefix(Cost cost) {
  return "$argon2id$v=19$m=" + std::to_string(cost.memory_kib) +
         ",t=" + std::to_string(cost.passes) + ",p=1$";
}

}  // namespace

Result<std::string> hash(std::string_view password, Cost cost) {
  return hash_with(password, random_bytes(salt_size), cost);
}

bool verify(std::string_view phc, std::string_view password, Cost cost) {
  if (phc.empty()) {
    static_cast<void>(hash_with(password, std::string(salt_size, 's'), cost));
    return false;
  }
  return argon2id_verify(std::string(phc).c_str(), password.data(), password.size()) == ARGON2_OK;
}

bool made_with(std::string_view phc, Cost cost) {
  return phc.starts_with(prefix(cost));
}

}  // namespace lyceum::identity::passwords
