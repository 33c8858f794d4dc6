#include "cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "standby.h"

enum { block_max = 64 };

static const char* const controller_names[] = {"memory", "pids", "cpu", "cpuacct", "unified"};

static bool has_word(const char* list, const char* word, const char* separators) {
  const size_t length = strlen(word);
  for (const char* at = list; *at;) {
    const size_t size = strcspn(at, separators);
    if (size == length && strncmp(at, word, length) == 0) return true;
    at += size + (at[size] != 0);
  }
  return false;
}

static bool write_number(int dir, const char* name, uint64_t number) {
  char text[32];
  snprintf(text, sizeof text, "%llu", (unsigned long long)number);
  return write_at(dir, name, text);
}

// Where the hierarchies are mounted.
static bool find_mounts(char paths[controller_count][path_max]) {
  FILE* mounts = fopen("/proc/self/mounts", "re");
  if (!mounts) return fail_errno("cannot open /proc/self/mounts");
  char line[4096];
  while (fgets(line, sizeof line, mounts)) {
    char path[path_max], type[64], options[1024];
    if (sscanf(line, "%*s %255s %63s %1023s", path, type, options) != 3) continue;
    if (strcmp(type, "cgroup2") == 0 && !paths[c_unified][0]) strcpy(paths[c_unified], path);
    if (strcmp(type, "cgroup") != 0) continue;
    for (int i = 0; i < c_unified; i++) {
      if (!paths[i][0] && has_word(options, controller_names[i], ",")) strcpy(paths[i], path);
    }
  }
  fclose(mounts);
  return true;
}

// From the mounts to the groups that this process is in.
static bool find_own(char paths[controller_count][path_max]) {
  FILE* list = fopen("/proc/self/cgroup", "re");
  if (!list) return fail_errno("cannot open /proc/self/cgroup");
  char line[4096];
  bool fit = true;
  while (fit && fgets(line, sizeof line, list)) {  // 4:memory:/user.slice; 0::/user.slice
    char* controllers = strchr(line, ':');
    char* group = controllers ? strchr(controllers + 1, ':') : NULL;
    if (!group) continue;
    *controllers++ = *group++ = 0;
    group[strcspn(group, "\n")] = 0;
    for (int i = 0; i < controller_count; i++) {
      const bool here =
          i == c_unified ? !*controllers : has_word(controllers, controller_names[i], ",");
      const size_t length = strlen(paths[i]);
      if (!here || !length || strcmp(group, "/") == 0) continue;
      fit = snprintf(paths[i] + length, path_max - length, "%s", group) < (int)(path_max - length);
    }
  }
  fclose(list);
  return fit || fail("the path of this process's cgroup is too long");
}

static int open_dir(int at, const char* path) {
  return openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
}

static bool is_v2_complete(const char* path) {
  if (!path[0]) return false;
  const int dir = open_dir(AT_FDCWD, path);
  if (dir < 0) return false;
  char list[512];
  read_at(dir, "cgroup.controllers", list, sizeof list);
  close(dir);
  return has_word(list, "memory", " ") && has_word(list, "pids", " ") && has_word(list, "cpu", " ");
}

