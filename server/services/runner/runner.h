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
#include "contract/runner.rpc.h"
#include "services/runner/compat/file_store.h"
#include "services/runner/compile_cache.h"
#include "services/runner/gate.h"
#include "services/runner/precompiled.h"
#include "services/runner/rules.h"
#include "services/runner/sandbox.h"

namespace lyceum::runner {

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

  // compat/doors.cpp
  Task<Result<lyceum::v1::WebResponse>> jobe(Call call, lyceum::v1::WebRequest request) override;
  Task<Result<lyceum::v1::WebResponse>> judge0(Call call, lyceum::v1::WebRequest request) override;
  Task<Result<lyceum::v1::WebResponse>> piston(Call call, lyceum::v1::WebRequest request) override;

 private:
  struct Run;
  struct Counters;

  struct Compiled {
    JobResult result;
    bool cached = false;
  };

  Result<std::shared_ptr<Run>> begin(Call call, api::RunRequest request);
  Task<Result<api::CompileResult>> compile(std::shared_ptr<Run> run);
  Task<Result<api::TestResult>> test(std::shared_ptr<Run> run, int index);
  // The whole of it, every event as soon as it is known.
  Task<Result<void>> go(std::shared_ptr<Run> run, Sink<api::RunEvent> sink);
  Task<Result<JobResult>> in_sandbox(std::shared_ptr<Run> run, Job job);
  Task<Result<Compiled>> compile_or_recall(std::shared_ptr<Run> run);
  Task<std::string> version_of(const Language* language);
  lyceum::v1::WebResponse jobe_file(const Call& call,
                                    const lyceum::v1::WebRequest& request,
                                    const std::string& id);

  const Config config_;
  const Maxima maxima_;
  const std::shared_ptr<Sandbox> sandbox_;
  PrecompiledHeaders precompiled_;
  const Clock& clock_;
  Ids& ids_;
  CompileCache cache_;
  Gate gate_;
  std::atomic<int> runs_ = 0;
  std::shared_ptr<Counters> counters_;
  std::mutex versions_mutex_;
  std::map<std::string, std::string> versions_;  // by language, as far as asked for
  compat::FileStore jobe_files_;
  metrics::Gauge& jobe_files_bytes_;
};

}  // namespace lyceum::runner
