#include "services/runner/groups.h"

#include <algorithm>
#include <numeric>

#include "services/runner/rules.h"

namespace lyceum::runner {
namespace {

// How much of a test's share it has earned.
double part_of(const Outcome& test) {
  return test.status == "AC" ? test.score.value_or(1) : 0;
}

// From 0 to 1.
double part_of(const std::string& aggregation, const std::vector<Outcome>& tests, bool passed) {
  std::vector<double> parts;
  for (const auto& test : tests) parts.push_back(part_of(test));
  if (aggregation == "sum")
    return std::accumulate(parts.begin(), parts.end(), 0.0) / static_cast<double>(parts.size());
  if (aggregation == "min") return std::ranges::min(parts);
  return passed ? 1 : 0;
}

// AC only where every test was run and is right.
std::string_view status_of(const std::vector<Outcome>& tests) {
  std::string_view status = "SK";
  bool all_run = true;
  for (const auto& test : tests) {
    all_run = all_run && test.status != "SK";
    status = worse(status, test.status);
  }
  return status == "AC" && !all_run ? "SK" : status;
}

}  // namespace

api::GroupResult grade(const api::Group& group, const std::vector<Outcome>& tests) {
  api::GroupResult out;
  out.set_id(group.id());
  const auto status = status_of(tests);
  out.set_status(std::string(status));
  if (!tests.empty())
    out.set_score(group.max_score() * part_of(group.aggregation(), tests, status == "AC"));
  return out;
}

std::vector<api::GroupResult> grade_groups(const api::RunRequest& request,
                                           const std::vector<Outcome>& outcomes) {
  std::vector<api::GroupResult> out;
  for (const auto& group : request.groups()) {
    std::vector<Outcome> tests;
    for (int i = 0; i < request.tests_size(); ++i) {
      const auto at = static_cast<std::size_t>(i);
      if (request.tests(i).group() == group.id())
        tests.push_back(at < outcomes.size() ? outcomes[at] : Outcome());
    }
    out.push_back(grade(group, tests));
  }
  return out;
}

}  // namespace lyceum::runner
