// Programs that mean harm, each with the verdict it must get. After each, SandboxTest looks that
// the next program runs and that no process and no cgroup is left.

#include <gtest/gtest.h>

#include "services/runner/testing/sandbox_fixture.h"

namespace lyceum::runner {
namespace {

const std::string headers = R"(
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
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
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
      test.set_id(bodies[i].substr(0, 100));
      test.set_stdin(std::to_string(i));
    }
    auto result = run_request(std::move(request));
    EXPECT_EQ(result.tests_size(), std::ssize(bodies)) << result.compile().stderr();
    return result;
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

// A. Processes

TEST_F(Hostile, fork_bombs_end_with_their_processor_time) {
  EXPECT_EQ(c("for (;;) fork();", "", cpu(300)).status(), "TLE");
  EXPECT_EQ(c("for (;;) if (fork() == 0) setsid();", "", cpu(300)).status(), "TLE");
  EXPECT_EQ(
      in("python", "import os\nwhile True:\n  try: os.fork()\n  except OSError: pass", cpu(300))
          .status(),
      "TLE");
}

TEST_F(Hostile, a_fork_bomb_of_the_shell_is_stopped) {
  // The shell waits and tries again, in vain: by when it gives up, one of the limits has come.
  const auto status = in("bash", ":(){ :|:& };:; while :; do :; done", wall(2000)).status();
  EXPECT_TRUE(status == "TLE" || status == "WTLE" || status == "RE") << status;
}

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

TEST_F(Hostile, a_daemon_does_not_outlive_its_program) {
  const auto test =
      c("if (fork() == 0) { setsid(); if (fork() == 0) for (;;) { write(1, \"late\", 4); "
        "usleep(1000); } _exit(0); }"
        "puts(\"done\"); return 0;");
  EXPECT_EQ(test.status(), "AC");
}

TEST_F(Hostile, a_child_that_burns_is_charged_to_its_parent) {
  EXPECT_EQ(c("if (fork() == 0) for (;;) {} wait(0); return 0;", "", cpu(300)).status(), "TLE");
  EXPECT_EQ(c("for (;;) { if (fork() == 0) { for (volatile int i = 0; i < 100000; i++) {} "
              "_exit(0); } wait(0); }")
                .status(),
            "TLE");
}

TEST_F(Hostile, nobody_else_can_be_killed) {
  const auto test =
      c("printf(\"%d %d %d %d\", kill(-1, SIGKILL), kill(1, SIGKILL), kill(getppid(), SIGSTOP), "
        "getpid()); return 0;");
  EXPECT_EQ(test.status(), "AC");
  EXPECT_EQ(test.stdout(), "-1 -1 -1 2");
}

TEST_F(Hostile, who_stops_itself_is_stopped_by_the_clock) {
  EXPECT_EQ(c("raise(SIGSTOP); return 0;", "", wall(300)).status(), "WTLE");
}

TEST_F(Hostile, signals_cannot_be_ignored_to_live_longer) {
  EXPECT_EQ(c("for (int i = 1; i < 65; i++) signal(i, SIG_IGN); for (;;) {}").status(), "TLE");
}

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

// B. Time

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

TEST_F(Hostile, threads_do_not_multiply_processor_time) {
  const auto test = c("pthread_t t; for (int i = 0; i < 4; i++) pthread_create(&t, 0, f, 0); f(0);",
                      "void* f(void* x) { for (;;) {} return x; }");
  EXPECT_EQ(test.status(), "TLE");
  EXPECT_LT(test.cpu_ms(), 1300);
}

// C. Memory

TEST_F(Hostile, memory_bombs_end_at_their_limit) {
  for (const auto& [language, source] : std::initializer_list<std::pair<const char*, const char*>>{
           {"c",
            "#include <stdlib.h>\n#include <string.h>\nint main(void) { for (;;) memset(malloc(1 "
            "<< 20), 1, 1 << 20); }"},
           {"python", "x = []\nwhile True: x.append(bytearray(1 << 20))"},
           {"javascript", "const x = []; for (;;) x.push(Buffer.alloc(1 << 20, 1))"},
           {"java",
            "import java.util.*;\nclass Main { public static void main(String[] a) { List<byte[]> "
            "x = new ArrayList<>(); "
            "for (;;) x.add(new byte[1 << 20]); } }"},
           {"bash", "x=x; while :; do x=$x$x; done"}}) {
    auto limits = memory(128);
    limits.set_cpu_ms(10'000);
    EXPECT_EQ(in(language, source, limits).status(), "MLE") << language;
  }
}

TEST_F(Hostile, memory_cannot_be_hidden_in_children_files_or_shared_pages) {
  EXPECT_EQ(c("for (int i = 0; i < 8; i++) if (fork() == 0) { memset(malloc(16 << 20), 1, 16 << "
              "20); pause(); } pause();",
              "", memory(64))
                .status(),
            "MLE");
  EXPECT_EQ(c("int f = memfd_create(\"x\", 0); static char b[1 << 20]; for (;;) if (write(f, b, "
              "sizeof b) < 0) return 1;",
              "", memory(64))
                .status(),
            "MLE");
  EXPECT_EQ(c("for (;;) { char* p = mmap(0, 1 << 20, 3, MAP_SHARED | MAP_ANONYMOUS, -1, 0); "
              "memset(p, 1, 1 << 20); }",
              "", memory(64))
                .status(),
            "MLE");
}

TEST_F(Hostile, a_child_that_dies_of_memory_is_not_overlooked) {
  EXPECT_EQ(c("if (fork() == 0) for (;;) memset(malloc(1 << 20), 1, 1 << 20); wait(0); return 0;",
              "", memory(64))
                .status(),
            "MLE");
}

TEST_F(Hostile, memory_that_is_not_touched_costs_nothing) {
  EXPECT_EQ(c("return big[12345];", "static char big[4L << 30];", memory(32)).status(), "AC");
}

TEST_F(Hostile, endless_recursion_is_a_crash) {
  const auto test = c("return f(0);",
                      "int f(int n) { volatile char b[1000]; b[0] = n; return f(n + 1) + b[0]; }");
  EXPECT_EQ(test.status(), "SIG");
  EXPECT_EQ(test.signal(), "SIGSEGV");
}

TEST_F(Hostile, deep_recursion_within_the_memory_is_fine) {
  EXPECT_EQ(
      c("return f(100000) == 100000 ? 0 : 1;",
        "int f(int n) { volatile char b[500]; b[0] = 0; return n ? 1 + f(n - 1) + b[0] : 0; }")
          .status(),
      "AC");
  EXPECT_EQ(in("java",
               "class Main { static int f(int n) { return n == 0 ? 0 : 1 + f(n - 1); } "
               "public static void main(String[] a) { System.out.println(f(100000)); } }")
                .stdout(),
            "100000\n");
}

TEST_F(Hostile, a_limit_of_one_byte_is_a_limit) {
  auto one = none();
  one.set_memory_bytes(1);
  EXPECT_EQ(c("return 0;", "", one).status(), "MLE");
  EXPECT_EQ(in("python", "print(1)", one).status(), "MLE");
}

// D. Disk and descriptors

TEST_F(Hostile, a_full_disk_is_an_error_for_the_program_only) {
  const auto test =
      c("int f = open(\"/w/x\", O_CREAT | O_WRONLY, 0644); static char b[65536]; while (write(f, "
        "b, sizeof b) > 0) {} "
        "printf(\"%s\", strerror(errno)); return 0;",
        "", memory(64));
  EXPECT_EQ(test.status(), "AC");
  EXPECT_EQ(test.stdout(), "No space left on device");
}

TEST_F(Hostile, one_size_for_all_places_that_can_be_written) {
  const auto test =
      c("const char* at[] = {\"/w/x\", \"/tmp/x\", \"/dev/shm/x\"}; static char b[65536]; long n = "
        "0; "
        "for (int i = 0; i < 3; i++) { int f = open(at[i], O_CREAT | O_WRONLY, 0644); while "
        "(write(f, b, sizeof b) > 0) n += sizeof b; } "
        "printf(\"%d\", n <= 32 << 20); return 0;",
        "", memory(64));
  EXPECT_EQ(test.stdout(), "1");
}

TEST_F(Hostile, files_and_folders_without_end_are_stopped) {
  EXPECT_EQ(c("char n[32]; for (int i = 0;; i++) { sprintf(n, \"/tmp/%d\", i); if (mkdir(n, 0) < "
              "0) { printf(\"%d\", i > 1000); return 0; } }")
                .stdout(),
            "1");
  EXPECT_NE(c("for (int i = 0; i < 5000; i++) if (mkdir(\"d\", 0700) < 0 || chdir(\"d\") < 0) "
              "return 0; return 0;")
                .status(),
            "IE");
}

TEST_F(Hostile, sparse_giants_are_refused) {
  const auto test =
      c("int f = open(\"/w/x\", O_CREAT | O_RDWR, 0644); return ftruncate(f, 1L << 40) == 0 ? 0 : "
        "1;");
  EXPECT_EQ(test.status(), "SIG");
  EXPECT_EQ(test.signal(), "SIGXFSZ");
}

TEST_F(Hostile, descriptors_run_out_at_their_limit) {
  EXPECT_EQ(
      c("int n = 3; while (open(\"/dev/null\", O_RDONLY) >= 0) n++; printf(\"%d\", n); return 0;")
          .stdout(),
      "256");
}

TEST_F(Hostile, only_three_descriptors_come_along) {
  EXPECT_EQ(
      c("for (int i = 3; i < 1024; i++) if (fcntl(i, F_GETFD) >= 0) printf(\"%d \", i); return 0;")
          .stdout(),
      "");
}

TEST_F(Hostile, what_is_not_the_programs_cannot_be_written) {
  const auto test =
      c("const char* at[] = {\"/x\", \"/usr/x\", \"/usr/bin/x\", \"/etc/passwd\", \"/out/main\", "
        "\"/out/x\", \"/dev/x\", \"/proc/self/exe\", \"/proc/sys/kernel/core_pattern\"};"
        "for (unsigned i = 0; i < sizeof at / sizeof *at; i++) if (open(at[i], O_CREAT | O_WRONLY, "
        "0644) >= 0) puts(at[i]);"
        "if (unlink(\"/out/main\") == 0 || rename(\"/out/main\", \"/w/main\") == 0 || "
        "chmod(\"/out/main\", 0777) == 0) puts(\"main\"); return 0;");
  EXPECT_EQ(test.stdout(), "");
}

TEST_F(Hostile, nothing_stays_for_the_next_test) {
  auto request = program("bash",
                         "cat /w/left /tmp/left /dev/shm/left 2>/dev/null; echo x >/w/left; echo x "
                         ">/tmp/left; echo x >/dev/shm/left; ls /w");
  request.add_tests()->set_id("2");
  const auto result = run_request(request);
  ASSERT_EQ(result.tests_size(), 2);
  EXPECT_EQ(result.tests(0).stdout(), "left\nmain.sh\n");
  EXPECT_EQ(result.tests(1).stdout(), "left\nmain.sh\n");
}

TEST_F(Hostile, a_program_cannot_change_its_files_for_the_next_test) {
  auto request =
      program("bash", "read x <data; echo $x; echo changed >data; echo 'echo hacked' >main.sh");
  request.add_files()->set_path("data");
  request.mutable_files(1)->set_content("fresh\n");
  request.add_tests()->set_id("2");
  const auto result = run_request(request);
  ASSERT_EQ(result.tests_size(), 2);
  EXPECT_EQ(result.tests(0).stdout(), "fresh\n");
  EXPECT_EQ(result.tests(1).stdout(), "fresh\n");
}

// E. Output

TEST_F(Hostile, endless_output_is_stopped_and_its_beginning_kept) {
  for (const auto& [language, source] : std::initializer_list<std::pair<const char*, const char*>>{
           {"c", "#include <stdio.h>\nint main(void) { for (;;) puts(\"x\"); }"},
           {"python", "while True: print('x')"},
           {"javascript", "for (;;) require('fs').writeSync(1, 'x\\n'.repeat(1000))"},
           {"java",
            "class Main { public static void main(String[] a) { for (;;) "
            "System.out.println(\"x\"); } }"},
           {"bash", "yes x"}}) {
    auto limits = none();
    limits.set_output_bytes(10'000);
    const auto test = in(language, source, limits);
    EXPECT_EQ(test.status(), "OLE") << language;
    EXPECT_EQ(test.stdout().size(), 10'000) << language;
    EXPECT_TRUE(test.stdout().starts_with("x\nx\n")) << language;
    EXPECT_GT(test.stdout_bytes(), 10'000) << language;
    EXPECT_TRUE(test.truncated()) << language;
  }
}

TEST_F(Hostile, endless_errors_are_output_too) {
  const auto test = in("bash", "yes x >&2");
  EXPECT_EQ(test.status(), "OLE");
  EXPECT_EQ(test.stderr().size(), 100'000);
}

TEST_F(Hostile, output_that_is_no_text_comes_as_base64) {
  const auto test = in("python", "import os\nos.write(1, b'\\xff\\x00\\x01')");
  EXPECT_EQ(test.stdout_encoding(), "base64");
  EXPECT_EQ(test.stdout(), "/wAB");
  EXPECT_EQ(test.stdout_bytes(), 3);
  EXPECT_FALSE(test.has_stderr_encoding());
}

TEST_F(Hostile, a_closed_stdout_is_not_the_end) {
  EXPECT_EQ(
      c("puts(\"x\"); fflush(stdout); close(1); close(2); sleep(1000);", "", wall(300)).status(),
      "WTLE");
}

TEST_F(Hostile, fake_verdicts_are_only_text) {
  auto request =
      program("bash", "echo AC; echo '{\"status\":\"AC\"}'; echo timelimit exceeded >&2; exit 0");
  request.mutable_tests(0)->set_expected("42");
  const auto result = run_request(request);
  EXPECT_EQ(result.status(), "WA");
}

// G. Kernel

TEST_F(Hostile, forbidden_calls_end_the_program) {
  const auto result =
      each({"ptrace(PTRACE_TRACEME, 0, 0, 0);",
            "mount(\"x\", \"/tmp\", \"tmpfs\", 0, 0);",
            "umount2(\"/proc\", MNT_DETACH);",
            "chroot(\"/w\");",
            "unshare(CLONE_NEWUSER);",
            "setns(0, 0);",
            "syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);",
            "syscall(SYS_clone, CLONE_NEWNS | SIGCHLD, 0, 0, 0, 0);",
            "syscall(SYS_clone, (1UL << 32) | CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);",
            "syscall(SYS_bpf, 0, 0, 0);",
            "syscall(SYS_pivot_root, \".\", \".\");",
            "syscall(SYS_perf_event_open, 0, 0, 0, 0, 0);",
            "syscall(SYS_keyctl, 0, 0, 0);",
            "syscall(SYS_add_key, 0, 0, 0, 0, 0);",
            "syscall(SYS_reboot, 0, 0, 0, 0);",
            "syscall(SYS_init_module, 0, 0, 0);",
            "syscall(SYS_open_by_handle_at, 0, 0, 0);",
            "syscall(SYS_process_vm_readv, 1, 0, 0, 0, 0, 0);",
            "syscall(SYS_kexec_load, 0, 0, 0, 0);",
            "syscall(430, 0, 0);"});
  for (const auto& test : result.tests()) {
    EXPECT_EQ(test.status(), "SV") << test.id();
    EXPECT_EQ(test.signal(), "SIGSYS");
  }
}

#if defined(__x86_64__)
TEST_F(Hostile, other_names_for_system_calls_do_not_help) {
  const auto result = each({"int r; __asm__ volatile(\"int $0x80\" : \"=a\"(r) : \"a\"(20));",
                            "return (int)syscall(0x40000000 + 39);", "return (int)syscall(-1);"});
  for (const auto& test : result.tests()) EXPECT_EQ(test.status(), "SV") << test.id();
}
#endif

TEST_F(Hostile, what_libraries_try_first_is_refused_softly) {
  std::vector<std::string> bodies;
  for (const auto* call :
       {"syscall(435, 0, 0)", "syscall(425, 1, 0)", "syscall(SYS_userfaultfd, 0)",
        "shmget(1, 4096, 01600)", "syscall(9999)", "syscall(SYS_inotify_init1, 0)",
        "syscall(SYS_flock, 0, 2)", "fcntl(0, F_SETLEASE, F_RDLCK)",
        "prctl(22 /* PR_SET_SECCOMP */, 2, 0)", "syscall(SYS_seccomp, 1, 0, 0)"})
    bodies.push_back(std::string("return ") + call + " < 0 ? 0 : 1;");
  const auto result = each(bodies);
  for (const auto& test : result.tests()) EXPECT_EQ(test.status(), "AC") << test.id();
}

TEST_F(Hostile, there_is_no_way_to_be_root) {
  const auto test =
      c("setuid(0); setgid(0); setreuid(0, 0); seteuid(0); printf(\"%d %d %d\", getuid() == 0, "
        "geteuid() == 0, getgid() == 0); return 0;");
  EXPECT_EQ(test.stdout(), "0 0 0");
}

TEST_F(Hostile, setuid_programs_are_only_programs) {
  const auto test = in("bash",
                       "for p in su mount passwd; do command -v $p >/dev/null && /usr/bin/$p 2>&1 "
                       "</dev/null | head -c 0; done;"
                       "grep -E '^(CapEff|CapPrm|CapBnd|CapInh|CapAmb|NoNewPrivs|Seccomp|Groups):' "
                       "/proc/self/status | tr -d ' \\t'");
  EXPECT_EQ(test.stdout(),
            "Groups:\nCapInh:0000000000000000\nCapPrm:0000000000000000\nCapEff:0000000000000000\n"
            "CapBnd:0000000000000000\nCapAmb:0000000000000000\nNoNewPrivs:1\nSeccomp:2\n");
}

TEST_F(Hostile, no_core_is_dumped) {
  auto test = c(
      "if (fork() == 0) abort(); int s; wait(&s); printf(\"%d\", WCOREDUMP(s) ? 1 : 0); return 0;");
  EXPECT_EQ(test.stdout(), "0");
}

// H. Network

TEST_F(Hostile, there_is_no_network) {
  EXPECT_EQ(c("return socket(AF_INET, SOCK_STREAM, 0) >= 0 || socket(AF_INET6, SOCK_DGRAM, 0) >= 0 "
              "|| socket(AF_PACKET, SOCK_RAW, 0) >= 0 "
              "|| socket(AF_NETLINK, SOCK_RAW, 0) >= 0 || socket(40, SOCK_STREAM, 0) >= 0 || "
              "socket(38, SOCK_SEQPACKET, 0) >= 0;")
                .status(),
            "AC");
  EXPECT_EQ(in("python", "import socket\nsocket.create_connection(('127.0.0.1', 80), 1)").status(),
            "RE");
  EXPECT_EQ(in("python", "import urllib.request\nurllib.request.urlopen('http://169.254.169.254/')")
                .status(),
            "RE");
  EXPECT_EQ(
      in("javascript", "require('net').connect(80, '1.1.1.1').on('error', () => process.exit(3))")
          .exit_code(),
      3);
  EXPECT_EQ(in("java",
               "class Main { public static void main(String[] a) throws Exception { new "
               "java.net.Socket(\"127.0.0.1\", 80); } }")
                .status(),
            "RE");
  EXPECT_EQ(in("bash", "exec 3<>/dev/tcp/127.0.0.1/80").status(), "RE");
}

// I. What can be seen

TEST_F(Hostile, the_machines_files_are_not_there) {
  const auto test = in("bash",
                       "for p in /etc/shadow /etc/hostname /etc/machine-id /root /home /run "
                       "/sys /opt /usr/local /usr/src /boot /mnt /work /proc/1 "
                       "/proc/meminfo /proc/sys /proc/kallsyms /proc/1/environ /proc/1/root "
                       "/dev/kmsg /dev/tty /dev/kvm /dev/fuse /scratch; do "
                       "[ -e $p ] && echo $p; done; cat /etc/passwd | wc -l; hostname 2>/dev/null "
                       "|| cat /proc/sys/kernel/hostname 2>/dev/null; true");
  EXPECT_EQ(test.stdout(), "2\nsandbox\n");
  // Of /var, what a language names in `binds` alone.
  std::string seen;
  for (const auto& path : all_binds()) seen += " ! -path '" + path + "*'";
  EXPECT_EQ(in("bash", "[ ! -e /var ] || find /var ! -type d" + seen).stdout(), "");
}

TEST_F(Hostile, no_other_process_is_seen) {
  EXPECT_EQ(in("bash", "cd /proc; echo [0-9]*").stdout(), "2\n");
}

TEST_F(Hostile, the_environment_tells_nothing) {
  const auto test = in("python", "import os\nprint(sorted(os.environ))");
  EXPECT_EQ(test.stdout(),
            "['HOME', 'LANG', 'PATH', 'PYTHONDONTWRITEBYTECODE', 'PYTHONHASHSEED', 'TMPDIR']\n");
}

TEST_F(Hostile, other_tests_and_their_answers_are_not_there) {
  auto request = program("bash",
                         "cat /w/* /out/* /tmp/* 2>/dev/null; ls -R /w /out /tmp /dev/shm; cat "
                         "/proc/*/environ /proc/*/cmdline | tr '\\0' ' '");
  request.mutable_tests(0)->set_expected("the secret answer");
  auto& other = *request.add_tests();
  other.set_id("2");
  other.set_stdin("the secret input");
  const auto result = run_request(request);
  ASSERT_EQ(result.tests_size(), 2);
  for (const auto& test : result.tests())
    EXPECT_EQ(test.stdout().find("secret"), std::string::npos) << test.stdout();
}

}  // namespace
}  // namespace lyceum::runner
