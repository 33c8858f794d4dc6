#include "services/identity/passwords.h"

#include <argon2.h>
#include <array>

#include "base/crypto.h"

namespace lyceum::identity::passwords {
namespace {

constexpr std::size_t salt_size = 16;
constexpr std::size_t tag_size = 32;

std::string prefix(Cost cost) {
  return "$argon2id$v=19$m=" + std::to_string(cost.memory_kib) +
         ",t=" + std::to_string(cost.passes) + ",p=1$";
}

// Base64 of `size` zero bytes, as PHC strings have it: without padding.
std::string zeros(std::size_t size) {
  return std::string((size * 4 + 2) / 3, 'A');
}

}  // namespace

Result<std::string> hash(std::string_view password, Cost cost) {
  const std::string salt = random_bytes(salt_size);
  std::array<char, 160> phc{};
  const int failed = argon2id_hash_encoded(
      static_cast<std::uint32_t>(cost.passes), static_cast<std::uint32_t>(cost.memory_kib), 1,
      password.data(), password.size(), salt.data(), salt.size(), tag_size, phc.data(), phc.size());
  if (failed == ARGON2_OK) return std::string(phc.data());
  return fail(Code::internal, "hash_failed", argon2_error_message(failed));
}

std::string nobodys(Cost cost) {
  return prefix(cost) + zeros(salt_size) + "$" + zeros(tag_size);
}

bool verify(std::string_view phc, std::string_view password, Cost cost) {
  const std::string against = phc.empty() ? nobodys(cost) : std::string(phc);
  return argon2id_verify(against.c_str(), password.data(), password.size()) == ARGON2_OK;
}

bool made_with(std::string_view phc, Cost cost) {
  return phc.starts_with(prefix(cost));
}

}  // namespace lyceum::identity::passwords
