#include "init.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/openat2.h>
#include <linux/securebits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "landlock.h"
#include "seccomp.h"

enum { arguments_max = 256, collect_depth_max = 16, collect_count_max = 1000 };

static int slot = -1;
static int scratch = -1;
static int forbidden = -1;
static volatile bool wall_missing;
static char gate[path_max];                // empty: none
static uint64_t told_ns;                   // our own processor time when we last told it
static struct message received, incoming;  // until the job, and after it

static _Noreturn void give_up(void) {
  send_text(slot, (enum sb_type)init_failed, why);
  _exit(1);
}

static void require(bool done) {
  if (!done) give_up();
}

static void say(enum init_type type) {
  const struct sb_text text = {.type = type};
  if (!send_message(slot, &text, sizeof text, NULL, 0)) _exit(1);
}

static void expect(enum init_type type) {
  if (receive_message(slot, &received) != 1 || received.type != (uint32_t)type) _exit(1);
}

// Keeps the socket as descriptor 3, the disk as 4 and the user namespace, if there is one, as 5; 0
// to 2 are /dev/null, so that nothing else is ever one of them.
static void keep_only(int socket, int disk, int users) {
  const int kept[] = {socket, disk, users}, count = users < 0 ? 2 : 3;
  int high[3];
  for (int i = 0; i < count; i++) high[i] = fcntl(kept[i], F_DUPFD, 10);
  const int null = open("/dev/null", O_RDWR);
  if (null < 0) _exit(1);
  for (int i = 0; i < count; i++) {
    if (dup3(high[i], 3 + i, O_CLOEXEC) < 0) _exit(1);
  }
  slot = 3;
  for (int fd = 0; fd < 3; fd++) {
    if (null != fd && dup2(null, fd) < 0) _exit(1);
  }
  if (close_range(3 + (unsigned)count, ~0U, 0) < 0) _exit(1);
}

static bool set_capabilities(uint32_t low) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2] = {{.effective = low, .permitted = low}};
  return syscall(SYS_capset, &header, data) == 0 || fail_errno("cannot give up capabilities");
}

// Until here we are the host's root in fresh namespaces; from here we are nobody outside of our own
// user namespace, which owns none of the others.
static void leave_root(bool has_users) {
  require(unshare(CLONE_NEWCGROUP) == 0 || fail_errno("cannot make a cgroup namespace"));
  if (has_users) {
    require(setns(5, CLONE_NEWUSER) == 0 || fail_errno("cannot enter a user namespace"));
    close(5);
  } else {
    require(unshare(CLONE_NEWUSER) == 0 ||
            fail_errno("cannot make a user namespace (see /proc/sys/user/max_user_namespaces)"));
    say(init_map_me);
    expect(init_mapped);
  }
  require(setresgid(0, 0, 0) == 0 || fail_errno("cannot take the sandbox's group"));
  require(setgroups(0, NULL) == 0 || fail_errno("cannot give up supplementary groups"));
  require(setresuid(0, 0, 0) == 0 || fail_errno("cannot take the sandbox's user"));
}

static bool limit(int what, uint64_t value) {
  const struct rlimit both = {value, value};
  return setrlimit((__rlimit_resource_t)what, &both) == 0 ||
         fail_errno("cannot set limit %d", what);
}

// Those that are the same for every job; they hold for init, too.
static bool set_lasting_limits(void) {
  // 1, not 0: a core_pattern that is a pipe ignores 0, but takes 1 for its own crash and stops. The
  // broker has seen to it that there is none where the hard limit is 0.
  struct rlimit core = {0, 0};
  getrlimit(RLIMIT_CORE, &core);
  return limit(RLIMIT_CORE, core.rlim_max < 1 ? 0 : 1) && limit(RLIMIT_MEMLOCK, 0) &&
         limit(RLIMIT_MSGQUEUE, 0) && limit(RLIMIT_NICE, 0) && limit(RLIMIT_RTPRIO, 0) &&
         limit(RLIMIT_SIGPENDING, 256);
}

static void drop_powers(void) {
  require(set_lasting_limits());
  for (int capability = 0; capability <= 63; capability++) {
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0 && errno == EINVAL) break;
  }
  require(prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_KEEP_CAPS_LOCKED |
                                       SECBIT_NO_CAP_AMBIENT_RAISE |
                                       SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED) == 0 ||
          fail_errno("cannot lock the secure bits"));
  require(set_capabilities(1U << CAP_SETUID | 1U << CAP_SETGID | 1U << CAP_KILL));
  require(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 || fail_errno("cannot set no_new_privs"));
  require(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 || fail_errno("cannot hide init"));
  // After the last change of ids, which would clear it.
  require(prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 || fail_errno("cannot bind init's life"));
  require(landlock_install());
  require(seccomp_install(&forbidden));
}

