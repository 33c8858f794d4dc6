#include "base/parallel.h"

#include <exception>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace asio = boost::asio;

namespace lyceum {

Task<void> run_all(std::vector<Task<void>> tasks) {
  if (tasks.empty()) co_return;
  const auto loop = co_await asio::this_coro::executor;
  asio::steady_timer all_done(loop, asio::steady_timer::time_point::max());
  std::size_t left = tasks.size();
  std::exception_ptr bug;
  for (auto& task : tasks) {
    asio::co_spawn(loop, std::move(task), [&](const std::exception_ptr& thrown) {
      if (thrown) bug = thrown;
      if (--left == 0) all_done.cancel();
    });
  }
  boost::system::error_code ignored;
  while (left > 0) co_await all_done.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  if (bug) std::rethrow_exception(bug);
}

}  // namespace lyceum
