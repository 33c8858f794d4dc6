#include "services/learning/judge.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <fmt/format.h>

#include "base/log.h"
#include "services/learning/rules.h"
#include "services/learning/text.h"

namespace lyceum::learning {

using Steady = std::chrono::steady_clock;

constexpr std::size_t why_max = 500;  // bytes of what an author's program says, in the log

// One time that a submission is judged.
struct Judge::Run {
  SubmissionRow row;
  VersionPtr version;
  const internal::Component* component = nullptr;  // in `version`
  internal::Answer answer;

  std::vector<std::string> statuses;  // by position; empty: not known yet
  std::vector<ResultRow> unwritten;
  bool compile_unwritten = false;
  std::string compile_status;
  runner::v1::RunDone done;     // what the runner says of the whole
  bool runner_gave_up = false;  // overloaded or cancelled in the middle
  bool runner_failed = false;
  bool lost = false;  // somebody else judges it now
  Steady::time_point written_at = Steady::now();

  Call call(std::int64_t deadline_ms) const {
    Call::Info info;
    info.caller.service = true;
    info.caller.user_id = row.user_id;
    info.trace = {row.trace_id, row.span_id};
    info.deadline_ms = deadline_ms;
    return Call(std::move(info));
  }
};

Judge::Judge(Config config,
             Db& db,
             const Clock& clock,
             Events& events,
             runner::v1::RunnerApi& runner,
             Versions& versions,
             Board& board,
             metrics::Registry& metrics)
    : config_(config),
      db_(db),
      clock_(clock),
      events_(events),
      runner_(runner),
      versions_(versions),
      board_(board),
      judged_(metrics.counter("lyceum_learning_judged_total", "Submissions that got a verdict")),
      retried_(metrics.counter("lyceum_learning_retried_total",
                               "Submissions put back because the runner failed or was not there")),
      waited_(metrics.histogram("lyceum_learning_verdict_seconds",
                                "From taking a submission to its verdict")) {}

std::shared_ptr<void> Judge::start(const boost::asio::any_io_executor& loop) {
  auto workers = std::make_unique<std::vector<std::unique_ptr<Worker>>>();
  for (int i = 0; i < config_.judges; ++i)
    workers->push_back(std::make_unique<Worker>(
        loop, [this] { return step(); }, std::chrono::milliseconds(config_.judge_poll_ms)));
  const std::scoped_lock lock(workers_mutex_);
  for (const auto& worker : *workers) workers_.push_back(worker.get());
  // Nobody may wake a worker that is dying: first they are forgotten, then they end.
  return std::shared_ptr<void>(workers.release(), [this](void* all) {
    {
      const std::scoped_lock forget(workers_mutex_);
      workers_.clear();
    }
    delete static_cast<std::vector<std::unique_ptr<Worker>>*>(all);
  });
}

void Judge::wake() {
  const std::scoped_lock lock(workers_mutex_);
  for (auto* worker : workers_) worker->wake();
}

// Takes a run off the board however its step is left.
struct Judge::Ended {
  Board& board;
  std::int64_t submission_id;
  std::int64_t run;

