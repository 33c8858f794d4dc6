#include "services/runner/canary.h"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/log.h"
#include "services/runner/slot.h"

namespace asio = boost::asio;

namespace lyceum::runner {

Result<Job> trial_job() {
  Job job;
  job.argv = {"/bin/true"};
  TRY(job.input, Content::of(""));
  job.limits = {.cpu_ms = 1000,
                .wall_ms = 10'000,
                .memory_bytes = 64 << 20,
                .output_keep = 100,
                .output_max = 100,
                .processes = 8};
  return job;
}

Canary::Canary(std::shared_ptr<Sandbox> sandbox,
               metrics::Gauge& up,
               std::chrono::milliseconds patience)
    : sandbox_(std::move(sandbox)),
      up_(up),
      patience_(patience),
      state_(fail(Code::unavailable, "sandbox_not_tried", "no program has been run yet")) {}

void Canary::worked() {
  worked_ = true;
  set({});
}

Task<bool> Canary::step() {
  if (!worked_.exchange(false)) set(co_await try_it());
  co_return false;
}

Result<void> Canary::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

Task<Result<void>> Canary::try_it() {
  using asio::experimental::awaitable_operators::operator||;
  CO_TRY(auto job, trial_job());
  asio::steady_timer patience(co_await asio::this_coro::executor, patience_);
  const auto first =
      co_await (sandbox_->run(std::move(job)) || patience.async_wait(asio::use_awaitable));
  const auto* ended = std::get_if<0>(&first);
  if (!ended) co_return unavailable("the sandbox does not answer in time");
  if (!*ended) co_return fail(ended->error());
  if ((*ended)->end != End::exited || (*ended)->exit_code != 0)
    co_return unavailable("a program was run in the sandbox and did not end well");
  co_return Result<void>();
}

void Canary::set(Result<void> state) {
  const std::lock_guard lock(mutex_);
  const bool turned = state.has_value() != state_.has_value() ||
                      (!state && state.error().reason != state_.error().reason);
  if (turned && !state) log::warn("no sandbox", {{"why", state.error().message}});
  if (turned && state) log::info("programs can be run");
  up_.set(state ? 1 : 0);
  state_ = std::move(state);
}

}  // namespace lyceum::runner
