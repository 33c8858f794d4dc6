#pragma once
// A language's own test (its file's [self_test]) as a request to the runner.

#include "contract/runner.rpc.h"
#include "services/runner/languages.h"

namespace lyceum::runner {

// One test with the id "self", which is AC where the language works.
v1::RunRequest self_test(const Language& language);

// Runs it in the sandbox at `place` (services/runner/sandbox.h) and waits. Not for a server's
// thread.
Result<v1::RunResult> run_self_test(const std::string& place, const Language& language);

}  // namespace lyceum::runner
