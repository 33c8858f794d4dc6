#pragma once
// For tests that run real programs: as root they start a sandbox of their own, else they use the
// one whose socket LYCEUM_TEST_SANDBOX names (tools/test starts it).

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "services/runner/runner.h"
#include "services/runner/testing/sandbox_traces.h"
#include "services/runner/testing/slow_machine.h"
#include "testing/service_test.h"

namespace lyceum::runner {

// Empty: none can be had.
inline const std::string& test_sandbox() {
  static const std::string place = []() -> std::string {
    if (const char* socket = std::getenv("LYCEUM_TEST_SANDBOX")) {
      // It was started a moment ago.
      for (int i = 0; i < 3000 && !std::filesystem::exists(socket); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
      return socket;
    }
    if (geteuid() != 0) return "";
    const rlimit as_sudo_sets_it = {0, 0};
    setrlimit(RLIMIT_CORE, &as_sudo_sets_it);
    auto started = start_sandbox();
    return started ? *started : "";
  }();
  return place;
}

class SandboxTest : public testing::LoopTest {
 protected:
  void SetUp() override {
    if (!test_sandbox().empty()) {
      at_first();
      return;
    }
    if (std::getenv("CI")) FAIL() << "no sandbox: be root, or set LYCEUM_TEST_SANDBOX";
    GTEST_SKIP() << "a sandbox takes root: be root, or start `sudo lyceum sandbox --socket S "
                    "--user $USER` and set "
                    "LYCEUM_TEST_SANDBOX=S";
  }

  // Every test leaves the sandbox as it was: the next program runs, nothing of the last one is
  // there.
  void TearDown() override {
    if (IsSkipped() || test_sandbox().empty()) return;
    const auto canary = run_program("bash", "cat /proc/self/uid_map", {});
    ASSERT_EQ(canary.status(), "AC");
    EXPECT_EQ(left_of(canary.tests(0).stdout()), "");
    // What root's processes hold does not grow, whatever was run. (Others may unmount.)
    const auto now = held();
    EXPECT_EQ(now.files, at_first().files);
    EXPECT_LE(now.mounts, at_first().mounts);
    for (const auto& slot : now.slots) {
      EXPECT_TRUE(slot.at_rest);
      // One or two are open for a moment; what is left by every job is soon more.
      EXPECT_LE(slot.files, at_first().slots.at(0).files + 2);
      EXPECT_EQ(slot.mounts, at_first().slots.at(0).mounts);
    }
  }

  static api::RunRequest program(const std::string& language, const std::string& source) {
    api::RunRequest request;
    request.set_language(language);
    auto& file = *request.add_files();
    file.set_path(find_language(language)->main);
    file.set_content(source);
    request.add_tests()->set_id("1");
    request.mutable_limits()->set_cpu_ms(1000 * times_slower());
    request.mutable_limits()->set_wall_ms(60'000);
    request.mutable_limits()->set_output_bytes(100'000);
    return request;
  }

  api::RunResult run_request(api::RunRequest request) {
    if (times_slower() > 1 && !request.limits().has_cpu_ms())
      request.mutable_limits()->set_cpu_ms(
          std::min(config.cpu_ms_max,
                   find_language(request.language())->run_limits.cpu_ms * times_slower()));
    auto result = run(runner.run(as(1), std::move(request)));
    if (!result) {
      ADD_FAILURE() << result.error().reason << ": " << result.error().message;
      return {};
    }
    return *std::move(result);
  }

  api::RunResult run_program(const std::string& language,
                             const std::string& source,
                             api::Limits limits) {
    auto request = program(language, source);
    request.mutable_limits()->MergeFrom(limits);
    return run_request(std::move(request));
  }

  // What is there of the sandbox in which this was /proc/self/uid_map.
  static std::string left_now(const std::string& uid_map) {
    return what_is_left(first_id_in(uid_map));
  }

  // What is still there ten seconds later.
  static std::string left_of(const std::string& uid_map) {
    std::string left;
    becomes_true([&] { return (left = left_now(uid_map)).empty(); });
    return left;
  }

  // Without programs that wait for their job, as they would look like something left behind.
  Config config{.sandbox = test_sandbox(), .jobs = 2, .warm = false};
  Runner runner{config, std::make_unique<PatientSandbox>(open_sandbox(test_sandbox())), clock, ids,
                metrics};

 private:
  struct Held {
    std::ptrdiff_t files = 0, mounts = 0;  // of brokers
    std::vector<Holds> slots;              // of each
  };

  // Once every slot is at rest, or ten seconds later.
  static Held held() {
    Held out;
    becomes_true([&] {
      out = {};
      for (const pid_t broker : brokers()) {
        const auto its = holds(broker);
        out.files += its.files;
        out.mounts += its.mounts;
        for (const pid_t slot : children_of(broker)) out.slots.push_back(holds(slot));
      }
      return std::ranges::all_of(out.slots, &Holds::at_rest);
    });
    return out;
  }

  // Before the first test of this process.
  const Held& at_first() {
    static const Held first = [this] {
      run_program("bash", "", {});
      return held();
    }();
    return first;
  }
};

}  // namespace lyceum::runner
