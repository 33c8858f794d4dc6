// How a run is judged: tests at the same time, groups, checkers, interactors, and who goes first.

#include <algorithm>
#include <csignal>
#include <future>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include "services/runner/testing/runner_fixture.h"

namespace lyceum::runner {
namespace {

using Strings = std::vector<std::string>;

bool validates(const Job& job) {
  return std::ranges::find(job.argv, "/w/judge_answer") != job.argv.end();
}

std::string file_of(const Job& job, const std::string& path) {
  const auto file = std::ranges::find(job.files, path, &SandboxFile::path);
  return file == job.files.end() ? "(none)" : text_of(file->content);
}

JobResult says(int code, std::vector<std::pair<std::string, std::string>> files = {}) {
  JobResult out;
  out.exit_code = code;
  for (const auto& [name, content] : files)
    out.artifacts.push_back({"out/" + name, *Content::of(content), false});
  return out;
}

class JudgingTest : public RunnerTest {
 protected:
  // Test i takes times[i]; -1: until it is stopped.
  void take(std::vector<int> times) {
    fake.time = [times](const Job& job) {
      const auto text = text_of(job.input);
      const auto at = text.starts_with("in ") ? std::stoul(text.substr(3)) - 1 : 0;
      return at < times.size() && times[at] < 0 ? std::chrono::milliseconds(std::chrono::hours(1))
                                                : std::chrono::milliseconds(times.at(at));
    };
  }

  // Tests that answer something else than "in i".
  void fail_tests(Strings inputs) {
    fake.answer = [inputs](const Job& job) {
      const bool wrong =
          !job.writes_out && std::ranges::find(inputs, text_of(job.input)) != inputs.end();
      return wrong ? prints("no") : echo(job);
    };
  }

  static api::Validator validator(const std::string& language = "python") {
    api::Validator out;
    out.set_language(language);
    auto& file = *out.add_files();
    file.set_path(find_language(language)->main);
    file.set_content("the validator");
    return out;
  }

  static api::RunRequest checked(int tests = 1, const std::string& language = "python") {
    auto out = request("python", tests);
    out.mutable_compare()->set_mode("checker");
    *out.mutable_compare()->mutable_checker() = validator(language);
    return out;
  }

  static api::RunRequest interactive(int tests = 1) {
    auto out = request("python", tests);
    *out.mutable_interactor() = validator();
    return out;
  }

  static void add_group(api::RunRequest& asked,
                        const std::string& id,
                        double max_score,
                        const std::string& aggregation = "",
                        const Strings& require = {}) {
    auto& group = *asked.add_groups();
    group.set_id(id);
    group.set_max_score(max_score);
    group.set_aggregation(aggregation);
    for (const auto& one : require) group.add_require_pass(one);
  }

  static Strings statuses(const api::RunResult& result) {
    Strings out;
    for (const auto& test : result.tests()) out.push_back(test.status());
    return out;
  }

  // What `change` makes of a good request is refused for that field and reason.
  void refuse(const std::string& field,
              const std::string& reason,
              const std::function<void(api::RunRequest&)>& change) {
    auto asked = request("python", 2);
    change(asked);
    const auto error = refusal(asked);
    EXPECT_EQ(error.field, field) << error.message;
    EXPECT_EQ(error.reason, reason) << field;
    EXPECT_EQ(error.code, Code::invalid_argument) << field;
  }
};

TEST_P(JudgingTest, tests_run_at_the_same_time_and_are_told_when_they_are_known) {
  fake.answer = echo;
  take({60, 1, 1, 1});
  EXPECT_EQ(stream(request("python", 4)),
            (Strings{"compile AC", "test 2 AC", "test 3 AC", "test 4 AC", "test 1 AC", "done AC"}));
  EXPECT_EQ(fake.most, 2);
}

TEST_P(JudgingTest, the_whole_answer_is_in_the_order_of_the_request) {
  fake.answer = echo;
  take({30, 1, 1});
  const auto result = ask(request("python", 3));
  ASSERT_TRUE(result) << result.error().message;
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(result->tests(i).id(), std::to_string(i + 1));
    EXPECT_EQ(result->tests(i).stdout(), "in " + std::to_string(i + 1));
  }
}

TEST_P(JudgingTest, the_first_failure_in_order_stops_not_the_first_in_time) {
  fail_tests({"in 1", "in 2"});
  take({40, 1, 1, 1});
  auto asked = request("python", 4);
  asked.set_stop_on_failure(true);
  EXPECT_EQ(stream(asked),
            (Strings{"compile AC", "test 1 WA", "test 2 SK", "test 3 SK", "test 4 SK", "done WA"}));
  EXPECT_EQ(fake.jobs.size(), 2U);
}

TEST_P(JudgingTest, what_is_skipped_while_it_runs_is_killed) {
  fail_tests({"in 2"});
  take({1, 30, -1, 1});
  auto asked = request("python", 4);
  asked.set_stop_on_failure(true);
  EXPECT_EQ(statuses(*ask(asked)), (Strings{"AC", "WA", "SK", "SK"}));
  EXPECT_EQ(fake.killed, 1);
  EXPECT_EQ(fake.now, 0);
}

TEST_P(JudgingTest, a_reader_that_has_gone_kills_all_that_runs) {
  fake.answer = echo;
  take({1, -1, -1});
  Sink<api::RunEvent> sink([](api::RunEvent event) -> Task<Result<void>> {
    if (event.has_test()) co_return fail(Code::cancelled, "cancelled", "gone");
    co_return Result<void>();
  });
  const auto end = run(service.stream_run(as(1), request("python", 3), sink));
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code, Code::cancelled);
  EXPECT_GE(fake.killed, 1);
  EXPECT_EQ(fake.now, 0);
  take({1, 1, 1});
  EXPECT_TRUE(ask(request("python", 3)));  // the places are free again
}