// Every access to files is as the program's own user, so that it gains nothing by us.
static void act_as(uid_t id) {
  setfsgid(id);
  setfsuid(id);
}

static int open_beneath(int dir, const char* path, uint64_t flags, uint64_t mode) {
  const struct open_how how = {
      .flags = flags | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY,
      .mode = mode,
      .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV};
  return (int)syscall(SYS_openat2, dir, path, &how, sizeof how);
}

static bool copy_content(int from, int to) {
  struct stat about;
  if (fstat(from, &about) < 0 || !S_ISREG(about.st_mode))
    return fail("content that is no regular file");
  off_t offset = 0;
  while (offset < about.st_size) {
    const ssize_t sent = sendfile(to, from, &offset, (size_t)(about.st_size - offset));
    if (sent < 0) return fail_errno("cannot write a file of %lld bytes", (long long)about.st_size);
    if (sent == 0) return fail("content that shrinks");
  }
  return true;
}

static bool make_directories(const char* path) {
  char part[path_max];
  strcpy(part, path);
  for (char* at = strchr(strchr(part, '/') + 1, '/'); at; at = strchr(at + 1, '/')) {
    *at = 0;
    if (mkdirat(scratch, part, 0755) < 0 && errno != EEXIST)
      return fail_errno("cannot make /%s", part);
    *at = '/';
  }
  return true;
}

static bool write_content(const char* path, uint32_t mode, int content) {
  const int file = open_beneath(scratch, path, O_CREAT | O_EXCL | O_WRONLY, mode & 0755);
  if (file < 0) return fail_errno("cannot make /%s", path);
  const bool copied = copy_content(content, file);
  close(file);
  return copied;
}

static uid_t owner_of(const char* path) {
  return strncmp(path, "out/", 4) == 0 ? 0 : uid_inside;
}

// A pipe with a name: who opens it to read waits until somebody opens it to write.
static bool make_gate(const char* path) {
  strcpy(gate, path);
  return mknodat(scratch, path, S_IFIFO | 0644, 0) == 0 || fail_errno("cannot make /%s", path);
}

static bool take_file(const struct message* message) {
  const char* path = message->bytes + sizeof message->file;
  const uint32_t mode = message->file.mode;
  if (message->fd_count != 1 || !good_path(path)) return false;
  act_as(owner_of(path));
  const bool made = make_directories(path) &&
                    (mode & sb_gate ? make_gate(path) : write_content(path, mode, message->fds[0]));
  act_as(0);
  return made;
}

// Who waits, or is about to, goes on: we hold the other end, so that opening takes no time; who
// comes later finds nothing.
static void open_gate(void) {
  act_as(owner_of(gate));
  if (*gate && (open_beneath(scratch, gate, O_RDWR, 0) < 0 || unlinkat(scratch, gate, 0) < 0))
    fail_errno("cannot open the gate"), give_up();
  act_as(0);
}

struct strings {
  char* at;
  char* end;
};

static char* next_string(struct strings* strings) {
  if (strings->at >= strings->end) return NULL;
  char* text = strings->at;
  strings->at += strlen(text) + 1;
  return text;
}

struct program {
  char* argv[arguments_max + 1];
  char* envp[arguments_max + 1];
  char* collect[arguments_max];
  unsigned collectc;
  struct sb_limits limits;
  bool has_terminal;
  int fds[3];
};

static bool read_program(struct message* message, struct program* program) {
  const struct sb_job* job = &message->job;
  if (message->size < sizeof *job || message->fd_count != 3 || job->argc < 1 ||
      job->argc > arguments_max || job->envc > arguments_max || job->collectc > arguments_max)
    return fail("a job of the wrong shape");
  struct strings strings = {message->bytes + sizeof *job, message->bytes + message->size};
  bool whole = true;
  for (unsigned i = 0; i < job->argc; i++) whole &= !!(program->argv[i] = next_string(&strings));
  for (unsigned i = 0; i < job->envc; i++) whole &= !!(program->envp[i] = next_string(&strings));
  for (unsigned i = 0; i < job->collectc; i++)
    whole &= !!(program->collect[i] = next_string(&strings));
  program->argv[job->argc] = program->envp[job->envc] = NULL;
  program->collectc = job->collectc;
  program->limits = job->limits;
  program->has_terminal = job->rows != 0;
  memcpy(program->fds, message->fds, sizeof program->fds);
  return whole || fail("a job with fewer strings than it says");
}

