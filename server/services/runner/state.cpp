// For operators: what runs, what waits, what ran of late, and whether anything can run.

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "services/runner/run.h"

namespace asio = boost::asio;

namespace lyceum::runner {
namespace {

constexpr auto look_again = std::chrono::milliseconds(500);
// Below the deadline that the gateway gives to a stream, so that it ends well.
constexpr std::int64_t watch_ms = 5 * 60'000;

}  // namespace

api::RunnerState Runner::state() const {
  api::RunnerState out;
  activity_.describe(out);
  auto& sandbox = *out.mutable_sandbox();
  if (const auto known = canary_.state(); known) {
    sandbox.set_status("ok");
  } else if (known.error().reason == "sandbox_unavailable") {
    sandbox.set_status("unavailable");
    sandbox.set_message(known.error().message);
  } else {
    sandbox.set_status("unknown");
  }
  for (std::size_t i = 0; i < priority_words.size(); ++i) {
    auto& queue = *out.add_queues();
    queue.set_priority(std::string(priority_words.at(i)));
    queue.set_waiting(gate_.waiting(static_cast<Priority>(i)));
  }
  auto& cache = *out.mutable_cache();
  cache.set_bytes(cache_.bytes());
  cache.set_bytes_max(config_.cache_bytes);
  cache.set_programs(cache_.programs());
  for (const auto& [language, compiles] : counters_->compiles) {
    cache.set_hits(cache.hits() + compiles.hits->value());
    cache.set_misses(cache.misses() + compiles.misses->value());
  }
  return out;
}

Task<Result<api::RunnerState>> Runner::get_runner(Call, api::GetRunnerRequest) {
  co_return state();
}

Task<Result<void>> Runner::watch_runner(Call call,
                                        api::GetRunnerRequest,
                                        Sink<api::RunnerEvent> sink) {
  const auto until = clock_.now_ms() + watch_ms;
  asio::steady_timer timer(co_await asio::this_coro::executor);
  std::string sent;
  while (!call.abandoned() && clock_.now_ms() < until) {
    api::RunnerEvent event;
    *event.mutable_state() = state();
    if (auto now = event.SerializeAsString(); now != sent) {
      sent = std::move(now);
      CO_TRY_VOID(co_await sink.send(std::move(event)));
    }
    timer.expires_after(look_again);
    boost::system::error_code ended;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ended));
  }
  co_return Result<void>();
}

Result<void> Runner::ready() const {
  return canary_.state();
}

std::shared_ptr<void> Runner::try_sandbox_now_and_then(const asio::any_io_executor& loop) {
  return std::make_shared<Worker>(
      loop, [this] { return canary_.step(); }, std::chrono::seconds(10));
}

}  // namespace lyceum::runner
