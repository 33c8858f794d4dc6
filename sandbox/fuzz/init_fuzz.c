// Any messages to a sandbox's init, as its slot passes them on: files, then a job. Beyond not
// crashing: a file is made where its path says or not at all, and no string of a job lies outside
// of its message. Nothing is run.

#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>

#include "../init.c"
#include "script.h"

static char folder[] = "/tmp/lyceum-fuzz-XXXXXX";
static struct program program;

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
  must(fstat(content, &given) == 0 && S_ISREG(given.st_mode) && S_ISREG(made.st_mode));
  must(made.st_size == given.st_size && (made.st_mode & 07777) == (mode & 0755));
}

static void check_string(const char* text) {
  const char* end = received.bytes + received.size;
  must(text >= received.bytes + sizeof(struct sb_job) && text < end && text + strlen(text) <= end);
}

static void check_program(void) {
  const struct sb_job* job = &received.job;
  for (unsigned i = 0; i < job->argc; i++) check_string(program.argv[i]);
  for (unsigned i = 0; i < job->envc; i++) check_string(program.envp[i]);
  for (unsigned i = 0; i < program.collectc; i++) check_string(program.collect[i]);
  must(program.argv[0] && !program.argv[job->argc] && !program.envp[job->envc]);
  must(program.collectc == job->collectc);
}

// As init_run() does. False: init would have given up.
static bool take_message(void) {
  const char* path = received.bytes + sizeof(struct sb_file);
  if (received.type != sb_type_file) {
    if (received.type == sb_type_job && read_program(&received, &program)) check_program();
    return false;
  }
  if (received.fd_count != 1) return false;
  limit_files(1 << 16);
  const bool written = write_given_file(path, received.file.mode, received.fds[0]);
  limit_files(RLIM_INFINITY);
  act_as(0);
  if (written) check_file(path, received.file.mode, received.fds[0]);
  return written;
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
  bool more = true, wrote = false;
  while (more && receive_message(ends[1], &received) == 1) {
    wrote |= received.type == sb_type_file;
    more = take_message();
    close_fds(&received);
  }
  if (wrote) nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  close(ends[0]);
  close(ends[1]);
  must(count_open() == open_before);
  return 0;
}
