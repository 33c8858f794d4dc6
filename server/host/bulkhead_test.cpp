#include "host/bulkhead.h"

#include <future>
#include <gtest/gtest.h>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>

#include "testing/service_test.h"

namespace lyceum::host {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

class BulkheadTest : public testing::LoopTest {
 protected:
  Bulkhead& make(BulkheadConfig config) {
    owned = std::make_unique<Bulkhead>(config);
    return *owned;
  }

  // Goes in and stays; false: refused.
  bool enter(Bulkhead& bulkhead, milliseconds wait = hours(1)) {
    auto place = run(bulkhead.enter(wait));
    const bool in = place.has_value();
    if (in) places.push_back(std::make_unique<Bulkhead::Place>(*std::move(place)));
    return in;
  }

  // Asks on the loop without waiting for the answer; when in, notes its number and leaves again.
  std::future<bool> ask(Bulkhead& bulkhead, int number, milliseconds wait = hours(1)) {
    return boost::asio::co_spawn(loop(), visit(bulkhead, number, wait), boost::asio::use_future);
  }

  Task<bool> visit(Bulkhead& bulkhead, int number, milliseconds wait) {
    const auto place = co_await bulkhead.enter(wait);
    if (place) order.push_back(number);
    co_return place.has_value();
  }

  // All that was asked before is in the queue.
  void settle() { boost::asio::post(loop(), boost::asio::use_future).get(); }

  std::unique_ptr<Bulkhead> owned;
  std::vector<std::unique_ptr<Bulkhead::Place>> places;
  std::vector<int> order;  // touched on the loop
};

TEST_F(BulkheadTest, PLAT_03_as_many_as_there_are_places_come_in) {
  auto& bulkhead = make({.places = 3, .waiting_max = 0});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(enter(bulkhead));
  EXPECT_FALSE(enter(bulkhead));
  places.pop_back();
  EXPECT_TRUE(enter(bulkhead));
}

TEST_F(BulkheadTest, those_that_wait_come_in_one_after_the_other_in_order) {
  auto& bulkhead = make({.places = 1, .waiting_max = 10, .wait_max = hours(1)});
  ASSERT_TRUE(enter(bulkhead));
  std::vector<std::future<bool>> asked;
  for (int i = 0; i < 10; ++i) asked.push_back(ask(bulkhead, i));
  settle();
  places.clear();
  for (auto& one : asked) EXPECT_TRUE(one.get());
  EXPECT_EQ(order, (std::vector{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

TEST_F(BulkheadTest, a_full_queue_refuses_at_once) {
  auto& bulkhead = make({.places = 1, .waiting_max = 1, .wait_max = hours(1)});
  ASSERT_TRUE(enter(bulkhead));
  auto waits = ask(bulkhead, 1);
  settle();
  EXPECT_FALSE(enter(bulkhead));
  places.clear();
  EXPECT_TRUE(waits.get());
}

TEST_F(BulkheadTest, who_waits_too_long_is_refused_and_leaves_the_queue) {
  auto& bulkhead = make({.places = 1, .waiting_max = 1, .wait_max = milliseconds(1)});
  ASSERT_TRUE(enter(bulkhead));
  EXPECT_FALSE(enter(bulkhead));
  EXPECT_FALSE(enter(bulkhead));  // the one before is no longer in the way
  places.clear();
  EXPECT_TRUE(enter(bulkhead));
}

TEST_F(BulkheadTest, nobody_waits_longer_than_his_own_time) {
  auto& bulkhead = make({.places = 1, .waiting_max = 1, .wait_max = hours(1)});
  ASSERT_TRUE(enter(bulkhead));
  EXPECT_FALSE(enter(bulkhead, milliseconds(0)));
}

}  // namespace
}  // namespace lyceum::host
