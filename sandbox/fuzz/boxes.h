#ifndef LYCEUM_SANDBOX_FUZZ_BOXES_H
#define LYCEUM_SANDBOX_FUZZ_BOXES_H
// Sandboxes with nobody in them, in place of standby.c, and of what needs powers. What their inits
// say is in the script; what a slot told them is looked at when they end.

#include <poll.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>

#include "../init.h"
#include "../standby.h"
#include "../terminal.h"
#include "../warm.h"
#include "script.h"

enum { first_process = 4711, seen_max = 1024 };

struct box {
  struct sandbox sandbox;
  int init;         // our end of its socket
  unsigned number;  // 1 is the first that was taken
  bool warm;        // taken before its job
  bool has_job;
  bool spoke;   // before it had one
  int limited;  // how often limits were set
};

struct file_seen {
  ino_t content;
  unsigned box;
  bool kept;
};

static struct script script;
static struct box boxes[sandboxes_max];
static unsigned taken, not_ready;
static unsigned terminals;
static unsigned plain_heard;
static uint8_t output_of[2];  // pages that each program wrote
static struct file_seen seen[seen_max];
static int seen_count;
static struct message heard;

void close_fd(int* fd) {
  if (*fd >= 0) close(*fd);
  *fd = -1;
}

// Nobody who is silent will ever speak.
bool await(int fd, int timeout_ms) {
  (void)timeout_ms;
  struct pollfd events = {.fd = fd, .events = POLLIN};
  return poll(&events, 1, 0) > 0;
}

// What came in a descriptor of its own goes to one sandbox, once; what is kept to each once. Memory
// files alone can be told apart.
static void check_seen(int content, bool kept, unsigned box) {
  struct stat about;
  if (fcntl(content, F_GET_SEALS) < 0) return;
  must(fstat(content, &about) == 0);
  for (int i = 0; i < seen_count; i++)
    must(seen[i].content != about.st_ino || (kept && seen[i].kept && seen[i].box != box));
  if (seen_count < seen_max)
    seen[seen_count++] = (struct file_seen){.content = about.st_ino, .box = box, .kept = kept};
}

struct hearing {
  bool plain, gated, waiting, running;
};

static void check_file(const struct box* box, struct hearing* so_far) {
  const bool gate = heard.file.mode & sb_gate, kept = gate || (heard.file.mode & sb_kept);
  must(heard.fd_count == 1 && heard.size > sizeof(struct sb_file) && !so_far->running);
  must(!gate || box->warm);
  // Before its job comes, what is kept; from then on, all but that.
  if (box->warm) must(kept ? !so_far->plain && !so_far->waiting : box->has_job);
  check_seen(heard.fds[0], kept, box->number);
  so_far->plain |= !kept;
  so_far->gated |= gate;
  plain_heard += !kept;
}

// The program's end. It may have been hung up already.
static bool is_terminal(int fd) {
  struct stat about;
  const unsigned first_major = 136;  // UNIX98_PTY_SLAVE_MAJOR
  return fstat(fd, &about) == 0 && S_ISCHR(about.st_mode) && major(about.st_rdev) == first_major;
}

static void check_program(const struct box* box, const struct hearing* so_far) {
  must(heard.fd_count == 3 && heard.size >= sizeof(struct sb_job));
  must(!so_far->waiting && !so_far->running);
  must(so_far->gated == (heard.type == init_start));
  const uint32_t piped = heard.job.limits.flags & (sb_own_stdout | sb_own_stderr | sb_live);
  must((!heard.job.rows || piped == sb_live) && (!heard.job.recipe || !piped));
  if (heard.type == init_start) must(box->warm && heard.size <= recipe_bytes_max);
  if (heard.type == sb_type_job) must(box->has_job);
  for (int i = 0; i < 3; i++) must(is_terminal(heard.fds[i]) == (heard.job.rows > 0));
}

