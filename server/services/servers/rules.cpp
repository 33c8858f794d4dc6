#include "services/servers/rules.h"

#include <fmt/format.h>

namespace lyceum::servers::rules {
namespace {

constexpr char32_t invalid = 0xFFFFFFFF;

// Takes the first code point off; `invalid` and one byte where it is none.
char32_t take(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t size = first < 0x80   ? 1
                           : first < 0xC2 ? 0
                           : first < 0xE0 ? 2
                           : first < 0xF0 ? 3
                                          : 4;
  char32_t code = size == 1 ? first : first & (0xFFU >> (size + 1));
  bool good = size > 0 && size <= text.size() && first < 0xF5;
  for (std::size_t i = 1; good && i < size; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    good = (next & 0xC0U) == 0x80;
    code = (code << 6U) | (next & 0x3FU);
  }
  good = good && (size < 3 || code >= (size == 3 ? 0x800 : 0x10000)) && code <= 0x10FFFF &&
         (code < 0xD800 || code > 0xDFFF);
  text.remove_prefix(good ? size : 1);
  return good ? code : invalid;
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
  return c == invalid || c < 32 || (c >= 127 && c < 160) || c == 0x2028 || c == 0x2029 ||
         (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

// Unicode's simple lower case of the scripts that have one and are common.
char32_t lower(char32_t c) {
  const bool even = c % 2 == 0;
  if (c >= 'A' && c <= 'Z') return c + 32;
  if (c >= 0xC0 && c <= 0xDE) return c == 0xD7 ? c : c + 32;
  if (c == 0x130 || c == 0x131 || c == 0x138 || c == 0x149 || c == 0x17F) return c;
  if (c == 0x178) return 0xFF;
  const bool odd_first = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E);
  if (c >= 0x100 && c <= 0x17F) return even != odd_first ? c + 1 : c;
  if (c >= 0x391 && c <= 0x3A9) return c + 32;
  if (c >= 0x400 && c <= 0x40F) return c + 80;
  if (c >= 0x410 && c <= 0x42F) return c + 32;
  return c;
}

// Two bytes at most: what lower() changes is below 0x800.
void append(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else {
    out += static_cast<char>(0xC0U | (c >> 6U));
    out += static_cast<char>(0x80U | (c & 0x3FU));
  }
}

}  // namespace

Result<std::string> checked_name(std::string_view field,
                                 std::string_view name,
                                 std::size_t max,
                                 bool required) {
  std::size_t begin = name.size();
  std::size_t end = 0;
  std::size_t count = 0;
  bool seen = false;
  for (std::string_view rest = name; !rest.empty(); ++count) {
    const std::size_t at = name.size() - rest.size();
    const char32_t c = take(rest);
    if (is_forbidden(c))
      return bad_field(std::string(field), "bad_name", "there may be no control characters in it");
    if (is_space(c)) continue;
    seen = seen || !is_invisible(c);
    begin = std::min(begin, at);
    end = name.size() - rest.size();
  }
  if (count > max)
    return bad_field(std::string(field), "too_long",
                     fmt::format("may have at most {} characters, has {}", max, count));
  if (seen) return std::string(name.substr(begin, end - begin));
  if (!required) return std::string();
  return bad_field(std::string(field), "name_empty", "this name must not be empty");
}

std::string folded(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::string_view rest = text;
    const char32_t c = take(rest);
    const char32_t small = lower(c);
    if (small == c)
      out += text.substr(0, text.size() - rest.size());
    else
      append(out, small);
    text = rest;
  }
  return out;
}

std::string pattern(std::string_view q) {
  std::string out = "%";
  for (const char c : folded(q)) {
    if (c == '%' || c == '_' || c == '\\') out += '\\';
    out += c;
  }
  return out + "%";
}

}  // namespace lyceum::servers::rules
