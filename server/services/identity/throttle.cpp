#include "services/identity/throttle.h"

#include <algorithm>

namespace lyceum::identity {
namespace {

constexpr std::int64_t second = 1000;
constexpr std::int64_t minute = 60 * second;
constexpr std::int64_t day = 24 * 60 * minute;

std::int64_t doubled(int over, std::int64_t most) {
  return over < 0 ? 0 : std::min(most, second << std::min(over, 20));
}

// One person at one place: 0, 0, 1, 2, 4 … 30 s, then a quarter of an hour.
std::int64_t pair_delay(int failures) {
  if (failures >= 10) return 15 * minute;
  return doubled(failures - 3, 30 * second);
}

// All places together. Mild, as anybody can do it to anybody; beyond 100 a day only a reset by mail
// helps (or a browser that the owner has signed in with).
std::int64_t account_delay(int failures) {
  if (failures >= 100) return day;
  return doubled(failures - 10, 30 * second);
}

// All accounts together, as a school may sit behind one address.
std::int64_t network_delay(int failures) {
  if (failures >= 200) return 15 * minute;
  return doubled(failures - 50, 30 * second);
}

// Secrets of 256 bits are not guessed; this keeps noise away.
std::int64_t mailed_delay(int failures) {
  return doubled(failures - 10, minute);
}

}  // namespace

Throttle::Throttle(const Clock& clock, bool on, std::size_t max)
    : clock_(clock), on_(on), max_(max) {}

std::int64_t Throttle::wait(const std::string& key, Delay delay) {
  const auto found = buckets_.find(key);
  if (found == buckets_.end()) return 0;
  const std::int64_t until = found->second.last_ms + delay(found->second.failures);
  return std::max<std::int64_t>(0, until - clock_.now_ms());
}

void Throttle::count(const std::string& key) {
  const auto [found, fresh] = buckets_.try_emplace(key);
  Bucket& bucket = found->second;
  if (fresh)
    bucket.age = ages_.insert(ages_.end(), key);
  else
    ages_.splice(ages_.end(), ages_, bucket.age);
  const std::int64_t now = clock_.now_ms();
  if (now - bucket.last_ms >= day) bucket.failures = 0;
  ++bucket.failures;
  bucket.last_ms = now;
  if (buckets_.size() <= max_) return;
  buckets_.erase(ages_.front());
  ages_.pop_front();
}

// A browser that the owner has signed in with has a bucket of its own, where guesses from the same
// network do not count.
std::string Throttle::pair_key(const Attempt& attempt) {
  return (attempt.known_device ? "d " : "p ") + attempt.network + " " + attempt.account;
}

std::int64_t Throttle::start(const Attempt& attempt) {
  if (!on_) return 0;
  const std::lock_guard lock(mutex_);
  const std::string pair = pair_key(attempt);
  const std::string account = "a " + attempt.account;
  const std::string network = "n " + attempt.network;
  std::int64_t longest = std::max(wait(pair, pair_delay), wait(network, network_delay));
  if (!attempt.known_device) longest = std::max(longest, wait(account, account_delay));
  if (longest > 0) return longest;
  count(pair);
  count(network);
  if (!attempt.known_device) count(account);
  return 0;
}

// The network's count stays: a guesser with one account of his own must not clear it.
void Throttle::succeeded(const Attempt& attempt) {
  if (!on_) return;
  const std::lock_guard lock(mutex_);
  for (const auto& key : {pair_key(attempt), "a " + attempt.account}) {
    const auto found = buckets_.find(key);
    if (found == buckets_.end()) continue;
    ages_.erase(found->second.age);
    buckets_.erase(found);
  }
  if (const auto found = buckets_.find("n " + attempt.network);
      found != buckets_.end() && found->second.failures > 0)
    --found->second.failures;
}

void Throttle::forgive(const std::string& account) {
  const std::lock_guard lock(mutex_);
  for (auto at = buckets_.begin(); at != buckets_.end();) {
    const bool theirs = at->first.ends_with(" " + account) && !at->first.starts_with("n ");
    if (theirs) ages_.erase(at->second.age);
    at = theirs ? buckets_.erase(at) : std::next(at);
  }
}

std::int64_t Throttle::wait_ms(const std::string& network) {
  if (!on_) return 0;
  const std::lock_guard lock(mutex_);
  return wait("m " + network, mailed_delay);
}

void Throttle::failed(const std::string& network) {
  if (!on_) return;
  const std::lock_guard lock(mutex_);
  count("m " + network);
}

}  // namespace lyceum::identity
