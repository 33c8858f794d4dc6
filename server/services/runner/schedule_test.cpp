#include "services/runner/schedule.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>

namespace lyceum::runner {
namespace {

// "a a b": three tests, the first two in group a. `require`: {"b", "a"}: b requires a.
api::RunRequest request(const std::string& groups_of_tests,
                        std::vector<std::pair<std::string, std::string>> require = {},
                        bool stop = false) {
  api::RunRequest out;
  out.set_stop_on_failure(stop);
  for (const char c : groups_of_tests) {
    if (c == ' ') continue;
    const std::string id(1, c);
    auto& test = *out.add_tests();
    test.set_id(std::to_string(out.tests_size()));
    if (c == '-') continue;
    test.set_group(id);
    if (std::ranges::none_of(out.groups(), [&](const auto& group) { return group.id() == id; }))
      out.add_groups()->set_id(id);
  }
  const auto has = [&](const std::string& id) {
    return std::ranges::any_of(out.groups(), [&](const auto& group) { return group.id() == id; });
  };
  for (auto& [group, required] : require)
    for (auto& one : *out.mutable_groups())
      if (one.id() == group && has(required)) one.add_require_pass(required);
  return out;
}

std::vector<int> all_next(Schedule& schedule) {
  std::vector<int> out;
  while (const auto index = schedule.next()) out.push_back(*index);
  return out;
}

std::vector<int> all_settled(Schedule& schedule) {
  std::vector<int> out;
  while (const auto index = schedule.settled()) out.push_back(*index);
  return out;
}

using List = std::vector<int>;

TEST(Schedule, all_tests_may_run_at_the_same_time) {
  Schedule schedule(request("- - -"));
  EXPECT_EQ(all_next(schedule), (List{0, 1, 2}));
  EXPECT_EQ(all_settled(schedule), List{});
  EXPECT_EQ(schedule.ended(2, true), List{});
  EXPECT_EQ(all_settled(schedule), List{2});
  EXPECT_EQ(schedule.ended(0, false), List{});
  EXPECT_EQ(schedule.ended(1, true), List{});
  EXPECT_EQ(all_settled(schedule), (List{0, 1}));
}

TEST(Schedule, the_first_failure_in_the_order_of_the_request_stops) {
  Schedule schedule(request("- - - - -", {}, true));
  for (int i = 0; i < 4; ++i) schedule.next();
  EXPECT_EQ(schedule.ended(1, true), List{});
  EXPECT_EQ(all_settled(schedule), List{});      // the first may yet fail
  EXPECT_EQ(schedule.ended(2, false), List{3});  // which is stopped
  EXPECT_EQ(schedule.next(), std::nullopt);      // the fifth never starts
  EXPECT_EQ(all_settled(schedule), List{});
  EXPECT_EQ(schedule.ended(3, false), List{});  // it was stopped; what it says is late
  EXPECT_EQ(schedule.ended(0, false), List{});
  EXPECT_EQ(all_settled(schedule), (List{0, 1, 2, 3, 4}));
  EXPECT_FALSE(schedule.skipped(0));
  for (const int i : {1, 2, 3, 4}) EXPECT_TRUE(schedule.skipped(i)) << i;
}

TEST(Schedule, a_group_waits_for_those_that_it_requires) {
  Schedule schedule(request("a a b c", {{"b", "a"}}));
  EXPECT_EQ(all_next(schedule), (List{0, 1, 3}));
  schedule.ended(0, true);
  EXPECT_EQ(schedule.next(), std::nullopt);
  schedule.ended(1, true);
  EXPECT_EQ(schedule.next(), 2);
}

TEST(Schedule, what_requires_a_failed_group_is_skipped_and_what_requires_that_too) {
  Schedule schedule(request("a a b c d", {{"b", "a"}, {"c", "b"}}));
  EXPECT_EQ(all_next(schedule), (List{0, 1, 4}));
  EXPECT_EQ(schedule.ended(0, false), List{});
  EXPECT_EQ(all_settled(schedule), (List{0, 2, 3}));
  EXPECT_TRUE(schedule.skipped(2));
  EXPECT_TRUE(schedule.skipped(3));
  EXPECT_FALSE(schedule.skipped(4));
}

TEST(Schedule, a_group_that_was_stopped_has_not_passed) {
  Schedule schedule(request("a b c", {{"c", "b"}}, true));
  all_next(schedule);
  EXPECT_EQ(schedule.ended(0, false), List{1});
  EXPECT_EQ(all_settled(schedule), (List{0, 1, 2}));
  EXPECT_TRUE(schedule.skipped(2));
}

struct Outcome {
  List skipped;
  List order;
};

// Runs it with `width` at a time; which of those under way ends next is `choice`'s.
Outcome play(const api::RunRequest& asked,
             const std::vector<bool>& passes,
             std::size_t width,
             std::vector<unsigned> choice) {
  Schedule schedule(asked);
  Outcome out;
  List under_way;
  for (;;) {
    while (under_way.size() < width) {
      const auto index = schedule.next();
      if (!index) break;
      under_way.push_back(*index);
    }
    for (const int index : all_settled(schedule)) {
      out.order.push_back(index);
      if (schedule.skipped(index)) out.skipped.push_back(index);
    }
    if (under_way.empty()) break;
    const unsigned chosen = choice.empty() ? 0 : choice.back();
    if (!choice.empty()) choice.pop_back();
    const auto at = under_way.begin() + static_cast<std::ptrdiff_t>(chosen % under_way.size());
    const int index = *at;
    under_way.erase(at);
    for (const int stopped : schedule.ended(index, passes[static_cast<std::size_t>(index)]))
      std::erase(under_way, stopped);
  }
  std::ranges::sort(out.skipped);
  return out;
}

RC_GTEST_PROP(Schedule,
              the_answer_is_the_same_however_many_cores_there_are,
              (const std::vector<bool>& passes,
               const std::vector<unsigned>& choice,
               bool stop,
               unsigned char grouping)) {
  std::string groups;
  for (std::size_t i = 0; i < passes.size(); ++i)
    groups.push_back("abcd"[4 * i / std::max<std::size_t>(1, passes.size())]);
  std::vector<std::pair<std::string, std::string>> require;
  if (grouping & 1) require.emplace_back("b", "a");
  if (grouping & 2) require.emplace_back("c", "b");
  if (grouping & 4) require.emplace_back("d", "a");
  const auto asked = request(groups, require, stop);
  const auto one_by_one = play(asked, passes, 1, {});
  const auto many = play(asked, passes, 1 + choice.size() % 7, choice);
  RC_ASSERT(one_by_one.skipped == many.skipped);
  RC_ASSERT(many.order.size() == passes.size());  // each is told, once
  if (stop) RC_ASSERT(std::ranges::is_sorted(many.order));
}

}  // namespace
}  // namespace lyceum::runner
