#pragma once
// Runs code against chosen tests of an editor without keeping anything: for tries and the guests'
// exercise.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/call.h"
#include "base/sink.h"
#include "contract/runner.rpc.h"
#include "services/learning/versions.h"

namespace lyceum::learning {

struct CodeRun {
  VersionPtr version;
  const internal::Component* component = nullptr;  // in `version`
  internal::Answer answer;
  std::vector<int> tests;  // positions
  std::optional<std::string> own_input;
};

runner::v1::RunRequest make_program(const CodeRun& run, const std::string& language);

// Gives compile, a result for each test, done.
Task<Result<void>> run_code(runner::v1::RunnerApi& runner,
                            Call call,
                            CodeRun run,
                            runner::v1::RunRequest program,
                            std::size_t output_max,
                            Sink<v1::SubmissionEvent> sink);

// One event of it, into the answer that holds them all.
Task<Result<void>> collect(std::shared_ptr<v1::TryResponse> response, v1::SubmissionEvent event);

}  // namespace lyceum::learning
