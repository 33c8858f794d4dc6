#pragma once
// So many calls at a time and no more, and a few that wait a moment for a place: a peer that hangs
// must not take all of this process with it.

#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include <boost/asio/steady_timer.hpp>

#include "base/task.h"

namespace lyceum::host {

struct BulkheadConfig {
  int places = 256;
  int waiting_max = 64;  // more are refused at once
  std::chrono::milliseconds wait_max{100};
};

class Bulkhead {
 public:
  // Given back when destroyed. The bulkhead outlives it.
  class Place {
   public:
    explicit Place(Bulkhead& bulkhead) : bulkhead_(&bulkhead) {}

    Place(Place&& other) noexcept : bulkhead_(std::exchange(other.bulkhead_, nullptr)) {}

    Place& operator=(Place&&) = delete;

    ~Place() {
      if (bulkhead_) bulkhead_->leave();
    }

   private:
    Bulkhead* bulkhead_;
  };

  explicit Bulkhead(BulkheadConfig config) : config_(config) {}

  // First come, first served. Nothing: there was no room, or none in time.
  Task<std::optional<Place>> enter(std::chrono::milliseconds wait);

 private:
  struct Waiter {
    boost::asio::steady_timer timer;
    bool granted = false;
  };

  // A place at once, or a spot in the queue, or neither.
  bool take(const std::shared_ptr<Waiter>& waiter);
  void leave();

  const BulkheadConfig config_;
  std::mutex mutex_;
  int used_ = 0;
  std::deque<std::shared_ptr<Waiter>> waiting_;
};

}  // namespace lyceum::host
