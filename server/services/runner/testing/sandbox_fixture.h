#pragma once
// For tests that run real programs: as root they start a sandbox of their own, else they use the
// one whose socket LYCEUM_TEST_SANDBOX names (tools/test starts it).

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

#include "services/runner/runner.h"
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
    if (!test_sandbox().empty()) return;
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
    // What the broker holds as root does not grow, whatever was run. (Others may unmount.)
    static const auto at_first = broker_holds();
    EXPECT_EQ(broker_holds().first, at_first.first);
    EXPECT_LE(broker_holds().second, at_first.second);
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

  // The programs, and what stands beside them, of the sandbox in which this was
  // /proc/self/uid_map.
  static std::string left_now(const std::string& uid_map) {
    return what_is_left(host_id_in(uid_map));
  }

  // What is still there, ten seconds later, of the sandbox in which this was /proc/self/uid_map.
  static std::string left_of(const std::string& uid_map) {
    const auto first_id = host_id_in(uid_map);
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    std::string left = what_is_left(first_id);
    while (!left.empty() && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      left = what_is_left(first_id);
    }
    return left;
  }

  Config config{.sandbox = test_sandbox(), .jobs = 2};
  Runner runner{config, std::make_unique<PatientSandbox>(open_sandbox(test_sandbox())), clock, ids,
                metrics};

  // How many sandboxes its slots have made and not cleared away yet.
  static int sandboxes_of(const std::string& uid_map) {
    return static_cast<int>(groups(host_id_in(uid_map)).size());
  }

 private:
  // Descriptors and mounts of the sandbox that this process started; none to be seen by others.
  static std::pair<std::ptrdiff_t, std::ptrdiff_t> broker_holds() {
    std::error_code gone;
    for (const auto& process : std::filesystem::directory_iterator("/proc", gone)) {
      std::ifstream stat(process.path() / "stat");
      std::string pid, name, state;
      pid_t parent = 0;
      stat >> pid >> name >> state >> parent;
      const auto program = std::filesystem::read_symlink(process.path() / "exe", gone).string();
      if (parent != getpid() || !program.starts_with("/memfd:lyceum-sandbox")) continue;
      std::ifstream mounts(process.path() / "mountinfo");
      return {std::distance(std::filesystem::directory_iterator(process.path() / "fd", gone), {}),
              std::count(std::istreambuf_iterator<char>(mounts), {}, '\n')};
    }
    return {};
  }

  static constexpr int first_host_id = 1'900'000'000, ids_per_block = 1024;  // sandbox/standby.h

  // "0 1900000004 1": the host's id of our slot's root; the first of our sandbox's block.
  static int host_id_in(const std::string& map) {
    int inside = -1, outside = 0;
    std::istringstream(map) >> inside >> outside;
    return outside - (outside - first_host_id) % ids_per_block;
  }

  static std::vector<std::filesystem::path> groups(int first_id) {
    std::vector<std::filesystem::path> out;
    const auto block =
        "lyceum-sandbox-" + std::to_string((first_id - first_host_id) / ids_per_block);
    std::error_code gone;
    for (const auto* hierarchy : {"/sys/fs/cgroup/pids", "/sys/fs/cgroup"})
      for (const auto& entry :
           std::filesystem::directory_iterator(std::filesystem::path(hierarchy) / block, gone))
        if (entry.path().filename().string().starts_with("job-")) out.push_back(entry.path());
    return out;
  }

  // A sandbox that stands ready has one process, which is nobody's program: those have odd ids.
  static std::string what_is_left(int first_id) {
    std::string left;
    std::error_code gone;
    for (const auto& group : groups(first_id)) {
      std::ifstream procs(group / "cgroup.procs");
      const auto count = std::count(std::istreambuf_iterator<char>(procs), {}, '\n');
      if (count > 1) left += std::to_string(count) + " in cgroup " + group.string() + "\n";
    }
    for (const auto& process : std::filesystem::directory_iterator("/proc", gone)) {
      std::ifstream status(process.path() / "status");
      for (std::string line; std::getline(status, line);) {
        int id = 0;
        if (!line.starts_with("Uid:")) continue;
        std::istringstream(line.substr(4)) >> id;
        if (id >= first_id && id < first_id + ids_per_block && (id - first_id) % 2 == 1)
          left += "process " + process.path().string() + "\n";
      }
    }
    return left;
  }
};

}  // namespace lyceum::runner
