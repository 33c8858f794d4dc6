// Hostile programs, G: the kernel.

#include "services/runner/testing/hostile_fixture.h"

namespace lyceum::runner {
namespace {

// 52–58
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
// 57
TEST_F(Hostile, other_names_for_system_calls_do_not_help) {
  const auto result = each({"int r; __asm__ volatile(\"int $0x80\" : \"=a\"(r) : \"a\"(20));",
                            "return (int)syscall(0x40000000 + 39);", "return (int)syscall(-1);"});
  for (const auto& test : result.tests()) EXPECT_EQ(test.status(), "SV") << test.id();
}
#endif

// 56, 63
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

// 55
TEST_F(Hostile, there_is_no_way_to_be_root) {
  const auto test =
      c("setuid(0); setgid(0); setreuid(0, 0); seteuid(0); printf(\"%d %d %d\", getuid() == 0, "
        "geteuid() == 0, getgid() == 0); return 0;");
  EXPECT_EQ(test.stdout(), "0 0 0");
}

// 55
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

// 60
TEST_F(Hostile, no_core_is_dumped) {
  auto test = c(
      "if (fork() == 0) abort(); int s; wait(&s); printf(\"%d\", WCOREDUMP(s) ? 1 : 0); return 0;");
  EXPECT_EQ(test.stdout(), "0");
}

// 52–56: the name of what was tried, from the sandbox itself.
TEST_F(Hostile, a_forbidden_call_is_known_by_its_name) {
  const auto sandbox = open_sandbox(test_sandbox());
  Job job;
  job.argv = {"/usr/bin/python3", "-c",
              "import ctypes\nctypes.CDLL(None).mount(b'x', b'/tmp', b'tmpfs', 0, None)"};
  job.input = *Content::of("");
  job.limits = {.cpu_ms = 5000,
                .wall_ms = 30'000,
                .memory_bytes = 64 << 20,
                .output_keep = 1000,
                .output_max = 1000,
                .processes = 8};
  const auto result = run(sandbox->run(job));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->end, ::lyceum::runner::End::signaled);
  EXPECT_EQ(result->signal, SIGSYS);
  EXPECT_EQ(result->forbidden_call, "mount");
  const auto told = c("mount(\"x\", \"/tmp\", \"tmpfs\", 0, 0);", "#include <sys/mount.h>\n");
  EXPECT_EQ(told.status(), "SV");
  EXPECT_EQ(told.forbidden_call(), "mount");
  EXPECT_FALSE(c("raise(SIGSEGV);").has_forbidden_call());
}

// 54: whoever makes the call in it, the program is at its end.
TEST_F(Hostile, a_child_makes_no_forbidden_call_either) {
  EXPECT_EQ(c("if (fork() == 0) { unshare(CLONE_NEWUSER); _exit(0); } wait(0); sleep(1000);", "",
              wall(20'000))
                .status(),
            "SV");
  EXPECT_EQ(c("for (;;) if (fork() == 0) { unshare(CLONE_NEWUSER); _exit(0); }").status(), "SV");
}

// 59
TEST_F(Hostile, odd_arguments_are_only_errors) {
  const auto result =
      each({"return open(0, 0) < 0 && syscall(SYS_openat, -100, 0, 0) < 0 && access((char*)-1, 0) "
            "< 0 ? 0 "
            ": 1;",
            "static char n[70000]; memset(n, 'x', sizeof n - 1); return open(n, O_CREAT, 0644) < 0 "
            "? 0 : 1;",
            "return open(\"/w/\\xff\\xfe\", O_CREAT | O_RDWR, 0644) >= 0 ? 0 : 1;",
            "char* a[] = {0}; return execve(\"/w\", a, 0) < 0 && execve(0, 0, 0) < 0 ? 0 : 1;",
            "return syscall(SYS_write, 1, -1L, 1L << 40) < 0 ? 0 : 1;"});
  for (const auto& test : result.tests()) EXPECT_EQ(test.status(), "AC") << test.id();
}

// 61, 62
TEST_F(Hostile, there_is_no_terminal_and_no_other_personality) {
  const auto result = each(
      {"char x = 'x'; return ioctl(0, 0x5412 /* TIOCSTI */, &x) < 0 && errno == EPERM ? 0 : 1;",
       "char x = 2; return ioctl(0, 0x541c /* TIOCLINUX */, &x) < 0 && errno == EPERM ? 0 : 1;",
       "return open(\"/dev/tty\", O_RDWR) < 0 && open(\"/dev/ptmx\", O_RDWR) < 0 ? 0 : 1;",
       "return syscall(SYS_personality, 0x0400000 /* READ_IMPLIES_EXEC */) < 0 ? 0 : 1;",
       "return syscall(SYS_vhangup) < 0 ? 0 : 1;", "return getsid(0) == getpid() ? 0 : 1;"});
  for (const auto& test : result.tests()) EXPECT_EQ(test.status(), "AC") << test.id();
}

// 60
TEST_F(Hostile, what_a_crash_leaves_stays_inside) {
  const auto test =
      in("bash",
         "ulimit -c; ulimit -Hc; echo 0xff >/proc/self/coredump_filter 2>/dev/null || echo no");
  EXPECT_TRUE(test.stdout() == "0\n0\nno\n") << test.stdout();
}

// 64
TEST_F(Hostile, the_high_half_of_an_argument_changes_nothing) {
  const auto result =
      each({"return syscall(SYS_socket, (1L << 32) | AF_INET, SOCK_STREAM, 0) < 0 ? 0 "
            ": 1;",
            "return syscall(SYS_prctl, (1L << 32) | 22, 2, 0) < 0 ? 0 : 1;",
            "return syscall(SYS_fcntl, 0, (1L << 32) | F_SETLEASE, 0) < 0 ? 0 : 1;"});
  for (const auto& test : result.tests()) EXPECT_EQ(test.status(), "AC") << test.id();
}

}  // namespace
}  // namespace lyceum::runner
