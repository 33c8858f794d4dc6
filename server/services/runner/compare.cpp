#include "services/runner/compare.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace lyceum::runner {
namespace {

// As isspace() in the C locale, whatever the locale of this process.
constexpr std::string_view white = " \t\n\v\f\r";

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_text(std::string_view a, std::string_view b, bool case_sensitive) {
  if (case_sensitive) return a == b;
  return std::ranges::equal(a, b, {}, lower, lower);
}

// Takes the next token off the front; empty at the end.
std::string_view next_token(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(white), text.size()));
  const auto token = text.substr(0, text.find_first_of(white));
  text.remove_prefix(token.size());
  return token;
}

// The whole token as a number.
std::optional<double> number(std::string_view token) {
  if (token.starts_with('+')) token.remove_prefix(1);
  if (token.starts_with('+')) return {};
  double value = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), value);
  if (error != std::errc{} || end != token.data() + token.size()) return {};
  return value;
}

bool near_enough(const Comparison& how, double expected, double value) {
  const double difference = std::fabs(expected - value);  // NaN is near to nothing
  return (how.float_abs && difference <= *how.float_abs) ||
         (how.float_rel && difference <= *how.float_rel * std::fabs(expected));
}

bool accepts_token(const Comparison& how, std::string_view expected, std::string_view token) {
  if (same_text(expected, token, how.case_sensitive)) return true;
  if (!how.float_abs && !how.float_rel) return false;
  const auto wanted = number(expected);
  const auto value = number(token);
  return wanted && value && near_enough(how, *wanted, *value);
}

bool accepts_tokens(const Comparison& how, std::string_view expected, std::string_view output) {
  for (;;) {
    const auto wanted = next_token(expected);
    const auto token = next_token(output);
    if (wanted.empty() || token.empty()) return wanted.empty() && token.empty();
    if (!accepts_token(how, wanted, token)) return false;
  }
}

std::string_view without_end(std::string_view text) {
  return text.substr(0, text.find_last_not_of(white) + 1);
}

std::string_view next_line(std::string_view& text) {
  const auto line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return without_end(line);
}

bool accepts_lines(const Comparison& how, std::string_view expected, std::string_view output) {
  expected = without_end(expected);
  output = without_end(output);
  while (!expected.empty() && !output.empty()) {
    if (!same_text(next_line(expected), next_line(output), how.case_sensitive)) return false;
  }
  return expected.empty() && output.empty();
}

}  // namespace

bool accepts(const Comparison& how, std::string_view expected, std::string_view output) {
  switch (how.mode) {
    case CompareMode::tokens:
      return accepts_tokens(how, expected, output);
    case CompareMode::lines:
      return accepts_lines(how, expected, output);
    case CompareMode::exact:
      return expected == output;
  }
  return false;
}

}  // namespace lyceum::runner
