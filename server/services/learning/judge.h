#pragma once
// Judges submissions, oldest first: takes a row that is due, runs or marks it, writes the verdict
// and the reward in one transaction. What is not finished is a row that will be due again, so a
// killed process loses nothing and judges nothing twice.

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "base/clock.h"
#include "base/db.h"
#include "base/events.h"
#include "base/metrics.h"
#include "base/worker.h"
#include "contract/runner.rpc.h"
#include "services/learning/board.h"
#include "services/learning/config.h"
#include "services/learning/store.h"
#include "services/learning/versions.h"

namespace lyceum::learning {

class Judge {
 public:
  Judge(Config config,
        Db& db,
        const Clock& clock,
        Events& events,
        runner::v1::RunnerApi& runner,
        Versions& versions,
        Board& board,
        metrics::Registry& metrics);

  // The workers; they stop when what is returned dies, which must be before this.
  std::shared_ptr<void> start(const boost::asio::any_io_executor& loop);
  void wake();  // from any thread: there is something to judge

  // Judges one submission, if one is due. Gives whether to look for more at once.
  Task<bool> step();

 private:
  struct Run;
  struct Ended;
  using RunPtr = std::shared_ptr<Run>;  // shared with the sink that the runner holds

  // How it ended: a verdict, or that there is none yet.
  enum class Outcome { verdict, later, failed, lost };

  Task<bool> take_back();
  Task<Result<RunPtr>> begin(std::int64_t submission_id);
  Task<Outcome> judge(RunPtr run);
  Task<Outcome> run_code(RunPtr run);
  Task<Result<void>> see(RunPtr run, runner::v1::RunEvent event);
  void see_test(Run& run, const runner::v1::TestResult& test);
  Task<Result<void>> flush(RunPtr run);
  Task<void> finish(RunPtr run, Outcome outcome);
  Result<void> write(Tx& tx, Run& run);
  Result<void> write_results(Tx& tx, Run& run);
  Result<void> reward(Tx& tx, Run& run);
  Result<void> put_back(Tx& tx, Run& run, Outcome outcome);

  const Config config_;
  Db& db_;
  const Clock& clock_;
  Events& events_;
  runner::v1::RunnerApi& runner_;
  Versions& versions_;
  Board& board_;
  metrics::Counter& judged_;
  metrics::Counter& retried_;
  metrics::Histogram& waited_;

  enum class Start { before, taking_back, done };
  std::atomic<Start> start_ = Start::before;
  std::mutex workers_mutex_;
  std::vector<Worker*> workers_;
};

}  // namespace lyceum::learning
