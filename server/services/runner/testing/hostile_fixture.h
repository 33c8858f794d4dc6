#pragma once
// For tests of programs that mean harm, each with the verdict it must get. After each, SandboxTest
// looks that the next program runs and that nothing is left. Numbers in the tests are those of the
// list of attacks in docs/hostile-programs.md.

#include <gtest/gtest.h>
#include <iostream>

#include "services/runner/testing/sandbox_fixture.h"

namespace lyceum::runner {

inline const std::string headers = R"(
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
)";

class Hostile : public SandboxTest {
 protected:
  static api::Limits none() { return {}; }

  static api::Limits wall(std::int64_t ms) {
    api::Limits out;
    out.set_wall_ms(ms);
    return out;
  }

  static api::Limits cpu(std::int64_t ms) {
    api::Limits out;
    out.set_cpu_ms(ms);
    return out;
  }

  static api::Limits memory(std::int64_t mib) {
    api::Limits out;
    out.set_memory_bytes(mib << 20);
    return out;
  }

  // A C program whose main() is this.
  api::TestResult c(const std::string& body,
                    const std::string& before = "",
                    const api::Limits& limits = {}) {
    return only_test(run_program("c", headers + before + "int main(void) {" + body + "}", limits));
  }

  // Many C programs for one compile: each body is a test of its own.
  api::RunResult each(const std::vector<std::string>& bodies) {
    std::string source =
        headers +
        "int main(void) { int n = -1; if (scanf(\"%d\", &n) != 1) return 99; switch (n) {";
    for (std::size_t i = 0; i < bodies.size(); ++i)
      source += "case " + std::to_string(i) + ": {" + bodies[i] + "} break;\n";
    auto request = program("c", source + "} return 0; }");
    request.clear_tests();
    for (std::size_t i = 0; i < bodies.size(); ++i) {
      auto& test = *request.add_tests();
      test.set_id(std::to_string(i) + " " + bodies[i].substr(0, 90));
      test.set_stdin(std::to_string(i));
    }
    auto result = run_request(std::move(request));
    EXPECT_EQ(result.tests_size(), std::ssize(bodies)) << result.compile().stderr();
    return result;
  }

  // A time for whoever reads the report; no test asserts one.
  static void record(const std::string& name, std::int64_t value) {
    RecordProperty(name, std::to_string(value));
    std::cout << name << ": " << value << "\n";
  }

  api::TestResult in(const std::string& language,
                     const std::string& source,
                     const api::Limits& limits = {}) {
    return only_test(run_program(language, source, limits));
  }

 private:
  static api::TestResult only_test(const api::RunResult& result) {
    EXPECT_EQ(result.compile().status(), "AC") << result.compile().stderr();
    EXPECT_EQ(result.tests_size(), 1);
    return result.tests_size() == 1 ? result.tests(0) : api::TestResult();
  }
};

}  // namespace lyceum::runner
