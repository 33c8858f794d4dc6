#include "base/worker.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/log.h"

namespace asio = boost::asio;

namespace lyceum {

struct Worker::State {
  State(const asio::any_io_executor& loop, Step s, std::chrono::milliseconds p)
      : line(asio::make_strand(loop)), step(std::move(s)), poll(p), timer(line) {}

  asio::strand<asio::any_io_executor> line;  // the timer is touched here only
  Step step;
  const std::chrono::milliseconds poll;
  asio::steady_timer timer;
  std::atomic<bool> stopping = false;
  std::atomic<bool> woken = false;
  std::promise<void> stopped;
};

Worker::Worker(asio::any_io_executor loop, Step step, std::chrono::milliseconds poll)
    : state_(std::make_shared<State>(std::move(loop), std::move(step), poll)) {
  asio::co_spawn(state_->line, run(state_),
                 [state = state_](const std::exception_ptr&) { state->stopped.set_value(); });
}

Worker::~Worker() {
  auto stopped = state_->stopped.get_future();
  state_->stopping = true;
  wake();
  stopped.wait();
}

void Worker::wake() {
  wake(state_);
}

std::function<void()> Worker::waker() const {
  return [state = state_] { wake(state); };
}

void Worker::wake(const std::shared_ptr<State>& state) {
  if (state->woken.exchange(true)) return;
  asio::post(state->line, [state] { state->timer.cancel(); });
}

Task<void> Worker::run(std::shared_ptr<State> state) {
  while (!state->stopping) {
    state->woken = false;
    bool more = false;
    try {
      more = co_await state->step();
    } catch (const std::exception& bug) {
      log::error("a background step threw", {{"error", std::string_view(bug.what())}});
    }
    if (more || state->woken || state->stopping) continue;
    state->timer.expires_after(state->poll);
    boost::system::error_code ignored;
    if (!state->woken)
      co_await state->timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

}  // namespace lyceum
