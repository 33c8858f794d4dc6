// Hostile programs, D: disk and descriptors.

#include "services/runner/testing/hostile_fixture.h"

namespace lyceum::runner {
namespace {

// 32, 35
TEST_F(Hostile, a_full_disk_is_an_error_for_the_program_only) {
  const auto test =
      c("int f = open(\"/w/x\", O_CREAT | O_WRONLY, 0644); static char b[65536]; while (write(f, "
        "b, sizeof b) > 0) {} "
        "printf(\"%s\", strerror(errno)); return 0;",
        "", memory(64));
  EXPECT_EQ(test.status(), "AC");
  EXPECT_EQ(test.stdout(), "No space left on device");
}

// 35
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

// 33
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

// 32
TEST_F(Hostile, sparse_giants_are_refused) {
  const auto test =
      c("int f = open(\"/w/x\", O_CREAT | O_RDWR, 0644); return ftruncate(f, 1L << 40) == 0 ? 0 : "
        "1;");
  EXPECT_EQ(test.status(), "SIG");
  EXPECT_EQ(test.signal(), "SIGXFSZ");
}

// 34
TEST_F(Hostile, descriptors_run_out_at_their_limit) {
  EXPECT_EQ(
      c("int n = 3; while (open(\"/dev/null\", O_RDONLY) >= 0) n++; printf(\"%d\", n); return 0;")
          .stdout(),
      "256");
}

// 41
TEST_F(Hostile, only_three_descriptors_come_along) {
  EXPECT_EQ(
      c("for (int i = 3; i < 1024; i++) if (fcntl(i, F_GETFD) >= 0) printf(\"%d \", i); return 0;")
          .stdout(),
      "");
}

// 36
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

// 41
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

// 40
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

// 32
TEST_F(Hostile, space_cannot_be_reserved_beyond_the_disk) {
  const auto test = c(
      "int f = open(\"/w/x\", O_CREAT | O_RDWR, 0644); return posix_fallocate(f, 0, 100 << 20) ? 0 "
      ": 1;",
      "", memory(64));
  EXPECT_EQ(test.status(), "AC");
}

// 33
TEST_F(Hostile, folders_that_cannot_be_removed_are_gone_all_the_same) {
  auto request = program("python", R"(
import os
os.makedirs('/tmp/a/b'); open('/tmp/a/b/c', 'w').close(); os.chmod('/tmp/a/b', 0); os.chmod('/tmp/a', 0)
for name in (b'a\nb', b'-rf', b'..x', b'\xff'): open(b'/w/' + name, 'w').close()
for i in range(3000): os.mkdir('d'); os.chdir('d')  # deeper than any path is long
os.chmod('/w', 0)
print('done')
)");
  request.add_tests()->set_id("2");
  const auto result = run_request(std::move(request));
  for (const auto& test : result.tests()) EXPECT_EQ(test.stdout(), "done\n") << test.stderr();
}

// 34
TEST_F(Hostile, every_kind_of_descriptor_runs_out) {
  const auto result =
      each({"int n = 3, p[2]; while (pipe(p) == 0) n += 2; return n < 257 ? 0 : 1;",
            "int n = 3; while (syscall(SYS_epoll_create1, 0) >= 0) n++; return n == "
            "256 ? 0 : 1;",
            "int n = 3; while (syscall(SYS_timerfd_create, 1, 0) >= 0) n++; return n "
            "== 256 ? 0 : 1;",
            "int n = 3; while (syscall(SYS_eventfd2, 0, 0) >= 0) n++; return n == 256 "
            "? 0 : 1;",
            "int n = 3; while (memfd_create(\"x\", 0) >= 0) n++; return n == 256 ? 0 "
            ": 1;"});
  for (const auto& test : result.tests()) EXPECT_EQ(test.status(), "AC") << test.id();
}

// 36
TEST_F(Hostile, what_belongs_to_others_in_proc_is_not_there) {
  const auto test = c(
      "const char* at[] = {\"/proc/1\", \"/proc/1/root\", \"/proc/1/mem\", \"/proc/1/fd\", "
      "\"/proc/1/maps\", \"/proc/sys/kernel/hostname\", \"/proc/kcore\", \"/proc/sysrq-trigger\"};"
      "for (unsigned i = 0; i < sizeof at / sizeof *at; i++) if (open(at[i], O_RDONLY) >= 0) "
      "puts(at[i]);"
      "if (open(\"/proc/self/exe\", O_RDWR) >= 0) puts(\"exe\");"
      "if (open(\"/proc/self/mem\", O_RDWR) >= 0) puts(\"mem\");"
      "if (open(\"/proc/self/uid_map\", O_WRONLY) >= 0) puts(\"map\"); return 0;");
  EXPECT_EQ(test.stdout(), "");
}

// 40
TEST_F(Hostile, a_program_may_run_what_it_wrote_but_only_in_its_folder) {
  const auto test = in("bash",
                       "cp /bin/true /w/own; /w/own && echo w; cp /bin/true /tmp/own; /tmp/own "
                       "2>/dev/null || echo not tmp; cp /bin/true /dev/shm/own; /dev/shm/own "
                       "2>/dev/null || echo not shm");
  EXPECT_EQ(test.stdout(), "w\nnot tmp\nnot shm\n");
}

// 41
TEST_F(Hostile, no_named_object_waits_for_the_next_program) {
  auto request = program("c", headers + R"(
#include <sys/un.h>
#include <mqueue.h>
int main(void) {
  struct sockaddr_un a = {AF_UNIX, "\0left"};
  int s = socket(AF_UNIX, SOCK_STREAM, 0), p[2];
  if (bind(s, (struct sockaddr*)&a, 7) < 0) puts("a socket's name is taken");
  listen(s, 9);
  socketpair(AF_UNIX, SOCK_DGRAM, 0, p);
  char space[CMSG_SPACE(sizeof s)] = {0};  // in flight to itself, so that closing does not end it
  struct iovec v = {"x", 1};
  struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space};
  struct cmsghdr* c = CMSG_FIRSTHDR(&m);
  c->cmsg_level = SOL_SOCKET; c->cmsg_type = SCM_RIGHTS; c->cmsg_len = CMSG_LEN(sizeof s);
  memcpy(CMSG_DATA(c), &s, sizeof s); sendmsg(p[0], &m, 0);
  memcpy(CMSG_DATA(c), &p[1], sizeof s); sendmsg(p[0], &m, 0);
  if (shmget(1, 4096, 0) >= 0 || shmget(1, 4096, IPC_CREAT | 0600) >= 0) puts("shared memory");
  if (syscall(SYS_mq_open, "left", O_CREAT | O_RDWR, 0600, 0) >= 0) puts("a queue");
  char name[64] = ""; gethostname(name, sizeof name); if (strcmp(name, "sandbox")) puts(name);
  if (sethostname("left", 4) == 0) puts("a host name");
}
)");
  for (int i = 2; i <= 12; ++i) request.add_tests()->set_id(std::to_string(i));
  const auto result = run_request(std::move(request));
  EXPECT_EQ(result.tests_size(), 12) << result.compile().stderr();
  for (const auto& test : result.tests()) EXPECT_EQ(test.stdout(), "") << test.status();
}

// 41
TEST_F(Hostile, files_that_neighbours_share_carry_no_messages) {
  std::vector<std::string> bodies;
  for (const auto* call : {"fcntl(f, F_SETLEASE, F_RDLCK)", "fcntl(f, F_GETLK, &l)",
                           "fcntl(f, 36 /* F_OFD_GETLK */, &l)", "syscall(SYS_flock, f, 1)",
                           "fcntl(f, F_NOTIFY, 1)", "fcntl(f, 1036 /* F_SET_RW_HINT */, &hint)",
                           "fcntl(f, 1038 /* F_SET_FILE_RW_HINT */, &hint)",
                           "fcntl(1, 1031 /* F_SETPIPE_SZ */, 65536)"})
    bodies.push_back(
        std::string("int f = open(\"/usr/bin/env\", O_RDONLY); struct flock l = "
                    "{.l_type = F_WRLCK}; long hint = 1; (void)l; (void)hint; return ") +
        call + " < 0 ? 0 : 1;");
  const auto result = each(bodies);
  for (const auto& test : result.tests()) EXPECT_EQ(test.status(), "AC") << test.id();
}

}  // namespace
}  // namespace lyceum::runner
