#include "services/runner/warm.h"

#include "services/runner/testing/hostile_fixture.h"

namespace lyceum::runner {
namespace {

class WarmRuns : public Hostile {
 protected:
  // One at a time, so that the next run meets what the last one left.
  Config warm_config{.sandbox = test_sandbox(), .jobs = 1};
  metrics::Registry warm_metrics;
  std::unique_ptr<Runner> warm_runner =
      std::make_unique<Runner>(warm_config, open_sandbox(test_sandbox()), clock, ids, warm_metrics);

  // With the runner go its programs that wait; the others must be gone.
  void TearDown() override {
    warm_runner.reset();
    Hostile::TearDown();
  }

  api::RunResult warm(const api::RunRequest& request) {
    auto result = run(warm_runner->run(as(1), request));
    if (!result) {
      ADD_FAILURE() << result.error().message;
      return {};
    }
    return *std::move(result);
  }

  // How many programs were there before their job.
  int starts() const {
    const auto text = warm_metrics.text();
    const std::string line = "runner_starts_total{warm=\"true\"} ";
    const auto at = text.find(line);
    return at == std::string::npos ? -1 : std::atoi(text.c_str() + at + line.size());
  }

  // Runs it until it was started ahead; other programs may wait in its place.
  api::RunResult until_warm(const api::RunRequest& request) {
    for (int i = 0; i < 200; ++i) {
      const int before = starts();
      auto result = warm(request);
      if (starts() > before || HasFailure()) return result;
      run_program("bash", "sleep 0.05", {});
    }
    ADD_FAILURE() << request.language() << " is never started ahead";
    return {};
  }

  static api::RunRequest with_stdin(const std::string& language,
                                    const std::string& source,
                                    const std::string& input) {
    auto request = program(language, source);
    request.mutable_tests(0)->set_stdin(input);
    request.mutable_limits()->set_cpu_ms(4000);
    return request;
  }

  void is_the_same(const api::RunRequest& request) {
    const auto cold = run_request(request);
    const auto hot = until_warm(request);
    ASSERT_EQ(hot.tests_size(), 1) << hot.compile().stderr();
    EXPECT_EQ(hot.tests(0).stdout(), cold.tests(0).stdout());
    EXPECT_EQ(hot.tests(0).stderr(), cold.tests(0).stderr());
    EXPECT_EQ(hot.status(), cold.status());
    EXPECT_NE(hot.tests(0).stdout(), "");
  }
};

TEST_F(WarmRuns, SUB_06_Python_finds_everything_as_when_it_starts_with_its_program) {
  is_the_same(with_stdin("python", R"(import os, sys, time
print(sys.argv, sys.path, __name__, __file__, os.getcwd(), sorted(os.listdir('.')))
print(sorted(os.environ.items()), sorted(set(sys.modules) - {'sitecustomize'}), sorted(os.listdir('/proc/self/fd')))
print(list(sys.stdin), sorted(sys.path_importer_cache))
def fails(): raise ValueError('told')
fails()
)",
                         "a\nb\nc"));
}

TEST_F(WarmRuns, SUB_06_Node_finds_everything_as_when_it_starts_with_its_program) {
  if (!tools_installed(*find_language("javascript"))) GTEST_SKIP() << "no Node.js";
  is_the_same(with_stdin("javascript", R"(
console.log(process.argv, process.execArgv, Object.keys(require.cache), require.main === module);
console.log(process.env, process.cwd(), require("fs").readdirSync("."), module.paths);
console.log(require("fs").readFileSync("/dev/stdin", "utf8"));
throw new Error("told");
)",
                         "a\nb\nc"));
}

TEST_F(WarmRuns, SUB_06_Java_finds_everything_as_when_it_starts_with_its_program) {
  if (!tools_installed(*find_language("java"))) GTEST_SKIP() << "no Java";
  is_the_same(with_stdin("java", R"(
public class Main {
  static class Inner {}
  public static void main(String[] arguments) throws Exception {
    System.out.println(arguments.length + new String(System.in.readAllBytes()) + new Inner().getClass());
    System.out.println(Thread.currentThread() + " " + System.getenv() + Thread.getAllStackTraces().size());
    throw new IllegalStateException("told");
  }
})",
                         "a\nb\nc"));
}

