#include "services/learning/rules.h"

#include <cmath>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "services/learning/text.h"

namespace lyceum::learning::rules {
namespace {

internal::Component editor(const std::vector<double>& weights) {
  internal::Component component;
  component.set_type("editor");
  for (const double weight : weights) component.mutable_editor()->add_tests()->set_weight(weight);
  return component;
}

const std::vector<std::string> verdicts = {"AC",   "WA",  "RE",  "SIG", "TLE",
                                           "WTLE", "MLE", "OLE", "SV"};

rc::Gen<std::string> any_verdict() {
  return rc::gen::elementOf(verdicts);
}

struct Judged {
  internal::Component component;
  std::vector<std::string> statuses;
};

Judged any_judged() {
  const auto weights =
      *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 10)));
  const auto statuses =
      *rc::gen::container<std::vector<std::string>>(weights.size(), any_verdict());
  return {editor({weights.begin(), weights.end()}), statuses};
}

RC_GTEST_PROP(Score, SUB_04_is_between_0_and_1_and_1_when_all_passed, ()) {
  const auto judged = any_judged();
  const auto result = score(judged.component, judged.statuses);
  const bool all = std::ranges::all_of(judged.statuses, [](const auto& s) { return s == "AC"; });
  RC_ASSERT(result.score >= 0 && result.score <= 1);
  RC_ASSERT((result.status == "AC") == all);
  if (all) RC_ASSERT(result.score == 1);
}

RC_GTEST_PROP(Score, never_falls_when_one_more_passes, ()) {
  auto judged = any_judged();
  const auto before = score(judged.component, judged.statuses);
  judged.statuses[*rc::gen::inRange<std::size_t>(0, judged.statuses.size())] = "AC";
  RC_ASSERT(score(judged.component, judged.statuses).score >= before.score);
}

RC_GTEST_PROP(Score, is_the_share_of_the_weight_passed, ()) {
  const auto judged = any_judged();
  double passed = 0, all = 0;
  for (std::size_t i = 0; i < judged.statuses.size(); ++i) {
    const double weight = judged.component.editor().tests(static_cast<int>(i)).weight();
    all += weight;
    if (judged.statuses[i] == "AC") passed += weight;
  }
  if (all > 0)
    RC_ASSERT(std::abs(score(judged.component, judged.statuses).score - passed / all) < 1e-9);
}

RC_GTEST_PROP(Score, the_verdict_does_not_depend_on_the_order, ()) {
  auto judged = any_judged();
  const auto before = score(judged.component, judged.statuses).status;
  std::ranges::reverse(judged.statuses);
  RC_ASSERT(score(judged.component, judged.statuses).status == before);
}

RC_GTEST_PROP(Worse, is_the_same_both_ways, ()) {
  const auto a = *any_verdict();
  const auto b = *any_verdict();
  RC_ASSERT(worse(a, b) == worse(b, a));
}

TEST(Worse, what_nobody_knows_is_our_fault) {
  EXPECT_EQ(worse("IE", "??"), "??");
  EXPECT_EQ(worse("AC", "SK"), "SK");
}

TEST(Paths, only_relative_plain_ones_are_safe) {
  for (const auto* good : {"main.py", "a/b/c.txt", "…/ü", "a b"})
    EXPECT_TRUE(is_safe_path(good)) << good;
  for (const auto* bad :
       {"", "/", "/a", "a/", "a//b", ".", "..", "a/..", "../a", "a/./b", "a\nb", "a\\b", "\x7f"})
    EXPECT_FALSE(is_safe_path(bad)) << bad;
  EXPECT_FALSE(is_safe_path(std::string(201, 'a')));
}

internal::Component quiz(const std::string& kind) {
  internal::Component component;
  component.set_type("quiz");
  component.mutable_quiz()->set_pass(1);
  auto& question = *component.mutable_quiz()->add_questions();
  question.set_id("q");
  question.set_kind(kind);
  question.add_answers("two words");
  question.set_number(-0.5);
  question.set_tolerance(0.01);
  return component;
}

bool right(const internal::Component& component, const std::string& text) {
  internal::Answer answer;
  auto& one = *answer.add_answers();
  one.set_question_id("q");
  one.set_text(text);
  return mark(component, answer).at(0).status() == "AC";
}

TEST(Mark, a_text_is_right_whatever_its_case_and_spaces) {
  const auto text = quiz("text");
  EXPECT_TRUE(right(text, "two words"));
  EXPECT_TRUE(right(text, "  Two\t WORDS \n"));
  EXPECT_FALSE(right(text, "twowords"));
  EXPECT_FALSE(right(text, ""));
}

