#include "base/cpu.h"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace asio = boost::asio;

namespace lyceum {

Task<Result<void>> Cpu::work(std::function<void()> job) {
  if (waiting_.fetch_add(1) >= queue_) {
    waiting_.fetch_sub(1);
    co_return std::unexpected(
        Error{Code::unavailable, "busy", "too much to do at this moment; try again", {}, 1000});
  }
  const auto home = co_await asio::this_coro::executor;
  co_await asio::post(pool_, asio::use_awaitable);
  job();
  waiting_.fetch_sub(1);
  co_await asio::post(home, asio::use_awaitable);
  co_return Result<void>{};
}

}  // namespace lyceum
