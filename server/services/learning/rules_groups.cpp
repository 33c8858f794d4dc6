#include <algorithm>

#include "services/learning/rules.h"

// Tests that are scored together, and judging by programs of the author.

namespace lyceum::learning::rules {

bool is_compared(const internal::Editor& editor) {
  return !editor.compare().has_checker() && !editor.has_interactor();
}

runner::v1::RunRequest submission(const internal::Component& component,
                                  const std::string& language,
                                  const internal::Answer& answer) {
  auto request = program(component, language, answer);
  const auto& editor = component.editor();
  for (int i = 0; i < editor.tests_size(); ++i) {
    add_test(request, component, i);
    if (!editor.tests(i).group().empty())
      request.mutable_tests(i)->set_group(editor.tests(i).group());
  }
  for (const auto& group : editor.groups()) {
    auto& made = *request.add_groups();
    made.set_id(group.key());
    made.set_max_score(group.max_score());
    made.set_aggregation(group.aggregation());
    *made.mutable_require_pass() = group.require_pass();
  }
  return request;
}

std::optional<internal::GroupScores> group_scores(const internal::Component& component,
                                                  const GroupResults& results) {
  internal::GroupScores scores;
  for (const auto& group : component.editor().groups()) {
    const auto found = std::ranges::find(results, group.key(), &runner::v1::GroupResult::id);
    if (found == results.end() || found->status().empty()) return std::nullopt;
    constexpr double rounding = 1e-9;
    const bool in_bounds =
        found->score() >= 0 && found->score() <= group.max_score() * (1 + rounding);  // not for NaN
    if (!in_bounds) return std::nullopt;
    auto& made = *scores.add_groups();
    made.set_key(group.key());
    made.set_status(found->status());
    made.set_score(std::min(found->score(), group.max_score()));
  }
  return scores;
}

std::vector<v1::TestGroupResult> show_groups(const internal::GroupScores& groups,
                                             const internal::Component& component) {
  std::vector<v1::TestGroupResult> shown;
  for (const auto& score : groups.groups()) {
    const auto& all = component.editor().groups();
    const auto group = std::ranges::find(all, score.key(), &internal::Group::key);
    if (group == all.end()) continue;
    auto& made = shown.emplace_back();
    made.set_key(score.key());
    made.set_name(group->name());
    made.set_status(score.status());
    made.set_score(score.score());
    made.set_max_score(group->max_score());
  }
  return shown;
}

}  // namespace lyceum::learning::rules
