// Any messages of the runner and of a sandbox's init to a slot, which believes neither. Beyond not
// crashing: no descriptor is left, no path is touched, and what the slot says to either keeps the
// promises of protocol.h. Bits 4 and 5 of a message: 0: from the runner; 1 to 3: from the init of
// the first sandbox that is taken, of the second, of every later one.
//
// Here nobody who is silent will ever speak, and there is no sandbox behind the init.

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/vfs.h>

#include "script.h"

static int spare(pid_t process, int number);
static int give(int fd, uid_t owner, gid_t group);
#define kill spare
#define fchown give
#include "../slot.c"
#undef fchown
#undef kill

static struct script script;
static int runner = -1;       // our end of the slot's connection
static int init = -1;         // and of its socket to init
static unsigned files_given;  // by the runner, each with one content
static unsigned files_heard;  // by inits
static unsigned taken;        // sandboxes
static uint8_t output_of[2];  // pages that its program wrote
static struct sandbox box;
static struct message heard;

static int spare(pid_t process, int number) {
  must(process == 4711 && number == SIGKILL);
  return 0;
}

// What is no pipe has a path; so has a pipe with a name.
static bool has_no_name(int fd) {
  char link[32], name[8] = "";
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  return readlink(link, name, sizeof name - 1) > 0 && strncmp(name, "pipe:[", 6) == 0;
}

static int give(int fd, uid_t owner, gid_t group) {
  must(owner == box.id + 1 && group == owner);
  must(has_no_name(fd));
  return 0;
}

static bool is_file(const struct line* line) {
  return line->fd_count == 1 && line->size >= 4 && memcmp(line->text, "\4\0\0", 4) == 0;
}

static void say_all(unsigned from, int socket) {
  struct script rest = script;
  for (struct line line; next_line(&rest, &line);) {
    if (line.to != from) continue;
    send_line(&line, socket);
    files_given += from == 0 && is_file(&line);
  }
}

// What the slot told init: files, the job, signals; everything in its shape.
static void check_init_was_told(void) {
  bool job = false;
  must(shutdown(box.socket, SHUT_WR) == 0);
  while (receive_message(init, &heard) == 1) {
    must(heard.fd_count == (heard.type == sb_type_file ? 1 : heard.type == sb_type_job ? 3 : 0));
    if (heard.type == sb_type_file) {
      must(!job && heard.size > sizeof(struct sb_file));
      files_heard++;
    } else if (heard.type == sb_type_job) {
      must(!job && heard.size >= sizeof(struct sb_job));
      job = true;
    } else {
      must(job && heard.type == sb_type_signal && heard.size == sizeof(struct sb_signal));
    }
    close_fds(&heard);
  }
}

static void check_artifact(void) {
  const char* path = heard.bytes + sizeof(struct sb_file);
  const int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;
  must(heard.fd_count == 1 && fcntl(heard.fds[0], F_GET_SEALS) == seals);
  must(heard.file.mode == 0755 || heard.file.mode == 0644);
  must(strncmp(path, "w/", 2) == 0 || strncmp(path, "out/", 4) == 0);
  must(!strstr(path, "//") && !strstr(path, "/../") && !strstr(path, "/./"));
}

static void check_result(void) {
  const struct sb_result* result = &heard.result;
  must(heard.size == sizeof *result && result->reason >= sb_exited && result->reason < sb_lost);
  must(result->kept <= 3 && heard.fd_count == __builtin_popcount(result->kept));
  must(result->stdout_bytes <= 4096U * (output_of[0] % 16) &&
       result->stderr_bytes <= 4096U * (output_of[1] % 16));
}