  ~Ended() { board.end(submission_id, run); }
};

Task<bool> Judge::step() {
  if (start_ != Start::done) co_return co_await take_back();
  const std::int64_t now = clock_.now_ms();
  const auto due = co_await db_.read([&](Tx& tx) { return store::due_submission(tx, now); });
  if (!due) {
    log::error("cannot look for submissions", {{"reason", due.error().reason}});
    co_return false;
  }
  if (!*due) co_return false;
  auto run = co_await begin(**due);
  if (!run) {
    log::error("cannot begin a submission",
               {{"submission", **due}, {"reason", run.error().reason}});
    co_return false;
  }
  if (!*run) co_return true;  // another worker was faster
  const Ended ended{board_, (*run)->row.id, (*run)->row.run};
  const auto outcome = co_await judge(*run);
  co_await finish(*run, outcome);
  co_return true;
}

// Before the first one is judged: nothing can be under way yet, so RUNNING means that it was cut
// off.
Task<bool> Judge::take_back() {
  auto before = Start::before;
  if (!start_.compare_exchange_strong(before, Start::taking_back)) co_return false;
  if (config_.judges_alone) {
    const auto taken = co_await db_.write([](Tx& tx) { return store::take_back_interrupted(tx); });
    if (!taken) {
      log::error("cannot take back submissions", {{"reason", taken.error().reason}});
      start_ = Start::before;
      co_return false;
    }
    if (*taken > 0) log::info("interrupted submissions are judged again", {{"count", *taken}});
  }
  start_ = Start::done;
  wake();
  co_return true;
}

Task<Result<Judge::RunPtr>> Judge::begin(std::int64_t submission_id) {
  auto run = std::make_shared<Run>();
  const std::int64_t now = clock_.now_ms();
  CO_TRY(const bool mine, co_await db_.write([&](Tx& tx) -> Result<bool> {
    TRY(const bool claimed, store::claim(tx, submission_id, now, now + config_.lease_ms));
    if (!claimed) return false;
    TRY(run->row, store::submission(tx, submission_id));
    TRY(run->version, versions_.get(tx, run->row.content_id, run->row.version));
    return true;
  }));
  if (!mine) co_return RunPtr{};
  run->component = run->version->submittable(run->row.component_id);
  if (!run->component || !run->answer.ParseFromString(run->row.answer))
    co_return fail(Code::internal, "unreadable_row", "a submission does not fit its content");
  run->statuses.resize(static_cast<std::size_t>(rules::validator_count(*run->component)));
  board_.begin(submission_id, run->row.run);
  co_return run;
}

Task<Judge::Outcome> Judge::judge(RunPtr run) {
  if (run->component->type() == "editor") co_return co_await run_code(run);
  const auto results = rules::mark(*run->component, run->answer);
  for (std::size_t i = 0; i < results.size(); ++i) {
    run->statuses[i] = results[i].status();
    run->unwritten.push_back({static_cast<std::int64_t>(i), results[i].SerializeAsString()});
  }
  const auto score = rules::score(*run->component, run->statuses);
  run->row.status = score.status;
  run->row.score = score.score;
  co_return Outcome::verdict;
}

Task<Judge::Outcome> Judge::run_code(RunPtr run) {
  auto request = rules::submission(*run->component, run->row.language, run->answer);
  request.set_priority("judge");
  Sink<runner::v1::RunEvent> sink(
      [this, run](runner::v1::RunEvent event) { return see(run, std::move(event)); });
  const auto ended = co_await runner_.stream_run(run->call(clock_.now_ms() + 10 * config_.lease_ms),
                                                 std::move(request), std::move(sink));
  if (run->lost) co_return Outcome::lost;
  if (!ended) {
    const auto code = ended.error().code;
    log::warn("the runner did not run a submission",
              {{"submission", run->row.id}, {"reason", ended.error().reason}});
    const bool passing = code == Code::unavailable || code == Code::resource_exhausted ||
                         code == Code::deadline_exceeded || code == Code::cancelled;
    co_return passing ? Outcome::later : Outcome::failed;
  }
  if (run->runner_gave_up) co_return Outcome::later;
  if (run->runner_failed || run->done.status().empty()) co_return Outcome::failed;
  if (run->compile_status != "AC") {
    run->row.status = run->compile_status;
    run->row.score = 0;
    co_return Outcome::verdict;
  }
  const auto groups = rules::group_scores(*run->component, run->done.groups());
  if (!groups || std::ranges::any_of(run->statuses, &std::string::empty)) co_return Outcome::failed;
  run->row.groups = groups->SerializeAsString();
  const auto score = rules::score(*run->component, run->statuses, *groups);
  run->row.status = score.status;
  run->row.score = score.score;
  co_return Outcome::verdict;
}

Task<Result<void>> Judge::see(RunPtr run, runner::v1::RunEvent event) {
  const auto note = [&](const std::string& status) {
    if (status == "OVERLOAD" || status == "CANCELED") run->runner_gave_up = true;
    if (status == "IE" || status.empty()) run->runner_failed = true;
    return status != "OVERLOAD" && status != "CANCELED" && status != "IE" && !status.empty();
  };
  if (event.has_done()) {
    run->done = event.done();
    note(run->done.status());
    co_return Result<void>{};
  }
  if (event.has_compile()) {
    auto& compile = *event.mutable_compile();
    run->compile_status = compile.status();
    if (!note(compile.status())) co_return Result<void>{};
    rules::cut_output(compile, static_cast<std::size_t>(4 * config_.output_max));
    run->row.compile = compile.SerializeAsString();
    run->compile_unwritten = true;
    board_.compiled(run->row.id, run->row.run, compile);
  }
  if (event.has_test()) {
    if (note(event.test().status()))
      see_test(*run, event.test());
    else if (event.test().has_judge_message())
      log::warn("a test could not be judged",
                {{"submission", run->row.id},
                 {"test", event.test().id()},
                 {"why", cut_utf8(event.test().judge_message(), why_max)}});
  }
  const auto since = Steady::now() - run->written_at;
  if (since < std::chrono::milliseconds(config_.flush_ms)) co_return Result<void>{};
  co_return co_await flush(run);
}

void Judge::see_test(Run& run, const runner::v1::TestResult& test) {
  std::size_t position = 0;
  const auto& id = test.id();
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), position);
  if (error != std::errc{} || end != id.data() + id.size() || position >= run.statuses.size())
    return;
  if (!run.statuses[position].empty()) return;
  const int index = static_cast<int>(position);
  const auto result = rules::result_of(run.component->editor().tests(index), test,
                                       static_cast<std::size_t>(config_.output_max));
  run.statuses[position] = test.status();
  run.unwritten.push_back({index, result.SerializeAsString()});
  board_.judged(run.row.id, run.row.run, index, result);
}

