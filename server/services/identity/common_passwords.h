#pragma once
#include <string_view>

namespace lyceum::identity {

// One of the passwords of 8 and more characters that every leaked list has on top; `password` in
// lower case.
bool is_common_password(std::string_view password);

}  // namespace lyceum::identity
