// The tests of a run, at the same time as far as there is room.

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "services/runner/output.h"
#include "services/runner/run.h"
#include "services/runner/schedule.h"

namespace asio = boost::asio;

namespace lyceum::runner {
namespace {

api::TestResult skipped(const api::Test& test) {
  api::TestResult out;
  out.set_id(test.id());
  out.set_status("SK");
  return out;
}

}  // namespace

api::TestResult result_of(const api::Test& test,
                          const JobResult& ended,
                          std::string_view status,
                          std::int64_t output_max) {
  api::TestResult out;
  out.set_id(test.id());
  out.set_status(std::string(status));
  if (ended.end == End::signaled) out.set_signal(signal_name(ended.signal));
  if (!ended.forbidden_call.empty()) out.set_forbidden_call(ended.forbidden_call);
  out.set_memory_bytes(ended.memory_bytes);
  set_outputs(out, ended, output_max);
  return out;
}

void apply(const Judgement& judgement, api::TestResult& result) {
  result.set_status(judgement.status);
  if (judgement.score) result.set_score(*judgement.score);
  if (judgement.message) result.set_message(*judgement.message);
  if (judgement.judge_message) result.set_judge_message(*judgement.judge_message);
}

// The tests of one run while they are under way; everything happens on the run's own loop.
struct Runner::Tests {
  Tests(const asio::any_io_executor& loop, const api::RunRequest& request)
      : schedule(request),
        results(static_cast<std::size_t>(request.tests_size())),
        stops(results.size()),
        changed(loop) {}

  api::TestResult& result(int index) { return results[static_cast<std::size_t>(index)]; }

  asio::cancellation_signal& stop(int index) { return stops[static_cast<std::size_t>(index)]; }

  // The caller has left.
  void abandon() {
    error = Error{Code::cancelled, "cancelled", "the run was stopped", {}, 0};
    changed.cancel();
  }

  void stop_all() {
    stopped = true;
    for (auto& one : stops) one.emit(asio::cancellation_type::terminal);
  }

  // Until a test has ended.
  Task<void> change() {
    changed.expires_at(asio::steady_timer::time_point::max());
    boost::system::error_code ignored;
    co_await changed.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }

  void ended(int index, const std::exception_ptr& thrown, Result<api::TestResult> with) {
    --under_way;
    changed.cancel();
    if (stopped || schedule.skipped(index)) return;
    if (thrown && !bug) bug = thrown;
    if (thrown || !with) {
      if (!with && !error) error = std::move(with).error();
      return;
    }
    const bool passed = with->status() == "AC";
    result(index) = *std::move(with);
    for (const int skipped : schedule.ended(index, passed))
      stop(skipped).emit(asio::cancellation_type::terminal);
  }

  Schedule schedule;
  std::vector<api::TestResult> results;
  std::vector<asio::cancellation_signal> stops;
  asio::steady_timer changed;
  int under_way = 0;
  bool stopped = false;
  std::optional<Error> error;  // the first: then there is no answer
  std::exception_ptr bug;
};

void Runner::start_test(const RunPtr& run, const std::shared_ptr<Tests>& tests, int index) {
  ++tests->under_way;
  asio::co_spawn(tests->changed.get_executor(), run_test(run, index),
                 asio::bind_cancellation_slot(tests->stop(index).slot(),
                                              [tests, index](const std::exception_ptr& thrown,
                                                             Result<api::TestResult> result) {
                                                tests->ended(index, thrown, std::move(result));
                                              }));
}

Task<Result<void>> Runner::run_tests(RunPtr run, Sink<api::RunEvent> sink) {
  const auto tests = std::make_shared<Tests>(co_await asio::this_coro::executor, run->request);
  const auto leaving = Cancellation::listen(run->call.info().cancellation, [tests] {
    asio::post(tests->changed.get_executor(), [tests] { tests->abandon(); });
  });
  run->outcomes.resize(tests->results.size());
  Result<void> sent;
  while (sent && !tests->error && !tests->bug) {
    while (tests->under_way < gate_.width()) {
      const auto index = tests->schedule.next();
      if (!index) break;
      start_test(run, tests, *index);
    }
    if (const auto index = tests->schedule.settled()) {
      api::RunEvent event;
      *event.mutable_test() = tests->schedule.skipped(*index) ? skipped(run->request.tests(*index))
                                                              : std::move(tests->result(*index));
      run->note(*index, event.test());
      sent = co_await sink.send(std::move(event));
      continue;
    }
    if (tests->under_way == 0) break;
    co_await tests->change();
  }
  // The reader has gone, or there is no answer to give: nobody waits for the rest.
  if (tests->under_way > 0) tests->stop_all();
  while (tests->under_way > 0) co_await tests->change();
  if (tests->bug) std::rethrow_exception(tests->bug);
  if (tests->error) co_return fail(*std::move(tests->error));
  co_return sent;
}

Task<Result<api::TestResult>> Runner::run_test(RunPtr run, int index) {
  if (!run->broken_validator)
    co_return co_await (run->interactive() ? test_with_interactor(run, index)
                                           : test_alone(run, index));
  api::TestResult out;
  out.set_id(run->request.tests(index).id());
  apply(*run->broken_validator, out);
  co_return out;
}

Task<Result<api::TestResult>> Runner::test_alone(RunPtr run, int index) {
  CO_TRY(const auto place, co_await enter(run, 1));
  const auto& test = run->request.tests(index);
  const Language& language = *run->program.language;
  Job job = co_await warm_job(&run->program, run->limits.memory_bytes);
  CO_TRY(job.input, Content::of(test.stdin()));
  job.limits = with_runtime(run->limits, language, run->program.files_bytes());
  CO_TRY(auto ended, co_await execute(run, std::move(job)));

  const bool compared = test.has_expected() && !run->validator;
  const auto status =
      judge(ended, run->limits, language, compared ? &test.expected() : nullptr, run->comparison);
  auto out = result_of(test, ended, status, run->output_share());
  // In the same place: the checker follows the program at once.
  if (run->validator && status == "AC") {
    CO_TRY(const auto judgement, co_await check(run, index, std::move(ended.out)));
    apply(judgement, out);
  }
  co_return out;
}

}  // namespace lyceum::runner
