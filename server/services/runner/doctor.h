#pragma once
// What a machine must have so that programs can be run on it; for `lyceum doctor`.

#include <string>
#include <vector>

namespace lyceum::runner {

enum class Grade { good, missing, fatal };  // fatal: nothing can be run

struct Finding {
  Grade grade = Grade::good;
  std::string what;
  std::string advice;  // how to get what is missing
};

// The kernel and how it is set up. Reads only.
std::vector<Finding> examine_machine();
// What an ordinary user needs to make the sandbox without root. Nothing that is missing is fatal:
// root can make one for it. Reads only.
std::vector<Finding> examine_rootless();
// One for each language: whether its tools are there.
std::vector<Finding> examine_languages();
// Runs `/bin/true` in the sandbox at `place` (open_sandbox()); empty: there is none.
Finding examine_sandbox(const std::string& place);

}  // namespace lyceum::runner