// What is known so far, for those who read it in another process; and a sign of life.
Task<Result<void>> Judge::flush(RunPtr run) {
  const std::int64_t until = clock_.now_ms() + config_.lease_ms;
  const auto done = co_await db_.write([&](Tx& tx) -> Result<void> {
    TRY(const bool mine, store::extend(tx, run->row, until));
    if (!mine) return fail(Code::aborted, "judged_elsewhere", "another judge has begun it");
    return write_results(tx, *run);
  });
  run->written_at = Steady::now();
  if (done) {
    run->unwritten.clear();
    run->compile_unwritten = false;
  } else if (done.error().reason == "judged_elsewhere") {
    run->lost = true;
    co_return fail(done.error());
  }
  // What could not be written now is written with the verdict.
  co_return Result<void>{};
}

Result<void> Judge::write_results(Tx& tx, Run& run) {
  if (run.compile_unwritten) TRY_VOID(store::save_compile(tx, run.row));
  for (const auto& result : run.unwritten) TRY_VOID(store::insert_result(tx, run.row, result));
  return {};
}

Task<void> Judge::finish(RunPtr run, Outcome outcome) {
  if (outcome == Outcome::lost) co_return;
  if (outcome == Outcome::failed && run->row.failures >= config_.failures_max) {
    log::error("a submission could not be judged", {{"submission", run->row.id}});
    run->row.status = "IE";
    run->row.score = 0;
    outcome = Outcome::verdict;
  }
  const auto written = co_await db_.write([&](Tx& tx) {
    return outcome == Outcome::verdict ? write(tx, *run) : put_back(tx, *run, outcome);
  });
  if (!written) {
    log::error("cannot write how a submission ended",
               {{"submission", run->row.id}, {"reason", written.error().reason}});
  } else if (outcome == Outcome::verdict) {
    judged_.add();
    waited_.observe(static_cast<double>(run->row.judged_at - run->row.created_at) / 1000);
  } else {
    retried_.add();
  }
}

Result<void> Judge::write(Tx& tx, Run& run) {
  run.row.judged_at = clock_.now_ms();
  TRY_VOID(write_results(tx, run));
  if (run.row.status == "AC") TRY_VOID(reward(tx, run));
  TRY(const bool mine, store::save_verdict(tx, run.row));
  if (!mine) return fail(Code::aborted, "judged_elsewhere", "another judge has begun it");
  return {};
}

// The first time a component is passed it earns its points; with the last one the content is
// passed.
Result<void> Judge::reward(Tx& tx, Run& run) {
  auto& row = run.row;
  const std::int64_t points = run.component->points();
  TRY(const bool is_first, store::pass_component(tx, row, points, row.judged_at));
  if (is_first && points > 0) {
    row.points = points;
    v1::RewardEarned event;
    event.set_user_id(row.user_id);
    event.set_key(fmt::format("solve:{}:{}", row.content_id, row.component_id));
    event.set_points(points);
    event.set_content_id(row.content_id);
    event.set_reason(run.version->tree.title());
    event.set_earned_at(row.judged_at);
    TRY_VOID(events_.publish(tx, run.call(0), event));
  }
  TRY(const auto component, store::component(tx, row.component_id));
  TRY(const auto current, versions_.get(tx, row.content_id, component.version));
  TRY(const auto passed, store::passed_components(tx, row.user_id, row.content_id));
  const bool all = std::ranges::all_of(current->submittables, [&](const auto* submittable) {
    return std::ranges::find(passed, submittable->id()) != passed.end();
  });
  if (all) TRY_VOID(store::pass_content(tx, row.user_id, row.content_id, row.judged_at));
  return {};
}

Result<void> Judge::put_back(Tx& tx, Run& run, Outcome outcome) {
  auto& row = run.row;
  const std::int64_t times = row.tries + row.failures;
  (outcome == Outcome::failed ? row.failures : row.tries) += 1;
  const std::int64_t delay = config_.retry_first_ms << std::min<std::int64_t>(times, 20);
  row.next_at = clock_.now_ms() + std::min(delay, config_.retry_max_ms);
  TRY(const bool mine, store::put_back(tx, row));
  if (!mine) return fail(Code::aborted, "judged_elsewhere", "another judge has begun it");
  return {};
}

}  // namespace lyceum::learning
