#include "services/learning/rules.h"

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

}  // namespace
}  // namespace lyceum::learning::rules
