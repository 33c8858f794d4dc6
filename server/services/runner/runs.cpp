// The way of a request: checks, compile, tests, verdict.

#include <algorithm>
#include <thread>

#include "services/runner/arguments.h"
#include "services/runner/output.h"
#include "services/runner/run.h"

namespace lyceum::runner {
namespace {

bool nobody_waits(const Error& error) {
  return error.code == Code::cancelled || error.code == Code::deadline_exceeded;
}

Priority priority_of(const std::string& word) {
  if (word == "rejudge") return Priority::rejudge;
  return word == "judge" ? Priority::judge : Priority::attempt;
}

// Events come as they are known; the answer has its tests in the order of the request.
class Collector {
 public:
  explicit Collector(const api::RunRequest& request) {
    for (int i = 0; i < request.tests_size(); ++i) places_[request.tests(i).id()] = i;
  }

  void take(api::RunEvent event) {
    if (event.has_compile()) *result.mutable_compile() = std::move(*event.mutable_compile());
    if (event.has_test()) {
      while (result.tests_size() < static_cast<int>(places_.size())) result.add_tests();
      *result.mutable_tests(places_.at(event.test().id())) = std::move(*event.mutable_test());
    }
    if (!event.has_done()) return;
    auto& done = *event.mutable_done();
    result.set_id(done.id());
    result.set_status(done.status());
    if (done.has_score()) result.set_score(done.score());
    result.mutable_groups()->Swap(done.mutable_groups());
  }

  api::RunResult result;

 private:
  std::map<std::string, int, std::less<>> places_;
};

Task<Result<void>> collect(std::shared_ptr<Collector> into, api::RunEvent event) {
  into->take(std::move(event));
  co_return Result<void>();
}

void set_groups(api::RunDone& done,
                const api::RunRequest& request,
                const std::vector<Outcome>& outcomes) {
  if (request.groups().empty()) return;
  double score = 0;
  for (auto& group : grade_groups(request, outcomes)) {
    score += group.score();
    *done.add_groups() = std::move(group);
  }
  done.set_score(score);
}

}  // namespace

void Runner::Run::note(int index, const api::TestResult& result) {
  auto& outcome = outcomes[static_cast<std::size_t>(index)];
  outcome.status = result.status();
  if (result.has_score()) outcome.score = result.score();
  status = worse(status, result.status());
  one_done();
  record.set_tests_done(record.tests_done() + 1);
  show();
  const auto counter = counters->tests.find(result.status());
  if (counter != counters->tests.end()) counter->second->add();
}

void Runner::Run::begin() {
  asked_at = std::chrono::steady_clock::now();
  record.set_id(id);
  record.set_user_id(call.user_id());
  record.set_language(request.language());
  record.set_priority(std::string(priority_words.at(static_cast<std::size_t>(turn.priority))));
  record.set_status("QUEUED");
  record.set_tests(request.tests_size());
  record.set_started_at(clock.now_ms());
  show();
}

void Runner::Run::seated() {
  if (record.has_queue_ms()) return;
  record.set_status("RUNNING");
  record.set_queue_ms(std::max<std::int64_t>(0, clock.now_ms() - record.started_at()));
  show();
}

void Runner::Run::used(const JobResult& result) {
  cpu_ns += result.cpu_ns;
  record.set_cpu_ms(whole_ms(cpu_ns));
}

void Runner::Run::end(const Result<void>& how) {
  if (record.has_run_ms()) return;
  record.set_status(how ? status : nobody_waits(how.error()) ? "CANCELED" : "IE");
  if (!how) record.set_error(how.error().reason);
  const auto all_ms = std::max<std::int64_t>(0, clock.now_ms() - record.started_at());
  record.set_run_ms(std::max<std::int64_t>(0, all_ms - record.queue_ms()));
  show();
  const auto counter = counters->runs.find(record.status());
  if (counter != counters->runs.end()) counter->second->add();
  counters->run_seconds.observe(
      std::chrono::duration<double>(std::chrono::steady_clock::now() - asked_at).count());
}

Runner::Runner(Config config,
               std::unique_ptr<Sandbox> sandbox,
               const Clock& clock,
               Ids& ids,
               metrics::Registry& metrics)
    : config_(std::move(config)),
      maxima_{config_.cpu_ms_max, config_.wall_ms_max, config_.memory_bytes_max,
              config_.output_bytes_max, config_.processes_max},
      sandbox_(std::move(sandbox)),
      precompiled_(sandbox_),
      warm_(sandbox_),
      clock_(clock),
      ids_(ids),
      cache_(config_.cache_bytes),
      gate_(config_.jobs > 0 ? config_.jobs
                             : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()))),
      counters_(std::make_shared<Counters>(metrics, gate_.width())),
      activity_(clock, gate_.width(), counters_->slots_in_use),
      canary_(sandbox_, counters_->sandbox_up),
      seats_(std::make_shared<LiveSeats>(
          config_.live_max > 0 ? config_.live_max : std::max(1, gate_.width() - 1),
          config_.live_user_max)),
      jobe_files_bytes_(metrics.gauge("runner_jobe_files_bytes",
                                      "size of the files that clients of Jobe's API have put")) {}

