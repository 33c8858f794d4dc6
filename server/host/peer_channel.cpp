#include "host/peer_channel.h"

#include <fmt/format.h>
#include <random>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/log.h"
#include "host/grpc.h"
#include "host/retry.h"

namespace asio = boost::asio;

namespace lyceum::host {
namespace {

double random_share() {
  thread_local std::minstd_rand generator{std::random_device()()};
  return std::uniform_real_distribution<double>(0, 1)(generator);
}

// The wall clock may jump; the breaker must not.
std::int64_t steady_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

bool nobody_there(const Error& error) {
  return error.reason == transport_failed && error.code == Code::unavailable;
}

Outcome outcome(const Error& error) {
  if (error.reason != transport_failed) return Outcome::success;  // the service's own refusal
  if (error.code == Code::unavailable) return Outcome::unreachable;
  const bool failed = error.code == Code::deadline_exceeded || error.code == Code::internal;
  return failed ? Outcome::failure : Outcome::unknown;
}

Error away(std::int64_t retry_after_ms) {
  return {Code::unavailable,
          "service_unreachable",
          "this part of Lyceum does not answer at the moment; try again soon",
          {},
          retry_after_ms};
}

Error full() {
  return {
      Code::unavailable, "service_busy", "this part of Lyceum is busy; try again soon", {}, 1'000};
}

Error too_late() {
  return {Code::deadline_exceeded, "deadline_exceeded", "it took too long", {}, 0};
}

// What a client may see: no address, no word of gRPC.
Error for_clients(Error error) {
  if (error.reason == not_served_here)
    error.code = Code::internal;  // --peers is wrong: a matter of ours
  if (error.reason != transport_failed) return error;
  if (error.code == Code::unavailable) return away(1'000);
  if (error.code == Code::deadline_exceeded) return too_late();
  return error;
}

Call with_deadline(const Call& call, std::int64_t deadline_ms) {
  auto info = call.info();
  info.deadline_ms = deadline_ms;
  return Call(std::move(info));
}

struct Counters {
  Counters(metrics::Registry& metrics, const std::string& peer)
      : state(metrics.gauge("lyceum_peer_breaker_state",
                            "Circuit breaker: 0 closed, 1 open, 2 half-open.",
                            label(peer))),
        repeats(metrics.counter("lyceum_peer_retries_total", "Calls sent once more.", label(peer))),
        suppressed(metrics.counter("lyceum_peer_retries_suppressed_total",
                                   "Repeats that the budget did not allow.",
                                   label(peer))),
        rejected_open(metrics.counter("lyceum_peer_rejected_total",
                                      "Calls not sent.",
                                      label(peer) + R"(,why="breaker_open")")),
        rejected_full(metrics.counter("lyceum_peer_rejected_total",
                                      "Calls not sent.",
                                      label(peer) + R"(,why="bulkhead_full")")) {}

  static std::string label(const std::string& peer) { return fmt::format(R"(peer="{}")", peer); }

  metrics::Gauge& state;
  metrics::Counter &repeats, &suppressed, &rejected_open, &rejected_full;
};

// Shared with the calls under way: it outlives the channel as long as there are any.
struct Peer {
  Peer(std::unique_ptr<Channel> c,
       std::string n,
       PeerLimits l,
       const Clock& k,
       metrics::Registry& metrics)
      : channel(std::move(c)), name(std::move(n)), limits(l), clock(k), counters(metrics, name) {}

  const std::unique_ptr<Channel> channel;
  const std::string name;
  const PeerLimits limits;
  const Clock& clock;
  Counters counters;
  RetryBudget budget;
  Bulkhead calls{limits.calls}, streams{limits.streams};
  Breaker breaker{limits.breaker, random_share, [this](Breaker::State state) {
                    counters.state.set(static_cast<int>(state));
                    log::warn("a peer's circuit breaker changed",
                              {{"peer", name}, {"state", static_cast<int>(state)}});
                  }};
};

// One permit of the breaker; whatever happens to the call, it goes back.
class Attempt {
 public:
  Attempt(Breaker& breaker, Breaker::Permit permit) : breaker_(breaker), permit_(permit) {}

  Attempt(const Attempt&) = delete;
  Attempt& operator=(const Attempt&) = delete;

  ~Attempt() { ended(Outcome::unknown); }

  // Only the first says something.
  void ended(Outcome outcome) {
    if (permit_) breaker_.done(*permit_, outcome, steady_ms());
    permit_.reset();
  }

 private:
  Breaker& breaker_;
  std::optional<Breaker::Permit> permit_;
};

// Leave to call, or why not.
Result<Breaker::Permit> permit(Peer& peer, std::int64_t deadline_ms) {
  if (deadline_ms <= peer.clock.now_ms()) return fail(too_late());
  const auto now = steady_ms();
  if (const auto given = peer.breaker.allow(now)) return *given;
  peer.counters.rejected_open.add();
  return fail(away(peer.breaker.retry_after_ms(now)));
}

void note(Peer& peer, const Call& call, const Error& error) {
  if (error.reason == transport_failed)
    log::warn(
        call, "a peer did not answer",
        {{"peer", peer.name}, {"code", static_cast<int>(error.code)}, {"what", error.message}});
}

Task<Result<std::string>> call_once(std::shared_ptr<Peer> peer,
                                    Call call,
                                    std::string_view method,
                                    std::string bytes) {
  const auto deadline_ms = call.info().deadline_ms;
  CO_TRY(const auto given, permit(*peer, deadline_ms));
  Attempt attempt(peer->breaker, given);
  const auto place =
      co_await peer->calls.enter(std::chrono::milliseconds(deadline_ms - peer->clock.now_ms()));
  if (!place) {
    peer->counters.rejected_full.add();
    co_return fail(full());
  }
  auto reply = co_await peer->channel->send(call, method, std::move(bytes));
  attempt.ended(reply ? Outcome::success : outcome(reply.error()));
  if (!reply) note(*peer, call, reply.error());
  co_return reply;
}

// Waits before the next repeat; false: there shall be none.
Task<bool> may_repeat(std::shared_ptr<Peer> peer,
                      std::string_view method,
                      int repeats,
                      std::int64_t deadline_ms) {
  if (repeats >= peer->limits.repeats_max || !safe_to_repeat(method)) co_return false;
  const auto pause = backoff_ms(repeats, random_share());
  if (peer->clock.now_ms() + pause >= deadline_ms) co_return false;
  if (!peer->budget.take()) {
    peer->counters.suppressed.add();
    co_return false;
  }
  asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::milliseconds(pause));
  boost::system::error_code ignored;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  peer->counters.repeats.add();
  co_return true;
}

class PeerChannel final : public Channel {
 public:
  explicit PeerChannel(std::shared_ptr<Peer> peer) : peer_(std::move(peer)) {}

  Task<Result<std::string>> send(Call call, std::string_view method, std::string bytes) override {
    const auto peer = peer_;
    if (call.info().deadline_ms == 0)
      call = with_deadline(call, peer->clock.now_ms() + peer->limits.deadline_ms);
    peer->budget.called();
    for (int repeats = 0;; ++repeats) {
      auto reply = co_await call_once(peer, call, method, bytes);
      if (reply) co_return reply;
      if (!nobody_there(reply.error()) ||
          !co_await may_repeat(peer, method, repeats, call.info().deadline_ms))
        co_return fail(for_clients(std::move(reply).error()));
    }
  }

  // Never repeated: what was given to the sink cannot be taken back.
  Task<Result<void>> stream(Call call,
                            std::string_view method,
                            std::string bytes,
                            Sink<std::string> sink) override {
    const auto peer = peer_;
    if (call.info().deadline_ms == 0)
      call = with_deadline(call, peer->clock.now_ms() + peer->limits.stream_deadline_ms);
    CO_TRY(const auto given, permit(*peer, call.info().deadline_ms));
    const auto attempt = std::make_shared<Attempt>(peer->breaker, given);
    const auto place = co_await peer->streams.enter(std::chrono::milliseconds(0));
    if (!place) {
      peer->counters.rejected_full.add();
      co_return fail(full());
    }
    // The first item shows that the peer is well; how long the stream then lasts says nothing.
    Sink<std::string> watched([attempt, sink](std::string item) mutable {
      attempt->ended(Outcome::success);
      return sink.send(std::move(item));
    });
    auto done = co_await peer->channel->stream(call, method, std::move(bytes), std::move(watched));
    attempt->ended(done ? Outcome::success : outcome(done.error()));
    if (done) co_return done;
    note(*peer, call, done.error());
    co_return fail(for_clients(std::move(done).error()));
  }

 private:
  const std::shared_ptr<Peer> peer_;
};

}  // namespace

std::unique_ptr<Channel> guard(std::unique_ptr<Channel> channel,
                               const std::string& name,
                               PeerLimits limits,
                               const Clock& clock,
                               metrics::Registry& metrics) {
  return std::make_unique<PeerChannel>(
      std::make_shared<Peer>(std::move(channel), name, limits, clock, metrics));
}

}  // namespace lyceum::host
