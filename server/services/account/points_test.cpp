#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/parallel.h"
#include "services/account/testing/account_test.h"

namespace lyceum::account {
namespace {

using PointsTest = AccountTest;

TEST_P(PointsTest, PRA_16_a_reward_is_paid_once) {
  ASSERT_TRUE(user_opened(ann, "Ann"));
  ASSERT_TRUE(reward(ann, "solve:1:1", 20));
  ASSERT_TRUE(reward(ann, "solve:1:1", 20));
  ASSERT_TRUE(reward(ann, "solve:1:1", 99));  // rejudged as worth more: still paid
  ASSERT_TRUE(reward(ann, "solve:1:2", 5));
  EXPECT_EQ(me(ann)->points().balance(), 25);
  EXPECT_EQ(me(ann)->points().earned(), 25);
  EXPECT_EQ(ledger_problems(), std::vector<std::string>{});
}

TEST_P(PointsTest, the_same_key_of_two_users_is_two_rewards) {
  ASSERT_TRUE(user_opened(ann, "Ann"));
  ASSERT_TRUE(user_opened(bob, "Bob"));
  ASSERT_TRUE(reward(ann, "solve:1:1", 20));
  ASSERT_TRUE(reward(bob, "solve:1:1", 20));
  EXPECT_EQ(me(ann)->points().balance(), 20);
  EXPECT_EQ(me(bob)->points().balance(), 20);
}

TEST_P(PointsTest, PRA_16_64_deliveries_at_the_same_time_pay_once) {
  ASSERT_TRUE(user_opened(ann, "Ann"));
  run([](Db& database, Account& paying) -> Task<int> {
    std::vector<Task<void>> deliveries;
    for (int i = 0; i < 64; ++i) {
      deliveries.push_back([](Db& on, Account& payer) -> Task<void> {
        learning::v1::RewardEarned event;
        event.set_user_id(ann);
        event.set_key("solve:1:1");
        event.set_points(20);
        const auto done = co_await on.write(
            [&](Tx& tx) { return payer.on_reward_earned(tx, as_service(), event); });
        EXPECT_TRUE(done) << done.error().message;
      }(database, paying));
    }
    co_await run_all(std::move(deliveries));
    co_return 0;
  }(*db, service));
  EXPECT_EQ(me(ann)->points().balance(), 20);
  EXPECT_EQ(points(ann)->points_size(), 1);
  EXPECT_EQ(ledger_problems(), std::vector<std::string>{});
}

TEST_P(PointsTest, SHOP_03_the_ledger_shows_every_gain_with_its_reason_newest_first) {
  ASSERT_TRUE(user_opened(ann, "Ann"));
  ASSERT_TRUE(reward(ann, "solve:1:1", 20));
  clock.move(1000);
  ASSERT_TRUE(reward(ann, "solve:1:2", 5));
  const auto page = points(ann);
  ASSERT_TRUE(page) << page.error().message;
  ASSERT_EQ(page->points_size(), 2);
  EXPECT_EQ(page->points(0).amount(), 5);
  EXPECT_EQ(page->points(0).balance(), 25);
  EXPECT_EQ(page->points(0).created_at(), clock.now_ms());
  EXPECT_EQ(page->points(1).amount(), 20);
  EXPECT_EQ(page->points(1).balance(), 20);
  EXPECT_EQ(page->points(1).kind(), "reward");
  EXPECT_EQ(page->points(1).reason(), "Sum of two numbers");
  EXPECT_EQ(page->points(1).content_id(), 17);
  EXPECT_FALSE(page->has_next_page_token());
}

TEST_P(PointsTest, SHOP_03_the_ledger_comes_in_pages_and_is_ones_own) {
  ASSERT_TRUE(user_opened(ann, "Ann"));
  ASSERT_TRUE(user_opened(bob, "Bob"));
  for (int i = 1; i <= 5; ++i) {
    ASSERT_TRUE(reward(ann, "solve:1:" + std::to_string(i), i));
    ASSERT_TRUE(reward(bob, "solve:1:" + std::to_string(i), 100));
  }
  std::vector<std::int64_t> seen;
  std::string token;
  do {
    const auto page = points(ann, 2, token);
    ASSERT_TRUE(page) << page.error().message;
    for (const auto& entry : page->points()) seen.push_back(entry.amount());
    token = page->next_page_token();
  } while (!token.empty());
  EXPECT_EQ(seen, (std::vector<std::int64_t>{5, 4, 3, 2, 1}));
  EXPECT_EQ(points(ann, 2, "rubbish").error().reason, "bad_page_token");
}

TEST_P(PointsTest, a_reward_before_its_user_waits_for_the_profile) {
  ASSERT_TRUE(reward(ann, "solve:1:1", 20));
  EXPECT_EQ(me(ann).error().code, Code::not_found);
  ASSERT_TRUE(user_opened(bob, "Bob"));
  EXPECT_EQ(me(bob)->rank(), 1);  // who has no profile is not ranked
  ASSERT_TRUE(user_opened(ann, "Ann"));
  EXPECT_EQ(me(ann)->points().balance(), 20);
  EXPECT_EQ(me(ann)->rank(), 1);
  EXPECT_EQ(me(bob)->rank(), 2);
  EXPECT_EQ(ledger_problems(), std::vector<std::string>{});
}

TEST_P(PointsTest, rewards_that_cannot_be_are_refused_for_good) {
  EXPECT_EQ(reward(0, "solve:1:1", 20).error().code, Code::invalid_argument);
  EXPECT_EQ(reward(-1, "solve:1:1", 20).error().code, Code::invalid_argument);
  EXPECT_EQ(reward(ann, "", 20).error().code, Code::invalid_argument);
  EXPECT_EQ(reward(ann, "solve:1:1", -1).error().code, Code::invalid_argument);
  EXPECT_EQ(reward(ann, "solve:1:1", 100'001).error().code, Code::invalid_argument);
  EXPECT_EQ(reward(ann, std::string(201, 'k'), 1).error().code, Code::invalid_argument);
  EXPECT_EQ(run(account.check_ledger(as_service(), {}))->transactions(), 0);
}

TEST_P(PointsTest, a_reward_of_nothing_pays_nothing) {
  ASSERT_TRUE(user_opened(ann, "Ann"));
  ASSERT_TRUE(reward(ann, "solve:1:1", 0));
  EXPECT_EQ(points(ann)->points_size(), 0);
}

TEST_P(PointsTest, the_check_counts_and_finds_nothing_wrong) {
  ASSERT_TRUE(user_opened(ann, "Ann"));
  ASSERT_TRUE(reward(ann, "solve:1:1", 20));
  ASSERT_TRUE(reward(ann, "solve:1:2", 20));
  const auto report = run(account.check_ledger(as_service(), {}));
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->accounts(), 1);
  EXPECT_EQ(report->transactions(), 2);
  EXPECT_EQ(report->problems_size(), 0);
}

TEST_P(PointsTest, the_check_finds_every_kind_of_damage) {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"UPDATE account_entries SET amount = amount + 1 WHERE account_id > 0 AND seq = 2",
       "add up to 0"},
      {"DELETE FROM account_entries WHERE account_id = -1", "add up to 0"},
      {"DELETE FROM account_entries", "it has no legs"},
      {"UPDATE account_entries SET account_id = -2 WHERE account_id = -1",
       "does not go from the system"},
      {"UPDATE account_balances SET balance = balance + 1", "its balance is not the sum"},
      {"UPDATE account_balances SET earned = earned + 1", "what it earned is not the sum"},
      {"UPDATE account_balances SET entries = 7", "another number of entries"},
      {"DELETE FROM account_balances", "but no balance"},
      {"UPDATE account_entries SET balance_after = balance_after + 1 WHERE seq = 1",
       "do not follow"},
      {"UPDATE account_entries SET seq = 9 WHERE seq = 2", "do not follow"},
      {"UPDATE account_entries SET seq = NULL WHERE seq = 2", "do not follow"},
      {"UPDATE account_balances SET ranked = 0", "no account in the ranking"},
  };
  for (const auto& [damage, problem] : table) {
    SCOPED_TRACE(damage);
    for (const auto* clean : {"DELETE FROM account_entries", "DELETE FROM account_transactions",
                              "DELETE FROM account_balances", "DELETE FROM account_profiles"})
      ASSERT_TRUE(sql(clean));
    ASSERT_TRUE(user_opened(ann, "Ann"));
    for (int i = 1; i <= 3; ++i) ASSERT_TRUE(reward(ann, "solve:1:" + std::to_string(i), 10));
    ASSERT_EQ(ledger_problems(), std::vector<std::string>{});
    ASSERT_TRUE(sql(damage));
    const auto problems = ledger_problems();
    const bool found = std::ranges::any_of(
        problems, [&](const std::string& said) { return said.contains(problem); });
    EXPECT_TRUE(found) << ::testing::PrintToString(problems);
  }
}

TEST_P(PointsTest, the_database_itself_refuses_a_debt_and_a_second_booking) {
  ASSERT_TRUE(user_opened(ann, "Ann"));
  ASSERT_TRUE(reward(ann, "solve:1:1", 20));
  EXPECT_FALSE(sql("UPDATE account_balances SET balance = -1"));
  EXPECT_FALSE(
      sql("INSERT INTO account_transactions SELECT id + 1, user_id, kind, unique_key, reason,"
          " content_id, created_at FROM account_transactions"));
  EXPECT_FALSE(sql("UPDATE account_entries SET amount = 0"));
}

INSTANTIATE_TEST_SUITE_P(works, PointsTest, testing::both_transports, testing::name);

// The same rewards in any order and any number of times come to the same end.
class LedgerPropertyTest : public testing::LoopTest {
 protected:
  struct Delivery {
    std::int64_t user_id;
    int key;
    std::int64_t at;
  };

