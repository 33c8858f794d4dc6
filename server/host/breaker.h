#pragma once
// Stops calls to a peer that fails, and tries again by itself: closed → open → half-open → closed.
// It knows neither clock nor network: the time comes in with every call, in milliseconds that only
// rise.

#include <array>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>

namespace lyceum::host {

struct BreakerConfig {
  std::int64_t window_ms = 10'000;    // failures are counted over so long
  int samples_min = 20;               // calls in the window before their share of failures counts
  int failures_percent = 50;          // of them: opens it
  int unreachable_max = 5;            // in a row: opens it, however few the calls
  std::int64_t open_ms = 5'000;       // the first time; twice as long each time that probes fail
  std::int64_t open_max_ms = 60'000;  //
  int jitter_percent = 10;            // ±, so that many processes do not probe at once
  int probes = 3;  // at a time while half-open; as many successes in a row close it
};

// How a call ended, as far as it tells something about the peer.
enum class Outcome {
  success,      // the peer answered, be it with a refusal of its own
  failure,      // it was too slow, or its answer was broken
  unreachable,  // there was nobody
  unknown       // says nothing: the caller went away first
};

class Breaker {
 public:
  enum class State { closed = 0, open = 1, half_open = 2 };
  using Permit = std::uint64_t;  // the period in which the call began: later ones do not count it

  // random gives numbers of [0, 1). `changed` is told every new state, one call at a time.
  Breaker(BreakerConfig config,
          std::function<double()> random,
          std::function<void(State)> changed = nullptr);

  // Nothing: do not call. Every permit must come back through done(), once.
  std::optional<Permit> allow(std::int64_t now_ms);
  void done(Permit permit, Outcome outcome, std::int64_t now_ms);

  State state() const;
  // How long until another try makes sense; at least 1.
  std::int64_t retry_after_ms(std::int64_t now_ms) const;

 private:
  struct Slice {  // a tenth of the window
    std::int64_t number = -1;
    int calls = 0, failures = 0;
  };

  void count(bool failed, std::int64_t now_ms);
  bool too_many(std::int64_t now_ms) const;
  void probed(Outcome outcome, std::int64_t now_ms);
  void open(std::int64_t now_ms);
  void enter(State state);

  const BreakerConfig config_;
  const std::function<double()> random_;
  const std::function<void(State)> changed_;
  mutable std::mutex mutex_;
  State state_ = State::closed;
  Permit period_ = 0;
  std::array<Slice, 10> window_;
  int unreachable_ = 0;  // in a row
  int times_open_ = 0;   // in a row, without having been closed between
  std::int64_t open_until_ms_ = 0;
  int probing_ = 0, probes_good_ = 0;
};

}  // namespace lyceum::host