// Kills what runs in a job's directory, by cgroup.kill or one by one, and removes it.
static void sweep_job(int parent, const char* name) {
  const int dir = open_dir(parent, name);
  if (dir < 0) return;
  if (!write_at(dir, "cgroup.kill", "1")) {
    const int procs = openat(dir, "cgroup.procs", O_RDONLY | O_CLOEXEC);
    FILE* list = procs < 0 ? NULL : fdopen(procs, "r");
    long pid;
    while (list && fscanf(list, "%ld", &pid) == 1) {
      if (pid > 1) kill((pid_t)pid, SIGKILL);
    }
    if (list) fclose(list);
  }
  close(dir);
  for (int i = 0; i < 1000 && unlinkat(parent, name, AT_REMOVEDIR) < 0 && errno == EBUSY; i++)
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

static void sweep_base(int base) {  // kills and removes all jobs in it
  const int again = openat(base, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* list = again < 0 ? NULL : fdopendir(again);
  if (!list) return;
  for (struct dirent* entry; (entry = readdir(list));) {
    if (strncmp(entry->d_name, "job-", 4) == 0) sweep_job(base, entry->d_name);
  }
  closedir(list);
}

// Opens (makes) lyceum-sandbox-<block> in one hierarchy.
static int open_base(const char* mount, int block) {
  char path[path_max + 32];
  snprintf(path, sizeof path, "%s/lyceum-sandbox-%d", mount, block);
  if (mkdir(path, 0755) < 0 && errno != EEXIST) return fail_errno("cannot make %s", path), -1;
  const int fd = open_dir(AT_FDCWD, path);
  if (fd < 0) fail_errno("cannot open %s", path);
  return fd;
}

// Whether the directory is still the one with that name: another broker may remove it at its end.
static bool is_there(const char* mount, int block, int fd) {
  struct stat ours, there;
  const int again = open_base(mount, block);
  const bool same = again >= 0 && fstat(fd, &ours) == 0 && fstat(again, &there) == 0 &&
                    ours.st_ino == there.st_ino;
  if (again >= 0) close(again);
  return same;
}

// Each needs ids of its own.
static int count_blocks(const struct cgroups* all) {
  const unsigned blocks = all->rootless ? all->rootless->count / ids_per_block : block_max;
  return blocks < block_max ? (int)blocks : block_max;
}

// The lock tells a living broker from a dead one, whatever its process id or namespace.
static bool take_block(struct cgroups* all, const char* mount) {
  const int most = count_blocks(all);
  for (all->block = 0; all->block < most; all->block++) {
    const int fd = open_base(mount, all->block);
    if (fd < 0) return false;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0 && is_there(mount, all->block, fd) &&
        (!all->rootless || rootless_lock_ids(all->rootless, all->block))) {
      all->base[c_memory] = fd;
      return true;
    }
    close(fd);
  }
  return fail("%d other lyceum-sandbox run on this machine", most);
}

static bool enable_controllers(int dir, const char* path) {
  char list[512];
  read_at(dir, "cgroup.subtree_control", list, sizeof list);
  if (has_word(list, "memory", " ") && has_word(list, "pids", " ") && has_word(list, "cpu", " "))
    return true;
  return write_at(dir, "cgroup.subtree_control", "+memory +pids +cpu") ||
         fail(
             "cannot give the controllers memory, pids and cpu to the groups under %s: %.200s "
             "(no other process may be in it, and nobody but its owner may change it)",
             path, strerror(errno));
}

static bool open_v2(struct cgroups* all, const char* path) {
  const int top = open_dir(AT_FDCWD, path);
  if (top < 0) return fail_errno("cannot open %s", path);
  const bool enabled = enable_controllers(top, path);
  close(top);
  if (!enabled || !take_block(all, path)) return false;
  if (!enable_controllers(all->base[c_memory], "lyceum-sandbox")) return false;
  for (int i = c_pids; i < controller_count; i++) all->base[i] = all->base[c_memory];
  return true;
}

static bool open_hybrid(struct cgroups* all, char paths[controller_count][path_max]) {
  for (int i = 0; i < c_unified; i++) {
    if (!paths[i][0])
      return fail("the kernel's cgroup controller \"%s\" is neither in v2 nor mounted as v1",
                  controller_names[i]);
  }
  if (!take_block(all, paths[c_memory])) return false;
  for (int i = c_pids; i < c_unified; i++) {
    all->base[i] = open_base(paths[i], all->block);
    if (all->base[i] < 0) return false;
  }
  if (paths[c_unified][0]) all->base[c_unified] = open_base(paths[c_unified], all->block);
  return true;
}

// What other brokers left that are dead. Those that live hold their lock.
static void sweep_the_dead(const struct cgroups* all, const char* mount) {
  for (int block = 0; block < block_max; block++) {
    char path[path_max + 32];
    snprintf(path, sizeof path, "%s/lyceum-sandbox-%d", mount, block);
    const int fd = block == all->block ? -1 : open_dir(AT_FDCWD, path);
    if (fd < 0) continue;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
      struct cgroups dead = *all;
      dead.block = block;
      for (int i = controller_count; i-- > 0;)
        dead.base[i] =
            all->base[i] < 0 ? -1 : open_base(all->mounts[all->v2 ? c_unified : i], block);
      cgroups_close(&dead);
      for (int i = 0; i < controller_count; i++) {
        if (dead.base[i] >= 0) close(dead.base[i]);
      }
    }
    close(fd);
  }
}

