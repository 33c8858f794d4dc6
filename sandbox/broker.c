// lyceum-sandbox: the part of Lyceum that is root, or root of a user namespace (rootless.c). It
// takes connections, each of which becomes a slot (slot.c) that runs one job at a time.
//
//   lyceum-sandbox --control FD             connections come as descriptors over a socket pair
//   lyceum-sandbox --listen PATH --uid N --gid N    a socket that only user N may use
//     --slots N      connections at a time (64)
//     --bind DIR     show this directory, too, read-only to every program
//     --cgroup DIR   a delegated cgroup v2 directory to work in
//     --subuid N --subgid N --ids COUNT   not as root: the first subordinate ids, and how many

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cgroup.h"
#include "slot.h"

enum { slots_max = 80, look_again_ms = 10000, ids_max = 64 * ids_per_block };

static const long id_max = 0xfffffffe;

struct options {
  int control;
  const char* listen;
  const char* cgroup;
  uid_t uid;
  gid_t gid;
  int slots;
  struct subordinate_ids ids;
  struct slot_settings slot;
};

static pid_t slots[slots_max];
static volatile sig_atomic_t stopping;
static int wake_pipe[2];

static void on_signal(int number) {
  const int error = errno;
  if (number != SIGCHLD) stopping = 1;
  const ssize_t ignored = write(wake_pipe[1], "", 1);
  (void)ignored;
  errno = error;
}

static _Noreturn void die(const char* text) {
  fprintf(stderr, "lyceum-sandbox: %s\n", text);
  exit(1);
}

static long number(const char* text, long most) {
  char* end;
  errno = 0;
  const long value = strtol(text, &end, 10);
  if (errno || end == text || *end || value < 0 || value > most) die("a number is wrong");
  return value;
}

static struct options read_options(int argc, char** argv) {
  struct options options = {.control = -1, .uid = (uid_t)-1, .gid = (gid_t)-1, .slots = 64};
  for (int i = 1; i < argc; i += 2) {
    if (i + 1 >= argc) die("an option without its value");
    const char *name = argv[i], *value = argv[i + 1];
    if (strcmp(name, "--control") == 0)
      options.control = (int)number(value, 1 << 20);
    else if (strcmp(name, "--listen") == 0)
      options.listen = value;
    else if (strcmp(name, "--uid") == 0)
      options.uid = (uid_t)number(value, 0x7fffffff);
    else if (strcmp(name, "--gid") == 0)
      options.gid = (gid_t)number(value, 0x7fffffff);
    else if (strcmp(name, "--slots") == 0)
      options.slots = (int)number(value, slots_max);
    else if (strcmp(name, "--subuid") == 0)
      options.ids.first_uid = (unsigned)number(value, id_max);
    else if (strcmp(name, "--subgid") == 0)
      options.ids.first_gid = (unsigned)number(value, id_max);
    else if (strcmp(name, "--ids") == 0)
      options.ids.count = (unsigned)number(value, ids_max);
    else if (strcmp(name, "--cgroup") == 0)
      options.cgroup = value;
    else if (strcmp(name, "--bind") == 0 && value[0] == '/' && options.slot.bind_count < binds_max)
      options.slot.binds[options.slot.bind_count++] = value;
    else
      die("unknown option, or too many of it");
  }
  if ((options.control >= 0) == (options.listen != NULL)) die("give either --control or --listen");
  if (options.listen && (options.uid == (uid_t)-1 || options.gid == (gid_t)-1))
    die("--listen needs --uid and --gid");
  return options;
}

// As the user whose socket it is: where that user may not write, neither do we.
static int open_listener(const struct options* options) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(options->listen) >= sizeof address.sun_path) die("the socket's path is too long");
  strcpy(address.sun_path, options->listen);
  const int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  umask(0177);
  setfsgid(options->gid);
  setfsuid(options->uid);
  unlink(options->listen);
  if (fd < 0 || bind(fd, (struct sockaddr*)&address, sizeof address) < 0 || listen(fd, 16) < 0) {
    fail_errno("cannot listen at %.200s", options->listen);
    die(why);
  }
  setfsuid(0);
  setfsgid(0);
  umask(022);
  return fd;
}

static void reap(void) {
  pid_t pid;
  while ((pid = waitpid(-1, NULL, WNOHANG)) > 0) {
    for (int i = 0; i < slots_max; i++) {
      if (slots[i] == pid) slots[i] = 0;
    }
  }
}

static void start_slot(struct options* options, int connection) {
  int free_slot = 0;
  while (free_slot < options->slots && slots[free_slot]) free_slot++;
  if (free_slot == options->slots) {
    send_text(connection, sb_type_refused, "all slots of the sandbox are taken");
    return;
  }
  const pid_t broker = getpid();
  const pid_t pid = fork();
  if (pid < 0) {
    send_text(connection, sb_type_refused, "the sandbox cannot make a process");
    return;
  }
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != broker) _exit(1);
    default_signals();
    options->slot.number = free_slot;
    slot_serve(connection, &options->slot);
    _exit(0);
  }
  slots[free_slot] = pid;
}

static bool allowed(const struct options* options, int connection) {
  struct ucred peer;
  socklen_t size = sizeof peer;
  return getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
         (peer.uid == options->uid || peer.uid == 0);
}

// False when the other end of --control has closed.
static bool take_connections(struct options* options, int source) {
  if (options->listen) {
    const int connection = accept4(source, NULL, NULL, SOCK_CLOEXEC);
    if (connection < 0) return true;
    if (allowed(options, connection)) start_slot(options, connection);
    close(connection);
    return true;
  }
  static struct message message;
  const int got = receive_message(source, &message);
  if (got == 1 && message.fd_count == 1) start_slot(options, message.fds[0]);
  close_fds(&message);
  return got == 1;
}