static bool set_limits(const struct sb_limits* limits) {
  return limit(RLIMIT_CPU, limits->cpu_ns / 1000000000 + 2) &&
         limit(RLIMIT_FSIZE, limits->file_bytes) && limit(RLIMIT_NOFILE, limits->open_files) &&
         limit(RLIMIT_STACK, limits->stack_bytes);
}

static bool take_terminal(const struct program* program) {
  return !program->has_terminal || ioctl(0, TIOCSCTTY, 0) == 0 ||
         fail_errno("cannot take a terminal");
}

// Process 2, until it is the program. It shares our memory, and we wait for it to do what it must.
static int become(void* argument) {
  const struct program* program = argument;
  bool done = setsid() >= 0 || fail_errno("cannot start a session");
  for (int fd = 0; fd < 3; fd++)
    done =
        done && (dup2(program->fds[fd], fd) == fd || fail_errno("cannot place descriptor %d", fd));
  done = done && take_terminal(program);
  done = done &&
         (close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) == 0 || fail_errno("cannot close descriptors"));
  done = done && set_limits(&program->limits);
  done = done &&
         (setresgid(uid_inside, uid_inside, uid_inside) == 0 || fail_errno("cannot change group"));
  done = done &&
         (setresuid(uid_inside, uid_inside, uid_inside) == 0 || fail_errno("cannot change user"));
  done = done && set_capabilities(0);
  wall_missing = !done;
  if (!done) _exit(127);
  execve(program->argv[0], program->argv, program->envp);
  // Not for want of a wall: there is no such program, or it is none. It is told as a shell tells
  // it.
  fail_errno("cannot run %s", program->argv[0]);
  const ssize_t ignored = write(STDERR_FILENO, why, strlen(why));
  (void)ignored;
  _exit(127);
}

static pid_t start(struct program* program) {
  static char stack[16384] __attribute__((aligned(64)));
  const pid_t child =
      clone(become, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, program);
  require(child >= 0 || fail_errno("cannot make a process"));
  require(!wall_missing);
  for (int fd = 0; fd < 3; fd++) close(program->fds[fd]);
  return child;
}

static uint64_t own_cpu_ns(void) {
  struct timespec used;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return (uint64_t)used.tv_sec * 1000000000 + (uint64_t)used.tv_nsec;
}

static void tell(struct init_note note) {
  const uint64_t now = own_cpu_ns();
  note.own_cpu_ns = now - told_ns;
  told_ns = now;
  if (!send_message(slot, &note, sizeof note, NULL, 0)) _exit(1);
}

static bool is_for_programs(uint32_t signal) {
  static const uint32_t all[] = {SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGTERM, SIGKILL};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    if (all[i] == signal) return true;
  }
  return false;
}

// Its group has its number, as it began a session; it has not been waited for, so nobody else can.
static void pass_signal(pid_t child, uint32_t number) {
  if (is_for_programs(number)) kill(-child, (int)number);
}

// What comes while the program runs, or waits for its job.
static void take_message(pid_t child, bool* waits) {
  if (receive_message(slot, &incoming) != 1) _exit(1);
  if (incoming.type == sb_type_signal && incoming.size == sizeof incoming.signal) {
    pass_signal(child, incoming.signal.number);
  } else if (incoming.type == sb_type_file && *waits) {
    require(take_file(&incoming));
  } else if (incoming.type == init_open && *waits) {
    *waits = false;
    open_gate();
    tell((struct init_note){.type = init_started});
  } else {
    _exit(1);
  }
  close_fds(&incoming);
}

static void on_child(int number) {
  (void)number;
}

// The end of a child is let through only where we wait, so that none is missed.
static int wait_for(pid_t child, bool waits, struct rusage* usage) {
  const struct sigaction action = {.sa_handler = on_child};
  sigset_t ends, open;
  sigemptyset(&ends);
  sigaddset(&ends, SIGCHLD);
  sigaction(SIGCHLD, &action, NULL);
  sigprocmask(SIG_BLOCK, &ends, &open);
  for (;;) {
    int status;
    struct rusage used;
    pid_t ended;
    while ((ended = wait4(-1, &status, WNOHANG, &used)) > 0) {
      if (ended != child) continue;
      *usage = used;
      return status;
    }
    if (ended < 0 && errno != EINTR) _exit(1);
    struct pollfd event = {.fd = slot, .events = POLLIN};
    if (ppoll(&event, 1, NULL, &open) > 0) take_message(child, &waits);
  }
}

