// Any messages to a sandbox's init, as its slot passes them on: files, then a job or a program that
// waits for one, then what comes while it runs. Beyond not crashing: a file is made where its path
// says or not at all, a gate is gone once it is open and held by one descriptor, no other
// descriptor is left, no string of a job lies outside of its message, signals are fit for programs,
// and what is said to the slot is in its shape. Nothing is run.

#include <ftw.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/vfs.h>

#include "script.h"

static int pass(pid_t process, int number);
static void finish(struct message* message);
static _Noreturn void leave(int code);
#define kill pass
#define close_fds finish
#define _exit leave
#include "../init.c"
#undef _exit
#undef close_fds
#undef kill

enum { child = 4711 };

static char folder[] = "/tmp/lyceum-fuzz-XXXXXX";
static struct program program;
static jmp_buf end;
static bool running, wrote;

bool landlock_install(void) {
  return false;
}

bool seccomp_install(int* listener) {
  *listener = -1;
  return false;
}

bool root_complete(int disk, const struct root_plan* plan, int* out) {
  (void)disk, (void)plan, (void)out;
  return false;
}

static int pass(pid_t process, int number) {
  must(running && process == -child);
  must(number == SIGHUP || number == SIGINT || number == SIGQUIT || number == SIGUSR1 ||
       number == SIGUSR2 || number == SIGTERM || number == SIGKILL);
  return 0;
}

static _Noreturn void leave(int code) {
  (void)code;
  longjmp(end, 1);
}

// The program's user must be able to write, whoever we are.
static void make_folders(void) {
  umask(0);
  must(mkdtemp(folder) && chmod(folder, 0755) == 0);
  scratch = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  must(mkdirat(scratch, "w", 0777) == 0 && mkdirat(scratch, "out", 0777) == 0);
  signal(SIGXFSZ, SIG_IGN);
}

static void limit_files(rlim_t bytes) {
  const struct rlimit both = {bytes, RLIM_INFINITY};
  setrlimit(RLIMIT_FSIZE, &both);
}

static int remove_one(const char* path, const struct stat* about, int type, struct FTW* where) {
  (void)about, (void)type;
  return where->level > 1 ? remove(path) : 0;
}

static void remove_folders(void) {
  nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  rmdir(folder);
}

// Each part of a path is a name.
static bool is_beneath(const char* path) {
  char part[path_max];
  must(strlen(path) < sizeof part);
  strcpy(part, path);
  char *rest = part, *name = strsep(&rest, "/");
  if (!rest || (strcmp(name, "w") != 0 && strcmp(name, "out") != 0)) return false;
  while ((name = strsep(&rest, "/"))) {
    if (!*name || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) return false;
  }
  return true;
}

static void check_file(const char* path, uint32_t mode, int content) {
  struct stat made, given;
  must(is_beneath(path) && fstatat(scratch, path, &made, AT_SYMLINK_NOFOLLOW) == 0);
  if (mode & sb_gate) {
    must(S_ISFIFO(made.st_mode) && (made.st_mode & 07777) == 0644 && strcmp(gate, path) == 0);
    return;
  }
  must(fstat(content, &given) == 0 && S_ISREG(given.st_mode) && S_ISREG(made.st_mode));
  must(made.st_size == given.st_size && (made.st_mode & 07777) == (mode & 0755));
}

static void check_string(const char* text) {
  const char* end_of_job = received.bytes + received.size;
  must(text >= received.bytes + sizeof(struct sb_job) && text < end_of_job &&
       text + strlen(text) <= end_of_job);
}

static void check_program(void) {
  const struct sb_job* job = &received.job;
  for (unsigned i = 0; i < job->argc; i++) check_string(program.argv[i]);
  for (unsigned i = 0; i < job->envc; i++) check_string(program.envp[i]);
  for (unsigned i = 0; i < program.collectc; i++) check_string(program.collect[i]);
  must(program.argv[0] && !program.argv[job->argc] && !program.envp[job->envc]);
  must(program.collectc == job->collectc);
}

static void check_gate_is_open(void) {
  struct stat about;
  if (*gate) must(fstatat(scratch, gate, &about, AT_SYMLINK_NOFOLLOW) < 0 && errno == ENOENT);
}

// Called where init has done what a message asks for.
static void finish(struct message* message) {
  if (message->type == sb_type_file) must(message->fd_count == 1);
  if (message->type == sb_type_file)
    check_file(message->bytes + sizeof message->file, message->file.mode, message->fds[0]);
  if (message->type == init_open) check_gate_is_open();
  close_fds(message);
}

// As init_run() does, until it would end.
static void serve(void) {
  for (;;) {
    if (receive_message(slot, &received) != 1) leave(1);
    if (received.type != sb_type_file) break;
    wrote = true;
    require(take_file(&received));
    finish(&received);
  }
  bool waits = received.type == init_start;
  require((waits || received.type == sb_type_job) && read_program(&received, &program));
  check_program();
  close_fds(&received);  // they are the program's
  running = wrote = true;
  for (;;) {
    const bool waited = waits;
    take_message(child, &waits);
    if (incoming.type == sb_type_signal)
      must(incoming.size == sizeof incoming.signal && waits == waited);
    else
      must(waited && waits == (incoming.type == sb_type_file));
  }
}

// What init said: that it has started, at most once and only to one who waits for it; why it fails.
static void check_slot_was_told(int socket, bool* started) {
  static struct message heard;
  bool failed = false;
  *started = false;
  while (receive_message(socket, &heard) == 1) {
    must(heard.fd_count == 0 && !failed);
    failed = heard.type == init_failed;
    if (failed) {
      must(heard.size >= sizeof(struct sb_text));
    } else {
      must(heard.type == init_started && heard.size == sizeof(struct init_note));
      must(running && !*started);
      *started = true;
    }
  }
}

// The one pipe with a name that is still open.
static void close_gate(void) {
  struct stat about;
  struct statfs system;
  int found = 0;
  for (int fd = 0; fd < 64; fd++) {
    if (fstat(fd, &about) < 0 || !S_ISFIFO(about.st_mode)) continue;
    if (fstatfs(fd, &system) < 0 || system.f_type == 0x50495045) continue;  // PIPEFS_MAGIC
    found++;
    close(fd);
  }
  must(found == 1);
}

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (scratch < 0) {
    make_folders();
    atexit(remove_folders);
  }
  const int open_before = count_open();
  int ends[2];
  open_sockets(ends);
  struct script script = {data, size};
  for (struct line line; next_line(&script, &line);) send_line(&line, ends[0]);
  shutdown(ends[0], SHUT_WR);
  slot = ends[1];
  *gate = 0;
  running = wrote = false;
  received.fd_count = incoming.fd_count = 0;
  limit_files(1 << 16);
  if (setjmp(end) == 0) serve();
  limit_files(RLIM_INFINITY);
  act_as(0);
  close_fds(&received);
  close_fds(&incoming);
  shutdown(ends[1], SHUT_WR);
  bool started;
  check_slot_was_told(ends[0], &started);
  if (started && *gate) close_gate();
  if (wrote) nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  close(ends[0]);
  close(ends[1]);
  must(count_open() == open_before);
  return 0;
}