  static std::int64_t worth(int key) { return 10 + key; }

  // Balances, earned and places of all, after these deliveries on an empty database.
  std::vector<std::vector<std::int64_t>> end_of(const std::vector<Delivery>& deliveries) {
    const auto db = open_temporary_sqlite(migrations());
    FakeIdentity identity;
    MemoryBlobs blobs;
    metrics::Registry registry;
    Account account{Config{}, *db, clock, ids, events, cpu, blobs, identity, registry};
    for (const auto& delivery : deliveries) {
      learning::v1::RewardEarned event;
      event.set_user_id(delivery.user_id);
      event.set_key("solve:1:" + std::to_string(delivery.key));
      event.set_points(worth(delivery.key));
      event.set_earned_at(delivery.at);
      RC_ASSERT(write(*db, [&](Tx& tx) {
                  return account.on_reward_earned(tx, as_service(), event);
                }).has_value());
    }
    const auto report = run(account.check_ledger(as_service(), {}));
    RC_ASSERT(report.has_value());
    RC_ASSERT(report->problems_size() == 0);
    return *read(*db, [](Tx& tx) {
      return tx.all(
          "SELECT account_id, balance, earned, entries, reached_at FROM account_balances"
          " ORDER BY account_id",
          {}, [](const Row& row) {
            std::vector<std::int64_t> all;
            for (int i = 0; i < 5; ++i) all.push_back(row.integer(i));
            return all;
          });
    });
  }
};

TEST_F(LedgerPropertyTest, PRA_16_any_order_and_repetition_of_rewards_ends_in_the_same_balances) {
  EXPECT_TRUE(rc::check([this] {
    // A reward is earned at one moment, however often it is told of.
    const auto pairs = *rc::gen::container<std::vector<std::pair<std::int64_t, int>>>(
        rc::gen::pair(rc::gen::inRange<std::int64_t>(1, 4), rc::gen::inRange(1, 6)));
    std::vector<Delivery> deliveries;
    std::map<std::int64_t, std::set<int>> earned;
    for (const auto& [user_id, key] : pairs) {
      deliveries.push_back({user_id, key, 1'780'000'000'000 + (user_id * 7 + key * 13) % 50});
      earned[user_id].insert(key);
    }
    const auto first = end_of(deliveries);

    std::vector<std::size_t> order(deliveries.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    const auto repeats = deliveries.empty()
                             ? std::vector<std::size_t>{}
                             : *rc::gen::container<std::vector<std::size_t>>(
                                   rc::gen::inRange<std::size_t>(0, deliveries.size()));
    order.insert(order.end(), repeats.begin(), repeats.end());
    std::vector<Delivery> shuffled;
    const auto weights =
        *rc::gen::container<std::vector<int>>(order.size(), rc::gen::arbitrary<int>());
    std::vector<std::size_t> by_weight(order.size());
    for (std::size_t i = 0; i < by_weight.size(); ++i) by_weight[i] = i;
    std::ranges::sort(by_weight, {}, [&](std::size_t i) { return std::pair(weights[i], i); });
    for (const auto i : by_weight) shuffled.push_back(deliveries[order[i]]);
    RC_ASSERT(end_of(shuffled) == first);

    RC_ASSERT(first.size() == earned.size());
    for (const auto& row : first) {
      std::int64_t sum = 0;
      for (const int key : earned[row[0]]) sum += worth(key);
      RC_ASSERT(row[1] == sum);
      RC_ASSERT(row[2] == sum);
    }
  }));
}

}  // namespace
}  // namespace lyceum::account
