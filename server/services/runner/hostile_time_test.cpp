// Hostile programs, B: time.

#include "services/runner/testing/hostile_fixture.h"

namespace lyceum::runner {
namespace {

// 15
TEST_F(Hostile, busy_loops_end_with_their_processor_time) {
  for (const auto& [language, source] : std::initializer_list<std::pair<const char*, const char*>>{
           {"cpp", "int main() { for (volatile int i = 0;; i++) {} }"},
           {"python", "while True: pass"},
           {"javascript", "for (;;) {}"},
           {"java", "class Main { public static void main(String[] a) { for (;;) {} } }"},
           {"bash", "while :; do :; done"}}) {
    const auto test = in(language, source, cpu(500));
    EXPECT_EQ(test.status(), "TLE") << language;
    EXPECT_GE(test.cpu_ms(), 500) << language;
    EXPECT_LT(test.cpu_ms(), 800) << language;
  }
}

// 16
TEST_F(Hostile, sleepers_are_stopped_by_the_clock) {
  for (const auto& [language, source] : std::initializer_list<std::pair<const char*, const char*>>{
           {"c", "#include <unistd.h>\nint main(void) { for (;;) pause(); }"},
           {"python", "import time\ntime.sleep(1000)"},
           {"javascript", "setTimeout(() => {}, 1e6)"},
           {"java",
            "class Main { public static void main(String[] a) throws Exception { "
            "Thread.sleep(1000000); } }"},
           {"bash", "sleep 1000"}}) {
    const auto test = in(language, source, wall(500));
    EXPECT_EQ(test.status(), "WTLE") << language;
    EXPECT_GE(test.wall_ms(), 500) << language;
  }
}

// 17
TEST_F(Hostile, threads_do_not_multiply_processor_time) {
  const auto test = c("pthread_t t; for (int i = 0; i < 4; i++) pthread_create(&t, 0, f, 0); f(0);",
                      "void* f(void* x) { for (;;) {} return x; }", cpu(1000));
  EXPECT_EQ(test.status(), "TLE");
  EXPECT_LT(test.cpu_ms(), 1300);
}

// 16
TEST_F(Hostile, waiting_for_what_never_comes_is_stopped_by_the_clock) {
  for (const auto* wait : {"fd_set s; FD_ZERO(&s); select(0, &s, 0, 0, 0);",
                           "sigset_t s; sigemptyset(&s); "
                           "sigsuspend(&s);",
                           "int p[2]; pipe(p); char b; read(p[0], &b, 1);",
                           "pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER; pthread_mutex_lock(&m); "
                           "pthread_mutex_lock(&m);"})
    EXPECT_EQ(c(wait, "#include <sys/select.h>\n", wall(300)).status(), "WTLE") << wait;
}

// 18
TEST_F(Hostile, nobody_makes_itself_more_important) {
  const auto result =
      each({"struct sched_param p = {1}; return sched_setscheduler(0, SCHED_FIFO, &p) < 0 ? 0 : 1;",
            "struct sched_param p = {1}; return sched_setscheduler(0, SCHED_RR, &p) < 0 ? 0 : 1;",
            "return setpriority(PRIO_PROCESS, 0, -5) < 0 ? 0 : 1;",
            "long a[6] = {48, 6 /* SCHED_DEADLINE */, 0, 1000000, 10000000, 10000000}; a[0] = 48 | "
            "6L << 32; a[1] = 0; return syscall(SYS_sched_setattr, 0, a, 0) < 0 ? 0 : 1;"});
  for (const auto& test : result.tests()) EXPECT_EQ(test.status(), "AC") << test.id();
  // Another core is not more time.
  EXPECT_EQ(c("for (unsigned long i = 0;; i++) { unsigned long m = 1 + i % 2; "
              "syscall(SYS_sched_setaffinity, 0, sizeof m, &m); }",
              "", cpu(300))
                .status(),
            "TLE");
}

// 20
TEST_F(Hostile, limits_of_time_cannot_be_raised) {
  const auto result = each(
      {"struct rlimit l; getrlimit(RLIMIT_CPU, &l); l.rlim_cur = l.rlim_max = RLIM_INFINITY; "
       "return "
       "setrlimit(RLIMIT_CPU, &l) < 0 ? 0 : 1;",
       "struct rlimit l = {1 << 20, 1 << 20}; return setrlimit(RLIMIT_NOFILE, &l) < 0 ? 0 : 1;",
       "struct rlimit l = {1 << 20, 1 << 20}; return prlimit(1, RLIMIT_CPU, &l, 0) < 0 ? 0 : 1;"});
  for (const auto& test : result.tests()) EXPECT_EQ(test.status(), "AC") << test.id();
  EXPECT_EQ(c("signal(SIGXCPU, SIG_IGN); struct itimerval t = {{0, 1000}, {0, 1000}}; "
              "signal(SIGALRM, f); setitimer(ITIMER_REAL, &t, 0); for (;;) {}",
              "#include <sys/time.h>\nvoid f(int n) { (void)n; }", cpu(300))
                .status(),
            "TLE");
}

// 21
TEST_F(Hostile, nobody_sets_the_clock) {
  const auto result =
      each({"struct timespec t = {1, 0}; return clock_settime(CLOCK_REALTIME, &t) < 0 ? 0 : 1;",
            "long t[2] = {1, 0}; return syscall(SYS_settimeofday, t, 0) < 0 ? 0 : 1;",
            "char t[512] = {0}; return syscall(SYS_adjtimex, t) < 0 ? 0 : 1;"});
  for (const auto& test : result.tests()) EXPECT_EQ(test.status(), "AC") << test.id();
}

// 74
TEST_F(Hostile, the_same_program_gets_the_same_verdict) {
  const int rounds = std::getenv("LYCEUM_LONG_TESTS") ? 20 : 1;
  auto request =
      program("c", "int main(void) { volatile long n = 0; while (n < 20000000) n = n + 1; }");
  for (int i = 2; i <= 50; ++i) request.add_tests()->set_id(std::to_string(i));
  std::vector<std::int64_t> cpu_ms;
  for (int round = 0; round < rounds; ++round) {
    const auto result = run_request(request);
    ASSERT_EQ(result.tests_size(), 50);
    for (const auto& test : result.tests()) {
      EXPECT_EQ(test.status(), "AC");
      cpu_ms.push_back(test.cpu_ms());
    }
  }
  std::ranges::sort(cpu_ms);
  record("cpu_ms_least", cpu_ms.front());
  record("cpu_ms_median", cpu_ms[cpu_ms.size() / 2]);
  record("cpu_ms_most", cpu_ms.back());
}

}  // namespace
}  // namespace lyceum::runner
