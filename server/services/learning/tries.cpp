#include <algorithm>

#include "services/learning/coderun.h"
#include "services/learning/learning.h"
#include "services/learning/rules.h"

namespace lyceum::learning {
namespace {

// Which tests a try is about; empty: own input.
Result<std::vector<int>> chosen_tests(const internal::Editor& editor,
                                      const api::TryRequest& request) {
  if (request.has_stdin() && request.has_validator_id())
    return bad_field("stdin", "one_of_both", "either own input or a validator");
  std::vector<int> chosen;
  if (request.has_stdin()) return chosen;
  for (int i = 0; i < editor.tests_size(); ++i) {
    const auto& test = editor.tests(i);
    // A hidden one is as if it did not exist.
    if (test.visible() && (!request.has_validator_id() || test.id() == request.validator_id()))
      chosen.push_back(i);
  }
  if (chosen.empty() && request.has_validator_id())
    return fail(Code::not_found, "not_found", "there is no such visible validator");
  if (chosen.empty())
    return bad_field("stdin", "missing", "this exercise shows no validators: give your own input");
  return chosen;
}

// Results came as they were known.
void sort(google::protobuf::RepeatedPtrField<api::ValidatorResult>& results,
          const internal::Editor& editor) {
  std::ranges::sort(results, {}, [&](const api::ValidatorResult& result) {
    return std::ranges::find(editor.tests(), result.validator_id(), &internal::Test::id) -
           editor.tests().begin();
  });
}

}  // namespace

Task<Result<void>> Learning::stream_try(Call call,
                                        api::TryRequest request,
                                        Sink<api::SubmissionEvent> sink) {
  CO_TRY(const auto place, tries_.enter(call.user_id()));
  CO_TRY(const auto target,
         co_await db_.read([&](Tx& tx) { return this->target(tx, request.component_id()); }));
  if (target.component->type() != "editor")
    co_return fail(Code::not_found, "not_found", "there is no such component to try code in");
  CodeRun run{target.version, target.component, {}, {}, std::nullopt};
  CO_TRY(run.tests, chosen_tests(target.component->editor(), request));
  if (request.has_stdin()) run.own_input = std::move(*request.mutable_stdin());
  *run.answer.mutable_files() = std::move(*request.mutable_files());
  run.answer.set_entry(request.entry());
  CO_TRY_VOID(rules::check_answer(*target.component, request.language(), run.answer));
  auto program = make_program(run, request.language());
  co_return co_await run_code(runner_, call, std::move(run), std::move(program),
                              static_cast<std::size_t>(config_.output_max), std::move(sink));
}

Task<Result<api::TryResponse>> Learning::try_(Call call, api::TryRequest request) {
  const auto response = std::make_shared<api::TryResponse>();  // shared with the sink
  Sink<api::SubmissionEvent> sink(
      [response](api::SubmissionEvent event) { return collect(response, std::move(event)); });
  const std::int64_t component_id = request.component_id();
  CO_TRY_VOID(co_await stream_try(std::move(call), std::move(request), std::move(sink)));
  CO_TRY(const auto target,
         co_await db_.read([&](Tx& tx) { return this->target(tx, component_id); }));
  sort(*response->mutable_results(), target.component->editor());
  co_return std::move(*response);
}

}  // namespace lyceum::learning
