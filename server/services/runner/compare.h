#pragma once
// Whether an output is right (Kattis problem package format 2025-09, default output validator).

#include <optional>
#include <string_view>

namespace lyceum::runner {

enum class CompareMode {
  tokens,  // words between white space, in order
  lines,   // lines, without white space at their ends and without empty lines at the end
  exact    // every byte
};

struct Comparison {
  CompareMode mode = CompareMode::tokens;
  bool case_sensitive = false;  // in tokens and lines; only ASCII letters have a case here
  // Tokens only: where the expected token is a number, one within either tolerance is right.
  std::optional<double> float_abs = {};
  std::optional<double> float_rel = {};
};

bool accepts(const Comparison& how, std::string_view expected, std::string_view output);

}  // namespace lyceum::runner
