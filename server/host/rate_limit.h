#pragma once
// How much one user, or one address that is not signed in, may ask for: GCRA (a leaky bucket that
// needs one number a caller). Its answers are rendered as headers by the REST edge.

#include <array>
#include <cstdint>
#include <list>
#include <mutex>
#include <string_view>
#include <unordered_map>

#include "contract/options.pb.h"

namespace lyceum::host {

struct RateLimitConfig {
  // Requests a minute and caller in each class of contract/options.proto, all of which may come at
  // once; 0: no limit.
  int read = 1'200;
  int write = 300;
  int run = 60;
  int guest = 10;
  int sign_in = 20;
  // Callers to remember; beyond that the one that was quiet for longest is forgotten.
  int callers_max = 100'000;
};

// Whom a request counts for. Small and without a string, as it is made for every request.
struct RateKey {
  std::uint64_t kind = 0;
  std::uint64_t value = 0;
  bool operator==(const RateKey&) const = default;
};

// The user when there is one, except in the classes that count by address; of an IPv6 address its
// /64, which is what one household or server has.
RateKey rate_key(Rate rate, std::int64_t user_id, std::string_view address);

struct RateAnswer {
  bool allowed = true;
  int limit = 0;                    // a minute; 0: there is none, and the rest says nothing
  int remaining = 0;                // that may come now
  std::int64_t reset_ms = 0;        // until all of the limit may come again
  std::int64_t retry_after_ms = 0;  // when not allowed: until one more may come
};

class RateLimiter {
 public:
  explicit RateLimiter(RateLimitConfig config);

  // Counts the request, when it is allowed. From any thread.
  RateAnswer allow(Rate rate, const RateKey& key, std::int64_t now_ms);

  int limit(Rate rate) const;

 private:
  struct Caller {
    RateKey key;
    Rate rate;
    std::int64_t
        full_at_ns;  // when all that was taken has come back; GCRA's theoretical arrival time
  };

  struct Key {
    RateKey key;
    Rate rate;
    bool operator==(const Key&) const = default;
  };

  struct Hash {
    std::size_t operator()(const Key& key) const;
  };

  struct Shard {
    std::mutex mutex;
    std::list<Caller> callers;  // the latest first
    std::unordered_map<Key, std::list<Caller>::iterator, Hash> by_key;
  };

  Caller& caller(Shard& shard, const Key& key);

  const RateLimitConfig config_;
  std::array<Shard, 16> shards_;
};

}  // namespace lyceum::host
