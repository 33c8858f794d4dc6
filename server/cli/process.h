#pragma once
// Programs of this machine, started by the command line. No shell: an argument is an argument.

#include <optional>
#include <string>
#include <vector>

namespace lyceum::cli {

// Runs it with our standard streams and waits. Its exit code (128 + signal when it was killed), or
// none when it could not be started.
std::optional<int> run_program(const std::vector<std::string>& argv);

// What it writes to standard output; standard error is thrown away. Empty when it could not be
// started.
std::string output_of(const std::vector<std::string>& argv);

}  // namespace lyceum::cli
