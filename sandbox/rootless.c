#include "rootless.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "standby.h"

// The kernel lets nobody map ids of others but root: these two are root's, and read /etc/subuid and
// /etc/subgid again.
static _Noreturn void run_tool(
    const char* tool, pid_t target, unsigned own, unsigned first, unsigned count) {
  char numbers[5][16];
  const unsigned values[] = {(unsigned)target, own, first_host_id, first, count};
  for (int i = 0; i < 5; i++) snprintf(numbers[i], sizeof numbers[i], "%u", values[i]);
  char* const argv[] = {(char*)tool, numbers[0], "0",        numbers[1], "1",
                        numbers[2],  numbers[3], numbers[4], NULL};
  char* const environment[] = {NULL};
  execve(tool, argv, environment);
  dprintf(STDERR_FILENO, "cannot run %s: %s (on Debian: apt install uidmap)", tool,
          strerror(errno));
  _exit(1);
}

// Stays outside, where the ids are. Complains on stderr.
static _Noreturn void map_ids(pid_t target, const struct subordinate_ids* ids, int go, int told) {
  char byte;
  default_signals();
  if (read(go, &byte, 1) != 1 || dup2(told, STDERR_FILENO) < 0) _exit(1);
  const pid_t users = fork();
  if (users == 0) run_tool("/usr/bin/newuidmap", target, getuid(), ids->first_uid, ids->count);
  int status = 1;
  if (users < 0 || waitpid(users, &status, 0) != users || status != 0) _exit(1);
  run_tool("/usr/bin/newgidmap", target, getgid(), ids->first_gid, ids->count);
}

static void read_all(int fd, char* out, size_t size) {
  size_t length = 0;
  ssize_t got;
  while (length + 1 < size &&
         ((got = read(fd, out + length, size - 1 - length)) > 0 || (got < 0 && errno == EINTR)))
    length += got > 0 ? (size_t)got : 0;
  while (length > 0 && out[length - 1] == '\n') length--;
  out[length] = 0;
}

static bool become_its_root(void) {
  if (setgroups(0, NULL) < 0)
    return fail_errno(
        "no powers in a user namespace of one's own (on Ubuntu: "
        "sysctl kernel.apparmor_restrict_unprivileged_userns=0)");
  return (setresgid(0, 0, 0) == 0 && setresuid(0, 0, 0) == 0) ||
         fail_errno("cannot be root of the user namespace");
}

// All that is in the namespace counts as the user's, too, and the limit there is what is ours now.
static void raise_to_most(int what) {
  struct rlimit both;
  if (getrlimit((__rlimit_resource_t)what, &both) < 0) return;
  both.rlim_cur = both.rlim_max;
  setrlimit((__rlimit_resource_t)what, &both);
}

bool rootless_enter(const struct subordinate_ids* ids) {
  int go[2], told[2];
  if (pipe2(go, O_CLOEXEC) < 0 || pipe2(told, O_CLOEXEC) < 0)
    return fail_errno("cannot make a pipe");
  raise_to_most(RLIMIT_NPROC);
  raise_to_most(RLIMIT_SIGPENDING);
  const pid_t self = getpid(), outside = fork();
  if (outside < 0) return fail_errno("cannot make a process");
  if (outside == 0) {
    close(go[1]);
    map_ids(self, ids, go[0], told[1]);
  }
  close(go[0]);
  close(told[1]);
  bool done = unshare(CLONE_NEWUSER) == 0 ||
              fail_errno("cannot make a user namespace (`lyceum doctor` says why)");
  done = done && (write(go[1], "", 1) == 1 || fail_errno("cannot have ids mapped"));
  close(go[1]);
  char complaint[300];
  read_all(told[0], complaint, sizeof complaint);
  close(told[0]);
  int status;
  while (waitpid(outside, &status, 0) < 0 && errno == EINTR) {
  }
  done = done && (status == 0 || fail("the subordinate ids cannot be mapped: %s", complaint));
  return done && become_its_root();
}

// A name that ends with its last holder, wherever their cgroups and files are. Who else takes it
// can do no more than to keep us from running.
bool rootless_lock_ids(const struct subordinate_ids* ids, int block) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  const int length =
      snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "lyceum-sandbox-ids-%u",
               ids->first_uid + (unsigned)(block * ids_per_block));
  const int lock = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length);
  if (lock >= 0 && bind(lock, (struct sockaddr*)&address, size) == 0) return true;
  if (lock >= 0) close(lock);
  return false;
}
