// The way of a request: checks, compile, tests, verdict.

#include <algorithm>
#include <thread>

#include "services/runner/arguments.h"
#include "services/runner/output.h"
#include "services/runner/run.h"

namespace lyceum::runner {
namespace {

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

Runner::Counters::Counters(metrics::Registry& registry)
    : active(registry.gauge("runner_runs", "runs under way, those that wait included")),
      jobs(registry.gauge("runner_jobs", "sandboxes in use")),
      live(registry.gauge("runner_live", "live sessions under way")),
      overload(registry.counter("runner_overload_total",
                                "runs refused because too many were under way")),
      unavailable(
          registry.counter("runner_unavailable_total", "jobs that no sandbox could be had for")),
      recalled(registry.counter("runner_compiles_total", "compiles", R"(cached="true")")),
      compiled(registry.counter("runner_compiles_total", "compiles", R"(cached="false")")),
      cache_bytes(registry.gauge("runner_cache_bytes", "size of the cache of compiled programs")),
      job_seconds(registry.histogram("runner_job_seconds", "time of a job, its sandbox included")) {
  for (const auto* status : {"AC", "WA", "RE", "SIG", "OLE", "MLE", "WTLE", "TLE", "SV", "IE"})
    tests[status] = &registry.counter("runner_tests_total", "tests by verdict",
                                      "status=\"" + std::string(status) + "\"");
}

void Runner::Run::note(int index, const api::TestResult& result) {
  auto& outcome = outcomes[static_cast<std::size_t>(index)];
  outcome.status = result.status();
  if (result.has_score()) outcome.score = result.score();
  status = worse(status, result.status());
  one_done();
  const auto counter = counters->tests.find(result.status());
  if (counter != counters->tests.end()) counter->second->add();
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
      clock_(clock),
      ids_(ids),
      cache_(config_.cache_bytes),
      gate_(config_.jobs > 0 ? config_.jobs
                             : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()))),
      seats_(std::make_shared<LiveSeats>(
          config_.live_max > 0 ? config_.live_max : std::max(1, gate_.width() - 1),
          config_.live_user_max)),
            counters_(std::make_shared<Counters>(metrics)),
      jobe_files_bytes_(metrics.gauge("runner_jobe_files_bytes",
                                      "size of the files that clients of Jobe's API have put")) {}

Result<Runner::RunPtr> Runner::begin(Call call, api::RunRequest request, const Maxima& maxima) {
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
  if (run->program.language->compiled()) set_outputs(out, compiled.result, run->reply_left);
  run->status = out.status();
  run->one_done();
  co_return out;
}

Task<Result<void>> Runner::go(RunPtr run, Sink<api::RunEvent> sink) {
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
