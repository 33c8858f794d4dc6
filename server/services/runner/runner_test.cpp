#include "services/runner/runner.h"

#include <csignal>
#include <future>
#include <gtest/gtest.h>
#include <thread>

#include "services/runner/testing/runner_fixture.h"

namespace lyceum::runner {
namespace {

TEST_P(RunnerTest, SUB_01_a_run_is_one_compile_and_all_tests) {
  fake.answer = echo;
  const auto result = ask(request("cpp", 3));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_GT(result->id(), 0);
  EXPECT_EQ(result->status(), "AC");
  EXPECT_EQ(result->compile().status(), "AC");
  ASSERT_EQ(result->tests_size(), 3);
  EXPECT_EQ(result->tests(2).id(), "3");
  EXPECT_EQ(result->tests(2).stdout(), "in 3");
  EXPECT_EQ(result->tests(2).stdout_bytes(), 4);
  EXPECT_EQ(result->tests(2).cpu_ms(), 2);
  EXPECT_FALSE(result->tests(2).truncated());
  EXPECT_EQ(fake.jobs.size(), 4U);
}

TEST_P(RunnerTest, the_run_has_the_worst_verdict_of_its_tests) {
  fake.answer = [](const Job& job) {
    return text_of(job.input) == "in 2" ? prints("", 1) : prints("no");
  };
  const auto result = ask(request("python", 3));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status(), "RE");
  EXPECT_EQ(result->tests(0).status(), "WA");
  EXPECT_EQ(result->tests(1).status(), "RE");
  EXPECT_EQ(result->tests(1).exit_code(), 1);
}

TEST_P(RunnerTest, without_an_expected_output_exit_0_is_right) {
  auto asked = request();
  asked.mutable_tests(0)->clear_expected();
  fake.answer = [](const Job&) { return prints("anything"); };
  EXPECT_EQ(ask(asked)->status(), "AC");
  asked.mutable_tests(0)->set_expected("");
  EXPECT_EQ(ask(asked)->status(), "WA");
}

TEST_P(RunnerTest, SUB_02_verdicts_come_one_by_one) {
  fake.answer = echo;
  Result<void> end;
  EXPECT_EQ(stream(request("cpp", 2), &end),
            (std::vector<std::string>{"compile AC", "test 1 AC", "test 2 AC", "done AC"}));
  EXPECT_TRUE(end);
}

TEST_P(RunnerTest, after_a_failure_tests_are_skipped_if_asked) {
  fake.answer = [](const Job& job) {
    return text_of(job.input) == "in 2" ? prints("no") : echo(job);
  };
  auto asked = request("python", 4);
  EXPECT_EQ(stream(asked).size(), 6U);
  asked.set_stop_on_failure(true);
  fake.jobs.clear();
  EXPECT_EQ(stream(asked), (std::vector<std::string>{"compile AC", "test 1 AC", "test 2 WA",
                                                     "test 3 SK", "test 4 SK", "done WA"}));
  EXPECT_LE(fake.jobs.size(), 3U);  // two at a time, so the third may be under way
}

TEST_P(RunnerTest, what_does_not_compile_is_not_tested) {
  fake.answer = [](const Job&) {
    auto out = prints("", 1);
    out.err = "error: x";
    out.err_bytes = 8;
    return out;
  };
  const auto result = ask(request("cpp", 2));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status(), "CE");
  EXPECT_EQ(result->compile().stderr(), "error: x");
  EXPECT_EQ(result->compile().exit_code(), 1);
  EXPECT_EQ(result->tests_size(), 0);
  EXPECT_EQ(stream(request("cpp", 2)), (std::vector<std::string>{"compile CE", "done CE"}));
}

TEST_P(RunnerTest, a_compiler_over_its_limits_is_ctle) {
  fake.answer = [](const Job&) { return ended(over_cpu); };
  const auto result = ask(request("c"));
  EXPECT_EQ(result->status(), "CTLE");
  EXPECT_EQ(result->tests_size(), 0);
  EXPECT_EQ(ask(request("c"))->compile().cached(), false);  // may pass another time
}

TEST_P(RunnerTest, equal_sources_are_compiled_once) {
  fake.answer = echo;
  EXPECT_FALSE(ask(request("cpp"))->compile().cached());
  fake.jobs.clear();
  EXPECT_TRUE(ask(request("cpp"))->compile().cached());
  EXPECT_EQ(fake.jobs.size(), 1U);
  EXPECT_FALSE(ask(request("c"))->compile().cached());
  auto other = request("cpp");
  other.mutable_files(0)->set_content("print(input()) ");
  EXPECT_FALSE(ask(other)->compile().cached());
}

