#include "services/messages/rules.h"

#include <fmt/format.h>
#include <optional>
#include <string>

namespace lyceum::messages::rules {
namespace {

constexpr std::size_t content_max = 2000;  // code points; the contract's numbers
constexpr std::size_t nonce_max = 64;

// Takes the first code point off; nothing when it is not valid UTF-8 (RFC 3629).
std::optional<char32_t> take(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if ((first >= 0x80 && first < 0xC2) || first > 0xF4 || size > text.size()) return std::nullopt;
  char32_t code = size == 1 ? first : first & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0U) != 0x80) return std::nullopt;
    code = (code << 6U) | (next & 0x3FU);
  }
  const bool too_small = (size == 3 && code < 0x800) || (size == 4 && code < 0x10000);
  if (too_small || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return std::nullopt;
  text.remove_prefix(size);
  return code;
}

// Unicode's white space, and what takes up no room by itself.
bool is_blank(char32_t c) {
  return (c >= 9 && c <= 13) || c == ' ' || c == 0x85 || c == 0xA0 || c == 0xAD || c == 0x1680 ||
         c == 0x180E || (c >= 0x2000 && c <= 0x200F) || (c >= 0x2028 && c <= 0x202F) ||
         (c >= 0x205F && c <= 0x206F) || c == 0x2800 || c == 0x3000 || c == 0x3164 || c == 0xFEFF;
}

struct Counted {
  std::size_t characters = 0;
  bool blank = true;
};

Result<Counted> counted(std::string_view field, std::string_view text, std::size_t max) {
  Counted out;
  while (!text.empty()) {
    const auto c = take(text);
    if (!c || *c == 0)
      return bad_field(std::string(field), "bad_text", "must be UTF-8 without NUL");
    if (!is_blank(*c)) out.blank = false;
    ++out.characters;
  }
  if (out.characters > max)
    return bad_field(std::string(field), "too_long",
                     fmt::format("may have at most {} characters, has {}", max, out.characters));
  return out;
}

}  // namespace

Result<void> check_content(std::string_view content) {
  TRY(const auto text, counted("content", content, content_max));
  if (text.blank) return bad_field("content", "content_empty", "a message has something to read");
  return {};
}

Result<void> check_nonce(std::string_view nonce) {
  TRY_VOID(counted("nonce", nonce, nonce_max));
  return {};
}

}  // namespace lyceum::messages::rules