TEST(Mark, a_number_is_right_within_its_tolerance) {
  const auto number = quiz("number");
  for (const auto* good : {"-0.5", " -.5 ", "-5e-1", "-0.505", "-0.495"})
    EXPECT_TRUE(right(number, good)) << good;
  for (const auto* bad : {"", "0.5", "-0.52", "-0.5x", "nan", "inf", "-0,5", "half"})
    EXPECT_FALSE(right(number, bad)) << bad;
}

TEST(Mark, an_unanswered_question_is_wrong) {
  EXPECT_EQ(mark(quiz("text"), {}).at(0).status(), "WA");
}

TEST(Results, a_cut_leaves_whole_characters) {
  internal::Test test;
  test.set_visible(true);
  runner::v1::TestResult result;
  result.set_stdout("aéé");
  EXPECT_EQ(result_of(test, result, 2).stdout(), "a");
  EXPECT_EQ(result_of(test, result, 3).stdout(), "aé");
  EXPECT_TRUE(result_of(test, result, 3).truncated());
  EXPECT_FALSE(result_of(test, result, 5).truncated());
  result.set_stdout("AAAABBBB");
  result.set_stdout_encoding("base64");
  EXPECT_EQ(result_of(test, result, 7).stdout(), "AAAA");
}

internal::Component grouped(const std::vector<double>& max_scores) {
  internal::Component component = editor(std::vector<double>(max_scores.size(), 1));
  for (std::size_t i = 0; i < max_scores.size(); ++i) {
    auto& group = *component.mutable_editor()->add_groups();
    group.set_key("g" + std::to_string(i));
    group.set_max_score(max_scores[i]);
  }
  return component;
}

runner::v1::GroupResult group_result(const std::string& id, double score) {
  runner::v1::GroupResult result;
  result.set_id(id);
  result.set_status("AC");
  result.set_score(score);
  return result;
}

RC_GTEST_PROP(Groups, SUB_04_the_score_is_their_share_of_all_points, ()) {
  const auto parts = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::pair<int, int>>>(
      rc::gen::pair(rc::gen::inRange(1, 1000), rc::gen::inRange(0, 101))));
  std::vector<double> max_scores;
  GroupResults results;
  double got = 0, all = 0;
  for (const auto& [max, percent] : parts) {
    const double score = max * percent / 100.0;
    *results.Add() = group_result("g" + std::to_string(max_scores.size()), score);
    max_scores.push_back(max);
    got += score;
    all += max;
  }
  const auto component = grouped(max_scores);
  const auto groups = group_scores(component, results);
  RC_ASSERT(groups.has_value());
  const std::vector<std::string> statuses(max_scores.size(), "AC");
  const auto result = score(component, statuses, *groups);
  RC_ASSERT(result.score >= 0 && result.score <= 1);
  RC_ASSERT(std::abs(result.score - got / all) < 1e-6);
  RC_ASSERT((result.score == 1) == (got == all));
}

TEST(Groups, what_does_not_fit_the_groups_is_no_result) {
  const auto component = grouped({10, 20});
  const auto read = [&](const std::vector<runner::v1::GroupResult>& results) {
    return group_scores(component, {results.begin(), results.end()});
  };
  const auto first = group_result("g0", 10), second = group_result("g1", 0);
  EXPECT_TRUE(read({second, first}));
  EXPECT_EQ(read({second, first})->groups(0).key(), "g0");
  EXPECT_FALSE(read({}));
  EXPECT_FALSE(read({first}));
  EXPECT_FALSE(read({first, group_result("g2", 0)}));
  EXPECT_FALSE(read({first, group_result("g1", 20.1)}));
  EXPECT_FALSE(read({first, group_result("g1", -1)}));
  EXPECT_FALSE(read({first, group_result("g1", std::nan(""))}));
  auto nameless = second;
  nameless.clear_status();
  EXPECT_FALSE(read({first, nameless}));
}

TEST(Results, SUB_04_of_a_hidden_test_no_word_of_the_checker_is_kept) {
  internal::Test test;
  runner::v1::TestResult result;
  result.set_message("for the learner");
  result.set_judge_message("for the author");
  EXPECT_FALSE(result_of(test, result, 100).has_message());
  test.set_visible(true);
  EXPECT_EQ(result_of(test, result, 100).message(), "for the learner");
  EXPECT_EQ(result_of(test, result, 7).message(), "for the");
  EXPECT_EQ(result_of(test, result, 100).DebugString().find("author"), std::string::npos);
}

}  // namespace
}  // namespace lyceum::learning::rules
