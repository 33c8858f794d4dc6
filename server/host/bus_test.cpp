#include "host/bus.h"

#include <condition_variable>
#include <future>
#include <gtest/gtest.h>
#include <numeric>

#include "contract/identity.pb.h"
#include "testing/service_test.h"

namespace lyceum::host {
namespace {

using identity::v1::UserOpened;

Module taker(std::string name) {
  Module module;
  module.name = std::move(name);
  module.subscribes = {UserOpened::descriptor()->full_name()};
  return module;
}

// One service that publishes, two that take; each has its own database and counts what it took.
class BusTest : public testing::LoopTest {
 protected:
  struct Taker {
    std::unique_ptr<Db> db =
        open_temporary_sqlite({{"0001_seen", "CREATE TABLE seen (user_id BIGINT NOT NULL)"}});
    std::atomic<int> failures = 0;  // how often to fail before taking
    Code failure = Code::unavailable;
  };

  void start(const std::vector<Module>& modules) {
    bus = std::make_unique<Bus>(clock, metrics, modules);
    for (Taker* taker : {&first, &second}) {
      subscriptions.push_back(bus->subscribe(
          UserOpened::descriptor()->full_name(),
          {"taker", taker->db.get(),
           [taker](Tx& tx, const Call&, const std::string& payload) -> Result<void> {
             UserOpened event;
             event.ParseFromString(payload);
             TRY_VOID(tx.exec("INSERT INTO seen (user_id) VALUES ($1)", {event.user_id()}));
             if (taker->failures-- > 0) return fail(taker->failure, "not_now", "not now");
             return {};
           }}));
    }
    relay = bus->relay("publisher", *source, events, loop());
  }

  void stop() {
    relay.reset();
    subscriptions.clear();
    bus.reset();
  }

  void publish(std::int64_t user_id) {
    UserOpened event;
    event.set_user_id(user_id);
    ASSERT_TRUE(write(*source, [&](Tx& tx) { return events.publish(tx, as_service(), event); }));
  }

  std::int64_t count(Db& db, const char* table) {
    return *read(db, [&](Tx& tx) {
      return tx.one(std::string("SELECT count(*) FROM ") + table, {},
                    [](const Row& row) { return row.integer(0); });
    });
  }

