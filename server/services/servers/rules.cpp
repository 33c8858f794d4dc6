#include "services/servers/rules.h"

#include <fmt/format.h>

#include "base/text.h"

namespace lyceum::servers::rules {
namespace {

constexpr char32_t invalid = 0xFFFFFFFF;

// Takes the first code point off; `invalid` and one byte where it is none.
char32_t take(std::string_view& text) {
  if (const auto code = lyceum::text::take(text)) return *code;
  text.remove_prefix(1);
  return invalid;
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
    if (c == invalid || text::is_control(c))
      return bad_field(std::string(field), "bad_name", "there may be no control characters in it");
    if (text::is_space(c)) continue;
    seen = seen || !text::is_invisible(c);
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
