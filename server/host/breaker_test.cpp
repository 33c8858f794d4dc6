#include "host/breaker.h"

#include <atomic>
#include <barrier>
#include <gtest/gtest.h>
#include <thread>
#include <vector>

namespace lyceum::host {
namespace {

using State = Breaker::State;

class BreakerTest : public ::testing::Test {
 protected:
  // One whole call at `now`; false: it was not allowed.
  bool call(Outcome outcome) {
    const auto permit = breaker.allow(now);
    if (permit) breaker.done(*permit, outcome, now);
    return permit.has_value();
  }

  void call(Outcome outcome, int times) {
    for (int i = 0; i < times; ++i) ASSERT_TRUE(call(outcome)) << i;
  }

  void open() { call(Outcome::unreachable, 5); }

  std::int64_t now = 1'000'000;
  double random = 0.5;  // no jitter
  std::vector<State> seen;
  Breaker breaker{BreakerConfig{}, [this] { return random; },
                  [this](State state) { seen.push_back(state); }};
};

TEST_F(BreakerTest, PLAT_03_a_peer_that_answers_is_called) {
  call(Outcome::success, 1000);
  EXPECT_EQ(breaker.state(), State::closed);
  EXPECT_TRUE(seen.empty());
}

TEST_F(BreakerTest, five_unreachable_in_a_row_open_it) {
  call(Outcome::unreachable, 4);
  EXPECT_EQ(breaker.state(), State::closed);
  call(Outcome::unreachable, 1);
  EXPECT_EQ(breaker.state(), State::open);
  EXPECT_FALSE(call(Outcome::success));
}

TEST_F(BreakerTest, one_answer_between_starts_the_row_anew) {
  call(Outcome::unreachable, 4);
  call(Outcome::success, 1);
  call(Outcome::unreachable, 4);
  EXPECT_EQ(breaker.state(), State::closed);
}

TEST_F(BreakerTest, half_of_twenty_failed_opens_it) {
  for (int i = 0; i < 9; ++i) {
    call(Outcome::failure, 1);
    call(Outcome::success, 1);
  }
  call(Outcome::success, 1);
  EXPECT_EQ(breaker.state(), State::closed);  // 9 of 19
  call(Outcome::failure, 1);
  EXPECT_EQ(breaker.state(), State::open);  // 10 of 20
}

TEST_F(BreakerTest, less_than_half_failed_does_not) {
  for (int i = 0; i < 100; ++i) {
    call(Outcome::success, 2);
    call(Outcome::failure, 1);
  }
  EXPECT_EQ(breaker.state(), State::closed);
}

TEST_F(BreakerTest, nineteen_failures_are_too_few_to_judge) {
  call(Outcome::failure, 19);
  EXPECT_EQ(breaker.state(), State::closed);
}

TEST_F(BreakerTest, failures_older_than_the_window_are_forgotten) {
  call(Outcome::failure, 19);
  now += 10'000;
  call(Outcome::failure, 19);
  EXPECT_EQ(breaker.state(), State::closed);
}

TEST_F(BreakerTest, failures_across_slices_of_the_window_add_up) {
  for (int i = 0; i < 20; ++i, now += 490) call(Outcome::failure, 1);
  EXPECT_EQ(breaker.state(), State::open);
}

TEST_F(BreakerTest, a_caller_that_went_away_says_nothing) {
  call(Outcome::unreachable, 4);
  call(Outcome::unknown, 100);
  EXPECT_EQ(breaker.state(), State::closed);
  call(Outcome::unreachable, 1);
  EXPECT_EQ(breaker.state(), State::open);
}

TEST_F(BreakerTest, open_says_when_to_come_back) {
  open();
  EXPECT_EQ(breaker.retry_after_ms(now), 5'000);
  now += 4'999;
  EXPECT_EQ(breaker.retry_after_ms(now), 1);
  EXPECT_FALSE(call(Outcome::success));
  now += 1;
  EXPECT_TRUE(call(Outcome::success));
}

TEST_F(BreakerTest, three_good_probes_close_it) {
  open();
  now += 5'000;
  call(Outcome::success, 2);
  EXPECT_EQ(breaker.state(), State::half_open);
  call(Outcome::success, 1);
  EXPECT_EQ(breaker.state(), State::closed);
  EXPECT_EQ(seen, (std::vector{State::open, State::half_open, State::closed}));
}

TEST_F(BreakerTest, one_bad_probe_opens_it_for_twice_as_long_up_to_a_minute) {
  open();
  for (const std::int64_t pause : {5'000, 10'000, 20'000, 40'000, 60'000, 60'000}) {
    EXPECT_EQ(breaker.retry_after_ms(now), pause);
    now += pause;
    call(Outcome::failure, 1);
    EXPECT_EQ(breaker.state(), State::open);
  }
}

TEST_F(BreakerTest, a_good_time_makes_the_next_pause_short_again) {
  open();
  now += 5'000;
  call(Outcome::unreachable, 1);
  now += 10'000;
  call(Outcome::success, 3);
  open();
  EXPECT_EQ(breaker.retry_after_ms(now), 5'000);
}

TEST_F(BreakerTest, the_pause_varies_by_a_tenth) {
  random = 0;
  open();
  EXPECT_EQ(breaker.retry_after_ms(now), 4'500);
  now += 4'500;
  random = 0.999999;
  call(Outcome::failure, 1);
  EXPECT_NEAR(static_cast<double>(breaker.retry_after_ms(now)), 11'000, 1);
}

TEST_F(BreakerTest, only_three_probe_at_a_time) {
  open();
  now += 5'000;
  std::vector<Breaker::Permit> probes;
  for (int i = 0; i < 3; ++i) probes.push_back(breaker.allow(now).value());
  EXPECT_FALSE(breaker.allow(now));
  EXPECT_EQ(breaker.retry_after_ms(now), 1'000);
  breaker.done(probes[0], Outcome::unknown, now);  // says nothing, but makes room
  EXPECT_TRUE(breaker.allow(now));
  EXPECT_FALSE(breaker.allow(now));
}

TEST_F(BreakerTest, a_call_from_before_counts_no_more) {
  const auto old = breaker.allow(now).value();
  open();
  breaker.done(old, Outcome::success, now);
  EXPECT_EQ(breaker.state(), State::open);
  now += 5'000;
  const auto probe = breaker.allow(now).value();
  breaker.done(old, Outcome::failure, now);
  EXPECT_EQ(breaker.state(), State::half_open);
  breaker.done(probe, Outcome::failure, now);
  EXPECT_EQ(breaker.state(), State::open);
  now += 10'000;
  call(Outcome::success, 3);
  for (int i = 0; i < 30; ++i) breaker.done(probe, Outcome::unreachable, now);
  EXPECT_EQ(breaker.state(), State::closed);
}

TEST_F(BreakerTest, the_instant_of_the_probe_lets_three_of_64_threads_through) {
  open();
  now += 5'000;
  std::atomic<int> through = 0;
  std::barrier start(64);
  std::vector<std::jthread> threads;
  for (int i = 0; i < 64; ++i)
    threads.emplace_back([&] {
      start.arrive_and_wait();
      if (breaker.allow(now)) ++through;
    });
  threads.clear();
  EXPECT_EQ(through, 3);
}

// Every order of eight ends, from closed and near the brink: what the rules say of each step holds.
TEST_F(BreakerTest, every_sequence_of_outcomes_keeps_the_rules) {
  constexpr int outcomes = 4, length = 8;
  int sequences = 1;
  for (int i = 0; i < length; ++i) sequences *= outcomes;
  for (int sequence = 0; sequence < sequences; ++sequence) {
    Breaker one(BreakerConfig{.unreachable_max = 2, .probes = 2}, [] { return 0.5; });
    std::int64_t at = 0;
    int row = 0;
    for (int rest = sequence, i = 0; i < length; ++i, rest /= outcomes) {
      const auto outcome = static_cast<Outcome>(rest % outcomes);
      if (one.state() == State::open) {
        ASSERT_FALSE(one.allow(at));
        at += one.retry_after_ms(at);
      }
      const auto permit = one.allow(at);
      ASSERT_TRUE(permit);
      const auto before = one.state();
      one.done(*permit, outcome, at);
      if (before == State::half_open) {
        const bool bad = outcome == Outcome::failure || outcome == Outcome::unreachable;
        ASSERT_EQ(one.state() == State::open, bad) << sequence;
        row = 0;
        continue;
      }
      if (outcome != Outcome::unknown) row = outcome == Outcome::unreachable ? row + 1 : 0;
      ASSERT_EQ(one.state() == State::open, row == 2) << sequence;
      if (one.state() == State::open) row = 0;
    }
  }
}

}  // namespace
}  // namespace lyceum::host
