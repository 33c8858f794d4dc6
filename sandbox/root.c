#include "root.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

// What is shown of the machine. Not /usr/local, /usr/src, /home, /var, /opt, /root, /run, /sys.
static const char* const shown[] = {
    "/usr/bin",    "/usr/sbin",    "/usr/lib",     "/usr/lib32", "/usr/lib64",
    "/usr/libx32", "/usr/libexec", "/usr/include", "/usr/share", "/etc/alternatives"};

static bool make_dirs(const char* path) {
  char part[path_max];
  if (snprintf(part, sizeof part, "%s", path) >= (int)sizeof part)
    return fail("%s is too long", path);
  for (char* at = strchr(part + 1, '/');; at = strchr(at + 1, '/')) {
    if (at) *at = 0;
    if (mkdir(part, 0755) < 0 && errno != EEXIST) return fail_errno("cannot make %s", part);
    if (!at) return true;
    *at = '/';
  }
}

static int clone_tree(const char* source) {
  const int tree = (int)syscall(SYS_open_tree, AT_FDCWD, source,
                                OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
  if (tree < 0) fail_errno("cannot clone the mount of %s", source);
  return tree;
}

// Shows `source` (a directory or a file of the machine) at the same path under the new root, which
// is the current directory: read-only, without setuid, and so for all mounted below. `without`:
// what else is taken from it.
static bool show_without(const char* source, uint64_t without) {
  struct stat about;
  if (stat(source, &about) < 0) return errno == ENOENT || fail_errno("cannot look at %s", source);
  const char* target = source + 1;
  if (S_ISDIR(about.st_mode)) {
    if (!make_dirs(target)) return false;
  } else {
    const int file = open(target, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
    if (file < 0) return fail_errno("cannot make /%s", target);
    close(file);
  }
  const int tree = clone_tree(source);
  if (tree < 0) return false;
  struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | without,
                                  .propagation = MS_PRIVATE};
  bool done = syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH | AT_RECURSIVE, &attributes,
                      sizeof attributes) == 0 ||
              fail_errno("cannot make %s read-only", source);
  done =
      done && (syscall(SYS_move_mount, tree, "", AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH) == 0 ||
               fail_errno("cannot show %s", source));
  close(tree);
  return done;
}

static bool show(const char* source) {
  return show_without(source, MOUNT_ATTR_NODEV);
}

// /bin, /lib and the like are links into /usr on a merged system, directories of their own
// elsewhere.
static bool show_old_names(void) {
  static const char* const names[] = {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"};
  for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
    char target[path_max];
    const ssize_t length = readlink(names[i], target, sizeof target - 1);
    if (length < 0) {
      if (errno != ENOENT && !show(names[i])) return false;
      continue;
    }
    target[length] = 0;
    if (symlink(target, names[i] + 1) < 0) return fail_errno("cannot link %s", names[i]);
  }
  return true;
}

static bool write_file(const char* path, const char* text) {
  const int file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
  const ssize_t length = (ssize_t)strlen(text);
  if (file < 0 || write(file, text, (size_t)length) != length)
    return fail_errno("cannot write /%s", path);
  close(file);
  return true;
}

static bool make_etc(void) {
  if (!make_dirs("etc") || !show("/etc/ld.so.cache")) return false;
  DIR* list =
      opendir("/etc");  // Debian keeps the configuration of each Java in /etc/java-<version>
  for (struct dirent* entry; list && (entry = readdir(list));) {
    char path[path_max + 8];
    snprintf(path, sizeof path, "/etc/%s", entry->d_name);
    if (strncmp(entry->d_name, "java-", 5) == 0 && !show(path)) return false;
  }
  if (list) closedir(list);
  return write_file("etc/passwd",
                    "root:x:0:0::/:/usr/sbin/nologin\nstudent:x:1000:1000::/w:/bin/sh\n") &&
         write_file("etc/group", "root:x:0:\nstudent:x:1000:\n");
}

