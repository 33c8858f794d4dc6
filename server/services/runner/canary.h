#pragma once
// Whether programs can be run: known from every program that ends in the sandbox and, while none
// does, from one of its own. For /readyz, metrics and administrators.

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>

#include "base/metrics.h"
#include "services/runner/sandbox.h"

namespace lyceum::runner {

// `/bin/true`, within limits that it keeps on any machine.
Result<Job> trial_job();

class Canary {
 public:
  // `up` is 1 while programs can be run, else 0. Whatever has not run the trial job when the
  // patience is over cannot run programs.
  Canary(std::shared_ptr<Sandbox> sandbox,
         metrics::Gauge& up,
         std::chrono::milliseconds patience = std::chrono::seconds(10));

  // A program has ended in the sandbox, however it ended.
  void worked();

  // Tries the sandbox, unless a program has ended in it since the last time. Not through the gate:
  // it waits for nobody's programs, nor they for it. A Worker's step, it gives false.
  Task<bool> step();

  // What is known, at once. Fails with "sandbox_unavailable" and why, or "sandbox_not_tried".
  Result<void> state() const;

 private:
  Task<Result<void>> try_it();
  void set(Result<void> state);

  const std::shared_ptr<Sandbox> sandbox_;
  metrics::Gauge& up_;
  const std::chrono::milliseconds patience_;
  std::atomic<bool> worked_ = false;
  mutable std::mutex mutex_;
  Result<void> state_;
};

}  // namespace lyceum::runner
