// Hostile programs, I: what can be seen.

#include "services/runner/languages.h"
#include "services/runner/testing/hostile_fixture.h"

namespace lyceum::runner {
namespace {

// 66
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

// 66
TEST_F(Hostile, no_other_process_is_seen) {
  EXPECT_EQ(in("bash", "cd /proc; echo [0-9]*").stdout(), "2\n");
}

// 41, 66
TEST_F(Hostile, the_environment_tells_nothing) {
  const auto test = in("python", "import os\nprint(sorted(os.environ))");
  EXPECT_EQ(test.stdout(),
            "['HOME', 'LANG', 'PATH', 'PYTHONDONTWRITEBYTECODE', 'PYTHONHASHSEED', 'TMPDIR']\n");
}

// 66
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

// 66
TEST_F(Hostile, the_sandbox_gives_no_address_on_the_machine) {
  const auto test = in("bash",
                       "cat /proc/self/cgroup | grep -v ':/$'; id -u; id -g; id -G; "
                       "cut -d' ' -f5 /proc/self/mountinfo | grep -E '^/(root|home|run|sys)'; "
                       "ls /proc | grep -v '^[0-9]' | sort | tr '\\n' ' '; ls /dev | tr '\\n' ' '");
  EXPECT_EQ(
      test.stdout(),
      "1000\n1000\n1000\nself thread-self fd full null random shm stderr stdin stdout urandom "
      "zero ");
}

}  // namespace
}  // namespace lyceum::runner