// Devices can be made by the machine's root alone; to others they are shown.
static bool make_dev(bool rootless) {
  static const struct {
    const char* path;
    unsigned minor;
  } devices[] = {{"/dev/null", 3},
                 {"/dev/zero", 5},
                 {"/dev/full", 7},
                 {"/dev/random", 8},
                 {"/dev/urandom", 9}};

  if (!make_dirs("dev/shm")) return false;
  for (unsigned i = 0; i < sizeof devices / sizeof devices[0]; i++) {
    const char* path = devices[i].path;
    if (rootless ? !show_without(path, MOUNT_ATTR_NOEXEC)
                 : mknod(path + 1, S_IFCHR, makedev(1, devices[i].minor)) < 0 ||
                       chmod(path + 1, 0666) < 0)
      return rootless ? false : fail_errno("cannot make %s", path);
  }
  return symlink("/proc/self/fd", "dev/fd") == 0 && symlink("/proc/self/fd/0", "dev/stdin") == 0 &&
                 symlink("/proc/self/fd/1", "dev/stdout") == 0 &&
                 symlink("/proc/self/fd/2", "dev/stderr") == 0
             ? true
             : fail_errno("cannot link /dev/fd");
}

static bool enter(void) {
  if (syscall(SYS_pivot_root, ".", ".") < 0) return fail_errno("cannot pivot_root");
  if (umount2(".", MNT_DETACH) < 0) return fail_errno("cannot leave the old root");
  if (mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NOEXEC, NULL) < 0)
    return fail_errno("cannot make / read-only");
  return chdir("/") == 0 || fail_errno("cannot enter the new root");
}

// In a user namespace a /proc can be mounted only where the machine's is there in full. So it
// stays, under a cover, until a sandbox has its own.
static bool keep_proc(int tree) {
  const bool kept =
      (syscall(SYS_move_mount, tree, "", AT_FDCWD, "proc", MOVE_MOUNT_F_EMPTY_PATH) == 0 &&
       mount("cover", "proc", "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC,
             "mode=0555,size=4k") == 0) ||
      fail_errno("cannot keep the machine's /proc");
  close(tree);
  return kept;
}

bool root_prepare(const char* const* binds, int bind_count, bool rootless) {
  umask(022);
  if (unshare(CLONE_NEWNS) < 0)
    return fail_errno("cannot make a mount namespace; that takes CAP_SYS_ADMIN");
  if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
    return fail_errno("cannot make the mount namespace private");
  const int proc = rootless ? clone_tree("/proc") : -1;
  if (rootless && proc < 0) return false;
  // Any directory will do as a place to stand; /proc is everywhere.
  if (mount("root", "/proc", "tmpfs", MS_NOSUID, "mode=0755,size=1m,nr_inodes=1000") < 0)
    return fail_errno("cannot mount a tmpfs");
  if (chdir("/proc") < 0) return fail_errno("cannot enter the new root");
  for (unsigned i = 0; i < sizeof shown / sizeof shown[0]; i++) {
    if (!show(shown[i])) return false;
  }
  for (int i = 0; i < bind_count; i++) {
    if (!show(binds[i])) return false;
  }
  return show_old_names() && make_etc() && make_dev(rootless) && make_dirs("w") &&
         make_dirs("out") && make_dirs("tmp") && make_dirs("proc") &&
         (!rootless || keep_proc(proc)) && enter();
}

static bool configure(int settings, const char* name, const char* value) {
  return fsconfig(settings, FSCONFIG_SET_STRING, name, value, 0) == 0 ||
         fail_errno("cannot set the %s of a file system", name);
}