TEST_P(RunnerTest, a_program_finds_its_files_but_not_its_compiled_sources) {
  for (const auto* language : {"python", "cpp"}) {
    auto asked = request(language);
    auto& data = *asked.add_files();
    data.set_path("data/table.txt");
    data.set_content("1");
    asked.set_entry(asked.files(0).path());
    fake.jobs.clear();
    ASSERT_TRUE(ask(asked));
    std::vector<std::string> paths;
    for (const auto& file : fake.jobs.back().files) paths.push_back(file.path);
    if (language == std::string("python"))
      EXPECT_EQ(paths, (std::vector<std::string>{"w/main.py", "w/data/table.txt"}));
    else
      EXPECT_EQ(paths, (std::vector<std::string>{"out/main", "w/data/table.txt"}));
  }
}

TEST_P(RunnerTest, limits_reach_the_sandbox) {
  auto asked = request();
  asked.mutable_limits()->set_cpu_ms(1234);
  asked.mutable_limits()->set_memory_bytes(50 << 20);
  asked.mutable_limits()->set_output_bytes(99);
  asked.mutable_limits()->set_processes(3);
  ASSERT_TRUE(ask(asked));
  const auto& limits = fake.jobs.at(0).limits;
  EXPECT_EQ(limits.cpu_ms, 1234);
  EXPECT_EQ(limits.memory_bytes, 50 << 20);
  EXPECT_EQ(limits.output_max, 99);
  EXPECT_EQ(limits.processes, 3);
}

TEST_P(RunnerTest, a_runtime_gets_room_of_its_own) {
  auto asked = request("java");
  asked.mutable_limits()->set_memory_bytes(100 << 20);
  asked.mutable_limits()->set_processes(1);
  ASSERT_TRUE(ask(asked));
  const Language& java = *find_language("java");
  EXPECT_EQ(fake.jobs.back().limits.memory_bytes, (100 + java.runtime_memory_mib) << 20);
  EXPECT_EQ(fake.jobs.back().limits.processes, 1 + java.runtime_processes);
  EXPECT_NE(std::ranges::find(fake.jobs.back().argv, "-Xmx100m"), fake.jobs.back().argv.end());
}

