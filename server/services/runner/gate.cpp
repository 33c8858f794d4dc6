#include "services/runner/gate.h"

#include <memory>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace asio = boost::asio;

namespace lyceum::runner {

Task<Gate::Place> Gate::enter() {
  {
    const std::lock_guard lock(mutex_);
    if (free_ > 0) {
      --free_;
      co_return Place(*this);
    }
  }
  // A place may become free between the two locks: the lambda looks again.
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(
      [this](auto handler) {
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        std::function<void()> go_on = [shared] {
          asio::post(asio::get_associated_executor(*shared), [shared] { std::move (*shared)(); });
        };
        std::unique_lock lock(mutex_);
        if (free_ > 0) {
          --free_;
          lock.unlock();
          go_on();
        } else {
          waiting_.push_back(std::move(go_on));
        }
      },
      asio::use_awaitable);
  co_return Place(*this);
}

void Gate::leave() {
  std::function<void()> next;
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) {
      ++free_;
      return;
    }
    next = std::move(waiting_.front());
    waiting_.pop_front();
  }
  next();
}

}  // namespace lyceum::runner
