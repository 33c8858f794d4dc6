#pragma once
// How many may do something at once: all together and each person. Refuses at once, never queues.

#include <cstdint>
#include <map>
#include <mutex>
#include <utility>

#include "base/result.h"

namespace lyceum::learning {

class Bounds {
 public:
  Bounds(int all, int each) : all_(all), each_(each) {}

  // A place; given back when it dies.
  class Place {
   public:
    Place(Bounds& bounds, std::int64_t who) : bounds_(&bounds), who_(who) {}

    Place(Place&& other) noexcept
        : bounds_(std::exchange(other.bounds_, nullptr)), who_(other.who_) {}

    Place& operator=(Place&&) = delete;

    ~Place() {
      if (bounds_) bounds_->leave(who_);
    }

   private:
    Bounds* bounds_;
    std::int64_t who_;
  };

  Result<Place> enter(std::int64_t who) {
    const std::scoped_lock lock(mutex_);
    const auto mine = by_who_.find(who);
    if (mine != by_who_.end() && mine->second >= each_)
      return refused(Code::resource_exhausted, "too_many_runs", "wait for your other runs to end");
    if (now_ >= all_)
      return refused(Code::unavailable, "busy", "too much to run at this moment; try again");
    ++now_;
    ++by_who_[who];
    return Place(*this, who);
  }

 private:
  static std::unexpected<Error> refused(Code code, const char* reason, const char* message) {
    return fail(Error{code, reason, message, {}, 1000});
  }

  void leave(std::int64_t who) {
    const std::scoped_lock lock(mutex_);
    --now_;
    if (--by_who_[who] == 0) by_who_.erase(who);
  }

  const int all_;
  const int each_;
  std::mutex mutex_;
  int now_ = 0;
  std::map<std::int64_t, int> by_who_;
};

}  // namespace lyceum::learning