TEST_P(JudgingTest, an_error_of_one_test_is_the_runs_and_ends_the_others) {
  take({1, -1});
  fake.answer = [](const Job&) -> Result<JobResult> {
    return fail(Code::unavailable, "sandbox_unavailable", "no sandbox");
  };
  const auto result = ask(request("python", 2));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().reason, "sandbox_unavailable");
  EXPECT_EQ(fake.killed, 1);
}

TEST_P(JudgingTest, SUB_04_groups_have_scores) {
  fail_tests({"in 4"});
  auto asked = request("python", 4);
  add_group(asked, "sample", 1);
  add_group(asked, "small", 30);
  add_group(asked, "large", 70, "sum");
  for (const auto& [test, group] : std::initializer_list<std::pair<int, const char*>>{
           {0, "sample"}, {1, "small"}, {2, "large"}, {3, "large"}})
    asked.mutable_tests(test)->set_group(group);
  const auto result = ask(asked);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->status(), "WA");
  EXPECT_DOUBLE_EQ(result->score(), 66);
  ASSERT_EQ(result->groups_size(), 3);
  EXPECT_EQ(result->groups(1).id(), "small");
  EXPECT_EQ(result->groups(1).status(), "AC");
  EXPECT_DOUBLE_EQ(result->groups(2).score(), 35);
  EXPECT_EQ(result->groups(2).status(), "WA");
  EXPECT_FALSE(ask(request("python", 1))->has_score());
}

TEST_P(JudgingTest, SUB_04_a_group_is_skipped_where_what_it_requires_is_not_passed) {
  fail_tests({"in 2"});
  auto asked = request("python", 4);
  add_group(asked, "a", 10);
  add_group(asked, "b", 10, "min", {"a"});
  add_group(asked, "c", 10);
  for (const auto& [test, group] :
       std::initializer_list<std::pair<int, const char*>>{{0, "a"}, {1, "a"}, {2, "b"}, {3, "c"}})
    asked.mutable_tests(test)->set_group(group);
  const auto result = ask(asked);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(statuses(*result), (Strings{"AC", "WA", "SK", "AC"}));
  EXPECT_EQ(result->groups(1).status(), "SK");
  EXPECT_EQ(result->score(), 10);
  EXPECT_EQ(fake.jobs.size(), 3U);
}

TEST_P(JudgingTest, a_program_that_does_not_compile_scores_nothing) {
  fake.answer = [](const Job&) { return prints("", 1); };
  auto asked = request("cpp");
  add_group(asked, "a", 10);
  asked.mutable_tests(0)->set_group("a");
  const auto result = ask(asked);
  EXPECT_EQ(result->status(), "CE");
  EXPECT_EQ(result->tests_size(), 0);
  EXPECT_TRUE(result->has_score());
  EXPECT_EQ(result->score(), 0);
  EXPECT_EQ(result->groups(0).status(), "SK");
}

