#pragma once
// The few primitives that services need, over OpenSSL.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace lyceum {

std::string random_bytes(std::size_t count);  // from the kernel's generator
std::string sha256(std::string_view data);    // 32 raw bytes
std::string sha256_hex(std::string_view data);
std::string hex(std::string_view bytes);
// RFC 4648 §5, without padding.
std::string base64url(std::string_view bytes);
// RFC 4648 §4, with padding.
std::string base64(std::string_view bytes);
// The ways back; nothing for anything but the one right spelling of the bytes.
std::optional<std::string> from_base64url(std::string_view text);
std::optional<std::string> from_base64(std::string_view text);
// Takes as long whatever the content; lengths may be told apart.
bool equal_constant_time(std::string_view a, std::string_view b);
// A secret of 256 bits to hand out: prefix + base64url. Store only its sha256_hex.
std::string new_secret(std::string_view prefix);

}  // namespace lyceum
