#include "services/account/rules.h"

#include <fmt/format.h>

#include "base/id.h"

namespace lyceum::account {
namespace {

constexpr std::size_t nickname_max = 40;

// Takes the first code point off valid UTF-8; what is not valid comes byte by byte.
char32_t take(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t size = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (size > text.size()) {
    text.remove_prefix(1);
    return first;
  }
  char32_t code = size == 1 ? first : first & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i)
    code = (code << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  text.remove_prefix(size);
  return code;
}

bool is_space(char32_t c) {
  return c == ' ' || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F ||
         c == 0x205F || c == 0x3000;
}

// Takes up no room: of these alone a name would look empty.
bool is_invisible(char32_t c) {
  return c == 0xAD || c == 0x34F || c == 0x61C || c == 0x115F || c == 0x1160 || c == 0x17B4 ||
         c == 0x17B5 || (c >= 0x180B && c <= 0x180F) || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2060 && c <= 0x206F) || c == 0x2800 || c == 0x3164 ||
         (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF || c == 0xFFA0 ||
         (c >= 0xE0000 && c <= 0xE0FFF);
}

// Controls, separators of lines, and what turns the text around it.
bool is_forbidden(char32_t c) {
  return c < 32 || (c >= 127 && c < 160) || c == 0x2028 || c == 0x2029 ||
         (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

std::string_view trimmed(std::string_view text) {
  std::size_t begin = text.size();
  std::size_t end = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t at = text.size() - rest.size();
    if (is_space(take(rest))) continue;
    begin = std::min(begin, at);
    end = text.size() - rest.size();
  }
  return begin < end ? text.substr(begin, end - begin) : std::string_view{};
}

bool has_something_to_see(std::string_view text) {
  while (!text.empty()) {
    const char32_t c = take(text);
    if (!is_space(c) && !is_invisible(c)) return true;
  }
  return false;
}

}  // namespace

Result<std::string> checked_name(std::string_view field, std::string_view name, bool required) {
  for (std::string_view rest = name; !rest.empty();)
    if (is_forbidden(take(rest)))
      return bad_field(std::string(field), "bad_name", "a name has no control characters");
  const std::string_view clean = trimmed(name);
  if (!has_something_to_see(clean)) {
    if (!required) return std::string();
    return bad_field(std::string(field), "name_empty", "this name must not be empty");
  }
  return std::string(clean);
}

std::string first_nickname(std::string_view name, std::int64_t user_id) {
  std::string clean;
  while (!name.empty()) {
    std::string_view rest = name;
    const char32_t c = take(rest);
    clean += is_forbidden(c) ? std::string_view(" ") : name.substr(0, name.size() - rest.size());
    name = rest;
  }
  const std::string_view short_one = trimmed(shortened(trimmed(clean), nickname_max));
  if (has_something_to_see(short_one)) return std::string(short_one);
  return fmt::format("learner-{:05}", id_time_ms(user_id) % 100'000);
}

std::string_view shortened(std::string_view text, std::size_t max) {
  std::string_view rest = text;
  for (std::size_t i = 0; i < max && !rest.empty(); ++i) take(rest);
  return text.substr(0, text.size() - rest.size());
}

}  // namespace lyceum::account
