#pragma once
// What names and descriptions may be, and how they are searched.

#include <string>
#include <string_view>

#include "base/result.h"

namespace lyceum::servers::rules {

// Trimmed. bad_name: not UTF-8, controls, or characters that turn the text around them; name_empty:
// nothing to see in it, where it must not be empty; too_long: more than `max` code points.
Result<std::string> checked_name(std::string_view field,
                                 std::string_view name,
                                 std::size_t max,
                                 bool required);

// In lower case: Latin, Greek and Cyrillic letters with and without accents.
std::string folded(std::string_view text);

// LIKE's pattern, with "\" as escape, of what contains `q` without regard to case.
std::string pattern(std::string_view q);

}  // namespace lyceum::servers::rules