int disk_make(int* settings) {
  *settings = fsopen("tmpfs", FSOPEN_CLOEXEC);
  if (*settings < 0) return fail_errno("cannot make a tmpfs"), -1;
  if (!configure(*settings, "mode", "0755") || !configure(*settings, "size", "1m") ||
      !configure(*settings, "nr_inodes", "20000"))
    return -1;
  if (fsconfig(*settings, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
    return fail_errno("cannot make a tmpfs"), -1;
  const int made = fsmount(*settings, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
  if (made < 0) fail_errno("cannot mount a tmpfs to write to");
  return made;
}

bool disk_resize(int settings, uint64_t bytes) {
  char size[32];
  snprintf(size, sizeof size, "%llu", (unsigned long long)bytes);
  return configure(settings, "size", size) &&
         (fsconfig(settings, FSCONFIG_CMD_RECONFIGURE, NULL, NULL, 0) == 0 ||
          fail_errno("cannot set the size of a tmpfs"));
}

// One tmpfs with one size for everything that the program can write, shown in four places.
static bool place_disk(const struct root_plan* plan) {
  static const struct {
    const char* part;
    const char* shown_at;
    unsigned long flags;
  } places[] = {{"w", "/w", 0},
                {"out", "/out", 0},
                {"tmp", "/tmp", MS_NOEXEC},
                {"shm", "/dev/shm", MS_NOEXEC}};

  for (unsigned i = 0; i < sizeof places / sizeof places[0]; i++) {
    const char *part = places[i].part, *shown_at = places[i].shown_at;
    const uid_t owner = strcmp(part, "out") == 0 ? plan->init : plan->owner;
    if (mkdir(part, 0755) < 0 || lchown(part, owner, plan->owner) < 0)
      return fail_errno("cannot make %s", shown_at);
    if (mount(part, shown_at, NULL, MS_BIND, NULL) < 0 ||
        mount(NULL, shown_at, NULL, MS_REMOUNT | MS_BIND | MS_NOSUID | MS_NODEV | places[i].flags,
              NULL) < 0)
      return fail_errno("cannot show %s", shown_at);
  }
  return true;
}

static int mount_proc(int settings) {
  if (!configure(settings, "hidepid", "invisible") || !configure(settings, "subset", "pid"))
    return -1;
  const int made = fsconfig(settings, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0
                       ? -1
                       : fsmount(settings, FSMOUNT_CLOEXEC,
                                 MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
  if (made < 0)
    fail_errno("cannot mount /proc of the sandbox (in a container: parts of its own are masked)");
  return made;
}

// The sandbox's own in place of the cover and of the machine's.
static bool replace_proc(void) {
  const int settings = fsopen("proc", FSOPEN_CLOEXEC);
  if (settings < 0) return fail_errno("cannot make a /proc");
  const int proc = mount_proc(settings);
  close(settings);
  if (proc < 0) return false;
  const bool replaced = (umount2("/proc", MNT_DETACH) == 0 && umount2("/proc", MNT_DETACH) == 0 &&
                         move_mount(proc, "", AT_FDCWD, "/proc", MOVE_MOUNT_F_EMPTY_PATH) == 0) ||
                        fail_errno("cannot put the machine's /proc away");
  close(proc);
  return replaced;
}

bool root_complete(int disk_mount, const struct root_plan* plan, int* scratch) {
  // The disk stands at /proc as long as that is not there yet.
  if (move_mount(disk_mount, "", AT_FDCWD, "/proc", MOVE_MOUNT_F_EMPTY_PATH) < 0 ||
      chdir("/proc") < 0)
    return fail_errno("cannot place the disk");
  if (!place_disk(plan)) return false;
  *scratch = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (*scratch < 0 || chdir("/w") < 0) return fail_errno("cannot enter /w");
  if (plan->rootless)
    return (umount2("/proc", MNT_DETACH) == 0 || fail_errno("cannot hide the disk")) &&
           replace_proc();
  // Over the disk, which nobody can uncover: to take it away waits for the whole kernel.
  return mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC,
               "hidepid=invisible,subset=pid") == 0 ||
         fail_errno("cannot mount /proc of the sandbox");
}
