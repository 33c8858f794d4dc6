#include "services/runner/gate.h"

#include <gtest/gtest.h>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

namespace lyceum::runner {
namespace {

namespace asio = boost::asio;

// Everything happens on one loop that the test turns by hand, so that there is no chance in it.
class GateTest : public ::testing::Test {
 protected:
  struct Visit {
    std::string name;
    std::optional<Gate::Place> place;
    std::optional<Error> error;
    asio::cancellation_signal stop;
  };

  Gate& open(int width) { return gates.emplace_back(width); }

  Visit& come(Gate& gate, std::string name, Gate::Turn turn) {
    auto& visit = visits.emplace_back();
    visit.name = std::move(name);
    asio::co_spawn(loop, enter(&gate, turn, &visit),
                   asio::bind_cancellation_slot(visit.stop.slot(), asio::detached));
    turn_loop();
    return visit;
  }

  Task<void> enter(Gate* gate, Gate::Turn turn, Visit* visit) {
    auto place = co_await gate->enter(turn);
    if (place) {
      visit->place.emplace(*std::move(place));
      order += visit->name + " ";
    } else {
      visit->error = place.error();
    }
  }

  void turn_loop() {
    loop.restart();
    while (loop.poll() > 0) {
    }
  }

  void leave(Visit& visit) {
    visit.place.reset();
    turn_loop();
  }

  // Lets everybody who waits in, one after the other.
  std::string all(Visit& first) {
    order.clear();
    leave(first);
    for (bool more = true; more;) {
      more = false;
      for (auto& visit : visits) {
        if (!visit.place) continue;
        leave(visit);
        more = true;
      }
    }
    return order;
  }

  static Gate::Turn turn(std::int64_t user, Priority priority = Priority::attempt, int places = 1) {
    return {.priority = priority, .user_id = user, .places = places};
  }