// All jobs together are one entity to the scheduler, where every other process is one by itself: on
// a busy machine they would get next to nothing, and end by the clock (WTLE). There are never more
// jobs than cores; so much is theirs when they are there.
static void weigh(const struct cgroups* all) {
  if (all->v2)
    write_at(all->base[c_cpu], "cpu.weight", "800");
  else
    write_at(all->base[c_cpu], "cpu.shares", "8192");
}

// Without root we work in groups that are the user's; in v2, where who hands on controllers may
// hold no process, we leave ours for one below it.
static bool take_own(const struct cgroups* all, pid_t companion) {
  for (int i = 0; i < controller_count; i++) {
    const char* path = all->mounts[i];
    if (*path && (!all->v2 || i == c_unified) && access(path, W_OK) < 0)
      return fail(
          "the cgroup %s is not this user's to divide: start it with `systemd-run --user --scope "
          "-p Delegate=yes`",
          path);
  }
  if (!all->v2) return true;
  char path[path_max + 32];
  snprintf(path, sizeof path, "%s/lyceum-sandbox-own", all->mounts[c_unified]);
  if (mkdir(path, 0755) < 0 && errno != EEXIST) return fail_errno("cannot make %s", path);
  const int dir = open_dir(AT_FDCWD, path);
  const bool moved = dir >= 0 && write_at(dir, "cgroup.procs", "0") &&
                     (companion == 0 || write_number(dir, "cgroup.procs", (uint64_t)companion));
  if (!moved) fail_errno("cannot move to %s, which takes to be in the group above it", path);
  if (dir >= 0) close(dir);
  return moved;
}

bool cgroups_open(struct cgroups* all, const char* given, pid_t companion) {
  for (int i = 0; i < controller_count; i++) all->base[i] = -1;
  all->swaps = open("/proc/swaps", O_RDONLY | O_CLOEXEC);
  if (all->swaps < 0 && errno != ENOENT) return fail_errno("cannot open /proc/swaps");
  if (!find_mounts(all->mounts)) return false;
  if (all->rootless && !given && !find_own(all->mounts)) return false;
  if (given) snprintf(all->mounts[c_unified], path_max, "%s", given);
  const bool v1 = all->mounts[c_memory][0];
  all->v2 = given || is_v2_complete(all->mounts[c_unified]);
  if (all->rootless && !all->v2 && !v1)
    return fail(
        "the cgroup %s was not given memory, pids and cpu: start it with `systemd-run --user "
        "--scope -p Delegate=yes` (`lyceum doctor` says more)",
        all->mounts[c_unified]);
  if (all->rootless && !take_own(all, companion)) return false;
  if (!(all->v2 ? open_v2(all, all->mounts[c_unified]) : open_hybrid(all, all->mounts)))
    return false;
  for (int i = controller_count; i-- > 0;) {  // unified first: it can kill
    if (all->base[i] >= 0) sweep_base(all->base[i]);
  }
  weigh(all);
  sweep_the_dead(all, all->mounts[all->v2 ? c_unified : c_memory]);
  return true;
}

void cgroups_close(const struct cgroups* all) {
  for (int i = controller_count; i-- > 0;) {
    if (all->base[i] >= 0) sweep_base(all->base[i]);
    if (all->mounts[i][0]) {
      char path[path_max + 32];
      snprintf(path, sizeof path, "%s/lyceum-sandbox-%d", all->mounts[i], all->block);
      rmdir(path);
    }
  }
}

// A job's files, open for as long as its groups are used again.
static const struct {
  enum controller of;
  const char *v2, *v1;
  int access;
  bool may_be_missing;
} job_files[job_file_count] = {
    [f_memory_limit] = {c_memory, "memory.max", "memory.limit_in_bytes", O_WRONLY, false},
    [f_swap_limit] = {c_memory, "memory.swap.max", "memory.memsw.limit_in_bytes", O_WRONLY, true},
    [f_memory_now] = {c_memory, "memory.current", "memory.usage_in_bytes", O_RDONLY, false},
    [f_memory_peak] = {c_memory, "memory.peak", "memory.max_usage_in_bytes", O_RDWR, true},
    [f_memory_events] = {c_memory, "memory.events", "memory.oom_control", O_RDONLY, false},
    [f_process_limit] = {c_pids, "pids.max", "pids.max", O_WRONLY, false},
    [f_processes] = {c_pids, "pids.current", "pids.current", O_RDONLY, false},
    [f_cpu_limit] = {c_cpu, "cpu.max", "cpu.cfs_quota_us", O_WRONLY, false},
    [f_cpu_used] = {c_cpuacct, "cpu.stat", "cpuacct.usage", O_RDONLY, false},
    [f_kill] = {c_unified, "cgroup.kill", "cgroup.kill", O_WRONLY, true}};

