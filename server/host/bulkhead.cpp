#include "host/bulkhead.h"

#include <algorithm>

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace asio = boost::asio;

namespace lyceum::host {

Task<std::optional<Bulkhead::Place>> Bulkhead::enter(std::chrono::milliseconds wait) {
  const auto executor = co_await asio::this_coro::executor;
  const auto waiter = std::make_shared<Waiter>(
      Waiter{asio::steady_timer(executor, std::min(wait, config_.wait_max)), false});
  if (!take(waiter)) co_return std::nullopt;
  if (waiter->granted) co_return Place(*this);
  // Whoever leaves cancels the timer on this loop, so never before we wait.
  boost::system::error_code ended;
  co_await waiter->timer.async_wait(asio::redirect_error(asio::use_awaitable, ended));
  const std::scoped_lock lock(mutex_);
  if (waiter->granted) co_return Place(*this);
  std::erase(waiting_, waiter);
  co_return std::nullopt;
}

bool Bulkhead::take(const std::shared_ptr<Waiter>& waiter) {
  const std::scoped_lock lock(mutex_);
  if (used_ < config_.places) {
    ++used_;
    waiter->granted = true;
    return true;
  }
  if (std::ssize(waiting_) >= config_.waiting_max) return false;
  waiting_.push_back(waiter);
  return true;
}

void Bulkhead::leave() {
  const std::scoped_lock lock(mutex_);
  if (waiting_.empty()) {
    --used_;
    return;
  }
  const auto next = waiting_.front();
  waiting_.pop_front();
  next->granted = true;
  asio::post(next->timer.get_executor(), [next] { next->timer.cancel(); });
}

}  // namespace lyceum::host