TEST_P(JudgingTest, SUB_04_a_checker_gets_what_kattis_gives_it) {
  fake.answer = [](const Job& job) {
    return validates(job) ? says(42, {{"score.txt", "0.5"},
                                      {"teammessage.txt", "fair"},
                                      {"judgemessage.txt", "half"}})
                          : prints("the output");
  };
  auto asked = checked();
  asked.mutable_compare()->mutable_checker()->add_arguments("--strict");
  auto& data = *asked.mutable_compare()->mutable_checker()->add_files();
  data.set_path("data.txt");
  data.set_content("1");
  asked.mutable_compare()->mutable_checker()->set_entry("main.py");
  const auto result = ask(asked);
  ASSERT_TRUE(result) << result.error().message;
  const auto& test = result->tests(0);
  EXPECT_EQ(test.status(), "AC");
  EXPECT_EQ(test.score(), 0.5);
  EXPECT_EQ(test.message(), "fair");
  EXPECT_EQ(test.judge_message(), "half");
  EXPECT_EQ(test.stdout(), "the output");
  ASSERT_EQ(fake.jobs.size(), 2U);
  const auto& job = fake.jobs[1];
  EXPECT_EQ(Strings(job.argv.end() - 4, job.argv.end()),
            (Strings{"/w/input", "/w/judge_answer", "/out/", "--strict"}));
  EXPECT_EQ(text_of(job.input), "the output");
  EXPECT_EQ(file_of(job, "w/input"), "in 1");
  EXPECT_EQ(file_of(job, "w/judge_answer"), "in 1");
  EXPECT_EQ(file_of(job, "w/main.py"), "the validator");
  EXPECT_EQ(file_of(job, "w/data.txt"), "1");
  EXPECT_TRUE(job.writes_out);
}

TEST_P(JudgingTest, a_checkers_word_is_final_whatever_was_expected) {
  int code = 43;
  fake.answer = [&code](const Job& job) { return validates(job) ? says(code) : prints("in 1"); };
  EXPECT_EQ(ask(checked())->status(), "WA");
  code = 42;
  auto asked = checked();
  asked.mutable_tests(0)->set_expected("something else");
  EXPECT_EQ(ask(asked)->status(), "AC");
  code = 1;
  const auto broken = ask(checked());
  EXPECT_EQ(broken->status(), "IE");
  EXPECT_EQ(broken->tests(0).judge_message(), "the checker ended with exit code 1");
}

TEST_P(JudgingTest, a_program_that_failed_is_not_checked) {
  auto program = prints("half an answ", 1);
  fake.answer = [&program](const Job& job) { return validates(job) ? says(42) : program; };
  EXPECT_EQ(ask(checked())->status(), "RE");
  program = ended(over_cpu);
  EXPECT_EQ(ask(checked())->status(), "TLE");
  program = ended(over_output);
  EXPECT_EQ(ask(checked())->status(), "OLE");
  EXPECT_TRUE(std::ranges::none_of(fake.jobs, validates));
}

TEST_P(JudgingTest, the_checker_reads_the_whole_output_although_the_answer_has_a_part) {
  const std::string large(9 << 20, 'x');
  fake.answer = [&large](const Job& job) { return validates(job) ? says(42) : prints(large); };
  auto asked = checked();
  asked.mutable_limits()->set_output_bytes(16 << 20);
  const auto result = ask(asked);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->status(), "AC");
  EXPECT_TRUE(result->tests(0).truncated());
  EXPECT_EQ(fake.jobs.back().input->size(), std::ssize(large));
}

TEST_P(JudgingTest, a_checker_is_compiled_once_for_equal_content) {
  int compiled = 0;
  fake.answer = [&compiled](const Job& job) {
    if (validates(job)) return says(42);
    if (job.writes_out) ++compiled;
    return job.writes_out ? compiles() : prints("x");
  };
  EXPECT_EQ(ask(checked(3, "cpp"))->status(), "AC");
  EXPECT_EQ(ask(checked(2, "cpp"))->status(), "AC");
  EXPECT_EQ(compiled, 1);
}

TEST_P(JudgingTest, a_checker_that_does_not_compile_is_no_ones_fault_but_the_judges) {
  fake.answer = [](const Job& job) {
    auto out = prints("", job.writes_out ? 1 : 0);
    out.err = "main.cpp:1: error";
    return out;
  };
  const auto result = ask(checked(2, "cpp"));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->compile().status(), "AC");
  EXPECT_EQ(statuses(*result), (Strings{"IE", "IE"}));
  EXPECT_EQ(result->tests(0).judge_message(), "the checker does not compile:\nmain.cpp:1: error");
  EXPECT_EQ(fake.jobs.size(), 1U);
}

