#pragma once
// One request on its way through the runner. For its own files alone.

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "services/runner/groups.h"
#include "services/runner/judgement.h"
#include "services/runner/runner.h"

namespace lyceum::runner {

constexpr std::int64_t mib = 1 << 20;
constexpr std::int64_t reply_max = 8 * mib;  // of all outputs in one answer

// Files in a language, with one to begin with: the judged program, or a validator.
struct Program {
  const Language* language = nullptr;
  std::string entry;
  const google::protobuf::RepeatedPtrField<api::File>* given = nullptr;  // in the request
  std::vector<SandboxFile> files = {};  // once it is compiled: what its sandbox shows it
  Argv compile_arguments = {};          // after the language's own
  Argv arguments = {};

  std::int64_t files_bytes() const {
    std::int64_t out = 0;
    for (const auto& file : files) out += file.content->size();
    return out;
  }

  // Ready to be filled with what a test adds. `warm`: as it is started before its job comes.
  Job job(std::int64_t memory_bytes, bool warm = false) const;
};

// What `work` waits for, a sandbox or its turn, ends when the run's caller leaves.
template <class T>
Task<Result<T>> while_wanted(Call call, Task<Result<T>> work) {
  namespace asio = boost::asio;
  const auto loop = co_await asio::this_coro::executor;
  const auto stop = std::make_shared<asio::cancellation_signal>();  // shared with what is posted
  const auto leaving = Cancellation::listen(call.info().cancellation, [loop, stop] {
    asio::post(loop, [stop] { stop->emit(asio::cancellation_type::terminal); });
  });
  co_return co_await asio::co_spawn(
      loop, std::move(work), asio::bind_cancellation_slot(stop->slot(), asio::use_awaitable));
}

std::vector<std::string> environment_of(const Language& language);

JobLimits compile_limits(const Budget& budget);

// Differs when one of the files has been replaced, as by an upgrade.
std::string toolchain_of(const std::vector<std::string>& tools);

struct Runner::Run {
  Run(Call c, api::RunRequest r, Runner& runner)
      : call(std::move(c)),
        request(std::move(r)),
        runs(runner.runs_),
        jobs_left(runner.jobs_left_),
        left(request.tests_size() + 1),
        counters(runner.counters_),
        activity(runner.activity_),
        clock(runner.clock_) {
    jobs_left += left;
    counters->active.set(runs);
  }

  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  ~Run() {
    if (record.id()) end(fail(Code::cancelled, "cancelled", "the run was stopped"));
    jobs_left -= left;
    counters->active.set(--runs);
  }

  void one_done() {
    --left;
    --jobs_left;
  }

  // What administrators see of it, from its begin to its end, with a verdict or an error. Whatever
  // changes in `record` between is shown by show().
  void begin();
  void end(const Result<void>& how);

  void show() { activity.put(record); }

  // One of its jobs has a slot.
  void seated();
  // One of its programs has ended.
  void used(const JobResult& result);

  // A test's result is known.
  void note(int index, const api::TestResult& result);

  // What of a test's outputs goes into the answer; the same for each, so that none has less for
  // having ended later.
  std::int64_t output_share() const { return reply_left / request.tests_size(); }

  bool interactive() const { return request.has_interactor(); }

  std::string_view validator_kind() const { return interactive() ? "interactor" : "checker"; }

  const Call call;
  const api::RunRequest request;
  std::atomic<int>&runs, &jobs_left;  // of all runs
  int left;                           // of jobs_left, ours
  const std::shared_ptr<Counters> counters;
  Activity& activity;
  const Clock& clock;
  std::int64_t id = 0;
  Gate::Turn turn;
  JobLimits limits;
  Comparison comparison;
  Program program;
  std::optional<Program> validator;
  std::optional<Judgement> broken_validator;  // it does not compile: all tests are that
  std::int64_t reply_left = reply_max;        // after the compiler's part
  std::string status = "AC";                  // the worst so far
  std::vector<Outcome> outcomes;              // of the tests, by position
  api::RecentRun record;
  std::int64_t cpu_ns = 0;  // of all its programs
  std::chrono::steady_clock::time_point asked_at;
};

// A test's result as far as its sandbox tells it.
api::TestResult result_of(const api::Test& test,
                          const JobResult& ended,
                          std::string_view status,
                          std::int64_t output_max);
void apply(const Judgement& judgement, api::TestResult& result);

struct Runner::Compiled {
  JobResult result;
  bool cached = false;
  std::string status = "AC";  // also where nothing is compiled
};

}  // namespace lyceum::runner
