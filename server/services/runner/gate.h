#pragma once
// Lets so many jobs in at a time; the others wait. First who has the higher priority; within one
// priority users take turns; of one user's, who came first. How many may wait is the caller's
// business.

#include <array>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "base/result.h"
#include "base/task.h"

namespace lyceum::runner {

enum class Priority { attempt, judge, rejudge };  // somebody waits for an attempt's answer

class Gate {
 public:
  explicit Gate(int width) : width_(width), free_(width) {}

  struct Turn {
    Priority priority = Priority::attempt;
    std::int64_t user_id = 0;
    // Asked for at once: all or none. More than there are: all that there are, as programs that
    // talk with each other take turns on one core.
    int places = 1;
    std::chrono::milliseconds patience = std::chrono::hours(1);
  };

  // Places inside; leaving is destroying it.
  class Place {
   public:
    Place(Gate& gate, int places)
        : gate_(&gate), places_(places), since_(std::chrono::steady_clock::now()) {}

    Place(Place&& other) noexcept
        : gate_(std::exchange(other.gate_, nullptr)),
          places_(other.places_),
          since_(other.since_) {}

    Place& operator=(Place&&) = delete;

    ~Place() {
      if (gate_) gate_->leave(places_, std::chrono::steady_clock::now() - since_);
    }

   private:
    Gate* gate_;
    const int places_;
    const std::chrono::steady_clock::time_point since_;
  };

  // Fails with deadline_exceeded when the patience is over, with cancelled when the coroutine is
  // cancelled; either way the others no longer wait behind it.
  Task<Result<Place>> enter(Turn turn);

  int width() const { return width_; }

  int waiting() const;
  int waiting(Priority priority) const;

  // How long a job holds its place, of late.
  std::chrono::milliseconds usual_stay() const;

 private:
  struct Waiter;
  using WaiterPtr = std::shared_ptr<Waiter>;  // shared by its coroutine and the queue

  // Who waits in one priority.
  struct Lane {
    std::map<std::int64_t, std::deque<WaiterPtr>> by_user;
    std::deque<std::int64_t> turns;  // the users in it, who is next first
  };

  void leave(int places, std::chrono::steady_clock::duration stayed);
  // All of these: under the lock.
  int waiting_in(const Lane& lane) const;
  void join(const WaiterPtr& waiter);
  void part(const WaiterPtr& waiter);
  void let_in();

  const int width_;
  mutable std::mutex mutex_;
  int free_;
  std::array<Lane, 3> lanes_;  // by priority
  double stay_ms_ = 0;         // the moving mean
};

// How long to wait before asking again, where so many jobs wait for so many places: until they are
// done, as things go, but from 1 second to 60.
std::int64_t retry_after_ms(std::int64_t jobs, int width, std::chrono::milliseconds each);

}  // namespace lyceum::runner
