#include "host/breaker.h"

#include <algorithm>

namespace lyceum::host {

Breaker::Breaker(BreakerConfig config,
                 std::function<double()> random,
                 std::function<void(State)> changed)
    : config_(config), random_(std::move(random)), changed_(std::move(changed)) {}

std::optional<Breaker::Permit> Breaker::allow(std::int64_t now_ms) {
  const std::scoped_lock lock(mutex_);
  if (state_ == State::open && now_ms >= open_until_ms_) {
    probing_ = probes_good_ = 0;
    enter(State::half_open);
  }
  if (state_ == State::closed) return period_;
  if (state_ == State::open || probing_ >= config_.probes) return std::nullopt;
  ++probing_;
  return period_;
}

void Breaker::done(Permit permit, Outcome outcome, std::int64_t now_ms) {
  const std::scoped_lock lock(mutex_);
  if (permit != period_) return;
  if (state_ == State::half_open) return probed(outcome, now_ms);
  if (outcome == Outcome::unknown) return;
  unreachable_ = outcome == Outcome::unreachable ? unreachable_ + 1 : 0;
  count(outcome != Outcome::success, now_ms);
  if (unreachable_ >= config_.unreachable_max || too_many(now_ms)) open(now_ms);
}

Breaker::State Breaker::state() const {
  const std::scoped_lock lock(mutex_);
  return state_;
}

std::int64_t Breaker::retry_after_ms(std::int64_t now_ms) const {
  constexpr std::int64_t probe_ms = 1'000;  // others are asking right now whether it is back
  const std::scoped_lock lock(mutex_);
  if (state_ != State::open) return probe_ms;
  return std::max<std::int64_t>(1, open_until_ms_ - now_ms);
}

void Breaker::count(bool failed, std::int64_t now_ms) {
  const auto number = now_ms / std::max<std::int64_t>(1, config_.window_ms / std::ssize(window_));
  auto& slice = window_[static_cast<std::size_t>(number) % window_.size()];
  if (slice.number != number) slice = {number, 0, 0};
  ++slice.calls;
  slice.failures += failed ? 1 : 0;
}

bool Breaker::too_many(std::int64_t now_ms) const {
  const auto newest = now_ms / std::max<std::int64_t>(1, config_.window_ms / std::ssize(window_));
  int calls = 0, failures = 0;
  for (const auto& slice : window_) {
    if (slice.number <= newest - std::ssize(window_)) continue;
    calls += slice.calls;
    failures += slice.failures;
  }
  return calls >= config_.samples_min && failures * 100 >= calls * config_.failures_percent;
}

void Breaker::probed(Outcome outcome, std::int64_t now_ms) {
  --probing_;
  if (outcome == Outcome::unknown) return;
  if (outcome != Outcome::success) return open(now_ms);
  if (++probes_good_ < config_.probes) return;
  times_open_ = 0;
  enter(State::closed);
}

void Breaker::open(std::int64_t now_ms) {
  auto pause = config_.open_ms;
  for (int i = 0; i < times_open_ && pause < config_.open_max_ms; ++i) pause *= 2;
  pause = std::min(pause, config_.open_max_ms);
  ++times_open_;
  const double jitter = (random_() * 2 - 1) * config_.jitter_percent / 100;
  open_until_ms_ = now_ms + pause + static_cast<std::int64_t>(static_cast<double>(pause) * jitter);
  enter(State::open);
}

void Breaker::enter(State state) {
  state_ = state;
  ++period_;
  window_.fill({});
  unreachable_ = 0;
  if (changed_) changed_(state);
}

}  // namespace lyceum::host