// Files, the program, signals; where a program waits, more files and that it may go on come before.
static void check_init_was_told(const struct box* box) {
  struct hearing so_far = {0};
  while (receive_message(box->init, &heard) == 1) {
    if (heard.type == sb_type_file) {
      check_file(box, &so_far);
    } else if (heard.type == init_start || heard.type == sb_type_job) {
      check_program(box, &so_far);
      *(heard.type == init_start ? &so_far.waiting : &so_far.running) = true;
    } else if (heard.type == init_open) {
      must(heard.fd_count == 0 && box->has_job && so_far.waiting && !so_far.running);
      so_far.running = true;
    } else {
      must(heard.type == sb_type_signal && heard.size == sizeof(struct sb_signal));
      must(heard.fd_count == 0 && so_far.running);
    }
    close_fds(&heard);
  }
}

// An init of a sandbox that was taken early may say something early, too.
static void speak_as_init(struct box* box, bool early) {
  struct script rest = script;
  for (struct line line; next_line(&rest, &line);) {
    const bool in_time = !box->warm || (line.when > 0) == early;
    if (line.to != (box->number < 3 ? box->number : 3) || !in_time) continue;
    send_line(&line, box->init);
    box->spoke |= early;
  }
  if (!early) must(shutdown(box->init, SHUT_WR) == 0);
}

static void make_output(struct sandbox* sandbox, int which) {
  static const char page[4096];
  int ends[2];
  must(pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
  sandbox->readers[which] = ends[0];
  sandbox->writers[which] = ends[1];
  for (int i = 0; i < output_of[which]; i++) must(write(ends[1], page, sizeof page) == sizeof page);
}

static struct box* take_box(bool warm) {
  int ends[2], at = 0;
  while (boxes[at].sandbox.state != sandbox_none) at++;
  must(at <= recipes_max);  // and one at work
  open_sockets(ends);
  struct box* box = &boxes[at];
  *box = (struct box){.sandbox = {.state = sandbox_taken,
                                  .init = first_process + at,
                                  .socket = ends[1],
                                  .forbidden = -1,
                                  .input = -1,
                                  .id = (uid_t)(first_host_id + at * ids_per_sandbox)},
                      .init = ends[0],
                      .number = ++taken,
                      .warm = warm,
                      .has_job = !warm};
  for (int i = 0; i < 2; i++) make_output(&box->sandbox, i);
  speak_as_init(box, warm);
  return box;
}

struct sandbox* sandbox_take(void) {
  return &take_box(false)->sandbox;
}

struct sandbox* sandbox_take_ready(void) {
  if (not_ready > 0) return not_ready--, NULL;
  return &take_box(true)->sandbox;
}

void sandbox_end(struct sandbox* sandbox) {
  struct box* box = (struct box*)sandbox;
  must(sandbox->state == sandbox_taken && shutdown(sandbox->socket, SHUT_WR) == 0);
  check_init_was_told(box);
  close_fd(&box->init);
  close_fd(&sandbox->socket);
  close_fd(&sandbox->input);
  for (int i = 0; i < 2; i++) {
    close_fd(&sandbox->readers[i]);
    close_fd(&sandbox->writers[i]);
  }
  sandbox->state = sandbox_none;
}

static bool is_user_of_a_box(uid_t user) {
  for (int i = 0; i < sandboxes_max; i++) {
    if (boxes[i].sandbox.state == sandbox_taken && boxes[i].sandbox.id + 1 == user) return true;
  }
  return false;
}

bool terminal_make(struct terminal* terminal, uint16_t rows, uint16_t columns, uid_t owner) {
  must(rows > 0 && columns > 0 && is_user_of_a_box(owner));
  terminal->ours = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  must(terminal->ours >= 0 && unlockpt(terminal->ours) == 0);
  terminal->program = ioctl(terminal->ours, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
  must(terminal->program >= 0);
  terminals++;
  return true;
}

// Of a sandbox that was taken early, for what waits, and again when its job comes.
bool job_cgroup_limit(struct job_cgroup* job, const struct sb_limits* limits) {
  struct box* box = (struct box*)((char*)job - offsetof(struct box, sandbox.cgroup));
  must(limits->memory_bytes >= 4 << 20 && limits->memory_bytes <= (uint64_t)16 << 30);
  must(limits->processes > 0 && limits->cores > 0 && limits->cores <= 64);
  must(++box->limited <= 1 + box->warm);
  if (box->limited == 2) {
    must(!box->spoke);
    box->has_job = true;
    speak_as_init(box, false);
  }
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

#endif
