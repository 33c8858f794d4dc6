// Checkers and interactors in real sandboxes, well-behaved and hostile ones.

#include <gtest/gtest.h>

#include "services/runner/testing/sandbox_fixture.h"

namespace lyceum::runner {
namespace {

class Validators : public SandboxTest {
 protected:
  static void set(api::Validator& validator,
                  const std::string& language,
                  const std::string& source) {
    validator.set_language(language);
    auto& file = *validator.add_files();
    file.set_path(find_language(language)->main);
    file.set_content(source);
  }

  // What a checker says of a program that prints "the output".
  api::TestResult checked(const std::string& language,
                          const std::string& checker,
                          const std::string& program = "echo the output") {
    auto request = SandboxTest::program("bash", program);
    request.mutable_tests(0)->set_stdin("the input");
    request.mutable_tests(0)->set_expected("the answer");
    request.mutable_limits()->set_output_bytes(8 << 20);
    request.mutable_compare()->set_mode("checker");
    set(*request.mutable_compare()->mutable_checker(), language, checker);
    return only(run_request(request));
  }

  // A program and an interactor, both in Python unless said. `wall_ms`: the program's.
  api::TestResult talk(const std::string& program,
                       const std::string& interactor,
                       int wall_ms = 60'000,
                       const char* language = "python",
                       const char* its = "python") {
    auto request = SandboxTest::program(language, program);
    request.mutable_tests(0)->set_stdin("37\n");
    request.mutable_limits()->set_wall_ms(wall_ms);
    set(*request.mutable_interactor(), its, interactor);
    return only(run_request(request));
  }

  static api::TestResult only(const api::RunResult& result) {
    EXPECT_EQ(result.tests_size(), 1) << result.ShortDebugString();
    return result.tests_size() == 1 ? result.tests(0) : api::TestResult();
  }

  // Guess a number from 1 to 100; the interactor says "lower", "higher", "correct".
  static constexpr auto guessing = R"(
import os, sys
secret = int(open(sys.argv[1]).read())
def refuse(why):
    with open(sys.argv[3] + "judgemessage.txt", "w") as file: file.write(why)
    os._exit(43)  # nothing more is written to one who may have gone
for turn in range(1, 11):
    line = sys.stdin.readline()
    try: guess = int(line)
    except ValueError: refuse("no number: " + repr(line[:20]))
    answer = "correct" if guess == secret else "lower" if guess > secret else "higher"
    try: print(answer, flush=True)
    except BrokenPipeError: refuse("it does not listen")
    if answer == "correct":
        open(sys.argv[3] + "teammessage.txt", "w").write(f"{turn} guesses")
        sys.exit(42)
refuse("too many guesses")
)";
};

TEST_F(Validators, SUB_04_a_checker_compiled_or_not_sees_everything_and_is_heard) {
  const auto cpp = checked("cpp", R"(
#include <fstream>
#include <iostream>
#include <string>
std::string line(std::istream& in) { std::string out; std::getline(in, out); return out; }
int main(int count, char** arguments) {
  if (count != 4) return 1;
  std::ifstream input(arguments[1]), answer(arguments[2]);
  const std::string feedback = arguments[3];
  std::ofstream(feedback + "score.txt") << 0.75;
  std::ofstream(feedback + "/teammessage.txt") << line(input) + "|" + line(answer) + "|" + line(std::cin);
  return 42;
})");
  EXPECT_EQ(cpp.status(), "AC") << cpp.ShortDebugString();
  EXPECT_EQ(cpp.score(), 0.75);
  EXPECT_EQ(cpp.message(), "the input|the answer|the output");
  const auto python = checked("python", R"(
import sys
open(sys.argv[3] + "judgemessage.txt", "w").write(sys.stdin.read())
sys.exit(43)
)");
  EXPECT_EQ(python.status(), "WA") << python.ShortDebugString();
  EXPECT_EQ(python.judge_message(), "the output\n");
}

TEST_F(Validators, a_checker_reads_megabytes_or_nothing) {
  const auto program = "head -c 5000000 /dev/zero | tr '\\0' x";
  EXPECT_EQ(checked("bash", "[ $(wc -c) = 5000000 ] && exit 42; exit 43", program).status(), "AC");
  EXPECT_EQ(checked("bash", "exit 42", program).status(), "AC");
}

TEST_F(Validators, a_checker_that_fails_is_our_fault_and_says_why) {
  EXPECT_EQ(checked("bash", "exit 0").judge_message(), "the checker ended with exit code 0");
  const auto crash = checked("c", "int main(void) { *(volatile int*)0 = 1; }");
  EXPECT_EQ(crash.status(), "IE");
  EXPECT_EQ(crash.judge_message(), "the checker was killed by SIGSEGV");
  const auto python = checked("python", "raise SystemError('lost')");
  EXPECT_EQ(python.status(), "IE");
  EXPECT_NE(python.judge_message().find("SystemError: lost"), std::string::npos);
  EXPECT_EQ(checked("bash", "yes").judge_message(), "the checker wrote more than it may");
  EXPECT_EQ(checked("bash", "cd /out; for i in {1..201}; do echo >$i; done; exit 42").status(),
            "AC");
  const auto broken = checked("c", "int main(void) { return x; }");
  EXPECT_EQ(broken.status(), "IE");
  EXPECT_NE(broken.judge_message().find("the checker does not compile"), std::string::npos);
}

TEST_F(Validators, an_endless_checker_is_stopped) {
  config.cpu_ms_max = 1000;
  Runner short_of_time{config, open_sandbox(test_sandbox()), clock, ids, metrics};
  auto request = SandboxTest::program("bash", "echo");
  request.mutable_limits()->set_cpu_ms(1000);
  request.mutable_compare()->set_mode("checker");
  set(*request.mutable_compare()->mutable_checker(), "bash", "while :; do :; done");
  const auto result = run(short_of_time.run(as(1), request));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->status(), "IE");
  EXPECT_EQ(result->tests(0).judge_message(), "the checker took more processor time than it may");
}

