#include "services/runner/groups.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace lyceum::runner {
namespace {

api::Group group(const std::string& aggregation, double max_score = 60) {
  api::Group out;
  out.set_id("g");
  out.set_aggregation(aggregation);
  out.set_max_score(max_score);
  return out;
}

struct Row {
  std::vector<Outcome> tests;
  std::string status;
  double pass_fail, sum, min;
};

TEST(Groups, SUB_04_every_aggregation_of_every_kind_of_tests) {
  const Row rows[] = {
      {{{"AC", {}}, {"AC", {}}, {"AC", {}}}, "AC", 60, 60, 60},
      {{{"AC", {}}, {"WA", {}}, {"AC", {}}}, "WA", 0, 40, 0},
      {{{"WA", {}}, {"TLE", {}}, {"RE", {}}}, "TLE", 0, 0, 0},
      {{{"SK", {}}, {"SK", {}}}, "SK", 0, 0, 0},
      {{{"AC", {}}, {"SK", {}}}, "SK", 0, 30, 0},
      {{{"AC", {}}, {"WA", {}}, {"SK", {}}}, "WA", 0, 20, 0},
      {{{"AC", {}}, {"IE", {}}}, "IE", 0, 30, 0},
      {{{"AC", 0.5}, {"AC", 1}}, "AC", 60, 45, 30},  // all right, so pass_fail gives all
      {{{"AC", 0.25}, {"AC", {}}}, "AC", 60, 37.5, 15},
      {{{"AC", 0}, {"AC", 1}}, "AC", 60, 30, 0},
      {{{"WA", 0.9}, {"AC", 1}}, "WA", 0, 30, 0},  // what is wrong is worth nothing
      {{{"AC", 0.5}}, "AC", 60, 30, 30},
  };
  for (const auto& row : rows) {
    for (const auto& [aggregation, score] :
         std::initializer_list<std::pair<const char*, double>>{{"", row.pass_fail},
                                                               {"pass_fail", row.pass_fail},
                                                               {"sum", row.sum},
                                                               {"min", row.min}}) {
      const auto result = grade(group(aggregation), row.tests);
      EXPECT_EQ(result.id(), "g");
      EXPECT_EQ(result.status(), row.status) << &row - rows << aggregation;
      EXPECT_DOUBLE_EQ(result.score(), score) << &row - rows << aggregation;
    }
  }
}

TEST(Groups, all_shares_together_are_exactly_the_whole) {
  for (const int tests : {1, 3, 7, 49, 199}) {
    const std::vector<Outcome> all(static_cast<std::size_t>(tests), {"AC", {}});
    EXPECT_EQ(grade(group("sum", 0.1), all).score(), 0.1) << tests;
  }
}

TEST(Groups, each_has_its_own_tests_wherever_they_are_and_none_that_were_not_run) {
  api::RunRequest request;
  for (const auto* id : {"a", "b"}) {
    *request.add_groups() = group("sum", 10);
    request.mutable_groups(request.groups_size() - 1)->set_id(id);
  }
  for (const auto* id : {"a", "b", "a", "b"}) request.add_tests()->set_group(id);
  const auto graded = grade_groups(request, {{"AC", {}}, {"WA", {}}, {"AC", {}}});
  ASSERT_EQ(graded.size(), 2U);
  EXPECT_EQ(graded[0].status(), "AC");
  EXPECT_EQ(graded[0].score(), 10);
  EXPECT_EQ(graded[1].status(), "WA");
  EXPECT_EQ(graded[1].score(), 0);
  for (const auto& none : grade_groups(request, {})) EXPECT_EQ(none.status(), "SK");
}

RC_GTEST_PROP(Groups, a_score_is_never_negative_nor_more_than_the_whole, ()) {
  const auto tests =
      *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 1001)));
  std::vector<Outcome> outcomes;
  for (const int thousandths : tests)
    outcomes.push_back({thousandths % 3 ? "AC" : "WA", thousandths / 1000.0});
  const double sum = grade(group("sum"), outcomes).score();
  const double min = grade(group("min"), outcomes).score();
  const double pass = grade(group("pass_fail"), outcomes).score();
  RC_ASSERT(min >= 0);
  RC_ASSERT(sum <= 60.0001);
  RC_ASSERT(min <= sum + 1e-9);
  RC_ASSERT(pass == 0 || pass == 60);
}

}  // namespace
}  // namespace lyceum::runner