TEST_F(WarmRuns, SUB_06_compilers_say_the_same) {
  if (!tools_installed(*find_language("java"))) GTEST_SKIP() << "no Java";
  auto wrong = program("java", "class Main { int x = \"text\"; void f() { g(); } }");
  const auto cold = run_request(wrong);
  EXPECT_EQ(cold.compile().status(), "CE");
  // Each with a line more: what is known is not compiled again.
  for (int i = 0; i < 200 && !HasFailure(); ++i) {
    const int before = starts();
    wrong.mutable_files(0)->set_content(wrong.files(0).content() + "\n");
    const auto hot = warm(wrong);
    EXPECT_EQ(hot.compile().stderr(), cold.compile().stderr());
    EXPECT_EQ(hot.compile().exit_code(), cold.compile().exit_code());
    if (starts() > before) return;
    run_program("bash", "sleep 0.05", {});
  }
  FAIL() << "javac is never started ahead";
}

TEST_F(WarmRuns, SUB_01_input_of_any_size_arrives_and_may_be_left_unread) {
  const std::string large(3'000'001, 'x');
  const auto counts = with_stdin("python", "import sys; print(len(sys.stdin.read()))", large);
  EXPECT_EQ(until_warm(counts).tests(0).stdout(), "3000001\n");
  const auto first = with_stdin("python", "print(input())", "one\n" + large);
  EXPECT_EQ(until_warm(first).tests(0).stdout(), "one\n");
  const auto closes = with_stdin(
      "python", "import os, time\nos.close(0)\ntime.sleep(0.05)\nprint('closed')", large);
  EXPECT_EQ(until_warm(closes).tests(0).stdout(), "closed\n");
  const auto nothing = with_stdin("python", "import sys; print(repr(sys.stdin.read()))", "");
  EXPECT_EQ(until_warm(nothing).tests(0).stdout(), "''\n");
}

TEST_F(WarmRuns, SUB_02_limits_hold_as_for_any_other) {
  auto request = with_stdin("python", "while True: pass", "");
  request.mutable_limits()->set_cpu_ms(300);
  EXPECT_EQ(until_warm(request).status(), "TLE");
  request.mutable_limits()->set_cpu_ms(5000);
  request.mutable_files(0)->set_content("x = bytearray(1 << 30)");
  EXPECT_EQ(until_warm(request).status(), "MLE");
  request.mutable_files(0)->set_content("while True: print('x' * 1000)");
  EXPECT_EQ(until_warm(request).status(), "OLE");
  request.mutable_files(0)->set_content("import time; time.sleep(60)");
  request.mutable_limits()->set_wall_ms(300);
  EXPECT_EQ(until_warm(request).status(), "WTLE");
  request.mutable_files(0)->set_content("import ctypes; ctypes.CDLL(None).ptrace(0, 0, 0, 0)");
  request.mutable_limits()->set_wall_ms(10'000);
  EXPECT_EQ(until_warm(request).status(), "SV");
}

TEST_F(WarmRuns, SUB_02_nobody_finds_what_another_left) {
  const auto leaves = with_stdin("python", R"(
import os, socket, sys
for path in ('/w/left', '/tmp/left', '/dev/shm/left'): open(path, 'w').close()
name = socket.socket(socket.AF_UNIX); name.bind('\0left'); os.set_inheritable(name.fileno(), True)
if os.fork() == 0:
    os.setsid()
    if os.fork() != 0: os._exit(0)
    os.close(1)
    while True: pass
print('left')
)",
                                 "");
  const auto looks = with_stdin("python", R"(
import os, socket
print([path for path in ('/w/left', '/tmp/left', '/dev/shm/left') if os.path.exists(path)])
print(sorted(name for name in os.listdir('/proc') if name.isdigit()))
socket.socket(socket.AF_UNIX).bind('\0left')
)",
                                "");
  EXPECT_EQ(until_warm(leaves).tests(0).stdout(), "left\n");
  EXPECT_EQ(until_warm(looks).tests(0).stdout(), "[]\n['2']\n");
}

