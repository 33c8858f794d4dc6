#pragma once
// At most `count` sends of one user in any window of time: an exact sliding log, in memory. A
// restart forgives. Thread-safe.

#include <cstdint>
#include <deque>
#include <list>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "base/clock.h"
#include "base/result.h"

namespace lyceum::messages {

class Throttle {
 public:
  // count 0: no limit. Of more than `users_max` users within one window the one who sent longest
  // ago is forgotten.
  Throttle(const Clock& clock, int count, std::int64_t window_ms, std::size_t users_max = 200'000);

  // One send of the count, given back unless it is kept.
  class Place {
   public:
    Place() = default;

    Place(Throttle& throttle, std::int64_t user_id, std::int64_t at)
        : throttle_(&throttle), user_id_(user_id), at_(at) {}

    Place(Place&& other) noexcept { *this = std::move(other); }

    Place& operator=(Place&& other) noexcept {
      std::swap(throttle_, other.throttle_);
      std::swap(user_id_, other.user_id_);
      std::swap(at_, other.at_);
      return *this;
    }

    ~Place() {
      if (throttle_) throttle_->give_back(user_id_, at_);
    }

    void keep() { throttle_ = nullptr; }

   private:
    Throttle* throttle_ = nullptr;
    std::int64_t user_id_ = 0;
    std::int64_t at_ = 0;
  };

  // resource_exhausted "slow_down", with the quota and the time until the next one would be
  // accepted.
  Result<Place> reserve(std::int64_t user_id);

  std::size_t users() const;

 private:
  struct Log {
    std::deque<std::int64_t> times;  // oldest first
    std::list<std::int64_t>::iterator age;
  };

  void give_back(std::int64_t user_id, std::int64_t at);
  Log& touch(std::int64_t user_id);
  void forget_idle(std::int64_t now);

  const Clock& clock_;
  const std::size_t count_;
  const std::int64_t window_ms_;
  const std::size_t users_max_;
  mutable std::mutex mutex_;
  std::unordered_map<std::int64_t, Log> logs_;
  std::list<std::int64_t> ages_;  // users, least recent send first
};

}  // namespace lyceum::messages
