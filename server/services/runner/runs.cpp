#include <algorithm>
#include <chrono>
#include <thread>

#include <boost/asio/this_coro.hpp>

#include "base/crypto.h"
#include "base/log.h"
#include "services/runner/arguments.h"
#include "services/runner/runner.h"

namespace lyceum::runner {
namespace {

constexpr std::int64_t mib = 1 << 20;
constexpr std::int64_t reply_max = 8 * mib;  // of all outputs in one answer
constexpr std::int64_t compiler_output_keep = 64 << 10;
constexpr std::int64_t compiler_output_max = 8 * mib;  // a compiler that goes on and on is stopped

std::int64_t ms(std::int64_t ns) {
  return (ns + 500'000) / 1'000'000;
}

std::vector<std::string> environment_of(const Language& language) {
  std::vector<std::string> out = {"PATH=/usr/bin:/bin", "HOME=/w", "LANG=C.UTF-8", "TMPDIR=/tmp"};
  out.insert(out.end(), language.environment.begin(), language.environment.end());
  return out;
}

JobLimits compile_limits(const Budget& budget) {
  return {.cpu_ms = budget.cpu_ms,
          .wall_ms = budget.wall_ms,
          .memory_bytes = budget.memory_mib * mib,
          .output_keep = compiler_output_keep,
          .output_max = compiler_output_max,
          .processes = budget.processes,
          .cores = budget.cores};
}

// Everything that decides what a compiler gives, each part with its length before it.
std::string cache_key(const Job& job, const api::RunRequest& request) {
  std::string all;
  const auto add = [&](std::string_view part) {
    all += std::to_string(part.size()) + ":";
    all += part;
  };
  for (const auto& argument : job.argv) add(argument);
  for (const auto& variable : job.environment) add(variable);
  add("files");
  for (const auto& file : request.files()) {
    add(file.path());
    add(file.content());
  }
  return sha256(all);
}

struct Text {
  std::string value;
  bool base64 = false;
  bool truncated = false;
};

// What of an output goes into the answer: `left` is what still fits.
Text present(std::string_view kept, std::int64_t written, std::int64_t& left) {
  Text out;
  const auto size = std::min<std::int64_t>(std::ssize(kept), left);
  kept = kept.substr(0, static_cast<std::size_t>(size));
  out.truncated = size < written;
  if (out.truncated) kept = whole_characters(kept);
  left -= std::ssize(kept);
  out.base64 = !is_utf8(kept);
  out.value = out.base64 ? base64(kept) : std::string(kept);
  return out;
}

// CompileResult and TestResult have these fields in common.
template <class Message>
void set_outputs(Message& message, const JobResult& result, std::int64_t& left) {
  auto out = present(result.out, result.out_bytes, left);
  auto err = present(result.err, result.err_bytes, left);
  message.set_stdout(std::move(out.value));
  message.set_stderr(std::move(err.value));
  if (out.base64) message.set_stdout_encoding("base64");
  if (err.base64) message.set_stderr_encoding("base64");
  message.set_truncated(out.truncated || err.truncated);
  message.set_stdout_bytes(result.out_bytes);
  message.set_stderr_bytes(result.err_bytes);
  message.set_cpu_ms(ms(result.cpu_ns));
  message.set_wall_ms(ms(result.wall_ns));
  // As a shell says it; what a program that was stopped by a limit would have said is not known.
  message.set_exit_code(result.end == End::signaled ? 128 + result.signal : result.exit_code);
}

api::TestResult skipped(const std::string& id) {
  api::TestResult out;
  out.set_id(id);
  out.set_status("SK");
  return out;
}

Task<Result<void>> collect(std::shared_ptr<api::RunResult> into, api::RunEvent event) {
  if (event.has_compile()) *into->mutable_compile() = std::move(*event.mutable_compile());
  if (event.has_test()) *into->add_tests() = std::move(*event.mutable_test());
  if (event.has_done()) {
    into->set_id(event.done().id());
    into->set_status(event.done().status());
  }
  co_return Result<void>();
}

}  // namespace

struct Runner::Counters {
  explicit Counters(metrics::Registry& registry)
      : active(registry.gauge("runner_runs", "runs under way, those that wait included")),
        jobs(registry.gauge("runner_jobs", "sandboxes in use")),
        overload(registry.counter("runner_overload_total",
                                  "runs refused because too many were under way")),
        unavailable(
            registry.counter("runner_unavailable_total", "jobs that no sandbox could be had for")),
        recalled(registry.counter("runner_compiles_total", "compiles", R"(cached="true")")),
        compiled(registry.counter("runner_compiles_total", "compiles", R"(cached="false")")),
        cache_bytes(registry.gauge("runner_cache_bytes", "size of the cache of compiled programs")),
        job_seconds(
            registry.histogram("runner_job_seconds", "time of a job, its sandbox included")) {
    for (const auto* status : {"AC", "WA", "RE", "SIG", "OLE", "MLE", "WTLE", "TLE", "SV"})
      tests[status] = &registry.counter("runner_tests_total", "tests by verdict",
                                        "status=\"" + std::string(status) + "\"");
  }

