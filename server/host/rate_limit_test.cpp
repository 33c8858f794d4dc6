#include "host/rate_limit.h"

#include <atomic>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <thread>
#include <vector>

namespace lyceum::host {
namespace {

constexpr std::int64_t now = 1'764'000'000'000;

RateLimitConfig reads(int limit) {
  RateLimitConfig config;
  config.read = limit;
  return config;
}

const RateKey ann = rate_key(READ, 1, "10.0.0.1");
const RateKey bob = rate_key(READ, 2, "10.0.0.1");

TEST(RateLimit, of_10000_at_once_exactly_the_limit_pass) {
  RateLimiter limiter(reads(100));
  std::atomic<int> passed = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 2500; ++i) passed += limiter.allow(READ, ann, now).allowed ? 1 : 0;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(passed, 100);
}

TEST(RateLimit, what_was_taken_comes_back_evenly) {
  RateLimiter limiter(reads(60));
  for (int i = 0; i < 60; ++i) EXPECT_TRUE(limiter.allow(READ, ann, now).allowed);
  const auto refused = limiter.allow(READ, ann, now);
  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.retry_after_ms, 1000);
  EXPECT_EQ(refused.remaining, 0);
  EXPECT_EQ(refused.reset_ms, 60'000);
  EXPECT_FALSE(limiter.allow(READ, ann, now + 999).allowed);
  EXPECT_TRUE(limiter.allow(READ, ann, now + 1000).allowed);
  EXPECT_FALSE(limiter.allow(READ, ann, now + 1001).allowed);
  EXPECT_EQ(limiter.allow(READ, ann, now + 600'000).remaining, 59);
}

TEST(RateLimit, callers_and_classes_count_apart) {
  RateLimiter limiter(reads(1));
  EXPECT_TRUE(limiter.allow(READ, ann, now).allowed);
  EXPECT_FALSE(limiter.allow(READ, ann, now).allowed);
  EXPECT_TRUE(limiter.allow(READ, bob, now).allowed);
  EXPECT_TRUE(limiter.allow(WRITE, ann, now).allowed);
}

TEST(RateLimit, zero_is_no_limit) {
  RateLimiter limiter(reads(0));
  for (int i = 0; i < 10'000; ++i) ASSERT_TRUE(limiter.allow(READ, ann, now).allowed);
  EXPECT_EQ(limiter.allow(READ, ann, now).limit, 0);
}

TEST(RateLimit, counts_by_user_or_by_address) {
  EXPECT_EQ(rate_key(READ, 1, "10.0.0.1"), rate_key(READ, 1, "10.0.0.2"));
  EXPECT_NE(rate_key(READ, 0, "10.0.0.1"), rate_key(READ, 0, "10.0.0.2"));
  EXPECT_EQ(rate_key(SIGN_IN, 1, "10.0.0.1"), rate_key(SIGN_IN, 2, "10.0.0.1"));
  EXPECT_EQ(rate_key(GUEST, 0, "2001:db8::1"), rate_key(GUEST, 0, "2001:db8::ffff:1"));
  EXPECT_NE(rate_key(GUEST, 0, "2001:db8::1"), rate_key(GUEST, 0, "2001:db8:0:1::1"));
  EXPECT_NE(rate_key(READ, 167772161, ""), rate_key(READ, 0, "10.0.0.1"));
}

TEST(RateLimit, the_table_is_bounded_and_forgets_the_quietest) {
  auto config = reads(1);
  config.callers_max = 160;
  RateLimiter limiter(config);
  EXPECT_TRUE(limiter.allow(READ, ann, now).allowed);
  for (int user = 1000; user < 3000; ++user) {
    EXPECT_TRUE(limiter.allow(READ, rate_key(READ, user, ""), now).allowed);
    EXPECT_FALSE(limiter.allow(READ, ann, now).allowed);  // not quiet
  }
  EXPECT_TRUE(limiter.allow(READ, rate_key(READ, 1000, ""), now).allowed);
}

// In any stretch of time no more pass than the limit and what came back meanwhile; and what is
// promised is kept: remaining requests pass at once, and one passes after retry_after_ms.
TEST(RateLimit, never_lets_too_many_pass_and_keeps_its_word) {
  EXPECT_TRUE(rc::check([] {
    const int limit = *rc::gen::inRange(1, 200);
    const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 3000));
    RateLimiter limiter(reads(limit));
    std::int64_t time = now;
    std::vector<std::int64_t> passed;
    for (const int step : steps) {
      time += step;
      const auto answer = limiter.allow(READ, ann, time);
      if (answer.allowed) passed.push_back(time);
      for (std::size_t i = 0; i < passed.size(); ++i) {
        const auto since = time - passed[i];
        const auto most = limit + static_cast<std::size_t>(since * limit / 60'000) + 1;
        RC_ASSERT(passed.size() - i <= most);
      }
      if (!answer.allowed) {
        time += answer.retry_after_ms;
        RC_ASSERT(limiter.allow(READ, ann, time).allowed);
        passed.push_back(time);
      }
    }
    const int remaining = limiter.allow(READ, ann, time).remaining;
    for (int i = 0; i < remaining; ++i) RC_ASSERT(limiter.allow(READ, ann, time).allowed);
    RC_ASSERT(!limiter.allow(READ, ann, time).allowed);
  }));
}

}  // namespace
}  // namespace lyceum::host
