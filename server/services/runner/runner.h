#pragma once
// Runs other people's programs: one compile, any number of tests, each in a sandbox of its own. It
// keeps nothing: a run is over when it is answered.

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "base/id.h"
#include "base/metrics.h"
#include "base/socket.h"
#include "base/worker.h"
#include "contract/runner.rpc.h"
#include "services/runner/activity.h"
#include "services/runner/canary.h"
#include "services/runner/compat/file_store.h"
#include "services/runner/compile_cache.h"
#include "services/runner/counters.h"
#include "services/runner/gate.h"
#include "services/runner/live_frames.h"
#include "services/runner/live_seats.h"
#include "services/runner/precompiled.h"
#include "services/runner/rules.h"
#include "services/runner/sandbox.h"
#include "services/runner/warm.h"

namespace lyceum::runner {

struct Program;
struct Judgement;

struct Config {
  std::string sandbox;  // place of the sandbox; empty: <data>/sandbox.sock
  int jobs = 0;         // sandboxes at a time; 0: one a core
  int runs_max = 64;    // runs at a time, those that wait included
  std::int64_t cpu_ms_max = Maxima{}.cpu_ms;
  std::int64_t wall_ms_max = Maxima{}.wall_ms;
  std::int64_t memory_bytes_max = Maxima{}.memory_bytes;
  std::int64_t output_bytes_max = Maxima{}.output_bytes;
  std::int64_t processes_max = Maxima{}.processes;
  std::int64_t cache_bytes = 64 << 20;  // of compiled programs
  bool precompiled = true;              // headers of C++: faster, at most 150 MiB a language
  bool warm = true;                     // programs are started before their job comes
  int live_max = 0;                     // live sessions at a time; 0: one less than `jobs`
  int live_user_max = 2;                // of one user
  std::int64_t live_wall_ms = 300'000;  // of a live session
  std::int64_t live_idle_ms = 120'000;  // it ends when neither side has said anything for so long
  bool jobe = false;                    // the API of another runner is answered, too
  bool judge0 = false;
  bool piston = false;
};

class Runner final : public api::RunnerApi {
 public:
  Runner(Config config,
         std::unique_ptr<Sandbox> sandbox,
         const Clock& clock,
         Ids& ids,
         metrics::Registry& metrics);

  Task<Result<api::ListLanguagesResponse>> list_languages(
      Call call, api::ListLanguagesRequest request) override;
  Task<Result<api::RunResult>> run(Call call, api::RunRequest request) override;
  Task<Result<void>> stream_run(Call call,
                                api::RunRequest request,
                                Sink<api::RunEvent> sink) override;
  Task<Result<api::RunnerState>> get_runner(Call call, api::GetRunnerRequest request) override;
  Task<Result<void>> watch_runner(Call call,
                                  api::GetRunnerRequest request,
                                  Sink<api::RunnerEvent> sink) override;

  // Whether programs can be run, as far as is known: for /readyz, at once and on any thread.
  Result<void> ready() const;
  // Without it, ready() knows only of what was asked for. Ends when it is destroyed.
  std::shared_ptr<void> try_sandbox_now_and_then(const boost::asio::any_io_executor& loop);

  // GET /api/v1/runs/live (docs/live-runs.md).
  SocketDoor live_door(LiveJson json);
  // compat/doors.cpp
  Task<Result<lyceum::v1::WebResponse>> jobe(Call call, lyceum::v1::WebRequest request) override;
  Task<Result<lyceum::v1::WebResponse>> judge0(Call call, lyceum::v1::WebRequest request) override;
  Task<Result<lyceum::v1::WebResponse>> piston(Call call, lyceum::v1::WebRequest request) override;

 private:
  class Live;
  struct Run;
  struct Compiled;
  struct Tests;
  using RunPtr = std::shared_ptr<Run>;  // held by all that works on it at the same time

  Result<RunPtr> begin(Call call, api::RunRequest request, const Maxima& maxima, bool live = false);
  Error overload() const;
  Task<Result<api::CompileResult>> compile_program(RunPtr run);
  // The whole of it, every event as soon as it is known.
  Task<Result<void>> go(RunPtr run, Sink<api::RunEvent> sink);
  Task<Result<void>> compile_and_test(RunPtr run, Sink<api::RunEvent> sink);

  // compile.cpp
  Task<Result<Compiled>> compile(RunPtr run, Program* program);
  Task<Job> compiler(const Program* program, std::vector<SandboxFile> files);
  Task<Result<Compiled>> compile_or_recall(RunPtr run, const Program* program);
  Task<Result<void>> compile_validator(RunPtr run);

  // tests.cpp
  Task<Result<void>> run_tests(RunPtr run, Sink<api::RunEvent> sink);
  void start_test(const RunPtr& run, const std::shared_ptr<Tests>& tests, int index);
  Task<Result<api::TestResult>> run_test(RunPtr run, int index);
  Task<Result<api::TestResult>> test_alone(RunPtr run, int index);

  // validators.cpp
  // `job` as the validator's program begins.
  Result<Job> validator_job(const Run& run, int index, Job job) const;
  Task<Result<Judgement>> check(RunPtr run, int index, std::string output);
  Task<Result<api::TestResult>> test_with_interactor(RunPtr run, int index);

  // jobs.cpp
  // The gate's places, and the slots that are seen busy meanwhile.
  struct Seat {
    Gate::Place place;
    Activity::Use slots;
  };

  Task<Result<Seat>> enter(RunPtr run, int places);
  // A program's, for a test whose input is known ahead.
  Task<Job> warm_job(const Program* program, std::int64_t memory_bytes);
  // Within the time that the caller waits. For whoever has a place.
  Task<Result<JobResult>> execute(RunPtr run, Job job);
  Task<std::string> version_of(const Language* language);
  lyceum::v1::WebResponse jobe_file(const Call& call,
                                    const lyceum::v1::WebRequest& request,
                                    const std::string& id);

  api::RunnerState state() const;

  const Config config_;
  const Maxima maxima_;
  const std::shared_ptr<Sandbox> sandbox_;
  PrecompiledHeaders precompiled_;
  WarmPrograms warm_;
  const Clock& clock_;
  Ids& ids_;
  CompileCache cache_;
  Gate gate_;
  std::shared_ptr<Counters> counters_;
  Activity activity_;
  Canary canary_;
  std::atomic<int> runs_ = 0;
  std::atomic<int> jobs_left_ = 0;  // compiles and tests of all runs under way
  const std::shared_ptr<LiveSeats> seats_;
  std::mutex versions_mutex_;
  std::map<std::string, std::string> versions_;  // by toolchain, as far as asked for
  compat::FileStore jobe_files_;
  metrics::Gauge& jobe_files_bytes_;
};

}  // namespace lyceum::runner
