#include "base/cpu.h"

#include <exception>

#include <boost/asio/bind_executor.hpp>
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
  // Bound to the pool: a plain post(pool_, use_awaitable) would come back to the loop at once.
  co_await asio::post(asio::bind_executor(pool_, asio::use_awaitable));
  std::exception_ptr thrown;
  try {
    job();
  } catch (...) {
    thrown = std::current_exception();
  }
  waiting_.fetch_sub(1);
  co_await asio::post(asio::bind_executor(home, asio::use_awaitable));
  if (thrown) std::rethrow_exception(thrown);
  co_return Result<void>{};
}

}  // namespace lyceum