// HELLO, then of each job its files and its result, or that it is refused, which is the last word.
static void check_runner_was_told(void) {
  bool hello = false, refused = false;
  uint32_t before = 0;
  while (receive_message(runner, &heard) == 1) {
    must(!refused && hello == (heard.type != sb_type_hello));
    must(heard.type == sb_type_result || before != sb_type_artifact ||
         heard.type == sb_type_artifact);
    hello = true;
    refused = heard.type == sb_type_refused;
    if (heard.type == sb_type_artifact) check_artifact();
    if (heard.type == sb_type_result) check_result();
    must(heard.type == sb_type_hello || heard.type == sb_type_started || refused ||
         heard.type == sb_type_artifact || heard.type == sb_type_result);
    before = heard.type;
    close_fds(&heard);
  }
  must(hello);
}

void close_fd(int* fd) {
  if (*fd >= 0) close(*fd);
  *fd = -1;
}

bool await(int fd, int timeout_ms) {
  (void)timeout_ms;
  struct pollfd events = {.fd = fd, .events = POLLIN};
  return poll(&events, 1, 0) > 0;
}

bool standby_open(const struct slot_settings* settings) {
  (void)settings;
  return true;
}

bool standby_prepare(void) {
  return false;
}

// The runner has said everything.
bool standby_wait(int fd, int timeout_ms) {
  (void)fd, (void)timeout_ms;
  shutdown(runner, SHUT_WR);
  return true;
}

void standby_close(void) {}

static void write_output(int fd, uint8_t pages) {
  static const char bytes[4096];
  for (int i = 0; i < pages % 16; i++) must(write(fd, bytes, sizeof bytes) == sizeof bytes);
}

struct sandbox* sandbox_take(void) {
  int ends[2];
  must(box.state == sandbox_none);
  open_sockets(ends);
  init = ends[0];
  box = (struct sandbox){
      .state = sandbox_taken, .init = 4711, .socket = ends[1], .forbidden = -1, .id = 1900000000};
  for (int i = 0; i < 2; i++) {
    must(pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
    box.readers[i] = ends[0];
    box.writers[i] = ends[1];
    write_output(ends[1], output_of[i]);
  }
  say_all(taken < 2 ? taken + 1 : 3, init);
  taken++;
  shutdown(init, SHUT_WR);
  return &box;
}

void sandbox_end(struct sandbox* sandbox) {
  must(sandbox == &box && box.state == sandbox_taken);
  check_init_was_told();
  close_fd(&init);
  close_fd(&box.socket);
  for (int i = 0; i < 2; i++) {
    close_fd(&box.readers[i]);
    close_fd(&box.writers[i]);
  }
  box.state = sandbox_none;
}

bool job_cgroup_limit(const struct job_cgroup* job, const struct sb_limits* limits) {
  (void)job;
  must(limits->memory_bytes >= 4 << 20 && limits->memory_bytes <= (uint64_t)16 << 30);
  must(limits->processes > 0 && limits->cores > 0 && limits->cores <= 64);
  return true;
}

bool disk_resize(int disk, uint64_t bytes) {
  (void)disk;
  must(bytes >= 4096 && bytes <= (uint64_t)16 << 30);
  return true;
}

uint64_t job_cgroup_cpu_ns(const struct job_cgroup* job) {
  (void)job;
  return 0;
}

uint64_t job_cgroup_memory_peak(const struct job_cgroup* job) {
  (void)job;
  return 0;
}

uint64_t job_cgroup_oom_kills(const struct job_cgroup* job) {
  (void)job;
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const int open_before = count_open();
  const struct slot_settings settings = {0};
  int ends[2];
  output_of[0] = data[0];
  output_of[1] = data[1];
  script = (struct script){data + 2, size - 2};
  taken = files_given = files_heard = 0;
  open_sockets(ends);
  runner = ends[0];
  say_all(0, runner);
  slot_serve(ends[1], &settings);
  shutdown(ends[1], SHUT_WR);
  check_runner_was_told();
  close(ends[0]);
  close(ends[1]);
  must(files_heard <= files_given);
  must(box.state == sandbox_none && count_open() == open_before);
  return 0;
}