// A later broker takes the place of one whose server died: then nobody can reach it any more.
static bool is_replaced(const struct options* options, ino_t ours) {
  struct stat there;
  return options->listen && (lstat(options->listen, &there) < 0 || there.st_ino != ours);
}

// Takes the socket away, with its user's rights.
static void stop_listening(const struct options* options, ino_t ours) {
  if (!options->listen || is_replaced(options, ours)) return;
  setfsgid(options->gid);
  setfsuid(options->uid);
  unlink(options->listen);
  setfsuid(0);
  setfsgid(0);
}

static void serve(struct options* options, int source) {
  struct stat ours = {0};
  if (options->listen && lstat(options->listen, &ours) < 0) return;
  struct pollfd events[2] = {{.fd = source, .events = POLLIN},
                             {.fd = wake_pipe[0], .events = POLLIN}};
  while (!stopping && !is_replaced(options, ours.st_ino)) {
    if (poll(events, 2, look_again_ms) < 0 && errno != EINTR) break;
    if (events[1].revents) {
      char bytes[64];
      while (read(wake_pipe[0], bytes, sizeof bytes) > 0) {
      }
      reap();
    }
    if (events[0].revents && !take_connections(options, source)) break;
    events[0].revents = events[1].revents = 0;
  }
  stop_listening(options, ours.st_ino);
}

static void catch_signals(void) {
  default_signals();
  signal(SIGPIPE, SIG_IGN);
  if (pipe2(wake_pipe, O_CLOEXEC | O_NONBLOCK) < 0) die("cannot make a pipe");
  const struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
  sigaction(SIGCHLD, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGINT, &action, NULL);
}

// What whoever started us left open is none of ours, nor of any program's.
static void close_others(int control) {
  if (control < 3) {
    close_range(3, ~0U, 0);
    return;
  }
  if (control > 3) close_range(3, (unsigned)control - 1, 0);
  close_range((unsigned)control + 1, ~0U, 0);
}

// Holds no folder, and neither end of a pipe that somebody else waits at. stderr stays, for
// complaints.
static void leave_surroundings(void) {
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 || chdir("/") < 0)
    die("cannot leave where it was started");
}

// Sudo and service managers lower limits that only root outside of any sandbox can raise again, and
// a program's own limits (init.c) must not stand above them. What cannot be raised, init complains
// of.
static void lift_limits(void) {
  static const int lifted[] = {RLIMIT_CPU, RLIMIT_FSIZE, RLIMIT_STACK, RLIMIT_SIGPENDING};
  for (size_t i = 0; i < sizeof lifted / sizeof *lifted; i++) {
    struct rlimit both;
    if (getrlimit((__rlimit_resource_t)lifted[i], &both) < 0) continue;
    both.rlim_max = RLIM_INFINITY;
    setrlimit((__rlimit_resource_t)lifted[i], &both);
  }
  const struct rlimit no_core = {1, 1}, files = {1024, 4096};
  setrlimit(RLIMIT_CORE, &no_core);
  setrlimit(RLIMIT_NOFILE, &files);
}

// A core_pattern that is a pipe hands every crash to a program of the machine, run as root, unless
// the limit is 1 (init.c); 0 does not stop it, and where 0 is the hard limit only a capability that
// some containers lack can raise it.
static bool cores_stay_inside(void) {
  struct rlimit core;
  if (getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_max >= 1) return true;
  char first = '|';
  const int file = open("/proc/sys/kernel/core_pattern", O_RDONLY | O_CLOEXEC);
  const bool known = file >= 0 && read(file, &first, 1) == 1;
  if (file >= 0) close(file);
  return (known && first != '|') ||
         fail(
             "crashes here are handed to a program of the machine: start the sandbox where "
             "`ulimit -c` is not 0");
}

// From here the user is 0. Others, root too, are nobody.
static void go_without_root(struct options* options) {
  if (options->ids.count < ids_per_block)
    die("start it as root, or with subordinate ids (`lyceum doctor` says how)");
  if (options->listen && options->uid != geteuid()) die("only root can serve another user");
  if (!rootless_enter(&options->ids)) die(why);
  options->uid = options->gid = 0;
}

int main(int argc, char** argv) {
  struct options options = read_options(argc, argv);
  close_others(options.control);
  lift_limits();
  catch_signals();
  const pid_t companion = options.control >= 0 ? getppid() : 0;
  static struct cgroups cgroups;
  static char refusal[sizeof why];
  options.slot.cgroups = &cgroups;
  if (geteuid() != 0) {
    go_without_root(&options);
    cgroups.rootless = &options.ids;
  }
  const bool able = cores_stay_inside() && cgroups_open(&cgroups, options.cgroup, companion);
  if (!able) {
    snprintf(refusal, sizeof refusal, "%s", why);
    options.slot.refusal = refusal;
    fprintf(stderr, "lyceum-sandbox: nothing can be run: %s\n", why);
  }
  const int source = options.listen ? open_listener(&options) : options.control;
  leave_surroundings();
  serve(&options, source);
  for (int i = 0; i < slots_max; i++) {
    if (slots[i]) kill(slots[i], SIGKILL);
  }
  while (waitpid(-1, NULL, 0) > 0 || errno == EINTR) {
  }
  if (able) cgroups_close(&cgroups);
  return 0;
}
