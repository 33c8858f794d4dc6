#pragma once
// What a request adds to the command lines of its language: arguments of the program, options of
// the compiler. No shell reads them.

#include "base/result.h"
#include "contract/runner.rpc.h"
#include "services/runner/languages.h"

namespace lyceum::runner {

// Number, length, no NUL; of the compiler's options only those that the language allows.
Result<void> check_arguments(const v1::RunRequest& request, const Language& language);

template <class Arguments>
void add_to(Argv& argv, const Arguments& arguments) {
  argv.insert(argv.end(), arguments.begin(), arguments.end());
}

}  // namespace lyceum::runner
