#include <algorithm>

#include "services/learning/coderun.h"
#include "services/learning/learning.h"
#include "services/learning/rules.h"

namespace lyceum::learning {

// Runs the visible validators of the guests' exercise under limits of its own. Nothing is kept.
Task<Result<void>> Learning::stream_sample(Call call,
                                           api::SampleRunRequest request,
                                           Sink<api::SubmissionEvent> sink) {
  CO_TRY(const auto place, samples_.enter(0));
  CO_TRY(const auto target, co_await sample_target());
  CodeRun run{target.version, target.component, {}, {}, std::nullopt};
  for (int i = 0; i < target.component->editor().tests_size(); ++i)
    if (target.component->editor().tests(i).visible()) run.tests.push_back(i);
  *run.answer.mutable_files() = std::move(*request.mutable_files());
  CO_TRY_VOID(rules::check_answer(*target.component, request.language(), run.answer));
  if (run.tests.empty()) run.own_input.emplace();
  auto program = make_program(run, request.language());
  auto& limits = *program.mutable_limits();
  const auto at_most = [](bool set, std::int64_t value, std::int64_t max) {
    return set ? std::min(value, max) : max;
  };
  limits.set_cpu_ms(at_most(limits.has_cpu_ms(), limits.cpu_ms(), config_.sample_cpu_ms));
  limits.set_wall_ms(at_most(limits.has_wall_ms(), limits.wall_ms(), 2 * config_.sample_cpu_ms));
  limits.set_memory_bytes(
      at_most(limits.has_memory_bytes(), limits.memory_bytes(), config_.sample_memory_bytes));
  limits.set_output_bytes(
      at_most(limits.has_output_bytes(), limits.output_bytes(), std::int64_t{64} << 10));
  program.set_stop_on_failure(false);
  co_return co_await run_code(runner_, call, std::move(run), std::move(program),
                              static_cast<std::size_t>(config_.output_max), std::move(sink));
}

}  // namespace lyceum::learning