TEST_F(Validators, feedback_is_plain_files_alone) {
  const auto links = checked("bash",
                             "ln -s /w/judge_answer /out/teammessage.txt; mkfifo /out/score.txt; "
                             "mkdir /out/judgemessage.txt; exit 42");
  EXPECT_EQ(links.status(), "AC");
  EXPECT_FALSE(links.has_message());
  EXPECT_FALSE(links.has_score());
  const auto large = checked("bash", "yes | head -c 1000000 >/out/teammessage.txt; exit 42");
  EXPECT_EQ(large.message().size(), 4096U);
}

TEST_F(Validators, the_program_sees_nothing_of_its_checker) {
  const auto test = checked("python", "import sys; sys.exit(42) # the secret checker",
                            "cat /w/* /out/* 2>&1; ls -R /w /out; ls /out/feedback; true");
  EXPECT_EQ(test.stdout().find("secret"), std::string::npos);
  EXPECT_EQ(test.stdout().find("the answer"), std::string::npos);
}

TEST_F(Validators, SUB_04_whoever_guesses_right_is_accepted) {
  const auto test = talk(R"(
low, high = 1, 100
while True:
    middle = (low + high) // 2
    print(middle, flush=True)
    answer = input()
    if answer == "correct": break
    if answer == "lower": high = middle - 1
    else: low = middle + 1
)",
                         guessing);
  EXPECT_EQ(test.status(), "AC") << test.ShortDebugString();
  EXPECT_EQ(test.message(), "3 guesses");
  EXPECT_GT(test.cpu_ms(), 0);
}

TEST_F(Validators, programs_that_do_not_talk_as_they_should) {
  struct Row {
    const char* what;
    const char* program;
    const char* status;
  };

  const Row rows[] = {
      {"wrong", "for i in range(10): print(1, flush=True); input()", "WA"},
      {"wrong, and dies of the interactor's end",
       "for i in range(99): print(1, flush=True); input()", "WA"},
      {"says nothing and ends", "pass", "WA"},
      {"says nothing readable", "print('hello', flush=True); input()", "WA"},
      {"crashes at once", "raise SystemExit(3)", "RE"},
      {"crashes in the middle", "print(50, flush=True); input(); raise SystemExit(3)", "RE"},
      {"closes its stdout", "import os; os.close(1)", "WA"},
      {"stops reading", "import os; os.close(0)\nfor i in range(10): print(1, flush=True)", "WA"},
      {"writes without reading", "import os\nwhile True: os.write(1, b'1\\n' * 1000)", "WA"},
  };
  for (const auto& row : rows) {
    const auto test = talk(row.program, guessing);
    EXPECT_EQ(test.status(), row.status) << row.what << ": " << test.ShortDebugString();
  }
}

