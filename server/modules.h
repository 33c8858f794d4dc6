#pragma once
#include <vector>

#include "host/modules.h"

namespace lyceum {

// Every service of the program. Reading it tells what a process can be.
std::vector<host::Module> all_modules();

}  // namespace lyceum
