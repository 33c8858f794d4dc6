// Hostile programs, C: memory.

#include "services/runner/testing/hostile_fixture.h"

namespace lyceum::runner {
namespace {

// 23
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
    limits.set_cpu_ms(30'000);
    EXPECT_EQ(in(language, source, limits).status(), "MLE") << language;
  }
}

// 24, 28
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

// 28
TEST_F(Hostile, a_child_that_dies_of_memory_is_not_overlooked) {
  EXPECT_EQ(c("if (fork() == 0) for (;;) memset(malloc(1 << 20), 1, 1 << 20); wait(0); return 0;",
              "", memory(64))
                .status(),
            "MLE");
}

// 25
TEST_F(Hostile, memory_that_is_not_touched_costs_nothing) {
  EXPECT_EQ(c("return big[12345];", "static char big[4L << 30];", memory(32)).status(), "AC");
}

// 26
TEST_F(Hostile, endless_recursion_is_a_crash) {
  const auto test = c("return f(0);",
                      "int f(int n) { volatile char b[1000]; b[0] = n; return f(n + 1) + b[0]; }");
  EXPECT_EQ(test.status(), "SIG");
  EXPECT_EQ(test.signal(), "SIGSEGV");
}

// 26
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

// 24
TEST_F(Hostile, memory_in_pipes_and_sockets_is_memory) {
  auto limits = memory(32);
  // Whichever comes first: the kernel's want of memory or the end of descriptors.
  for (const auto* way :
       {"int p[2]; static char b[4096]; while (pipe(p) == 0) { fcntl(p[1], F_SETFL, O_NONBLOCK); "
        "while (write(p[1], b, sizeof b) > 0) {} } return 0;",
        "int p[2]; static char b[4096]; while (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, "
        "p) "
        "== 0) while (write(p[1], b, sizeof b) > 0) {} return 0;"}) {
    const auto test = c(way, "", limits);
    EXPECT_TRUE(test.status() == "MLE" || test.status() == "AC") << test.status();
    EXPECT_LE(test.memory_bytes(), 32 << 20) << way;
  }
}

// 27, 29
TEST_F(Hostile, memory_cannot_be_locked_or_moved_out_of_its_limit) {
  EXPECT_EQ(
      c("return mlockall(MCL_CURRENT | MCL_FUTURE) < 0 && mlock(malloc(1 << 20), 1 << 20) < 0 "
        "? 0 : 1;")
          .status(),
      "AC");
  EXPECT_EQ(
      c("for (;;) { char* p = mmap(0, 8 << 20, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); "
        "madvise(p, 8 << 20, MADV_HUGEPAGE); memset(p, 1, 8 << 20); madvise(p, 8 << 20, 21 /* "
        "MADV_PAGEOUT */); }",
        "", memory(64))
          .status(),
      "MLE");
}

// 30
TEST_F(Hostile, a_full_disk_is_not_charged_to_the_next_program) {
  auto request =
      program("bash", "head -c 25000000 /dev/zero >/tmp/x; ls -l /tmp/x | cut -d' ' -f5");
  request.mutable_limits()->set_memory_bytes(64 << 20);
  for (int i = 2; i <= 6; ++i) request.add_tests()->set_id(std::to_string(i));
  const auto result = run_request(std::move(request));
  for (const auto& test : result.tests()) EXPECT_EQ(test.stdout(), "25000000\n") << test.status();
}

// 31
TEST_F(Hostile, a_malloc_that_fails_is_the_programs_to_handle) {
  const auto test = c("return malloc(1L << 46) ? 0 : 3;");
  EXPECT_EQ(test.status(), "RE");
  EXPECT_EQ(test.exit_code(), 3);
}

}  // namespace
}  // namespace lyceum::runner