TEST_F(Validators, a_program_that_dies_of_a_closed_pipe_has_been_refused) {
  const auto test =
      talk("#include <stdio.h>\nint main(void) { for (;;) { puts(\"x\"); fflush(stdout); } }",
           guessing, 60'000, "c");
  EXPECT_EQ(test.status(), "WA") << test.ShortDebugString();
  EXPECT_EQ(test.judge_message(), "no number: 'x\\n'");
}

TEST_F(Validators, whoever_waits_for_ever_is_stopped) {
  // Both wait for each other: what was printed has not been flushed.
  EXPECT_EQ(talk("import sys; print(50); sys.stdin.readline()", guessing, 700).status(), "WTLE");
  EXPECT_EQ(talk("input()", guessing, 700).status(), "WTLE");
  EXPECT_EQ(talk("import time; time.sleep(1000)", guessing, 700).status(), "WTLE");
  EXPECT_EQ(talk("while True: pass", guessing).status(), "TLE");
}

TEST_F(Validators, hostile_interactors_end_too) {
  struct Row {
    const char* what;
    const char* program;
    const char* interactor;
    const char* status;
  };

  const Row rows[] = {
      {"never reads and accepts", "pass", "exit 42", "AC"},
      {"accepts early, the program reads to the end", "import sys; sys.stdin.read()", "exit 42",
       "AC"},
      {"accepts early, the program talks on", "import sys; sys.stdin.read(); print(1)", "exit 42",
       "RE"},
      {"refuses early, the program talks on", "import sys; sys.stdin.read(); print(1)", "exit 43",
       "WA"},
      {"never answers", "print(1, flush=True); input()", "cat >/dev/null; exit 42", "WTLE"},
      {"sleeps", "print(1, flush=True); input()", "sleep 1000", "WTLE"},
      {"closes its stdin", "import os\nwhile True: os.write(1, b'x' * 4096)",
       "exec <&-; sleep 0.1; exit 43", "WA"},
      {"closes its stdout", "import sys; sys.stdin.read(); print(1)",
       "exec >&-; cat >/dev/null; exit 42", "WTLE"},
      {"breaks at once", "import sys; sys.stdin.read()", "exit 7", "IE"},
      {"dies", "import sys; sys.stdin.read()", "kill -SEGV $$", "IE"},
      {"writes for ever to one who reads", "import sys\nwhile sys.stdin.read(4096): pass", "yes",
       "TLE"},
      {"writes for ever to one who has gone", "pass", "exec yes", "WA"},
  };
  for (const auto& row : rows) {
    const auto test = talk(row.program, row.interactor, 3000 * times_slower(), "python", "bash");
    EXPECT_EQ(test.status(), row.status) << row.what << ": " << test.ShortDebugString();
  }
}

TEST_F(Validators, traffic_for_ever_ends_at_a_limit) {
  const auto test = talk(
      "#include <unistd.h>\nint main(void) { char b[4096] = {0}; for (;;) if "
      "(write(1, b, 4096) < 0 || read(0, b, 4096) <= 0) return 1; }",
      "cat; exit 42", 3000, "c", "bash");
  EXPECT_TRUE(test.status() == "TLE" || test.status() == "WTLE") << test.ShortDebugString();
}

TEST_F(Validators, two_can_talk_where_there_is_room_for_one) {
  config.jobs = 1;
  Runner narrow{config, open_sandbox(test_sandbox()), clock, ids, metrics};
  auto request = SandboxTest::program("python", "print(37, flush=True); input()");
  request.mutable_tests(0)->set_stdin("37\n");
  request.add_tests()->set_id("2");
  request.mutable_tests(1)->set_stdin("38\n");
  set(*request.mutable_interactor(), "python", guessing);
  const auto result = run(narrow.run(as(1), request));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->tests(0).status(), "AC");
  EXPECT_EQ(result->tests(1).status(), "WA");
}

}  // namespace
}  // namespace lyceum::runner