static void read_text(int file, char* out, size_t size) {
  const ssize_t got = file < 0 ? 0 : pread(file, out, size - 1, 0);
  out[got > 0 ? got : 0] = 0;
}

static uint64_t read_number(int file) {
  char text[64];
  read_text(file, text, sizeof text);
  return strtoull(text, NULL, 10);
}

// "oom_kill 3" in a file of such lines.
static uint64_t read_field(int file, const char* field) {
  char text[1024];
  read_text(file, text, sizeof text);
  const size_t length = strlen(field);
  for (const char* line = text; line && *line;) {
    if (strncmp(line, field, length) == 0 && line[length] == ' ')
      return strtoull(line + length + 1, NULL, 10);
    line = strchr(line, '\n');
    if (line) line++;
  }
  return 0;
}

static bool set_text(const struct job_cgroup* job, enum job_file file, const char* text) {
  const ssize_t length = (ssize_t)strlen(text);
  return pwrite(job->files[file], text, (size_t)length, 0) == length ||
         fail_errno("cannot write \"%s\" to a cgroup's %s", text,
                    job->all->v2 ? job_files[file].v2 : job_files[file].v1);
}

static bool set_number(const struct job_cgroup* job, enum job_file file, uint64_t value) {
  char text[32];
  snprintf(text, sizeof text, "%llu", (unsigned long long)value);
  return set_text(job, file, text);
}

static bool has_swap(const struct cgroups* all) {
  char text[4096];
  read_text(all->swaps, text, sizeof text);
  const char* line = strchr(text, '\n');
  return line && line[1];
}

// Swap would hide memory from its limit: off, or refuse where there is swap and no way to limit it.
static bool limit_swap(const struct job_cgroup* job, uint64_t value) {
  if (job->files[f_swap_limit] >= 0) return set_number(job, f_swap_limit, value);
  return !has_swap(job->all) || fail("this machine swaps, and its kernel cannot limit that (no %s)",
                                     job_files[f_swap_limit].v1);
}

// v1's limit on memory and swap together may never be below that on memory.
static bool limit_memory(struct job_cgroup* job, uint64_t bytes) {
  const uint64_t before = job->memory_limit;
  job->memory_limit = bytes;
  if (job->all->v2) return set_number(job, f_memory_limit, bytes) && limit_swap(job, 0);
  if (before != 0 && bytes > before)
    return limit_swap(job, bytes) && set_number(job, f_memory_limit, bytes);
  return set_number(job, f_memory_limit, bytes) && limit_swap(job, bytes);
}

bool job_cgroup_limit(struct job_cgroup* job, const struct sb_limits* limits) {
  char quota[64];
  snprintf(quota, sizeof quota, job->all->v2 ? "%u 100000" : "%u", limits->cores * 100000);
  return limit_memory(job, limits->memory_bytes) &&
         set_number(job, f_process_limit, limits->processes + 1) &&
         set_text(job, f_cpu_limit, quota);
}

struct job_cgroup job_cgroup_none(const struct cgroups* all, int number) {
  struct job_cgroup job = {.all = all};
  snprintf(job.name, sizeof job.name, "job-%d", number);
  for (int i = 0; i < controller_count; i++) job.dir[i] = -1;
  for (int i = 0; i < job_file_count; i++) job.files[i] = -1;
  return job;
}

// Every group of cgroup v2 counts processor time; v1's controller for that is not needed then.
static bool is_used(const struct job_cgroup* job, int controller) {
  return job->all->base[controller] >= 0 &&
         (job->all->v2 || controller != c_cpuacct || job->all->base[c_unified] < 0);
}

