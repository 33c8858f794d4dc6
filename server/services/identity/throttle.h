#pragma once
// Slows down who guesses. Counts failures by account, by network and by both together, and says how
// long to wait; who waits is not counted. In memory and bounded: a restart forgives, a flood of
// names pushes out the oldest. Thread-safe.

#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/clock.h"

namespace lyceum::identity {

class Throttle {
 public:
  explicit Throttle(const Clock& clock, bool on = true, std::size_t max = 100'000);

  struct Attempt {
    std::string account;        // canonical address
    std::string network;        // rules::network_of
    bool known_device = false;  // somebody else's guesses do not keep the owner out
  };

  // Milliseconds to wait, or 0: try now. That counts as a failure until succeeded() says otherwise,
  // so that many tries at once are not all free.
  std::int64_t start(const Attempt& attempt);
  void succeeded(const Attempt& attempt);
  // The owner has proved the address by mail: nothing that was before counts.
  void forgive(const std::string& account);

  // For secrets that are mailed: counted by network alone.
  std::int64_t wait_ms(const std::string& network);
  void failed(const std::string& network);

 private:
  struct Bucket {
    int failures = 0;
    std::int64_t last_ms = 0;
    std::list<std::string>::iterator age;
  };

  using Delay = std::int64_t (*)(int failures);
  std::int64_t wait(const std::string& key, Delay delay);
  void count(const std::string& key);
  std::string pair_key(const Attempt& attempt);

  const Clock& clock_;
  const bool on_;
  const std::size_t max_;
  std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;
  std::list<std::string> ages_;  // keys, oldest change first
};

}  // namespace lyceum::identity
