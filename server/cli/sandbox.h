#pragma once
// The sandbox for users' programs, as the command line starts it: the only thing here that needs
// root.

#include "cli/command.h"

namespace lyceum::cli {

// As root, and where nothing else was set: starts a sandbox as a child and sets runner.sandbox to
// it. Call it before there is any thread.
Result<void> start_own_sandbox(Loaded& loaded);

// From root to this user, for good.
Result<void> become(const std::string& user);

}  // namespace lyceum::cli
