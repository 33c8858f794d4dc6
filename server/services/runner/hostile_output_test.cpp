// Hostile programs, E: output.

#include "services/runner/testing/hostile_fixture.h"

namespace lyceum::runner {
namespace {

// 42
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

// 42
TEST_F(Hostile, endless_errors_are_output_too) {
  const auto test = in("bash", "yes x >&2");
  EXPECT_EQ(test.status(), "OLE");
  EXPECT_EQ(test.stderr().size(), 100'000);
}

// 43
TEST_F(Hostile, output_that_is_no_text_comes_as_base64) {
  const auto test = in("python", "import os\nos.write(1, b'\\xff\\x00\\x01')");
  EXPECT_EQ(test.stdout_encoding(), "base64");
  EXPECT_EQ(test.stdout(), "/wAB");
  EXPECT_EQ(test.stdout_bytes(), 3);
  EXPECT_FALSE(test.has_stderr_encoding());
}

// 45
TEST_F(Hostile, a_closed_stdout_is_not_the_end) {
  EXPECT_EQ(
      c("puts(\"x\"); fflush(stdout); close(1); close(2); sleep(1000);", "", wall(300)).status(),
      "WTLE");
}

// 47
TEST_F(Hostile, fake_verdicts_are_only_text) {
  auto request =
      program("bash", "echo AC; echo '{\"status\":\"AC\"}'; echo timelimit exceeded >&2; exit 0");
  request.mutable_tests(0)->set_expected("42");
  const auto result = run_request(request);
  EXPECT_EQ(result.status(), "WA");
}

// 43
TEST_F(Hostile, strange_bytes_come_as_they_were) {
  EXPECT_EQ(in("bash", "printf '\\xef\\xbb\\xbf\\x1b[31mred\\x1b[0m\\r\\n'").stdout(),
            "\xef\xbb\xbf\x1b[31mred\x1b[0m\r\n");
  const auto line = in("python", "print('x' * 99999, end='')");
  EXPECT_EQ(line.status(), "AC");
  EXPECT_EQ(line.stdout().size(), 99'999U);
}

// 44
TEST_F(Hostile, a_slow_drip_is_kept_until_the_clock_stops_it) {
  const auto test =
      in("bash", "while :; do printf x; sleep 0.02; done", wall(400 * times_slower()));
  EXPECT_EQ(test.status(), "WTLE");
  EXPECT_TRUE(test.stdout().starts_with("xx")) << test.stdout();
}

}  // namespace
}  // namespace lyceum::runner
