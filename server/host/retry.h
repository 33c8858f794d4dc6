#pragma once
// When a call may be sent a second time: only what changes nothing, only within a budget, so that a
// peer in trouble gets a tenth more of load and not three times as much.

#include <atomic>
#include <cstdint>
#include <string_view>

namespace lyceum::host {

// Earned by calls, spent by repeats: of n calls at most n/10 + 3 are repeated.
class RetryBudget {
 public:
  void called();
  bool take();  // false: no repeat

 private:
  std::atomic<int> tenths_ = 30;  // the first few, before any was earned
};

// Full jitter: random (of [0, 1)) times 25 ms, 50 ms, 100 ms… up to 250 ms. attempt 0 is the first
// repeat.
std::int64_t backoff_ms(int attempt, double random);

// "/lyceum.identity.v1.Identity/GetUser": its line in the contract begins with GET, or it is marked
// by protobuf's own `option idempotency_level`.
bool safe_to_repeat(std::string_view method);

}  // namespace lyceum::host
