#include "services/messages/rules.h"

#include <fmt/format.h>
#include <string>

#include "base/text.h"

namespace lyceum::messages::rules {
namespace {

constexpr std::size_t content_max = 2000;  // code points; the contract's numbers
constexpr std::size_t nonce_max = 64;

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
    const auto c = lyceum::text::take(text);
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
