#pragma once
#include <vector>

#include "base/task.h"

namespace lyceum {

// Runs all of them at the same time, on the loop of the caller, and returns when the last has
// ended. They may hold references into the caller's frame. An exception ends up in the caller, once
// all are done.
Task<void> run_all(std::vector<Task<void>> tasks);

}  // namespace lyceum
