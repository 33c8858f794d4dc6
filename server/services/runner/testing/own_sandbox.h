#pragma once
// For tests of the way to the sandbox: single jobs, and sandboxes to be mistreated.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include "services/runner/testing/sandbox_fixture.h"

namespace lyceum::runner {

class SandboxLink : public SandboxTest {
 protected:
  static Job job(const std::string& script) {
    Job out;
    out.argv = {"/usr/bin/bash", "-c", script};
    out.environment = {"PATH=/usr/bin:/bin"};
    out.input = *Content::of("");
    out.limits = {.cpu_ms = 5000,
                  .wall_ms = 30'000,
                  .memory_bytes = 64 << 20,
                  .output_keep = 1000,
                  .output_max = 1000,
                  .processes = 8};
    return out;
  }

  std::unique_ptr<Sandbox> sandbox = open_sandbox(test_sandbox());
};

// A sandbox of our own, to be mistreated.
class OwnSandbox : public SandboxLink {
 protected:
  void SetUp() override {
    SandboxLink::SetUp();
    if (geteuid() != 0 && !IsSkipped())
      GTEST_SKIP() << "starts a sandbox of its own, which takes root";
  }

  // `lyceum sandbox` for this user.
  pid_t listen_at(const std::string& path, const std::string& user) {
    const pid_t child = fork();
    if (child == 0) {
      become_sandbox(path, user);
      _exit(1);
    }
    // Until it listens, or has ended.
    siginfo_t ended = {};
    while (!std::filesystem::exists(path) && ended.si_pid == 0) {
      waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOHANG | WNOWAIT);
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return child;
  }

  const std::string folder = [] {
    std::string name = "/tmp/lyceum-sandbox-test-XXXXXX";
    return std::string(mkdtemp(name.data()));
  }();
  const std::string socket = folder + "/sandbox.sock";

  ~OwnSandbox() override { std::filesystem::remove_all(folder); }
};

}  // namespace lyceum::runner