static bool make_dir(struct job_cgroup* job, int controller) {
  const int parent = job->all->base[controller];
  if (mkdirat(parent, job->name, 0755) < 0) {
    if (errno != EEXIST) return fail_errno("cannot make a %s cgroup", controller_names[controller]);
    // Another controller's too, or left over: away with it.
    if (controller == c_memory) {
      sweep_job(parent, job->name);
      if (mkdirat(parent, job->name, 0755) < 0) return fail_errno("a stale cgroup stays");
    }
  }
  job->dir[controller] = open_dir(parent, job->name);
  return job->dir[controller] >= 0 ||
         fail_errno("cannot open a %s cgroup", controller_names[controller]);
}

static bool open_files(struct job_cgroup* job) {
  for (int i = 0; i < job_file_count; i++) {
    const bool unified = job->all->v2 || (i == f_cpu_used && job->dir[c_unified] >= 0);
    const int dir = job->dir[unified ? c_unified : job_files[i].of];
    const char* name = unified ? job_files[i].v2 : job_files[i].v1;
    job->files[i] = dir < 0 ? -1 : openat(dir, name, job_files[i].access | O_CLOEXEC);
    if (job->files[i] < 0 && i == f_memory_peak)  // it cannot be set back before Linux 6.12
      job->files[i] = openat(dir, name, O_RDONLY | O_CLOEXEC);
    if (job->files[i] < 0 && !job_files[i].may_be_missing)
      return fail_errno("cannot open a cgroup's %s", name);
  }
  return !job->all->v2 || write_at(job->dir[c_memory], "memory.oom.group", "1");
}

bool job_cgroup_make(struct job_cgroup* job) {
  const bool there = job->dir[c_memory] >= 0;
  for (int i = 0; !there && i < controller_count; i++) {
    if (is_used(job, i) && !make_dir(job, i)) return false;
  }
  if (!there && !open_files(job)) return false;
  job->oom_kills_before = read_field(job->files[f_memory_events], "oom_kill");
  return true;
}

bool job_cgroup_enter(const struct job_cgroup* job) {
  for (int i = 0; i < c_unified; i++) {
    if (job->dir[i] < 0 || job->all->v2) continue;
    if (!write_at(job->dir[i], "tasks", "0")) return false;
  }
  return true;
}

bool job_cgroup_add(const struct job_cgroup* job, pid_t pid) {
  const int dir = job->dir[c_unified];
  return dir < 0 || write_number(dir, "cgroup.procs", (uint64_t)pid);
}

static bool remove_dir(struct job_cgroup* job, int controller) {
  if (job->dir[controller] < 0) return true;
  close_fd(&job->dir[controller]);
  int tries = 0;
  while (unlinkat(job->all->base[controller], job->name, AT_REMOVEDIR) < 0 && errno == EBUSY &&
         tries++ < 500)
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
  return tries <= 500;
}

bool job_cgroup_remove(struct job_cgroup* job) {
  if (job->files[f_kill] >= 0 && read_number(job->files[f_processes]) > 0)
    set_text(job, f_kill, "1");
  for (int i = 0; i < job_file_count; i++) close_fd(&job->files[i]);
  bool gone = true;
  for (int i = controller_count; i-- > 0;) gone = remove_dir(job, i) && gone;
  job->memory_limit = 0;
  return gone;
}

// What the kernel keeps ready for a group's next pages stays counted: 64 pages a core.
static bool is_as_new(const struct job_cgroup* job) {
  const uint64_t remainder_max = 1 << 20;
  return job->dir[c_memory] >= 0 && read_number(job->files[f_processes]) == 0 &&
         read_number(job->files[f_memory_now]) <= remainder_max &&
         pwrite(job->files[f_memory_peak], "0", 1, 0) == 1;
}

bool job_cgroup_clear(struct job_cgroup* job) {
  return is_as_new(job) || job_cgroup_remove(job);
}

uint64_t job_cgroup_cpu_ns(const struct job_cgroup* job) {
  const int file = job->files[f_cpu_used];
  return job->dir[c_unified] >= 0 ? read_field(file, "usage_usec") * 1000 : read_number(file);
}

uint64_t job_cgroup_memory_peak(const struct job_cgroup* job) {
  return read_number(job->files[f_memory_peak]);
}

uint64_t job_cgroup_oom_kills(const struct job_cgroup* job) {
  return read_field(job->files[f_memory_events], "oom_kill") - job->oom_kills_before;
}
