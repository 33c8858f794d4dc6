#pragma once
// What may be said.

#include <string_view>

#include "base/result.h"

namespace lyceum::messages::rules {

// bad_field "content": bad_text (not UTF-8, or with NUL), too_long (more than 2,000 code points),
// content_empty (nothing but white space).
Result<void> check_content(std::string_view content);

// bad_field "nonce": bad_text, too_long (more than 64).
Result<void> check_nonce(std::string_view nonce);

}  // namespace lyceum::messages::rules