  metrics::Gauge &active, &jobs;
  metrics::Counter &overload, &unavailable, &recalled, &compiled;
  metrics::Gauge& cache_bytes;
  metrics::Histogram& job_seconds;
  std::map<std::string_view, metrics::Counter*> tests;
};

// One request on its way.
struct Runner::Run {
  Run(Call c, api::RunRequest r, std::atomic<int>& n, std::shared_ptr<Counters> k)
      : call(std::move(c)), request(std::move(r)), runs(n), counters(std::move(k)) {
    counters->active.set(runs);
  }

  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  ~Run() { counters->active.set(--runs); }

  const Call call;
  const api::RunRequest request;
  std::atomic<int>& runs;
  const std::shared_ptr<Counters> counters;
  std::int64_t id = 0;
  const Language* language = nullptr;
  std::string entry;
  JobLimits limits;
  Comparison comparison;
  std::vector<SandboxFile> files;  // what every test finds
  std::int64_t reply_left = reply_max;
};

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
      counters_(std::make_shared<Counters>(metrics)),
      jobe_files_bytes_(metrics.gauge("runner_jobe_files_bytes",
                                      "size of the files that clients of Jobe's API have put")) {}

Result<std::shared_ptr<Runner::Run>> Runner::begin(Call call, api::RunRequest request) {
  const Language* language = find_language(request.language());
  if (!language)
    return bad_field("language", "unknown_language", "this server knows no such language");
  if (!tools_installed(*language))
    return bad_field("language", "language_not_installed",
                     "the tools of this language are not installed here");
  TRY_VOID(check_request(request, maxima_));
  TRY_VOID(check_arguments(request, *language));
  TRY(auto entry, choose_entry(request, *language));
  if (runs_.fetch_add(1) >= config_.runs_max) {
    --runs_;
    counters_->overload.add();
    return fail(Error{Code::resource_exhausted,
                      "overload",
                      "too many programs run at this moment; try again",
                      {},
                      1000});
  }
  auto run = std::make_shared<Run>(std::move(call), std::move(request), runs_, counters_);
  run->id = ids_.next();
  run->language = language;
  run->entry = std::move(entry);
  run->limits = limits_of(run->request, *language, maxima_);
  run->comparison = comparison_of(run->request.compare());
  return run;
}

// Within the limits, and within the time that the caller waits.
Task<Result<JobResult>> Runner::in_sandbox(std::shared_ptr<Run> run, Job job) {
  const auto place = co_await gate_.enter();
  const auto deadline = run->call.info().deadline_ms;
  const auto left = deadline ? deadline - clock_.now_ms() : job.limits.wall_ms;
  const auto too_late = fail(Code::deadline_exceeded, "deadline_exceeded",
                             "the run took longer than its caller waits");
  if (left <= 0) co_return too_late;
  const bool cut_short = left < job.limits.wall_ms;
  job.limits.wall_ms = std::min(job.limits.wall_ms, left);

  run->counters->jobs.add(1);
  const auto started = std::chrono::steady_clock::now();
  auto result = co_await sandbox_->run(std::move(job));
  run->counters->job_seconds.observe(
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count());
  run->counters->jobs.add(-1);
  if (!result && result.error().code == Code::unavailable) {
    run->counters->unavailable.add();
    log::warn(run->call, "no sandbox", {{"why", result.error().message}});
  }
  if (result && cut_short && result->end == End::wall) co_return too_late;
  co_return result;
}

Task<Result<Runner::Compiled>> Runner::compile_or_recall(std::shared_ptr<Run> run) {
  const Language& language = *run->language;
  Job job;
  Fill values{.entry = run->entry, .sources = {}, .memory_mib = language.compile_limits.memory_mib};
  for (const auto& file : run->request.files())
    if (language.is_source(file.path()) || file.path() == run->entry)
      values.sources.push_back(file.path());
  job.argv = fill(language.compile, values);
  add_to(job.argv, run->request.compile_arguments());
  job.environment = environment_of(language);
  const auto key = cache_key(job, run->request);
  if (auto found = cache_.find(key)) {
    run->counters->recalled.add();
    co_return Compiled{*std::move(found), true};
  }
  if (config_.precompiled)
    job.files = precompiled_.files(co_await boost::asio::this_coro::executor, language,
                                   run->request, job.environment);
  for (const auto& file : run->request.files()) {
    CO_TRY(auto content, Content::of(file.content()));
    job.files.push_back({"w/" + file.path(), std::move(content)});
  }
  CO_TRY(job.input, Content::of(""));
  job.limits = compile_limits(language.compile_limits);
  job.collect = language.outputs;
  job.writes_out = true;
  CO_TRY(auto result, co_await in_sandbox(run, std::move(job)));
  run->counters->compiled.add();
  // What a limit stopped may pass another time.
  if (result.end == End::exited) cache_.put(key, result);
  run->counters->cache_bytes.set(cache_.bytes());
  co_return Compiled{std::move(result), false};
}

Task<Result<api::CompileResult>> Runner::compile(std::shared_ptr<Run> run) {
  api::CompileResult out;
  out.set_status("AC");
  const Language& language = *run->language;
  if (language.compiled()) {
    CO_TRY(auto compiled, co_await compile_or_recall(run));
    out.set_status(std::string(judge_compile(compiled.result)));
    out.set_cached(compiled.cached);
    set_outputs(out, compiled.result, run->reply_left);
    run->files = std::move(compiled.result.artifacts);
  }
  for (const auto& file : run->request.files()) {
    if (language.compiled() && language.is_source(file.path())) continue;
    CO_TRY(auto content, Content::of(file.content()));
    run->files.push_back({"w/" + file.path(), std::move(content)});
  }
  co_return out;
}

Task<Result<api::TestResult>> Runner::test(std::shared_ptr<Run> run, int index) {
  const auto& asked = run->request.tests(index);
  const Language& language = *run->language;
  Job job;
  job.argv =
      fill(language.run, {.entry = run->entry,
                          .sources = {},
                          .memory_mib = std::max<std::int64_t>(1, run->limits.memory_bytes / mib)});
  add_to(job.argv, run->request.arguments());
  job.environment = environment_of(language);
  job.files = run->files;
  CO_TRY(job.input, Content::of(asked.stdin()));
  std::int64_t files_bytes = 0;
  for (const auto& file : job.files) files_bytes += file.content->size();
  job.limits = with_runtime(run->limits, language, files_bytes);
  CO_TRY(const auto result, co_await in_sandbox(run, std::move(job)));

  api::TestResult out;
  out.set_id(asked.id());
  const auto status = judge(result, run->limits, language,
                            asked.has_expected() ? &asked.expected() : nullptr, run->comparison);
  out.set_status(std::string(status));
  if (result.end == End::signaled) out.set_signal(signal_name(result.signal));
  out.set_memory_bytes(result.memory_bytes);
  set_outputs(out, result, run->reply_left);
  if (const auto found = run->counters->tests.find(status); found != run->counters->tests.end())
    found->second->add();
  co_return out;
}

Task<Result<void>> Runner::go(std::shared_ptr<Run> run, Sink<api::RunEvent> sink) {
  api::RunEvent event;
  CO_TRY(*event.mutable_compile(), co_await compile(run));
  const std::string compiled = event.compile().status();
  CO_TRY_VOID(co_await sink.send(std::move(event)));

  std::string status = compiled;
  bool failed = false;
  for (int i = 0; compiled == "AC" && i < run->request.tests_size(); ++i) {
    api::RunEvent one;
    if (failed && run->request.stop_on_failure()) {
      *one.mutable_test() = skipped(run->request.tests(i).id());
    } else {
      CO_TRY(*one.mutable_test(), co_await test(run, i));
      status = worse(status, one.test().status());
      failed = failed || one.test().status() != "AC";
    }
    CO_TRY_VOID(co_await sink.send(std::move(one)));
  }

  api::RunEvent done;
  done.mutable_done()->set_id(run->id);
  done.mutable_done()->set_status(status);
  co_return co_await sink.send(std::move(done));
}

Task<Result<api::RunResult>> Runner::run(Call call, api::RunRequest request) {
  CO_TRY(auto begun, begin(std::move(call), std::move(request)));
  auto result = std::make_shared<api::RunResult>();  // shared: the sink is a value
  Sink<api::RunEvent> sink(
      [result](api::RunEvent event) { return collect(result, std::move(event)); });
  CO_TRY_VOID(co_await go(std::move(begun), std::move(sink)));
  co_return std::move(*result);
}

Task<Result<void>> Runner::stream_run(Call call,
                                      api::RunRequest request,
                                      Sink<api::RunEvent> sink) {
  CO_TRY(auto begun, begin(std::move(call), std::move(request)));
  co_return co_await go(std::move(begun), std::move(sink));
}

Task<Result<api::ListLanguagesResponse>> Runner::list_languages(Call, api::ListLanguagesRequest) {
  api::ListLanguagesResponse out;
  for (const auto& language : languages()) {
    if (!tools_installed(language)) continue;
    auto& item = *out.add_languages();
    item.set_key(language.key);
    item.set_name(language.name);
    item.set_compiled(language.compiled());
    item.set_main(language.main);
    item.set_version(co_await version_of(&language));
  }
  co_return out;
}

// What the tool says of itself; empty as long as there is no sandbox to ask it in.
Task<std::string> Runner::version_of(const Language* language) {
  {
    const std::lock_guard lock(versions_mutex_);
    if (const auto known = versions_.find(language->key); known != versions_.end())
      co_return known->second;
  }
  Job job;
  job.argv = language->version;
  job.environment = environment_of(*language);
  job.limits = with_runtime(compile_limits({}), *language);
  auto nothing = Content::of("");
  if (!nothing) co_return "";
  job.input = *std::move(nothing);
  const auto place = co_await gate_.enter();
  const auto result = co_await sandbox_->run(std::move(job));
  if (!result || result->end != End::exited || result->exit_code != 0) co_return "";
  std::string version = result->out.substr(0, result->out.find('\n'));
  const std::lock_guard lock(versions_mutex_);
  versions_[language->key] = version;
  co_return version;
}

}  // namespace lyceum::runner
