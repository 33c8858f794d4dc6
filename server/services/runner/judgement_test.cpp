#include "services/runner/judgement.h"

#include <csignal>
#include <gtest/gtest.h>

#include "base/text.h"
#include "services/runner/output.h"

namespace lyceum::runner {
namespace {

JobResult exits(int code, std::vector<std::pair<std::string, std::string>> files = {}) {
  JobResult out;
  out.exit_code = code;
  for (const auto& [name, content] : files)
    out.artifacts.push_back({"out/" + name, *Content::of(content), false});
  return out;
}

JobResult dies(int signal) {
  JobResult out;
  out.end = End::signaled;
  out.signal = signal;
  return out;
}

JobResult over(End end) {
  JobResult out;
  out.end = end;
  return out;
}

std::string status(const JobResult& result) {
  return judgement_of(result, "checker").status;
}

TEST(Judgement, SUB_04_42_accepts_43_refuses_and_all_else_is_our_fault) {
  EXPECT_EQ(status(exits(42)), "AC");
  EXPECT_EQ(status(exits(43)), "WA");
  for (const int code : {0, 1, 2, 41, 44, 127, 128 + 42, 255}) {
    const auto judgement = judgement_of(exits(code), "checker");
    EXPECT_EQ(judgement.status, "IE") << code;
    EXPECT_EQ(judgement.judge_message, "the checker ended with exit code " + std::to_string(code));
  }
  EXPECT_EQ(judgement_of(dies(SIGSEGV), "checker").judge_message,
            "the checker was killed by SIGSEGV");
  EXPECT_EQ(judgement_of(over(End::cpu), "interactor").judge_message,
            "the interactor took more processor time than it may");
  for (const auto end : {End::cpu, End::wall, End::output, End::memory}) {
    auto result = over(end);
    result.exit_code = 42;  // what it would have said does not count
    EXPECT_EQ(status(result), "IE");
  }
}

TEST(Judgement, a_broken_validators_last_words_are_for_the_judge) {
  auto result = exits(1);
  result.err = "Traceback: \xff\n" + std::string(5000, 'x');
  const auto judgement = judgement_of(result, "checker");
  EXPECT_FALSE(judgement.message);
  EXPECT_TRUE(judgement.judge_message->starts_with("the checker ended with exit code 1:\nTrace"));
  EXPECT_TRUE(text::is_utf8(*judgement.judge_message));
  EXPECT_LT(judgement.judge_message->size(), 1200U);
}

TEST(Judgement, messages_are_taken_bounded_and_made_text) {
  const auto judgement =
      judgement_of(exits(43, {{"teammessage.txt", "line 3: \xc3\xa9\xff" + std::string(1, '\0')},
                              {"judgemessage.txt", std::string(100'000, 'j')}}),
                   "checker");
  EXPECT_EQ(judgement.message, "line 3: é\uFFFD\uFFFD");
  EXPECT_EQ(judgement.judge_message, std::string(4096, 'j'));
  EXPECT_FALSE(judgement_of(exits(42), "checker").message);
  std::string wide(4095, 'a');
  wide += "é";  // would end at 4,097
  EXPECT_EQ(judgement_of(exits(42, {{"teammessage.txt", wide}}), "checker").message,
            std::string(4095, 'a'));
}

TEST(Judgement, a_score_is_a_number_from_0_to_1) {
  const std::pair<const char*, double> good[] = {
      {"1", 1}, {"0", 0}, {"0.25\n", 0.25}, {" 1e-1\r\n", 0.1}, {"1.0000", 1}};
  for (const auto& [text, score] : good) {
    const auto judgement = judgement_of(exits(42, {{"score.txt", text}}), "checker");
    EXPECT_EQ(judgement.status, "AC") << text;
    EXPECT_EQ(judgement.score, score) << text;
  }
  for (const auto* bad : {"", " ", "-0.1", "1.1", "nan", "inf", "0x1", "1 0", "0,5", "half"}) {
    const auto judgement = judgement_of(exits(42, {{"score.txt", bad}}), "checker");
    EXPECT_EQ(judgement.status, "IE") << bad;
    EXPECT_FALSE(judgement.score) << bad;
    EXPECT_TRUE(judgement.judge_message->contains("score.txt")) << bad;
  }
  const auto refused = judgement_of(exits(43, {{"score.txt", "0.5"}}), "checker");
  EXPECT_EQ(refused.status, "WA");
  EXPECT_FALSE(refused.score);
}

TEST(Judgement, every_row_of_the_table_for_two_that_talk) {
  const auto pipe = dies(SIGPIPE);

  struct Row {
    JobResult interactor;
    const char* program;
    int signal;
    const char* interactor_first;
    const char* program_first;
  };

  const Row rows[] = {
      {exits(42), "AC", 0, "AC", "AC"},
      {exits(42), "RE", 0, "RE", "RE"},
      {exits(42), "SIG", SIGPIPE, "SIG", "SIG"},
      {exits(42), "TLE", 0, "TLE", "TLE"},
      {exits(42), "WTLE", 0, "WTLE", "WTLE"},
      {exits(43), "AC", 0, "WA", "WA"},
      {exits(43), "RE", 0, "WA", "RE"},
      {exits(43), "SIG", SIGSEGV, "WA", "SIG"},
      {exits(43), "SIG", SIGPIPE, "WA", "WA"},
      {exits(43), "TLE", 0, "WA", "TLE"},
      {exits(43), "WTLE", 0, "WA", "WTLE"},
      {exits(43), "SV", 0, "WA", "SV"},
      {pipe, "AC", 0, "WA", "WA"},
      {pipe, "RE", 0, "RE", "RE"},
      {pipe, "TLE", 0, "TLE", "TLE"},
      {pipe, "SIG", SIGPIPE, "SIG", "SIG"},
      {exits(1), "AC", 0, "IE", "IE"},
      {exits(1), "RE", 0, "IE", "RE"},
      {exits(1), "SIG", SIGPIPE, "IE", "SIG"},
      {dies(SIGSEGV), "AC", 0, "IE", "IE"},
      {dies(SIGSEGV), "TLE", 0, "IE", "TLE"},
      {over(End::cpu), "WTLE", 0, "IE", "WTLE"},
      {over(End::wall), "AC", 0, "IE", "IE"},
  };
  for (const auto& row : rows) {
    for (const bool first : {false, true}) {
      const Ending program = {.status = row.program, .signal = row.signal, .first = first};
      const auto verdict =
          judge_talk(program, judgement_of(row.interactor, "interactor"), row.interactor);
      EXPECT_EQ(verdict.status, first ? row.program_first : row.interactor_first)
          << "row " << &row - rows << (first ? ", program first" : ", interactor first");
    }
  }
}

TEST(Judgement, a_failed_program_has_no_score_but_the_interactors_words) {
  const auto said = exits(42, {{"score.txt", "1"}, {"teammessage.txt", "well done"}});
  const auto verdict = judge_talk({.status = "RE", .signal = 0, .first = true},
                                  judgement_of(said, "interactor"), said);
  EXPECT_EQ(verdict.status, "RE");
  EXPECT_FALSE(verdict.score);
  EXPECT_EQ(verdict.message, "well done");
}

}  // namespace
}  // namespace lyceum::runner
