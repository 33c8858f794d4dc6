#pragma once
// Decisions without I/O: what an address, a password, a scope, a way back may look like.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lyceum::identity::rules {

// Scopes of API tokens, in the order they are shown.
inline constexpr std::string_view api_scopes[] = {"profile", "learn", "run", "talk", "admin"};
inline constexpr std::string_view administrator = "administrator";

// What an address is looked up and throttled by: ASCII letters in lower case. Letters beyond ASCII
// stay as they are (no Unicode tables here), so such a local part has one spelling: the one that
// signed up.
std::string email_key(std::string_view email);
// local@domain, RFC 5321's sizes; no quoted local parts, no address literals, no spaces or
// controls.
Result<void> check_email(std::string_view email);

// 8 to 128 characters of any kind, as received, and none that everybody tries first.
Result<void> check_password(std::string_view password);
std::size_t count_characters(std::string_view utf8);
Result<void> check_name(std::string_view name);

// The scopes that are asked for, or all that a user of these roles may give away.
Result<std::vector<std::string>> token_scopes(const std::vector<std::string>& asked,
                                              const std::vector<std::string>& roles);

// Where to go after signing in: a path on this origin, or "/" for anything else.
std::string safe_return(std::string_view path);

// Exactly the same, except that the port of a registered loopback address is free (RFC 8252 §7.3).
bool redirect_matches(std::string_view registered, std::string_view given);
// "https://app.example:8443/cb?x=1" → "https://app.example:8443"; empty if it is no such thing.
std::string origin_of(std::string_view url);

// A client's network: an IPv4 address, or the /64 of an IPv6 one.
std::string network_of(std::string_view address);
bool is_loopback(std::string_view network);

template <class Range, class T>
bool among(const Range& range, const T& value) {
  return std::ranges::find(range, value) != std::ranges::end(range);
}

std::vector<std::string> split(std::string_view text, char separator);  // without empty parts
std::string join(const std::vector<std::string>& parts, std::string_view separator);
bool has_word(std::string_view words, std::string_view word);  // among those between spaces

}  // namespace lyceum::identity::rules
