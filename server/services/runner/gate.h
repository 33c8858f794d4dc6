#pragma once
// Lets so many in at a time; the others wait, first come first served. How many may wait is the
// caller's business.

#include <deque>
#include <functional>
#include <mutex>
#include <utility>

#include "base/task.h"

namespace lyceum::runner {

class Gate {
 public:
  explicit Gate(int width) : free_(width) {}

  // A place inside; leaving is destroying it.
  class Place {
   public:
    explicit Place(Gate& gate) : gate_(&gate) {}

    Place(Place&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}

    Place& operator=(Place&&) = delete;

    ~Place() {
      if (gate_) gate_->leave();
    }

   private:
    Gate* gate_;
  };

  Task<Place> enter();

 private:
  void leave();

  std::mutex mutex_;
  int free_;
  std::deque<std::function<void()>> waiting_;  // each lets one go on, on its own loop
};

}  // namespace lyceum::runner
