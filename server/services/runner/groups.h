#pragma once
// What groups of tests are worth (Kattis problem package format 2025-09, test data groups).

#include <optional>
#include <string>
#include <vector>

#include "contract/runner.rpc.h"

namespace lyceum::runner {

namespace api = lyceum::runner::v1;

struct Outcome {
  std::string status = "SK";
  std::optional<double> score;  // the validator's, 0 to 1
};

// The group's verdict and score from those of its tests.
api::GroupResult grade(const api::Group& group, const std::vector<Outcome>& tests);

// All groups of the request. `outcomes`: of its tests, in its order; fewer where they were not run.
std::vector<api::GroupResult> grade_groups(const api::RunRequest& request,
                                           const std::vector<Outcome>& outcomes);

}  // namespace lyceum::runner