TEST_P(RunnerTest, a_wrong_request_is_refused_before_anything_runs) {
  auto unknown = request("cobol");
  EXPECT_EQ(refusal(unknown).field, "language");
  EXPECT_EQ(refusal(unknown).reason, "unknown_language");
  auto path = request();
  path.mutable_files(0)->set_path("../main.py");
  EXPECT_EQ(refusal(path).field, "files[0].path");
  auto limit = request();
  limit.mutable_limits()->set_wall_ms(1'000'000'000);
  EXPECT_EQ(refusal(limit).reason, "limit_too_large");
  EXPECT_EQ(refusal(limit).field, "limits.wall_ms");
  EXPECT_EQ(refusal(limit).code, Code::invalid_argument);
  auto entry = request();
  entry.set_entry("other.py");
  EXPECT_EQ(refusal(entry).field, "entry");
}

TEST_P(RunnerTest, all_outputs_of_an_answer_together_are_bounded) {
  fake.answer = [](const Job&) { return prints(std::string(1 << 20, 'x')); };
  auto asked = request("python", 20);
  const auto result = ask(asked);
  ASSERT_TRUE(result) << result.error().message;
  std::size_t size = 0;
  for (const auto& test : result->tests()) {
    size += test.stdout().size();
    EXPECT_EQ(test.truncated(), test.stdout().size() < (1U << 20));
    EXPECT_EQ(test.stdout_bytes(), 1 << 20);
    EXPECT_EQ(test.status(), "WA");
  }
  EXPECT_LE(size, 8U << 20);
  EXPECT_GT(size, 7U << 20);
}

TEST_P(RunnerTest, a_character_that_the_limit_cuts_is_left_out) {
  fake.answer = [](const Job&) {
    auto out = prints("ab\xc3");  // half of an é
    out.out_bytes = 4;
    out.end = over_output;
    return out;
  };
  const auto test = ask(request())->tests(0);
  EXPECT_EQ(test.status(), "OLE");
  EXPECT_EQ(test.stdout(), "ab");
  EXPECT_TRUE(test.truncated());
  EXPECT_FALSE(test.has_stdout_encoding());
}

TEST_P(RunnerTest, no_more_sandboxes_at_a_time_than_said) {
  fake.answer = echo;
  fake.takes = std::chrono::milliseconds(20);
  std::vector<std::future<void>> runs;
  std::atomic<int> right = 0;
  for (int i = 0; i < config.runs_max; ++i)
    runs.push_back(std::async(std::launch::async, [&] {
      const auto result = ask(request("python", 3));
      right += result && result->status() == "AC";
    }));
  for (auto& one : runs) one.get();
  EXPECT_EQ(right, config.runs_max);
  EXPECT_EQ(fake.most, 2);
}

TEST_P(RunnerTest, too_many_runs_are_refused_at_once) {
  fake.takes = std::chrono::milliseconds(50);
  std::vector<std::future<std::string>> runs;
  for (int i = 0; i < 10; ++i)
    runs.push_back(std::async(std::launch::async, [&]() -> std::string {
      const auto result = ask(request());
      if (!result) EXPECT_EQ(result.error().code, Code::resource_exhausted);
      if (!result) EXPECT_GT(result.error().retry_after_ms, 0);
      return result ? "ran" : result.error().reason;
    }));
  int refused = 0;
  for (auto& one : runs) refused += one.get() == "overload";
  EXPECT_GE(refused, 1);
  EXPECT_LE(fake.jobs.size(), 10U - static_cast<unsigned>(refused));
  EXPECT_TRUE(ask(request()));  // and it is over when they are
}

TEST_P(RunnerTest, when_the_reader_has_gone_nothing_more_is_run) {
  fake.answer = echo;
  Result<void> end;
  stream(request("python", 50), &end, 2);
  EXPECT_FALSE(end);
  EXPECT_LT(fake.jobs.size(), 50U);
}

// While it is compiled, and while its tests run.
TEST_P(RunnerTest, when_the_caller_has_left_what_runs_for_him_is_killed) {
  for (const auto* language : {"cpp", "python"}) {
    fake.takes = std::chrono::minutes(10);
    fake.killed = 0;
    Call::Info info;
    info.cancellation = std::make_shared<Cancellation>();
    std::thread leaving([this, cancellation = info.cancellation] {
      becomes(fake, [](int jobs) { return jobs > 0; });
      cancellation->cancel();
    });
    const auto stopped = run(service.run(Call(info), request(language, 5)));
    leaving.join();
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, Code::cancelled);
    EXPECT_TRUE(becomes(fake, [](int jobs) { return jobs == 0; }));
    EXPECT_GE(fake.killed, 1);
  }
}

TEST_P(RunnerTest, the_callers_deadline_is_the_runs) {
  fake.answer = [](const Job&) { return ended(over_wall); };
  Call::Info info;
  info.caller.user_id = 1;
  info.deadline_ms = clock.now_ms() + 500;
  const auto late = run(service.run(Call(info), request()));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Code::deadline_exceeded);
  EXPECT_LE(fake.jobs.at(0).limits.wall_ms, 500);
  clock.move(1000);
  fake.jobs.clear();
  EXPECT_EQ(run(service.run(Call(info), request())).error().code, Code::deadline_exceeded);
  EXPECT_TRUE(fake.jobs.empty());
}

TEST_P(RunnerTest, without_a_sandbox_it_is_said_what_to_do) {
  Runner without{config, open_sandbox("/nonexistent/sandbox.sock"), clock, ids, metrics};
  auto& api = reach<api::RunnerApi>(without, api::publish, api::connect_runner);
  const auto result = run(api.run(as(1), request()));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::unavailable);
  EXPECT_EQ(result.error().reason, "sandbox_unavailable");
  EXPECT_NE(result.error().message.find("sudo lyceum sandbox --socket /nonexistent/sandbox.sock"),
            std::string::npos);
  const auto listed = run(api.list_languages(as_guest(), {}));
  EXPECT_TRUE(listed);  // they are still known, only not their versions
}

TEST_P(RunnerTest, the_languages_installed_here_are_listed) {
  fake.answer = [](const Job&) { return prints("Tool 1.2.3\nmore\n"); };
  const auto listed = run(runner.list_languages(as_guest(), {}));
  ASSERT_TRUE(listed);
  ASSERT_GT(listed->languages_size(), 0);
  for (const auto& item : listed->languages()) {
    EXPECT_EQ(item.version(), "Tool 1.2.3");
    EXPECT_EQ(item.compiled(), find_language(item.key())->compiled());
    EXPECT_EQ(item.main(), find_language(item.key())->main);
  }
}

INSTANTIATE_TEST_SUITE_P(works, RunnerTest, testing::both_transports, testing::name);

}  // namespace
}  // namespace lyceum::runner