  asio::io_context loop{1};
  std::list<Gate> gates;
  std::list<Visit> visits;  // inside them
  std::string order;
};

TEST_F(GateTest, who_waits_is_counted_by_priority) {
  Gate& gate = open(1);
  auto& inside = come(gate, "a", turn(1));
  auto& first = come(gate, "b", turn(2, Priority::judge));
  come(gate, "c", turn(2, Priority::judge));
  come(gate, "d", turn(3, Priority::rejudge));
  EXPECT_EQ(gate.waiting(Priority::attempt), 0);
  EXPECT_EQ(gate.waiting(Priority::judge), 2);
  EXPECT_EQ(gate.waiting(Priority::rejudge), 1);
  EXPECT_EQ(gate.waiting(), 3);
  leave(inside);
  EXPECT_TRUE(first.place);
  EXPECT_EQ(gate.waiting(Priority::judge), 1);
}

TEST_F(GateTest, as_many_as_there_are_places_are_in_at_a_time) {
  Gate& gate = open(2);
  auto& a = come(gate, "a", turn(1));
  auto& b = come(gate, "b", turn(1));
  auto& c = come(gate, "c", turn(1));
  EXPECT_TRUE(a.place && b.place && !c.place);
  EXPECT_EQ(gate.waiting(), 1);
  leave(b);
  EXPECT_TRUE(c.place);
  EXPECT_EQ(gate.waiting(), 0);
}

TEST_F(GateTest, one_users_jobs_go_in_the_order_in_which_they_came) {
  Gate& gate = open(1);
  auto& first = come(gate, "first", turn(1));
  for (const auto* name : {"a", "b", "c", "d"}) come(gate, name, turn(1));
  EXPECT_EQ(all(first), "a b c d ");
}

TEST_F(GateTest, users_take_turns_however_many_jobs_one_has) {
  Gate& gate = open(1);
  auto& first = come(gate, "first", turn(9));
  for (const auto* name : {"a1", "a2", "a3", "a4"}) come(gate, name, turn(1));
  for (const auto* name : {"b1", "b2"}) come(gate, name, turn(2));
  come(gate, "c1", turn(3));
  EXPECT_EQ(all(first), "a1 b1 c1 a2 b2 a3 a4 ");
}

TEST_F(GateTest, who_waits_goes_before_what_is_judged_and_that_before_what_is_judged_again) {
  Gate& gate = open(1);
  auto& first = come(gate, "first", turn(9));
  come(gate, "rejudge1", turn(1, Priority::rejudge));
  come(gate, "judge1", turn(1, Priority::judge));
  come(gate, "rejudge2", turn(2, Priority::rejudge));
  come(gate, "try1", turn(1));
  come(gate, "judge2", turn(2, Priority::judge));
  EXPECT_EQ(all(first), "try1 judge1 judge2 rejudge1 rejudge2 ");
}

TEST_F(GateTest, two_places_are_taken_together_or_not_at_all) {
  Gate& gate = open(2);
  auto& a = come(gate, "a", turn(1));
  auto& b = come(gate, "b", turn(2));
  auto& pair = come(gate, "pair", turn(3, Priority::attempt, 2));
  auto& late = come(gate, "late", turn(4));
  leave(a);
  EXPECT_FALSE(pair.place);  // one is free
  EXPECT_FALSE(late.place);  // and kept for the pair
  leave(b);
  EXPECT_TRUE(pair.place);
  EXPECT_FALSE(late.place);
  leave(pair);
  EXPECT_TRUE(late.place);
}

TEST_F(GateTest, pairs_do_not_lock_each_other_out) {
  Gate& gate = open(3);
  std::vector<Visit*> pairs;
  for (int i = 0; i < 6; ++i)
    pairs.push_back(&come(gate, std::to_string(i), turn(i, Priority::attempt, 2)));
  EXPECT_EQ(order, "0 ");
  EXPECT_EQ(all(*pairs[0]), "1 2 3 4 5 ");
}

TEST_F(GateTest, where_there_is_one_place_a_pair_takes_that) {
  Gate& gate = open(1);
  auto& pair = come(gate, "pair", turn(1, Priority::attempt, 2));
  EXPECT_TRUE(pair.place);
  auto& next = come(gate, "next", turn(1));
  EXPECT_FALSE(next.place);
  leave(pair);
  EXPECT_TRUE(next.place);
  leave(next);
  EXPECT_TRUE(come(gate, "again", turn(1, Priority::attempt, 2)).place);
}

TEST_F(GateTest, who_is_cancelled_leaves_the_queue_at_once) {
  Gate& gate = open(1);
  auto& first = come(gate, "first", turn(1));
  auto& gone = come(gate, "gone", turn(2));
  auto& next = come(gate, "next", turn(3));
  gone.stop.emit(asio::cancellation_type::terminal);
  turn_loop();
  ASSERT_TRUE(gone.error);
  EXPECT_EQ(gone.error->code, Code::cancelled);
  EXPECT_EQ(gate.waiting(), 1);
  leave(first);
  EXPECT_TRUE(next.place);
}

TEST_F(GateTest, who_waited_behind_a_cancelled_pair_does_not_wait_on) {
  Gate& gate = open(2);
  auto& first = come(gate, "first", turn(1));
  auto& pair = come(gate, "pair", turn(2, Priority::attempt, 2));
  auto& next = come(gate, "next", turn(3));
  EXPECT_FALSE(next.place);
  pair.stop.emit(asio::cancellation_type::terminal);
  turn_loop();
  EXPECT_TRUE(next.place);
  EXPECT_TRUE(first.place);
}

TEST_F(GateTest, patience_ends) {
  Gate& gate = open(1);
  auto& first = come(gate, "first", turn(1));
  auto hasty = turn(2);
  hasty.patience = std::chrono::milliseconds(1);
  auto& late = come(gate, "late", hasty);
  while (!late.error) loop.run_one();
  EXPECT_EQ(late.error->code, Code::deadline_exceeded);
  EXPECT_EQ(gate.waiting(), 0);
  leave(first);
  EXPECT_TRUE(come(gate, "next", turn(1)).place);
}

TEST(Gate, the_time_to_come_back_grows_with_the_queue) {
  using std::chrono::milliseconds;
  EXPECT_EQ(retry_after_ms(0, 2, milliseconds(500)), 1'000);
  EXPECT_EQ(retry_after_ms(10, 2, milliseconds(500)), 2'500);
  EXPECT_EQ(retry_after_ms(100, 2, milliseconds(500)), 25'000);
  EXPECT_EQ(retry_after_ms(100, 8, milliseconds(500)), 6'250);
  EXPECT_EQ(retry_after_ms(1'000'000, 1, milliseconds(60'000)), 60'000);
}

}  // namespace
}  // namespace lyceum::runner
