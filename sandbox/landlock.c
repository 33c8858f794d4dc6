#include "landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common.h"

// As in the newest Linux that this was written for; what an older one does not know is left out.
enum {
  read_and_run =
      LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
  refer = 1 << 13,         // ABI 2
  truncate_to = 1 << 14,   // 3
  device_ioctl = 1 << 15,  // 5
  devices = LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK,
  all = (1 << 16) - 1
};

struct ruleset {
  uint64_t files;
  uint64_t network;  // 4: bind and connect of TCP
  uint64_t scope;    // 6: abstract sockets, signals
};

static uint64_t known_files(int abi) {
  uint64_t known = all;
  if (abi < 2) known &= ~(uint64_t)refer;
  if (abi < 3) known &= ~(uint64_t)truncate_to;
  if (abi < 5) known &= ~(uint64_t)device_ioctl;
  return known;
}

static bool allow(int ruleset, const char* path, uint64_t access) {
  const int place = open(path, O_PATH | O_CLOEXEC);
  const struct landlock_path_beneath_attr rule = {.allowed_access = access, .parent_fd = place};
  const bool done = place >= 0 && syscall(SYS_landlock_add_rule, ruleset,
                                          LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
  if (!done) fail_errno("cannot make landlock's rule for %s", path);
  if (place >= 0) close(place);
  return done;
}

static bool allow_all(int ruleset, uint64_t known) {
  static const char* const written[] = {"/w", "/out", "/tmp", "/dev/shm"};
  static const char* const open_to_all[] = {"/dev/null", "/dev/zero", "/dev/full"};
  const uint64_t writing = known & ~(uint64_t)(devices | device_ioctl);
  const uint64_t device = known & (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |
                                   (uint64_t)(truncate_to | device_ioctl));
  bool done = allow(ruleset, "/", read_and_run);
  for (unsigned i = 0; i < sizeof written / sizeof *written; i++)
    done = done && allow(ruleset, written[i], writing);
  for (unsigned i = 0; i < sizeof open_to_all / sizeof *open_to_all; i++)
    done = done && allow(ruleset, open_to_all[i], device);
  return done;
}

bool landlock_install(void) {
  const int abi =
      (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (abi < 0)
    return errno == ENOSYS || errno == EOPNOTSUPP || fail_errno("cannot ask for landlock");
  const struct ruleset rules = {
      .files = known_files(abi), .network = abi >= 4 ? 3 : 0, .scope = abi >= 6 ? 3 : 0};
  const size_t size = abi >= 6 ? sizeof rules : abi >= 4 ? 16 : 8;
  const int ruleset = (int)syscall(SYS_landlock_create_ruleset, &rules, size, 0);
  if (ruleset < 0) return fail_errno("cannot make landlock's rules");
  const bool done =
      allow_all(ruleset, rules.files) && (syscall(SYS_landlock_restrict_self, ruleset, 0) == 0 ||
                                          fail_errno("cannot put landlock's rules in force"));
  close(ruleset);
  return done;
}
