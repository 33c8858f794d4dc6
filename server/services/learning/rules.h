#pragma once
// Decisions without I/O: which answers are good, how they are judged and scored, and what of a
// result may be shown.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "contract/learning.pb.h"
#include "contract/learning_internal.pb.h"

namespace lyceum::learning::rules {

// Relative, "/" between parts, no "." or ".." part, no control character.
bool is_safe_path(std::string_view path, std::size_t bytes_max = 200);

constexpr std::size_t answer_bytes_max = 256 << 10;

// What is wrong with the files of an answer, if anything; Error::field is "files[2].path".
std::optional<Error> files_problem(std::span<const runner::v1::File> files);

// Whether its tests are judged by their expected outputs, not by a program of the author. What
// such a program is given to judge by is not for learners.
bool is_compared(const internal::Editor& editor);

bool is_submittable(const internal::Component& component);
int validator_count(const internal::Component& component);

// A draft may be unfinished and out of date, but must be of its component's kind and not too large.
Result<void> check_draft(const internal::Component& component,
                         const std::string& language,
                         const internal::Answer& answer);
// A submission must make sense to the judge.
Result<void> check_answer(const internal::Component& component,
                          const std::string& language,
                          const internal::Answer& answer);

// Code and what it is compiled with: read-only files are the author's whatever was sent, and
// nothing is tested yet.
runner::v1::RunRequest program(const internal::Component& component,
                               const std::string& language,
                               const internal::Answer& answer);
// One test of it; its id is the test's position in its component.
void add_test(runner::v1::RunRequest& request, const internal::Component& component, int position);
// The same with all its tests in their groups, as a submission is judged.
runner::v1::RunRequest submission(const internal::Component& component,
                                  const std::string& language,
                                  const internal::Answer& answer);

// Right or wrong, one result each, in the validators' order. For an MCQ and a quiz.
std::vector<v1::ValidatorResult> mark(const internal::Component& component,
                                      const internal::Answer& answer);

struct Score {
  std::string status;  // AC if passed, else the worst of the results
  double score = 0;    // 0 to 1
};

// `statuses` in the order of the component's validators; `groups` as group_scores() has them.
Score score(const internal::Component& component,
            std::span<const std::string> statuses,
            const internal::GroupScores& groups = {});

using GroupResults = google::protobuf::RepeatedPtrField<runner::v1::GroupResult>;
// What the runner says of a component's groups, in their order. Nothing when that does not fit
// them.
std::optional<internal::GroupScores> group_scores(const internal::Component& component,
                                                  const GroupResults& results);
// As they are shown: with names and what could be had.
std::vector<v1::TestGroupResult> show_groups(const internal::GroupScores& groups,
                                             const internal::Component& component);

// The more severe of two verdicts (research: runner, one order for all).
const std::string& worse(const std::string& a, const std::string& b);

// How a test of an editor ended, as it is stored: nothing but its verdict and what it took when it
// is hidden, and never more than `output_max` bytes of what it wrote.
v1::ValidatorResult result_of(const internal::Test& test,
                              const runner::v1::TestResult& result,
                              std::size_t output_max);
void cut_output(runner::v1::CompileResult& compile, std::size_t output_max);

// Adds what the content's version says of a visible validator: name, input, hint after a failure, …
void complete(v1::ValidatorResult& result, const internal::Component& component, int position);

}  // namespace lyceum::learning::rules
