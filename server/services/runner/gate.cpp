#include "services/runner/gate.h"

#include <algorithm>

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace asio = boost::asio;

namespace lyceum::runner {

struct Gate::Waiter {
  const Turn turn;
  const int places;
  asio::steady_timer timer;
  bool let_in = false;
};

Task<Result<Gate::Place>> Gate::enter(Turn turn) {
  const int places = std::min(turn.places, width_);
  const auto executor = co_await asio::this_coro::executor;
  const auto waiter =
      std::make_shared<Waiter>(turn, places, asio::steady_timer(executor, turn.patience));
  {
    const std::lock_guard lock(mutex_);
    join(waiter);
    let_in();
    if (waiter->let_in) co_return Place(*this, places);
  }
  // Whoever leaves cancels the timer on this loop, so never before we wait.
  boost::system::error_code ended;
  co_await waiter->timer.async_wait(asio::redirect_error(asio::use_awaitable, ended));
  const std::lock_guard lock(mutex_);
  if (waiter->let_in) co_return Place(*this, places);
  part(waiter);
  let_in();  // it may have been the first, and have asked for more than the next
  if (ended) co_return fail(Code::cancelled, "cancelled", "the run was stopped");
  co_return fail(Code::deadline_exceeded, "deadline_exceeded",
                 "the run waited longer than its caller does");
}

int Gate::waiting() const {
  const std::lock_guard lock(mutex_);
  int out = 0;
  for (const auto& lane : lanes_) out += waiting_in(lane);
  return out;
}

int Gate::waiting(Priority priority) const {
  const std::lock_guard lock(mutex_);
  return waiting_in(lanes_.at(static_cast<std::size_t>(priority)));
}

int Gate::waiting_in(const Lane& lane) const {
  std::size_t out = 0;
  for (const auto& [user, waiters] : lane.by_user) out += waiters.size();
  return static_cast<int>(out);
}

std::chrono::milliseconds Gate::usual_stay() const {
  const std::lock_guard lock(mutex_);
  return std::chrono::milliseconds(static_cast<std::int64_t>(stay_ms_));
}

void Gate::leave(int places, std::chrono::steady_clock::duration stayed) {
  const double ms = std::chrono::duration<double, std::milli>(stayed).count();
  const std::lock_guard lock(mutex_);
  stay_ms_ = stay_ms_ == 0 ? ms : 0.9 * stay_ms_ + 0.1 * ms;
  free_ += places;
  let_in();
}

void Gate::join(const WaiterPtr& waiter) {
  auto& lane = lanes_.at(static_cast<std::size_t>(waiter->turn.priority));
  auto& own = lane.by_user[waiter->turn.user_id];
  if (own.empty()) lane.turns.push_back(waiter->turn.user_id);
  own.push_back(waiter);
}

void Gate::part(const WaiterPtr& waiter) {
  auto& lane = lanes_.at(static_cast<std::size_t>(waiter->turn.priority));
  const auto own = lane.by_user.find(waiter->turn.user_id);
  if (own == lane.by_user.end()) return;
  std::erase(own->second, waiter);
  if (!own->second.empty()) return;
  std::erase(lane.turns, own->first);
  lane.by_user.erase(own);
}

// The first waits until all its places are free, and nobody passes it meanwhile: else one who asks
// for two would wait as long as there are others who ask for one.
void Gate::let_in() {
  for (auto& lane : lanes_) {
    while (!lane.turns.empty()) {
      const auto user = lane.turns.front();
      const WaiterPtr first = lane.by_user.at(user).front();
      if (first->places > free_) return;
      free_ -= first->places;
      first->let_in = true;
      asio::post(first->timer.get_executor(), [first] { first->timer.cancel(); });
      part(first);
      // Whoever has more to do is the last of the users now.
      if (!lane.by_user.contains(user)) continue;
      lane.turns.pop_front();
      lane.turns.push_back(user);
    }
  }
}

std::int64_t retry_after_ms(std::int64_t jobs, int width, std::chrono::milliseconds each) {
  return std::clamp<std::int64_t>(jobs * each.count() / width, 1'000, 60'000);
}

}  // namespace lyceum::runner