TEST_P(JudgingTest, SUB_04_a_program_and_an_interactor_talk_through_two_pipes) {
  fake.answer = [](const Job& job) {
    return validates(job) ? says(42, {{"teammessage.txt", "3 guesses"}}) : JobResult();
  };
  fake.takes = std::chrono::milliseconds(1);
  const auto result = ask(interactive());
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->status(), "AC");
  EXPECT_EQ(result->tests(0).message(), "3 guesses");
  ASSERT_EQ(fake.jobs.size(), 2U);
  for (const auto& job : fake.jobs) {
    EXPECT_TRUE(job.stdin_pipe && job.stdout_pipe);
    EXPECT_EQ(file_of(job, "w/input"), validates(job) ? "in 1" : "(none)");
  }
  EXPECT_EQ(fake.most, 2);
}

TEST_P(JudgingTest, two_that_talk_need_two_places_or_the_only_one_there_is) {
  fake.answer = [](const Job& job) { return validates(job) ? says(42) : JobResult(); };
  fake.takes = std::chrono::milliseconds(3);
  const auto result = ask(interactive(4));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(statuses(*result), (Strings{"AC", "AC", "AC", "AC"}));
  EXPECT_EQ(fake.most, 2);
  Config narrow = config;
  narrow.jobs = 1;
  Runner one{narrow, std::make_unique<FakeEnd>(fake), clock, ids, metrics};
  EXPECT_EQ(statuses(*run(one.run(as(1), interactive(3)))), (Strings{"AC", "AC", "AC"}));
  EXPECT_EQ(fake.most, 2);
}

TEST_P(JudgingTest, stopping_a_talk_ends_both_who_talk) {
  fake.answer = [](const Job&) -> Result<JobResult> {
    return fail(Code::unavailable, "sandbox_unavailable", "no sandbox");
  };
  fake.time = [this](const Job& job) {
    // The first test's two wait; the second test fails at once.
    const bool first = fake.jobs.size() <= 2 && job.stdin_pipe;
    return std::chrono::milliseconds(first ? 3'600'000 : 1);
  };
  Config wide = config;
  wide.jobs = 4;
  Runner four{wide, std::make_unique<FakeEnd>(fake), clock, ids, metrics};
  const auto result = run(four.run(as(1), interactive(2)));
  ASSERT_FALSE(result);
  EXPECT_EQ(fake.killed, 2);
  EXPECT_EQ(fake.now, 0);
}

TEST_P(JudgingTest, an_error_of_the_compiler_is_remembered_too) {
  fake.answer = [](const Job&) { return prints("error", 1); };
  EXPECT_FALSE(ask(request("cpp"))->compile().cached());
  const auto again = ask(request("cpp"));
  EXPECT_EQ(again->status(), "CE");
  EXPECT_TRUE(again->compile().cached());
  EXPECT_EQ(again->compile().stdout(), "error");
  EXPECT_EQ(fake.jobs.size(), 1U);
}

TEST_P(JudgingTest, a_compilers_crash_is_not_remembered) {
  fake.answer = [](const Job&) {
    JobResult out;
    out.end = lyceum::runner::End::signaled;
    out.signal = SIGSEGV;
    return out;
  };
  EXPECT_EQ(ask(request("cpp"))->status(), "CE");
  EXPECT_FALSE(ask(request("cpp"))->compile().cached());
}

TEST_P(JudgingTest, who_waits_for_an_answer_goes_first) {
  Config narrow = config;
  narrow.jobs = 1;
  Runner one{narrow, std::make_unique<FakeEnd>(fake), clock, ids, metrics};
  fake.answer = echo;
  fake.takes = std::chrono::milliseconds(10);
  std::vector<std::future<Result<api::RunResult>>> runs;
  for (const auto* priority : {"judge", "rejudge", "judge", "try"}) {
    auto asked = request();
    asked.set_priority(priority);
    asked.mutable_tests(0)->set_stdin(priority);
    runs.push_back(
        boost::asio::co_spawn(loop(), one.run(as(1), std::move(asked)), boost::asio::use_future));
  }
  for (auto& each : runs) EXPECT_TRUE(each.get());
  Strings order;
  for (const auto& job : fake.jobs) order.push_back(text_of(job.input));
  EXPECT_EQ(order, (Strings{"judge", "try", "judge", "rejudge"}));
}