  // Waits for a condition that another thread makes true; the test fails by its own assertion after
  // 10 s.
  bool eventually(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (std::chrono::steady_clock::now() < end) {
      if (condition()) return true;
      clock.move(100'000);  // past any backoff
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return false;
  }

  std::unique_ptr<Db> source = open_temporary_sqlite({});
  Taker first, second;
  std::unique_ptr<Bus> bus;
  std::vector<std::shared_ptr<void>> subscriptions;
  std::shared_ptr<void> relay;
};

TEST_F(BusTest, PLAT_05_an_event_reaches_every_subscriber_and_leaves_the_outbox) {
  start({taker("a"), taker("b")});
  publish(7);
  EXPECT_TRUE(eventually([&] { return count(*source, "outbox") == 0; }));
  EXPECT_EQ(count(*first.db, "seen"), 1);
  EXPECT_EQ(count(*second.db, "seen"), 1);
  stop();
}

TEST_F(BusTest, PLAT_05_a_subscriber_that_fails_for_a_while_takes_it_once_and_so_do_the_others) {
  first.failures = 3;
  start({taker("a"), taker("b")});
  publish(7);
  EXPECT_TRUE(eventually([&] { return count(*source, "outbox") == 0; }));
  EXPECT_EQ(count(*first.db, "seen"), 1);
  EXPECT_EQ(count(*second.db, "seen"), 1);
  stop();
}

TEST_F(BusTest, PLAT_05_an_event_delivered_but_not_crossed_out_is_not_taken_twice) {
  start({taker("a"), taker("b")});
  publish(7);
  EXPECT_TRUE(eventually([&] { return count(*source, "outbox") == 0; }));
  stop();
  // What a process killed between the delivery and the crossing-out leaves behind.
  const auto id = *read(*first.db, [](Tx& tx) {
    return tx.one("SELECT event_id FROM inbox", {}, [](const Row& row) { return row.integer(0); });
  });
  UserOpened event;
  event.set_user_id(7);
  ASSERT_TRUE(write(*source, [&](Tx& tx) {
    return tx.exec(
        "INSERT INTO outbox (id, type, payload, trace_id, span_id, created_at, next_at)"
        " VALUES ($1, $2, $3, '', '', 0, 0)",
        {id, UserOpened::descriptor()->full_name(), Blob{event.SerializeAsString()}});
  }));
  start({taker("a"), taker("b")});
  EXPECT_TRUE(eventually([&] { return count(*source, "outbox") == 0; }));
  EXPECT_EQ(count(*first.db, "seen"), 1);
  EXPECT_EQ(count(*second.db, "seen"), 1);
  stop();
}

TEST_F(BusTest, an_event_that_is_refused_for_good_is_kept_apart_and_blocks_nobody) {
  first.failures = 1;
  first.failure = Code::invalid_argument;
  start({taker("a"), taker("b")});
  publish(7);
  publish(8);
  EXPECT_TRUE(eventually([&] { return count(*source, "outbox") == 0; }));
  EXPECT_EQ(count(*first.db, "dead_events"), 1);
  EXPECT_EQ(count(*first.db, "seen"), 1);
  EXPECT_EQ(count(*second.db, "seen"), 2);
  stop();
}

TEST_F(BusTest, an_event_waits_for_a_subscriber_that_is_not_in_this_process) {
  start({taker("a"), taker("b"), taker("elsewhere")});
  publish(7);
  EXPECT_TRUE(eventually([&] { return count(*second.db, "seen") == 1; }));
  EXPECT_EQ(count(*source, "outbox"), 1);
  stop();
}

TEST_F(BusTest, an_event_of_a_transaction_that_failed_does_not_exist) {
  start({taker("a"), taker("b")});
  (void)write(*source, [&](Tx& tx) -> Result<void> {
    TRY_VOID(events.publish(tx, as_service(), UserOpened()));
    return fail(Code::aborted, "no", "no");
  });
  EXPECT_EQ(count(*source, "outbox"), 0);
  stop();
}

TEST_F(BusTest,
       CHA_14_a_watcher_sees_an_event_that_a_subscriber_cannot_take_yet_once_and_in_order) {
  first.failures = 3;
  start({taker("a"), taker("b")});
  std::mutex mutex;
  std::vector<std::int64_t> seen;
  const auto watching = bus->watch(
      UserOpened::descriptor()->full_name(), [&](const Call& call, const std::string& payload) {
        UserOpened event;
        EXPECT_TRUE(event.ParseFromString(payload) && call.is_service());
        const std::scoped_lock lock(mutex);
        seen.push_back(event.user_id());
      });
  for (std::int64_t user = 1; user <= 500; ++user) publish(user);
  EXPECT_TRUE(eventually([&] { return count(*source, "outbox") == 0; }));
  std::vector<std::int64_t> all(500);
  std::iota(all.begin(), all.end(), 1);
  const std::scoped_lock lock(mutex);
  EXPECT_EQ(seen, all);
  stop();
}

TEST_F(BusTest, CHA_14_a_watcher_does_not_wait_for_the_transaction_of_a_subscriber) {
  std::promise<void> watched;
  auto seen = watched.get_future();
  bus = std::make_unique<Bus>(clock, metrics, std::vector<Module>{taker("a")});
  // Takes the event only when the watcher has: if the watcher waited for it, both would wait for
  // ever.
  subscriptions.push_back(bus->subscribe(
      UserOpened::descriptor()->full_name(),
      {"taker", first.db.get(), [&](Tx&, const Call&, const std::string&) -> Result<void> {
         if (seen.wait_for(std::chrono::seconds(10)) == std::future_status::ready) return {};
         return fail(Code::unavailable, "not_watched", "the watcher has not seen it");
       }}));
  std::atomic<int> times = 0;
  subscriptions.push_back(
      bus->watch(UserOpened::descriptor()->full_name(), [&](const Call&, const std::string&) {
        if (times++ == 1) watched.set_value();
      }));
  relay = bus->relay("publisher", *source, events, loop());
  publish(7);  // its subscriber holds the relay up …
  publish(8);  // … and this one is watched all the same
  EXPECT_TRUE(eventually([&] { return count(*source, "outbox") == 0; }));
  EXPECT_EQ(times, 2);
  stop();
}

TEST_F(BusTest, an_event_that_nobody_but_a_watcher_wants_leaves_the_outbox) {
  bus = std::make_unique<Bus>(clock, metrics, std::vector<Module>{});
  std::atomic<int> times = 0;
  subscriptions.push_back(bus->watch(UserOpened::descriptor()->full_name(),
                                     [&](const Call&, const std::string&) { ++times; }));
  relay = bus->relay("publisher", *source, events, loop());
  publish(7);
  EXPECT_TRUE(eventually([&] { return count(*source, "outbox") == 0; }));
  EXPECT_EQ(times, 1);
  stop();
}

}  // namespace
}  // namespace lyceum::host