// Nobody may change a file while it is looked at: the rest of the sandbox dies first.
static void end_the_others(void) {
  kill(-1, SIGKILL);
  while (wait4(-1, NULL, __WALL, NULL) > 0 || errno == EINTR) {
  }
}

static bool give_file(int dir, const char* name, const char* path) {
  const int file = open_beneath(dir, name, O_RDONLY | O_NONBLOCK, 0);
  if (file < 0) return false;
  struct stat about;
  const bool plain = fstat(file, &about) == 0 && S_ISREG(about.st_mode) && about.st_nlink == 1;
  if (plain &&
      !send_path(slot, (enum sb_type)init_file, about.st_mode & 0100 ? 0755 : 0644, path, file))
    _exit(1);
  close(file);
  return plain;
}

// Every regular file under `dir`, whose path within /out is `prefix`. Links and the like are left
// out.
static void give_tree(int dir, const char* prefix, int depth, int* count) {
  const int again = open_beneath(dir, ".", O_RDONLY | O_DIRECTORY, 0);
  DIR* list = again < 0 ? NULL : fdopendir(again);
  if (!list) return;
  for (struct dirent* entry; (entry = readdir(list)) && *count < collect_count_max;) {
    char path[path_max];
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    if (snprintf(path, sizeof path, "%s/%s", prefix, entry->d_name) >= (int)sizeof path) continue;
    if (!good_path(path)) continue;
    const int below = open_beneath(dir, entry->d_name, O_RDONLY | O_DIRECTORY, 0);
    if (below >= 0 && depth < collect_depth_max) give_tree(below, path, depth + 1, count);
    if (below >= 0)
      close(below);
    else
      *count += give_file(dir, entry->d_name, path);
  }
  closedir(list);
}

static void collect(const struct program* program) {
  end_the_others();
  act_as(uid_inside);
  const int out = open_beneath(scratch, "out", O_RDONLY | O_DIRECTORY, 0);
  int count = 0;
  for (unsigned i = 0; out >= 0 && i < program->collectc; i++) {
    char path[path_max];
    const char* name = program->collect[i];
    if (!*name)
      give_tree(out, "out", 0, &count);
    else if (snprintf(path, sizeof path, "out/%s", name) < (int)sizeof path && good_path(path))
      give_file(out, name, path);
  }
  act_as(0);
}

// In a run, /out belongs to init: the program may not change what was compiled.
static bool open_out(const struct sb_limits* limits) {
  const mode_t mode = limits->flags & sb_out_writable ? 0775 : 0755;
  return fchmodat(scratch, "out", mode, 0) == 0 || fail_errno("cannot give /out away");
}

static uint64_t ns(struct timeval time) {
  return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_usec * 1000;
}

static void run(struct program* program, bool waits) {
  if (!waits) tell((struct init_note){.type = init_started});
  struct rusage used;
  const int status = wait_for(start(program), waits, &used);
  tell((struct init_note){.type = init_ended,
                          .status = status,
                          .memory_bytes = (uint64_t)used.ru_maxrss * 1024,
                          .cpu_ns = ns(used.ru_utime) + ns(used.ru_stime)});
  if (WIFEXITED(status) && program->collectc > 0) {
    collect(program);
    say(init_done);
  }
}

_Noreturn void init_run(int socket, int disk_mount, const struct root_plan* plan) {
  static struct program program;
  signal(SIGPIPE, SIG_DFL);
  keep_only(socket, disk_mount, plan->users);
  expect(init_go);
  require(sethostname("sandbox", 7) == 0 || fail_errno("cannot name the sandbox"));
  require(root_complete(4, plan, &scratch));
  close(4);
  leave_root(plan->users >= 0);
  drop_powers();
  const struct sb_text walled = {.type = init_walled};
  if (!send_message(slot, &walled, sizeof walled, &forbidden, 1)) _exit(1);
  close(forbidden);

  told_ns = own_cpu_ns();
  for (;;) {
    if (receive_message(slot, &received) != 1) _exit(1);
    if (received.type != sb_type_file) break;
    require(take_file(&received));
    close_fds(&received);
  }
  const bool waits = received.type == init_start;
  require((waits || received.type == sb_type_job) && read_program(&received, &program));
  require(open_out(&program.limits));
  run(&program, waits);
  // Until the slot ends us. Signals may still come: to leave them unread, and go, would take from
  // the slot what it has not read yet.
  while (receive_message(slot, &incoming) == 1) close_fds(&incoming);
  _exit(0);
}
