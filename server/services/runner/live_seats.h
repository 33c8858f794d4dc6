#pragma once
// How many live sessions there may be: in all, and of one user.

#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "base/result.h"

namespace lyceum::runner {

class LiveSeats : public std::enable_shared_from_this<LiveSeats> {
 public:
  LiveSeats(int most, int most_of_user) : most_(most), most_of_user_(most_of_user) {}

  // Given back when it is destroyed.
  class Seat {
   public:
    Seat(std::shared_ptr<LiveSeats> of, std::int64_t user_id)
        : of_(std::move(of)), user_id_(user_id) {}

    Seat(Seat&& other) noexcept : of_(std::move(other.of_)), user_id_(other.user_id_) {}

    Seat& operator=(Seat&&) = delete;

    ~Seat() {
      if (of_) of_->leave(user_id_);
    }

   private:
    std::shared_ptr<LiveSeats> of_;
    const std::int64_t user_id_;
  };

  // Fails with "too_many_sessions" where the user has enough, with "overload" where all are taken.
  Result<Seat> take(std::int64_t user_id) {
    const std::scoped_lock lock(mutex_);
    const auto own = by_user_.find(user_id);
    if (own != by_user_.end() && own->second >= most_of_user_)
      return fail(Code::resource_exhausted, "too_many_sessions",
                  "you have other live sessions; end one of them");
    if (taken_ >= most_)
      return fail({Code::resource_exhausted,
                   "overload",
                   "too many live sessions are under way at this moment; try again",
                   {},
                   retry_after_ms});
    ++taken_;
    ++by_user_[user_id];
    return Seat(shared_from_this(), user_id);
  }

 private:
  static constexpr std::int64_t retry_after_ms = 10'000;  // nobody knows how long people stay

  void leave(std::int64_t user_id) {
    const std::scoped_lock lock(mutex_);
    --taken_;
    if (--by_user_.at(user_id) == 0) by_user_.erase(user_id);
  }

  const int most_, most_of_user_;
  std::mutex mutex_;
  int taken_ = 0;
  std::map<std::int64_t, int> by_user_;
};

}  // namespace lyceum::runner
