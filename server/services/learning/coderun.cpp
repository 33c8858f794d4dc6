#include "services/learning/coderun.h"

#include <algorithm>

#include "services/learning/rules.h"

namespace lyceum::learning {
namespace {

struct Run {
  CodeRun of;
  std::size_t output_max = 0;
  Sink<v1::SubmissionEvent> sink;
};

v1::ValidatorResult own_result(const Run& run, const runner::v1::TestResult& test) {
  internal::Test own;
  own.set_visible(true);
  auto result = rules::result_of(own, test, run.output_max);
  result.set_stdin(*run.of.own_input);
  return result;
}

std::optional<v1::ValidatorResult> result_of(const Run& run, const runner::v1::TestResult& test) {
  if (run.of.own_input) return own_result(run, test);
  for (const int position : run.of.tests) {
    if (test.id() != std::to_string(position)) continue;
    auto result =
        rules::result_of(run.of.component->editor().tests(position), test, run.output_max);
    rules::complete(result, *run.of.component, position);
    return result;
  }
  return std::nullopt;
}

Task<Result<void>> pass_on(std::shared_ptr<Run> run, runner::v1::RunEvent event) {
  v1::SubmissionEvent out;
  if (event.has_compile()) {
    rules::cut_output(*event.mutable_compile(), 4 * run->output_max);
    *out.mutable_compile() = std::move(*event.mutable_compile());
  } else if (event.has_test()) {
    auto result = result_of(*run, event.test());
    if (!result) co_return Result<void>{};
    *out.mutable_result() = *std::move(result);
  } else {
    out.mutable_done()->set_status(event.done().status());
  }
  co_return co_await run->sink.send(std::move(out));
}

}  // namespace

runner::v1::RunRequest make_program(const CodeRun& run, const std::string& language) {
  auto program = rules::program(*run.component, language, run.answer);
  program.set_priority("try");
  for (const int position : run.tests) rules::add_test(program, *run.component, position);
  if (run.own_input) {
    program.add_tests()->set_id("own");
    program.mutable_tests(0)->set_stdin(*run.own_input);
    // It is the program's own, whatever programs of the author there are, and nothing is judged.
    program.clear_compare();
    program.clear_interactor();
  }
  return program;
}

Task<Result<void>> run_code(runner::v1::RunnerApi& runner,
                            Call call,
                            CodeRun run,
                            runner::v1::RunRequest program,
                            std::size_t output_max,
                            Sink<v1::SubmissionEvent> sink) {
  // This service has decided that it may run: the runner is asked by it, on the caller's time and
  // in the caller's turn.
  Call::Info info;
  info.caller.service = true;
  info.caller.user_id = call.user_id();
  info.trace = call.trace();
  info.deadline_ms = call.info().deadline_ms;
  info.cancellation = call.info().cancellation;
  const auto state = std::make_shared<Run>(std::move(run), output_max, std::move(sink));
  Sink<runner::v1::RunEvent> events(
      [state](runner::v1::RunEvent event) { return pass_on(state, std::move(event)); });
  co_return co_await runner.stream_run(Call(std::move(info)), std::move(program),
                                       std::move(events));
}

Task<Result<void>> collect(std::shared_ptr<v1::TryResponse> response, v1::SubmissionEvent event) {
  if (event.has_compile())
    response->mutable_compile()->Swap(event.mutable_compile());
  else if (event.has_result())
    response->add_results()->Swap(event.mutable_result());
  else
    response->set_status(event.done().status());
  co_return Result<void>{};
}

}  // namespace lyceum::learning
