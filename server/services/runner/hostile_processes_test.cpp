// Hostile programs, A: processes.

#include <atomic>
#include <future>

#include "services/runner/testing/hostile_fixture.h"

namespace lyceum::runner {
namespace {

// 1, 2
TEST_F(Hostile, fork_bombs_end_with_their_processor_time) {
  EXPECT_EQ(c("for (;;) fork();", "", cpu(300)).status(), "TLE");
  EXPECT_EQ(c("for (;;) if (fork() == 0) setsid();", "", cpu(300)).status(), "TLE");
  EXPECT_EQ(
      in("python", "import os\nwhile True:\n  try: os.fork()\n  except OSError: pass", cpu(300))
          .status(),
      "TLE");
}

// 1
TEST_F(Hostile, a_fork_bomb_of_the_shell_is_stopped) {
  // The shell waits and tries again, in vain: by when it gives up, one of the limits has come.
  const auto status = in("bash", ":(){ :|:& };:; while :; do :; done", wall(2000)).status();
  EXPECT_TRUE(status == "TLE" || status == "WTLE" || status == "RE") << status;
}

// 4, 5
TEST_F(Hostile, no_more_processes_and_threads_than_allowed) {
  api::Limits limits;
  limits.set_processes(10);
  EXPECT_EQ(c("int n = 1; while (fork() > 0) n++; if (n > 1 && errno == EAGAIN) printf(\"%d\", n);",
              "", limits)
                .stdout(),
            "10");
  const auto threads =
      c("pthread_t t; int n = 1; while (pthread_create(&t, 0, f, 0) == 0) n++; printf(\"%d\", n); "
        "fflush(stdout); _exit(0);",
        "void* f(void* x) { pause(); return x; }", limits);
  EXPECT_EQ(threads.stdout(), "10");
}

// 3, 46
TEST_F(Hostile, a_daemon_does_not_outlive_its_program) {
  const auto test =
      c("if (fork() == 0) { setsid(); if (fork() == 0) for (;;) { write(1, \"late\", 4); "
        "usleep(1000); } _exit(0); }"
        "puts(\"done\"); return 0;");
  EXPECT_EQ(test.status(), "AC");
}

// 8, 19
TEST_F(Hostile, a_child_that_burns_is_charged_to_its_parent) {
  EXPECT_EQ(c("if (fork() == 0) for (;;) {} wait(0); return 0;", "", cpu(300)).status(), "TLE");
  EXPECT_EQ(c("for (;;) { if (fork() == 0) { for (volatile int i = 0; i < 100000; i++) {} "
              "_exit(0); } wait(0); }")
                .status(),
            "TLE");
}

// 9
TEST_F(Hostile, nobody_else_can_be_killed) {
  const auto test =
      c("printf(\"%d %d %d %d\", kill(-1, SIGKILL), kill(1, SIGKILL), kill(getppid(), SIGSTOP), "
        "getpid()); return 0;");
  EXPECT_EQ(test.status(), "AC");
  EXPECT_EQ(test.stdout(), "-1 -1 -1 2");
}

// 10
TEST_F(Hostile, who_stops_itself_is_stopped_by_the_clock) {
  EXPECT_EQ(c("raise(SIGSTOP); return 0;", "", wall(300)).status(), "WTLE");
}

// 11
TEST_F(Hostile, signals_cannot_be_ignored_to_live_longer) {
  EXPECT_EQ(c("for (int i = 1; i < 65; i++) signal(i, SIG_IGN); for (;;) {}").status(), "TLE");
}

// 12
TEST_F(Hostile, a_death_by_signal_is_told_as_it_was) {
  const std::vector<std::string> deaths = {"SIGABRT", "SIGSEGV", "SIGTERM", "SIGKILL",
                                           "SIGFPE",  "SIGPIPE", "SIGXCPU"};
  std::vector<std::string> bodies = {"abort();", "*(volatile int*)0 = 1;"};
  for (const auto* name : {"SIGTERM", "SIGKILL", "SIGFPE", "SIGPIPE", "SIGXCPU"})
    bodies.push_back(std::string("raise(") + name + ");");
  const auto result = each(bodies);
  for (int i = 0; i < result.tests_size(); ++i) {
    EXPECT_EQ(result.tests(i).status(), "SIG") << result.tests(i).id();
    EXPECT_EQ(result.tests(i).signal(), deaths.at(static_cast<std::size_t>(i)));
  }
}

// 13
TEST_F(Hostile, an_exit_code_is_only_a_number) {
  const std::vector<int> codes = {1, 42, 43, 124, 137, 255};
  std::vector<std::string> bodies;
  for (const int code : codes) bodies.push_back("return " + std::to_string(code) + ";");
  const auto result = each(bodies);
  for (int i = 0; i < result.tests_size(); ++i) {
    EXPECT_EQ(result.tests(i).status(), "RE");
    EXPECT_EQ(result.tests(i).exit_code(), codes.at(static_cast<std::size_t>(i)));
  }
}

// 4
TEST_F(Hostile, zombies_take_places_until_there_are_none) {
  api::Limits limits;
  limits.set_processes(10);
  const auto test =
      c("int n = 1; for (pid_t p; (p = fork()) >= 0; n++) if (p == 0) _exit(0); printf(\"%d\", n);",
        "", limits);
  EXPECT_EQ(test.stdout(), "10");
}

// 6, 7
TEST_F(Hostile, starting_again_and_again_takes_time_like_anything_else) {
  EXPECT_EQ(c("for (;;) if (vfork() == 0) _exit(0); else wait(0);", "", cpu(300)).status(), "TLE");
  EXPECT_EQ(c("for (;;) { clone(f, stack + sizeof stack, CLONE_VM | SIGCHLD, 0); wait(0); }",
              "static char stack[65536]; int f(void* x) { return x != 0; }", cpu(300))
                .status(),
            "TLE");
  EXPECT_EQ(c("execl(\"/proc/self/exe\", \"x\", (char*)0); return 1;", "", cpu(300)).status(),
            "TLE");
}

// 9
TEST_F(Hostile, process_1_feels_nothing) {
  const auto test = c(
      "int n = 0; n += syscall(SYS_tgkill, 1, 1, SIGKILL) == 0; n += syscall(SYS_tkill, 1, "
      "SIGSEGV) "
      "== 0; n += kill(1, SIGSEGV) == 0; n += syscall(434 /* pidfd_open */, 1, 0) >= 0 && "
      "syscall(424 /* pidfd_send_signal */, 3, SIGKILL, 0, 0) == 0; printf(\"%d\", n); return 0;");
  EXPECT_EQ(test.status(), "AC");
  EXPECT_EQ(test.stdout(), "0");
}

// 14
TEST_F(Hostile, a_neighbours_processes_are_its_own_trouble) {
  auto bomb =
      std::async(std::launch::async, [&] { return c("for (;;) fork();", "", cpu(800)).status(); });
  for (int i = 0; i < 5; ++i) {
    const auto test = in("bash", "for i in 1 2 3; do (true); done; echo fine");
    EXPECT_EQ(test.stdout(), "fine\n");
  }
  EXPECT_EQ(bomb.get(), "TLE");
}

// 14, 25, 42
TEST_F(Hostile, a_neighbour_has_its_processor_time_to_itself) {
  const auto work = [&](std::int64_t limit_ms) {
    auto limits = cpu(limit_ms);
    return c("volatile long n = 0; while (n < 150000000) n = n + 1; return 0;", "", limits);
  };
  const auto alone = std::max(work(10'000).cpu_ms(), std::int64_t{1});
  record("alone_cpu_ms", alone);
  for (const auto& [name, attack] : std::initializer_list<std::pair<const char*, const char*>>{
           {"forks", "for (;;) fork();"},
           {"memory",
            "for (;;) { char* p = malloc(1 << 20); if (p) memset(p, 1, 1 << 20); else break; }"},
           {"output", "static char b[1 << 16]; for (;;) write(1, b, sizeof b);"}}) {
    std::atomic<bool> over = false;
    std::atomic<int> attacks = 0;
    auto attacker = std::async(std::launch::async, [&] {
      for (; !over; ++attacks) EXPECT_NE(c(attack, "", memory(256)).status(), "AC") << name;
    });
    EXPECT_TRUE(becomes_true([&] { return attacks > 0; })) << name;
    const auto beside = work(2 * alone);
    over = true;
    attacker.get();
    EXPECT_EQ(beside.status(), "AC") << name << ": " << beside.cpu_ms() << " ms, not " << alone;
    record(std::string("beside_") + name + "_cpu_ms", beside.cpu_ms());
  }
}

}  // namespace
}  // namespace lyceum::runner
