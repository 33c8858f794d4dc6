#include "services/learning/solutions.h"

#include <cmath>
#include <fmt/format.h>

#include "services/learning/rules.h"
#include "services/learning/text.h"

namespace lyceum::learning {
namespace {

struct Check {
  std::string file;   // "cpp/hello/content.yaml"
  std::string field;  // "components[1].solutions[0]"
  const internal::Component* component;
  const internal::Solution* solution;
};

void collect(const google::protobuf::RepeatedPtrField<internal::Component>& components,
             const std::string& file,
             const std::string& at,
             std::vector<Check>& out) {
  for (int i = 0; i < components.size(); ++i) {
    const auto& component = components[i];
    const std::string here = fmt::format("{}[{}].", at, i);
    for (int k = 0; k < component.editor().solutions_size(); ++k)
      out.push_back({file, fmt::format("{}solutions[{}]", here, k), &component,
                     &component.editor().solutions(k)});
    collect(component.children(), file, here + "children", out);
  }
}

void collect(const CourseModule& module, const std::string& dir, std::vector<Check>& out) {
  for (const auto& content : module.contents)
    collect(content.tree.components(), dir + content.key + "/content.yaml", "components", out);
  for (const auto& below : module.modules) collect(below, dir + below.key + "/", out);
}

runner::v1::RunRequest request_of(const Check& check) {
  internal::Answer answer;
  *answer.mutable_files() = check.solution->files();
  auto request = rules::submission(*check.component, check.solution->language(), answer);
  request.set_priority("rejudge");  // a whole course of them is in nobody's way
  return request;
}

bool is_expected(const internal::Solution& solution, const runner::v1::RunResult& result) {
  constexpr double rounding = 1e-6;
  return result.status() == solution.expect() &&
         (!solution.has_score() || std::abs(result.score() - solution.score()) < rounding);
}

// What the author must know: how it ended, and where.
std::string complaint(const Check& check, const runner::v1::RunResult& result) {
  std::string why = fmt::format("ends as {}, not {}", result.status(), check.solution->expect());
  if (result.status() == check.solution->expect())
    return fmt::format("scores {:g}, not {:g}", result.score(), check.solution->score());
  if (result.status() == "CE") return why + ": " + result.compile().stderr().substr(0, 500);
  for (int i = 0; i < result.tests_size(); ++i) {
    const auto& test = result.tests(i);
    if (test.status() == "AC" || i >= check.component->editor().tests_size()) continue;
    const char* colon = test.judge_message().empty() ? "" : ": ";
    return why + fmt::format(" (test \"{}\": {}{}{})", check.component->editor().tests(i).key(),
                             test.status(), colon, cut_utf8(test.judge_message(), 500));
  }
  return why;
}

// The author has asked for something that the runner does not do.
std::string refusal(const Error& error) {
  return fmt::format("cannot be run: {}{}{}", error.field, error.field.empty() ? "" : ": ",
                     error.message);
}

}  // namespace

Task<Result<Problems>> run_solutions(runner::v1::RunnerApi& runner,
                                     Call call,
                                     const CourseModule* course) {
  std::vector<Check> checks;
  collect(*course, "", checks);
  Problems problems;
  for (const auto& check : checks) {
    const auto result = co_await runner.run(call, request_of(check));
    if (!result && result.error().code == Code::invalid_argument)
      problems.add(check.file, 0, check.field, refusal(result.error()));
    else if (!result)
      co_return fail(result.error());
    else if (!is_expected(*check.solution, *result))
      problems.add(check.file, 0, check.field, complaint(check, *result));
  }
  co_return problems;
}

}  // namespace lyceum::learning
