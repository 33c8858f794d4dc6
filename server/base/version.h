#pragma once
#include <string_view>

namespace lyceum {

inline constexpr std::string_view version_text = LYCEUM_VERSION;  // set by CMake

}  // namespace lyceum
