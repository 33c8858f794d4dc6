#include "services/runner/compare.h"

#include <gtest/gtest.h>
#include <limits>
#include <rapidcheck/gtest.h>

namespace lyceum::runner {
namespace {

constexpr Comparison tokens = {};
constexpr Comparison with_case = {.case_sensitive = true};
constexpr Comparison lines = {.mode = CompareMode::lines};
constexpr Comparison exact = {.mode = CompareMode::exact};

Comparison absolute(double tolerance) {
  return {.float_abs = tolerance};
}

Comparison relative(double tolerance) {
  return {.float_rel = tolerance};
}

TEST(Compare, white_space_between_tokens_is_free) {
  EXPECT_TRUE(accepts(tokens, "1 2 3\n", "1\n2\t3"));
  EXPECT_TRUE(accepts(tokens, "1 2\r\n", "  1 2 \v\f"));
  EXPECT_TRUE(accepts(tokens, "", " \n "));
}

TEST(Compare, tokens_may_not_be_split_joined_missing_or_too_many) {
  EXPECT_FALSE(accepts(tokens, "12", "1 2"));
  EXPECT_FALSE(accepts(tokens, "1 2", "12"));
  EXPECT_FALSE(accepts(tokens, "1 2", "1"));
  EXPECT_FALSE(accepts(tokens, "1", "1 2"));
  EXPECT_FALSE(accepts(tokens, "1", ""));
  EXPECT_FALSE(accepts(tokens, "", "1"));
}

TEST(Compare, case_is_ignored_unless_asked_for) {
  EXPECT_TRUE(accepts(tokens, "Yes", "yES"));
  EXPECT_FALSE(accepts(with_case, "Yes", "yes"));
  EXPECT_TRUE(accepts(lines, "Yes", "yes"));
  EXPECT_FALSE(accepts(tokens, "É", "é"));  // only ASCII letters have a case here
}

TEST(Compare, without_tolerance_numbers_are_text) {
  EXPECT_FALSE(accepts(tokens, "1.0", "1.00"));
  EXPECT_FALSE(accepts(tokens, "0.3", "0.30000000000000004"));
}

TEST(Compare, a_number_within_either_tolerance_is_right) {
  EXPECT_TRUE(accepts(absolute(0.01), "1.0", "1.009"));
  EXPECT_FALSE(accepts(absolute(0.01), "1.0", "1.02"));
  EXPECT_TRUE(accepts(relative(0.01), "1000", "1009"));
  EXPECT_FALSE(accepts(relative(0.01), "1000", "1011"));
  const Comparison both = {.float_abs = 1e-6, .float_rel = 0.01};
  EXPECT_TRUE(accepts(both, "1000", "1009"));
  EXPECT_TRUE(accepts(both, "0", "0.0000005"));
  EXPECT_FALSE(accepts(both, "0", "0.00001"));
}

TEST(Compare, numbers_have_many_spellings) {
  for (const auto* spelling : {"100", "1e2", "1.0E+2", "+100", "100.000", "1e+02"})
    EXPECT_TRUE(accepts(absolute(1e-9), "100", spelling)) << spelling;
  for (const auto* other :
       {"100x", "x100", "1e", "++100", "+-100", "0x64", "100,0", "nan", "inf", "-"})
    EXPECT_FALSE(accepts(absolute(1e-9), "100", other)) << other;
}

TEST(Compare, not_a_number_is_near_to_nothing_but_the_same_text_is_right) {
  EXPECT_FALSE(accepts(absolute(1e9), "nan", "0"));
  EXPECT_FALSE(accepts(absolute(1e9), "0", "nan"));
  EXPECT_TRUE(accepts(absolute(1e9), "nan", "NaN"));
  EXPECT_TRUE(accepts(absolute(1), "inf", "inf"));
  EXPECT_FALSE(accepts(absolute(1), "inf", "-inf"));
  EXPECT_FALSE(accepts(relative(1), "5", "inf"));
}

TEST(Compare, words_beside_numbers_are_still_compared_as_words) {
  EXPECT_TRUE(accepts(absolute(0.1), "area 3.14", "Area 3.1415"));
  EXPECT_FALSE(accepts(absolute(0.1), "area 3.14", "volume 3.14"));
}

TEST(Compare, lines_forgive_white_space_at_their_ends_only) {
  EXPECT_TRUE(accepts(lines, "a b\nc\n", "a b  \r\nc\n\n \n"));
  EXPECT_FALSE(accepts(lines, "a b\nc\n", "a  b\nc\n"));
  EXPECT_FALSE(accepts(lines, "a\nb\n", "a b\n"));
  EXPECT_FALSE(accepts(lines, "a\nb", "a\n\nb"));
  EXPECT_FALSE(accepts(lines, "a", " a"));
  EXPECT_FALSE(accepts(lines, "a\nb", "a"));
  EXPECT_FALSE(accepts(lines, "a", "a\nb"));
  EXPECT_TRUE(accepts(lines, "", "\n\n"));
}

TEST(Compare, exact_is_every_byte) {
  EXPECT_TRUE(accepts(exact, "a\n", "a\n"));
  EXPECT_FALSE(accepts(exact, "a\n", "a"));
  EXPECT_FALSE(accepts(exact, "A", "a"));
  EXPECT_TRUE(accepts(exact, std::string_view("a\0b", 3), std::string_view("a\0b", 3)));
  EXPECT_FALSE(accepts(exact, std::string_view("a\0b", 3), std::string_view("a\0c", 3)));
}

RC_GTEST_PROP(Compare, everything_accepts_itself, (const std::string& text)) {
  for (const auto& how : {tokens, with_case, lines, exact}) RC_ASSERT(accepts(how, text, text));
}

RC_GTEST_PROP(Compare,
              accepting_does_not_depend_on_the_side,
              (const std::string& a, const std::string& b)) {
  for (const auto& how : {tokens, with_case, lines, exact})
    RC_ASSERT(accepts(how, a, b) == accepts(how, b, a));
}

RC_GTEST_PROP(Compare,
              what_exact_accepts_all_accept,
              (const std::string& a, const std::string& b)) {
  if (accepts(exact, a, b)) RC_ASSERT(accepts(tokens, a, b) && accepts(lines, a, b));
  if (accepts(lines, a, b)) RC_ASSERT(accepts(tokens, a, b));
}

RC_GTEST_PROP(Compare,
              a_number_nearer_than_the_tolerance_is_accepted,
              (int whole, int thousandths)) {
  const double value = whole;
  const double other = value + (thousandths % 900) / 1000.0 * 0.5;
  RC_ASSERT(accepts(absolute(0.5), std::to_string(value), std::to_string(other)));
}

}  // namespace
}  // namespace lyceum::runner