TEST_F(WarmRuns, a_file_in_the_place_of_ours_is_the_users_own) {
  auto request = with_stdin("java", "class Main {}", "");
  if (!tools_installed(*find_language("java"))) GTEST_SKIP() << "no Java";
  auto& file = *request.add_files();
  file.set_path(".warm/job");
  file.set_content("mine");
  request.mutable_files(0)->set_content(R"(
import java.nio.file.*;
class Main {
  public static void main(String[] a) throws Exception {
    System.out.println(Files.readString(Path.of("/w/.warm/job")));
  }
})");
  for (int i = 0; i < 2; ++i) {
    const auto result = warm(request);
    EXPECT_EQ(result.tests(0).stdout(), "mine\n") << result.compile().stderr();
  }
}

// A job of its own, with a recipe.
class Recipes : public SandboxTest {
 protected:
  void TearDown() override {
    sandbox.reset();
    SandboxTest::TearDown();
  }

  Job job(const std::string& script) {
    Job out;
    out.argv = {"/bin/sh", "/out/.warm/start"};
    out.environment = {"PATH=/usr/bin:/bin"};
    out.files = {{"out/.warm/start", *Content::of(script), false, SandboxFile::Kind::kept},
                 {"out/.warm/job", *Content::of(""), false, SandboxFile::Kind::gate},
                 {"w/name", *Content::of("this job\n")}};
    out.input = *Content::of("input\n");
    out.limits = {.cpu_ms = 2000,
                  .wall_ms = 20'000,
                  .memory_bytes = 64 << 20,
                  .output_keep = 1000,
                  .output_max = 1000,
                  .processes = 8};
    out.recipe = 1;
    return out;
  }

  JobResult go(Job job) {
    auto result = run(sandbox->run(std::move(job)));
    if (!result) {
      ADD_FAILURE() << result.error().message;
      return {};
    }
    return *std::move(result);
  }

  std::unique_ptr<Sandbox> sandbox = open_sandbox(test_sandbox());
};

TEST_F(Recipes, a_program_meets_its_job_at_the_gate) {
  const std::string waits = "true 2>/dev/null < /out/.warm/job\ncat name -\nls /out/.warm";
  bool warm = false;
  for (int i = 0; i < 200 && !warm && !HasFailure(); ++i) {
    const auto result = go(job(waits));
    EXPECT_EQ(result.out, "this job\ninput\nstart\n");
    EXPECT_EQ(result.exit_code, 0);
    warm = result.warm;
    run_program("bash", "sleep 0.02", {});
  }
  EXPECT_TRUE(warm);
}

TEST_F(Recipes, a_program_that_ends_where_it_should_wait_is_started_with_its_job) {
  for (int i = 0; i < 10; ++i) {
    const auto result = go(job("test -p /out/.warm/job && exit 3\ncat name"));
    // It may end in the moment when its job comes.
    EXPECT_EQ(result.out, result.warm ? "" : "this job\n");
    EXPECT_EQ(result.exit_code, result.warm ? 3 : 0);
    EXPECT_TRUE(!result.warm || i < 2);
    run_program("bash", "sleep 0.02", {});
  }
}

TEST_F(Recipes, what_is_no_fit_for_one_is_refused) {
  auto piped = job("true");
  auto pipe = *Pipe::make();
  piped.stdin_pipe = pipe.read_end;
  const auto result = run(sandbox->run(std::move(piped)));
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().message.contains("recipe")) << result.error().message;
  auto none = job("true");
  none.recipe = 0;
  const auto without = run(sandbox->run(std::move(none)));
  ASSERT_FALSE(without);
  EXPECT_TRUE(without.error().message.contains("without a recipe")) << without.error().message;
}

}  // namespace
}  // namespace lyceum::runner
