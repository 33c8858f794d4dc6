#pragma once
// For tests of programs on a machine that is many times slower than those that Lyceum is meant for:
// tools/test-vm emulates one. LYCEUM_TEST_SLOW says how many times. It widens limits that are there
// to give room: the fixture's own, and those of languages. A limit that a test names is what the
// test is about, and stays.

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "services/runner/judgement.h"
#include "services/runner/sandbox.h"

namespace lyceum::runner {

// 1 when nothing was said.
inline int times_slower() {
  const char* text = std::getenv("LYCEUM_TEST_SLOW");
  return text ? std::max(1, std::atoi(text)) : 1;
}

class PatientSandbox final : public Sandbox {
 public:
  explicit PatientSandbox(std::unique_ptr<Sandbox> sandbox) : sandbox_(std::move(sandbox)) {}

  Task<Result<JobResult>> run(Job job) override {
    // Checkers and interactors write to /out, too.
    if (job.writes_out && job.collect != feedback_files()) {
      job.limits.cpu_ms *= times_slower();
      job.limits.wall_ms *= times_slower();
    }
    return sandbox_->run(std::move(job));
  }

 private:
  const std::unique_ptr<Sandbox> sandbox_;
};

}  // namespace lyceum::runner
