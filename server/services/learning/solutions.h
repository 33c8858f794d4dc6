#pragma once
// Runs the reference solutions of a course, so that a wrong test or a wrong solution is found by
// its author and not by a learner.

#include "base/call.h"
#include "contract/runner.rpc.h"
#include "services/learning/course_folder.h"

namespace lyceum::learning {

// The problems found; an error when the runner is not to be had. `course` outlives the call.
Task<Result<Problems>> run_solutions(runner::v1::RunnerApi& runner,
                                     Call call,
                                     const CourseModule* course);

}  // namespace lyceum::learning
