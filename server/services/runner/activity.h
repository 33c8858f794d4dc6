#pragma once
// What runs and what ran of late, for administrators: slots and runs, without anything of what
// programs are, read or write. In memory, bounded.

#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/metrics.h"
#include "contract/runner.pb.h"

namespace lyceum::runner {

namespace api = lyceum::runner::v1;

class Activity {
 public:
  static constexpr int ended_max = 100;  // runs that are over and still shown

  // `in_use` counts the slots that are busy.
  Activity(const Clock& clock, int slots, metrics::Gauge& in_use);

  // Slots that are busy as long as it lives.
  class Use {
   public:
    Use(Activity& activity, std::vector<std::size_t> slots)
        : activity_(&activity), slots_(std::move(slots)) {}

    Use(Use&& other) noexcept
        : activity_(std::exchange(other.activity_, nullptr)), slots_(std::move(other.slots_)) {}

    Use& operator=(Use&&) = delete;

    ~Use() {
      if (activity_) activity_->leave(slots_);
    }

   private:
    Activity* activity_;
    const std::vector<std::size_t> slots_;
  };

  // The first `count` that are free; for whoever the gate has let in, so they are there.
  // `run_id` 0: for no run.
  Use take(int count, std::int64_t run_id, const std::string& language);

  // A run is new, or has changed.
  void put(const api::RecentRun& run);

  // Fills in slots and runs.
  void describe(api::RunnerState& state) const;

 private:
  void leave(const std::vector<std::size_t>& slots);

  const Clock& clock_;
  metrics::Gauge& in_use_;
  mutable std::mutex mutex_;
  std::vector<api::RunnerSlot> slots_;
  std::deque<api::RecentRun> runs_;  // the newest first
};

}  // namespace lyceum::runner
