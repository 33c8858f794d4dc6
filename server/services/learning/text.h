#pragma once
// Small things about text that have no better place.

#include <string>
#include <string_view>
#include <vector>

namespace lyceum::learning {

// "a\nb" ↔ {"a", "b"}. Nothing is {}.
std::vector<std::string> split_lines(std::string_view text);
std::string join_lines(const std::vector<std::string>& lines);

// At most `max` bytes, not cutting through a character.
std::string cut_utf8(std::string_view text, std::size_t max);
// For searching: ASCII letters in lower case.
std::string lower(std::string_view text);

}  // namespace lyceum::learning
