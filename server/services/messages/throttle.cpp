#include "services/messages/throttle.h"

#include <algorithm>

namespace lyceum::messages {

Throttle::Throttle(const Clock& clock, int count, std::int64_t window_ms, std::size_t users_max)
    : clock_(clock),
      count_(static_cast<std::size_t>(std::max(count, 0))),
      window_ms_(window_ms),
      users_max_(users_max) {}

Throttle::Log& Throttle::touch(std::int64_t user_id) {
  const auto [found, fresh] = logs_.try_emplace(user_id);
  if (fresh)
    found->second.age = ages_.insert(ages_.end(), user_id);
  else
    ages_.splice(ages_.end(), ages_, found->second.age);
  return found->second;
}

void Throttle::forget_idle(std::int64_t now) {
  while (!ages_.empty()) {
    const auto oldest = logs_.find(ages_.front());
    const auto& times = oldest->second.times;
    const bool idle = times.empty() || now - times.back() >= window_ms_;
    if (!idle && logs_.size() <= users_max_) return;
    logs_.erase(oldest);
    ages_.pop_front();
  }
}

Result<Throttle::Place> Throttle::reserve(std::int64_t user_id) {
  if (count_ == 0) return Place();
  const std::scoped_lock lock(mutex_);
  const std::int64_t now = clock_.now_ms();
  if (const auto found = logs_.find(user_id); found != logs_.end()) {
    auto& times = found->second.times;
    while (!times.empty() && now - times.front() >= window_ms_) times.pop_front();
    if (times.size() >= count_)
      return fail(Error{Code::resource_exhausted,
                        "slow_down",
                        "too many messages in a short time",
                        {},
                        times.front() + window_ms_ - now,
                        static_cast<int>(count_),
                        window_ms_});
  }
  touch(user_id).times.push_back(now);
  forget_idle(now);
  return Place(*this, user_id, now);
}

void Throttle::give_back(std::int64_t user_id, std::int64_t at) {
  const std::scoped_lock lock(mutex_);
  const auto found = logs_.find(user_id);
  if (found == logs_.end()) return;
  auto& times = found->second.times;
  if (const auto place = std::ranges::find(times, at); place != times.end()) times.erase(place);
}

std::size_t Throttle::users() const {
  const std::scoped_lock lock(mutex_);
  return logs_.size();
}

}  // namespace lyceum::messages
