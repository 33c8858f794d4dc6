#pragma once

#include <string>

namespace lyceum::runner {

// "ptrace"; for calls that the sandbox does not forbid, or whose number is -1, "".
std::string call_name(int number);

}  // namespace lyceum::runner
