#include "services/account/rules.h"

#include <fmt/format.h>

#include "base/id.h"
#include "base/text.h"

namespace lyceum::account {
namespace {

constexpr std::size_t nickname_max = 40;

constexpr char32_t invalid = 0xFFFFFFFF;

// Takes the first code point off; `invalid` and one byte where it is none.
char32_t take(std::string_view& text) {
  if (const auto code = lyceum::text::take(text)) return *code;
  text.remove_prefix(1);
  return invalid;
}

std::string_view trimmed(std::string_view text) {
  std::size_t begin = text.size();
  std::size_t end = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t at = text.size() - rest.size();
    if (lyceum::text::is_space(take(rest))) continue;
    begin = std::min(begin, at);
    end = text.size() - rest.size();
  }
  return begin < end ? text.substr(begin, end - begin) : std::string_view{};
}

bool belongs_in_name(char32_t c) {
  return c != invalid && !lyceum::text::is_control(c);
}

bool has_something_to_see(std::string_view text) {
  while (!text.empty()) {
    const char32_t c = take(text);
    if (!lyceum::text::is_space(c) && !lyceum::text::is_invisible(c)) return true;
  }
  return false;
}

}  // namespace

Result<std::string> checked_name(std::string_view field, std::string_view name, bool required) {
  for (std::string_view rest = name; !rest.empty();)
    if (!belongs_in_name(take(rest)))
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
    clean += belongs_in_name(c) ? name.substr(0, name.size() - rest.size()) : std::string_view(" ");
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
