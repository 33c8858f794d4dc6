#include "services/identity/rules.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>

#include "services/identity/common_passwords.h"

namespace lyceum::identity::rules {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z');
}

bool beyond_ascii(char c) {
  return static_cast<unsigned char>(c) >= 0x80;
}

// RFC 5322's atext, and letters beyond ASCII as RFC 6531 adds them.
bool good_local_part(std::string_view local) {
  if (local.empty() || local.size() > 64 || local.front() == '.' || local.back() == '.')
    return false;
  if (local.contains("..")) return false;
  return std::ranges::all_of(local, [](char c) {
    return alphanumeric(c) || beyond_ascii(c) ||
           std::string_view(".!#$%&'*+-/=?^_`{|}~").contains(c);
  });
}

bool good_label(std::string_view label) {
  if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-')
    return false;
  return std::ranges::all_of(label,
                             [](char c) { return alphanumeric(c) || beyond_ascii(c) || c == '-'; });
}

bool good_domain(std::string_view domain) {
  if (domain.size() > 253) return false;
  std::size_t labels = 0;
  for (std::size_t start = 0; start <= domain.size(); ++labels) {
    const auto end = std::min(domain.find('.', start), domain.size());
    if (!good_label(domain.substr(start, end - start))) return false;
    start = end + 1;
  }
  return labels >= 2;
}

bool is_loopback_host(std::string_view host) {
  return host == "127.0.0.1" || host == "[::1]";
}

struct LoopbackUri {
  std::string_view host;
  std::string_view rest;  // path and query
};

// "http://127.0.0.1:8080/cb" → host, "/cb". Nothing for anything that is not plainly that.
bool read_loopback(std::string_view uri, LoopbackUri& out) {
  constexpr std::string_view scheme = "http://";
  if (!uri.starts_with(scheme)) return false;
  uri.remove_prefix(scheme.size());
  const auto slash = std::min(uri.find('/'), uri.size());
  std::string_view authority = uri.substr(0, slash);
  out.rest = uri.substr(slash);
  const auto colon = authority.rfind(':');
  if (colon != std::string_view::npos && !authority.ends_with(']')) {
    const auto port = authority.substr(colon + 1);
    if (port.empty() || port.size() > 5 ||
        !std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; }))
      return false;
    authority = authority.substr(0, colon);
  }
  out.host = authority;
  return is_loopback_host(authority);
}

}  // namespace

std::string email_key(std::string_view email) {
  std::string key(email);
  std::ranges::transform(key, key.begin(), lower);
  return key;
}

Result<void> check_email(std::string_view email) {
  const auto at = email.rfind('@');
  if (email.size() <= 254 && at != std::string_view::npos && good_local_part(email.substr(0, at)) &&
      good_domain(email.substr(at + 1)))
    return {};
  return bad_field("email", "email_malformed", "this is not an e-mail address");
}

std::size_t count_characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::ranges::count_if(
      utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

Result<void> check_password(std::string_view password) {
  const std::size_t characters = count_characters(password);
  if (characters < 8)
    return bad_field("password", "password_too_short", "a password has at least 8 characters");
  if (characters > 128)
    return bad_field("password", "password_too_long", "a password has at most 128 characters");
  if (is_common_password(email_key(password)))
    return bad_field("password", "password_common",
                     "this password is one of those that everybody tries first");
  return {};
}

Result<void> check_name(std::string_view name) {
  if (count_characters(name) > 60)
    return bad_field("name", "name_too_long", "a name has at most 60 characters");
  if (std::ranges::any_of(name,
                          [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }))
    return bad_field("name", "name_malformed", "a name has no control characters");
  return {};
}

Result<std::vector<std::string>> token_scopes(const std::vector<std::string>& asked,
                                              const std::vector<std::string>& roles) {
  const bool may_admin = among(roles, administrator);
  for (const auto& scope : asked) {
    if (!among(api_scopes, std::string_view(scope)))
      return bad_field("scopes", "unknown_scope", "there is no scope \"" + scope + "\"");
    if (scope == "admin" && !may_admin)
      return std::unexpected(Error{Code::permission_denied, "scope_not_allowed",
                                   "only administrators may give the scope admin", "scopes", 0});
  }
  std::vector<std::string> scopes;
  for (const auto scope : api_scopes) {
    const bool wanted =
        asked.empty() ? scope != "admin" || may_admin : among(asked, std::string(scope));
    if (wanted) scopes.emplace_back(scope);
  }
  return scopes;
}

std::string safe_return(std::string_view path) {
  const bool plain =
      path.size() <= 2000 && path.starts_with('/') && !path.starts_with("//") &&
      std::ranges::all_of(path, [](char c) { return c > 0x20 && c < 0x7f && c != '\\'; }) &&
      !path.starts_with("/auth/") && !path.starts_with("/realms/");
  return plain ? std::string(path) : "/";
}

bool redirect_matches(std::string_view registered, std::string_view given) {
  if (registered == given) return true;
  LoopbackUri ours, theirs;
  return read_loopback(registered, ours) && read_loopback(given, theirs) &&
         ours.host == theirs.host && ours.rest == theirs.rest;
}

std::string origin_of(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  const auto end = std::min(url.find_first_of("/?#", scheme + 3), url.size());
  const auto origin = url.substr(0, end);
  // Nothing that could end a directive or a header may come out of here.
  const bool plain = std::ranges::all_of(
      origin, [](char c) { return alphanumeric(c) || std::string_view(":/.-[]_").contains(c); });
  return plain && end > scheme + 3 ? std::string(origin) : std::string();
}

std::string network_of(std::string_view address) {
  const std::string text(address);
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return text;
  constexpr std::array<unsigned char, 12> mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  std::array<char, INET6_ADDRSTRLEN> out{};
  if (std::equal(mapped.begin(), mapped.end(), bytes.begin())) {
    inet_ntop(AF_INET, bytes.data() + 12, out.data(), out.size());
    return out.data();
  }
  std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
  inet_ntop(AF_INET6, bytes.data(), out.data(), out.size());
  return std::string(out.data()) + "/64";
}

bool is_loopback(std::string_view network) {
  return network.starts_with("127.") || network == "::/64";
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t start = 0; start <= text.size();) {
    const auto end = std::min(text.find(separator, start), text.size());
    if (end > start) parts.emplace_back(text.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string text;
  for (const auto& part : parts) {
    if (!text.empty()) text += separator;
    text += part;
  }
  return text;
}

bool has_word(std::string_view words, std::string_view word) {
  return among(split(words, ' '), std::string(word));
}

}  // namespace lyceum::identity::rules
