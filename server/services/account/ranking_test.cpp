#include <gtest/gtest.h>

#include "services/account/testing/account_test.h"

namespace lyceum::account {
namespace {

using RankingTest = AccountTest;

TEST_P(RankingTest, ID_13_more_points_are_first_and_the_own_place_is_told) {
  ASSERT_TRUE(user_opened(ann, "Ann"));
  ASSERT_TRUE(user_opened(bob, "Bob"));
  ASSERT_TRUE(user_opened(cyd, "Cyd"));
  ASSERT_TRUE(reward(ann, "solve:1:1", 10));
  ASSERT_TRUE(reward(bob, "solve:1:1", 30));
  const auto page = ranking(ann);
  ASSERT_TRUE(page) << page.error().message;
  ASSERT_EQ(page->ranking_size(), 3);
  EXPECT_EQ(page->ranking(0).user_id(), bob);
  EXPECT_EQ(page->ranking(0).nickname(), "Bob");
  EXPECT_EQ(page->ranking(0).points(), 30);
  EXPECT_EQ(page->ranking(0).rank(), 1);
  EXPECT_EQ(page->ranking(1).user_id(), ann);
  EXPECT_EQ(page->ranking(1).rank(), 2);
  EXPECT_EQ(page->ranking(2).user_id(), cyd);
  EXPECT_EQ(page->ranking(2).rank(), 3);
  EXPECT_EQ(page->ranking(2).points(), 0);
  EXPECT_EQ(page->me().user_id(), ann);
  EXPECT_EQ(page->me().rank(), 2);
  EXPECT_EQ(page->me().points(), 10);
}

TEST_P(RankingTest, of_equals_who_got_there_first_is_before_whatever_came_in_first) {
  for (const auto user : {ann, bob, cyd}) ASSERT_TRUE(user_opened(user, "x"));
  const std::int64_t now = clock.now_ms();
  ASSERT_TRUE(reward(cyd, "solve:1:1", 10, now - 1000));
  ASSERT_TRUE(reward(ann, "solve:1:1", 10, now - 3000));
  ASSERT_TRUE(reward(bob, "solve:1:1", 10, now - 2000));
  EXPECT_EQ(me(ann)->rank(), 1);
  EXPECT_EQ(me(bob)->rank(), 2);
  EXPECT_EQ(me(cyd)->rank(), 3);
}

TEST_P(RankingTest, of_those_at_the_same_moment_the_older_account_is_before) {
  for (const auto user : {cyd, bob, ann}) ASSERT_TRUE(user_opened(user, "x"));
  EXPECT_EQ(me(ann)->rank(), 1);
  EXPECT_EQ(me(bob)->rank(), 2);
  EXPECT_EQ(me(cyd)->rank(), 3);
}

TEST_P(RankingTest, nobody_earns_in_the_future) {
  ASSERT_TRUE(user_opened(ann, "Ann"));
  ASSERT_TRUE(user_opened(bob, "Bob"));
  ASSERT_TRUE(reward(ann, "solve:1:1", 10, clock.now_ms() + 1'000'000));
  clock.move(1);
  ASSERT_TRUE(reward(bob, "solve:1:1", 10));
  EXPECT_EQ(me(ann)->rank(), 1);
}

TEST_P(RankingTest, ID_13_the_ranking_comes_in_pages_without_gaps_or_repeats) {
  std::vector<std::int64_t> expected;
  for (std::int64_t i = 0; i < 7; ++i) {
    ASSERT_TRUE(user_opened(ann + i, "user " + std::to_string(i)));
    if (i >= 2) {
      ASSERT_TRUE(reward(ann + i, "solve:1:1", 10 * (i / 2), clock.now_ms() - i));
    }
  }
  // 6: 30, 5 and 4: 20 (5 was earlier), 3 and 2: 10 (3 was earlier), then those without points.
  expected = {ann + 6, ann + 5, ann + 4, ann + 3, ann + 2, ann, ann + 1};
  std::vector<std::int64_t> seen;
  std::string token;
  do {
    const auto page = ranking(ann, 2, token);
    ASSERT_TRUE(page) << page.error().message;
    for (const auto& entry : page->ranking()) {
      seen.push_back(entry.user_id());
      EXPECT_EQ(entry.rank(), std::ssize(seen));
      EXPECT_EQ(me(entry.user_id())->rank(), entry.rank());
    }
    EXPECT_EQ(page->me().rank(), 6);
    token = page->next_page_token();
  } while (!token.empty());
  EXPECT_EQ(seen, expected);
}

TEST_P(RankingTest, page_tokens_of_others_are_refused) {
  ASSERT_TRUE(user_opened(ann, "Ann"));
  for (const auto* token :
       {"x", "1", "1.2", "1.2.", "1.2.3.4", "-1.2.3", "1.2.3 ", "1.2.99999999999999999999"})
    EXPECT_EQ(ranking(ann, 2, token).error().reason, "bad_page_token") << token;
  EXPECT_EQ(ranking(ann, 2, "0.99999999999999.1")->ranking_size(), 0);
}

TEST_P(RankingTest, places_and_pages_are_found_by_the_index) {
  ASSERT_TRUE(user_opened(ann, "Ann"));
  for (const auto* query :
       {"EXPLAIN QUERY PLAN SELECT count(*) FROM account_balances WHERE ranked = 1 AND "
        "minus_earned < 1",
        "EXPLAIN QUERY PLAN SELECT count(*) FROM account_balances WHERE ranked = 1 AND "
        "minus_earned = 1"
        " AND reached_at < 2",
        "EXPLAIN QUERY PLAN SELECT b.account_id, p.nickname FROM account_balances b"
        " JOIN account_profiles p ON p.user_id = b.account_id WHERE b.ranked = 1"
        " AND (minus_earned, reached_at, account_id) > (1, 2, 3)"
        " ORDER BY b.minus_earned, b.reached_at, b.account_id LIMIT 10"}) {
    const auto plan = read(
        *db, [&](Tx& tx) { return tx.all(query, {}, [](const Row& row) { return row.text(3); }); });
    ASSERT_TRUE(plan) << plan.error().message;
    const std::string text = ::testing::PrintToString(*plan);
    EXPECT_NE(text.find("account_balances_ranking"), std::string::npos) << text;
    EXPECT_EQ(text.find("TEMP B-TREE"), std::string::npos) << text;
  }
}

INSTANTIATE_TEST_SUITE_P(works, RankingTest, testing::both_transports, testing::name);

}  // namespace
}  // namespace lyceum::account