TEST_P(JudgingTest, groups_that_make_no_sense_are_named) {
  const auto two_groups = [](api::RunRequest& asked) {
    add_group(asked, "a", 1);
    add_group(asked, "b", 1);
    asked.mutable_tests(0)->set_group("a");
    asked.mutable_tests(1)->set_group("b");
  };
  auto good = request("python", 2);
  two_groups(good);
  fake.answer = echo;
  EXPECT_TRUE(ask(good));
  fake.jobs.clear();
  refuse("tests[0].group", "unknown_group",
         [](auto& asked) { asked.mutable_tests(0)->set_group("x"); });
  const auto changed = [&](const std::string& field, const std::string& reason, auto change) {
    refuse(field, reason, [&](api::RunRequest& asked) {
      two_groups(asked);
      change(asked);
    });
  };
  changed("tests[1].group", "unknown_group", [](auto& a) { a.mutable_tests(1)->set_group("x"); });
  changed("tests[1].group", "group_missing", [](auto& a) { a.mutable_tests(1)->clear_group(); });
  changed("groups[1].id", "duplicate_id", [](auto& a) { a.mutable_groups(1)->set_id("a"); });
  changed("groups[1].id", "group_empty", [](auto& a) { a.mutable_tests(1)->set_group("a"); });
  changed("groups[0].require_pass[0]", "no_earlier_group",
          [](auto& a) { a.mutable_groups(0)->add_require_pass("a"); });
  changed("groups[0].require_pass[0]", "no_earlier_group",
          [](auto& a) { a.mutable_groups(0)->add_require_pass("b"); });
  changed("groups[1].require_pass[1]", "no_earlier_group", [](auto& a) {
    a.mutable_groups(1)->add_require_pass("a");
    a.mutable_groups(1)->add_require_pass("nobody");
  });
  changed("tests[0].group", "group_order", [](auto& a) {
    a.mutable_groups(1)->add_require_pass("a");
    a.mutable_tests(0)->set_group("b");
    a.mutable_tests(1)->set_group("a");
  });
  for (const double score : {0.0, -1.0, 1'000'000.5, std::numeric_limits<double>::quiet_NaN(),
                             std::numeric_limits<double>::infinity()})
    changed("groups[1].max_score", "bad_score",
            [&](auto& a) { a.mutable_groups(1)->set_max_score(score); });
}

TEST_P(JudgingTest, validators_that_make_no_sense_are_named) {
  refuse("compare.checker", "checker_missing",
         [](auto& asked) { asked.mutable_compare()->set_mode("checker"); });
  for (const auto* mode : {"", "tokens", "lines"})
    refuse("compare.checker", "checker_unused", [&](auto& asked) {
      asked.mutable_compare()->set_mode(mode);
      *asked.mutable_compare()->mutable_checker() = validator();
    });
  refuse("compare.mode", "checker_and_interactor", [](auto& asked) {
    asked.mutable_compare()->set_mode("checker");
    *asked.mutable_compare()->mutable_checker() = validator();
    *asked.mutable_interactor() = validator();
  });
  for (const std::string where : {"interactor", "compare.checker"}) {
    const auto changed = [&](const std::string& field, const std::string& reason, auto change) {
      refuse(where + "." + field, reason, [&](api::RunRequest& asked) {
        auto& own = where == "interactor" ? *asked.mutable_interactor()
                                          : *asked.mutable_compare()->mutable_checker();
        if (where != "interactor") asked.mutable_compare()->set_mode("checker");
        own = validator();
        change(own);
      });
    };
    changed("language", "unknown_language", [](auto& own) { own.set_language("klingon"); });
    changed("files[0].path", "bad_path", [](auto& own) { own.mutable_files(0)->set_path("../x"); });
    for (const auto* path : {"input", "judge_answer", "input/x"})
      changed("files[0].path", "reserved_path",
              [&](auto& own) { own.mutable_files(0)->set_path(path); });
    changed("files[1].path", "duplicate_path", [](auto& own) { *own.add_files() = own.files(0); });
    changed("entry", "unknown_entry", [](auto& own) { own.set_entry("other.py"); });
    changed("entry", "entry_missing", [](auto& own) {
      own.mutable_files(0)->set_path("a.py");
      own.add_files()->set_path("b.py");
    });
    changed("arguments[1]", "bad_argument", [](auto& own) {
      own.add_arguments("fine");
      own.add_arguments(std::string("a\0b", 3));
    });
    changed("arguments", "too_long",
            [](auto& own) { own.add_arguments(std::string(20'000, 'x')); });
  }
}

INSTANTIATE_TEST_SUITE_P(works, JudgingTest, testing::both_transports, testing::name);

}  // namespace
}  // namespace lyceum::runner
