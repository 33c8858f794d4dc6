#pragma once
// What names may be.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lyceum::account {

// Trimmed. bad_name: no UTF-8, control characters, or such that change the direction of the text
// around them.
// name_empty: nothing to see in it, where it must not be empty.
Result<std::string> checked_name(std::string_view field, std::string_view name, bool required);

// A nickname from whatever the person signed up with; never empty, never refused.
std::string first_nickname(std::string_view name, std::int64_t user_id);

// The first `max` characters (code points).
std::string_view shortened(std::string_view text, std::size_t max);

}  // namespace lyceum::account