Result<Runner::RunPtr> Runner::begin(Call call,
                                     api::RunRequest request,
                                     const Maxima& maxima,
                                     bool live) {
  if (request.has_terminal() && !live)
    return bad_field("terminal", "not_live", "only live sessions have a terminal");
  TRY(const auto* language, usable_language(request.language()));
  TRY_VOID(check_request(request, maxima));
  TRY_VOID(check_arguments(request, *language));
  TRY(auto entry, choose_entry(request, *language));
  if (runs_.fetch_add(1) >= config_.runs_max) {
    --runs_;
    counters_->overload.add();
    return fail(overload());
  }
  auto run = std::make_shared<Run>(std::move(call), std::move(request), *this);
  run->id = ids_.next();
  run->turn = {.priority = priority_of(run->request.priority()), .user_id = run->call.user_id()};
  run->limits = limits_of(run->request, *language, maxima);
  run->comparison = comparison_of(run->request.compare());
  run->program = {.language = language, .entry = std::move(entry), .given = &run->request.files()};
  add_to(run->program.compile_arguments, run->request.compile_arguments());
  add_to(run->program.arguments, run->request.arguments());
  if (const auto* validator = validator_of(run->request)) {
    TRY(const auto* its, usable_language(validator->language()));
    TRY(auto its_entry, choose_entry(*validator, *its));
    run->validator =
        Program{.language = its, .entry = std::move(its_entry), .given = &validator->files()};
  }
  run->begin();
  return run;
}

Error Runner::overload() const {
  return {Code::resource_exhausted,
          "overload",
          "too many programs run at this moment; try again",
          {},
          retry_after_ms(jobs_left_, gate_.width(), gate_.usual_stay())};
}

Task<Result<api::CompileResult>> Runner::compile_program(RunPtr run) {
  CO_TRY(const auto compiled, co_await compile(run, &run->program));
  api::CompileResult out;
  out.set_status(compiled.status);
  out.set_cached(compiled.cached);
  run->record.set_cached(compiled.cached);
  if (run->program.language->compiled()) set_outputs(out, compiled.result, run->reply_left);
  run->status = out.status();
  run->one_done();
  co_return out;
}

Task<Result<void>> Runner::go(RunPtr run, Sink<api::RunEvent> sink) {
  auto ended = co_await compile_and_test(run, std::move(sink));
  run->end(ended);
  co_return ended;
}

Task<Result<void>> Runner::compile_and_test(RunPtr run, Sink<api::RunEvent> sink) {
  api::RunEvent event;
  CO_TRY(*event.mutable_compile(), co_await while_wanted(run->call, compile_program(run)));
  CO_TRY_VOID(co_await sink.send(std::move(event)));
  if (run->status == "AC") {
    if (run->validator) CO_TRY_VOID(co_await while_wanted(run->call, compile_validator(run)));
    CO_TRY_VOID(co_await run_tests(run, sink));
  }

  api::RunEvent end;
  auto& done = *end.mutable_done();
  done.set_id(run->id);
  done.set_status(run->status);
  set_groups(done, run->request, run->outcomes);
  co_return co_await sink.send(std::move(end));
}

Task<Result<api::RunResult>> Runner::run(Call call, api::RunRequest request) {
  CO_TRY(auto begun, begin(std::move(call), std::move(request), maxima_));
  const auto collector = std::make_shared<Collector>(begun->request);  // the sink is a value
  Sink<api::RunEvent> sink(
      [collector](api::RunEvent event) { return collect(collector, std::move(event)); });
  CO_TRY_VOID(co_await go(std::move(begun), std::move(sink)));
  co_return std::move(collector->result);
}

Task<Result<void>> Runner::stream_run(Call call,
                                      api::RunRequest request,
                                      Sink<api::RunEvent> sink) {
  CO_TRY(auto begun, begin(std::move(call), std::move(request), maxima_));
  co_return co_await go(std::move(begun), std::move(sink));
}

}  // namespace lyceum::runner
