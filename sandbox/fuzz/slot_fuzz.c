// Any messages of the runner and of sandboxes' inits to a slot, which believes neither. Beyond not
// crashing: no descriptor is left, no path is touched, no sandbox is left, what is kept for the
// jobs to come stays within its limits and reaches each sandbox once, what is one job's reaches no
// other, and what the slot says to either side keeps the promises of protocol.h.
//
// The first byte: pages of stdout, and how often no sandbox is ready for what could be kept warm;
// the second: pages of stderr. Then messages. To whom: 0: from the runner; 1 to 3: from the init of
// the first sandbox that is taken, of the second, of every later one. When: of the runner: 0: with
// the one before, 1: when the slot waits for it, 2 and 3: when it has waited in vain; of an init:
// 0: when its job comes, else before.

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/vfs.h>

#include "boxes.h"

static int spare(pid_t process, int number);
static int give(int fd, uid_t owner, gid_t group);
static uint64_t clock_ns(void);
#define kill spare
#define fchown give
#define monotonic_ns clock_ns
#include "../slot.c"
#define pass_files pass_kept_files
#define pass_job pass_waiting_job
#include "../warm.c"
#undef pass_job
#undef pass_files
#undef monotonic_ns
#undef fchown
#undef kill

static const uint64_t began_ns = 1000000000000000;
static uint64_t time_ns;
static int runner = -1;     // our end of the slot's connection
static struct script rest;  // of what the runner has to say
static struct line next;    // if there is more
static bool more, waited;
static unsigned plain_given;  // files that are not to be kept

static int spare(pid_t process, int number) {
  const int at = process - first_process;
  must(at >= 0 && at < sandboxes_max && number == SIGKILL);
  must(boxes[at].sandbox.state == sandbox_taken && boxes[at].has_job);
  return 0;
}

// What is no pipe has a path; so has a pipe with a name.
static bool has_no_name(int fd) {
  char link[32], name[8] = "";
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  return readlink(link, name, sizeof name - 1) > 0 && strncmp(name, "pipe:[", 6) == 0;
}

static int give(int fd, uid_t owner, gid_t group) {
  must(is_user_of_a_box(owner) && group == owner);
  must(has_no_name(fd));
  return 0;
}

static uint64_t clock_ns(void) {
  return time_ns += 1000;
}

static bool is_plain_file(const struct line* line) {
  return line->fd_count == 1 && line->size >= 8 && memcmp(line->text, "\4\0\0", 4) == 0 &&
         (line->text[6] & 3) == 0;
}

static void find_next(void) {
  do more = next_line(&rest, &next);
  while (more && next.to != 0);
}

static void speak_as_runner(void) {
  while (more) {
    send_line(&next, runner);
    plain_given += is_plain_file(&next);
    find_next();
    if (next.when) return;
  }
}

static void check_recipes(void) {
  for (int i = 0; i < recipes_max; i++) {
    const struct recipe* recipe = &recipes[i];
    must(recipe->file_count <= recipe_files_max && recipe->size <= recipe_bytes_max);
    must(!recipe->at || (recipe->number && recipe->whole && !recipe->spoiled));
    if (!recipe->number) continue;
    struct sb_job job;
    memcpy(&job, recipe->job, sizeof job);
    must((uint32_t)recipe->file_count <= job.filec && job.recipe == recipe->number);
    must(recipe->used_ms + kept_ms + 1 >= time_ns / 1000000);
    for (int j = 0; j < recipe->file_count; j++) {
      must(recipe->files[j].head.mode & (sb_kept | sb_gate));
      must(recipe->gated || !(recipe->files[j].head.mode & sb_gate));
      must(fcntl(recipe->files[j].content, F_GETFD) == FD_CLOEXEC);
    }
    for (int j = 0; j < i; j++) must(recipe->number != recipes[j].number);
  }
}

bool standby_open(const struct slot_settings* settings) {
  (void)settings;
  return true;
}

bool standby_prepare(void) {
  return false;
}

bool standby_wait(int fd, int timeout_ms) {
  (void)fd;
  check_recipes();
  must(timeout_ms >= -1 && timeout_ms <= 300001);
  if (!more) {
    shutdown(runner, SHUT_WR);
  } else if (next.when > 1 && timeout_ms >= 0 && !waited) {
    waited = true;
    time_ns += (uint64_t)(timeout_ms + 10) * 1000000;
    return false;
  } else {
    waited = false;
    speak_as_runner();
  }
  return true;
}

// The process ends here. What is taken is in the hands of a recipe.
void standby_close(void) {
  check_recipes();
  for (int i = 0; i < recipes_max; i++) forget(&recipes[i]);
  for (int i = 0; i < sandboxes_max; i++) must(boxes[i].sandbox.state == sandbox_none);
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
  must(result->stdout_bytes <= 4096U * output_of[0] &&
       result->stderr_bytes <= 4096U * output_of[1]);
  must(result->wall_ns <= time_ns - began_ns && result->warm <= 1);
}

// Its descriptor is one end of a terminal, the one that is not the program's.
static void check_started(void) {
  unsigned number;
  must(heard.size == sizeof(struct sb_text) && heard.fd_count <= 1);
  if (heard.fd_count == 0) return;
  must(terminals-- > 0 && ioctl(heard.fds[0], TIOCGPTN, &number) == 0);
}

// HELLO, then of each job that it has started, if it is live, its files and its result, or that it
// is refused, which is the last word.
static void check_runner_was_told(void) {
  bool hello = false, refused = false;
  uint32_t before = 0;
  while (receive_message(runner, &heard) == 1) {
    must(!refused && hello == (heard.type != sb_type_hello));
    must(heard.type == sb_type_result || before != sb_type_artifact ||
         heard.type == sb_type_artifact);
    hello = true;
    refused = heard.type == sb_type_refused;
    if (heard.type == sb_type_artifact)
      check_artifact();
    else if (heard.type == sb_type_result)
      check_result();
    else if (heard.type == sb_type_started)
      check_started();
    else
      must((heard.type == sb_type_hello || refused) && heard.fd_count == 0);
    before = heard.type;
    close_fds(&heard);
  }
  must(hello);
}

static void begin(const uint8_t* data, size_t size) {
  output_of[0] = data[0] % 16;
  output_of[1] = data[1] % 16;
  not_ready = data[0] / 16;
  rest = script = (struct script){data + 2, size - 2};
  taken = terminals = plain_given = plain_heard = 0;
  seen_count = 0;
  waited = false;
  time_ns = began_ns;
}

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const int open_before = count_open();
  const struct slot_settings settings = {0};
  int ends[2];
  begin(data, size);
  open_sockets(ends);
  runner = ends[0];
  find_next();
  speak_as_runner();
  slot_serve(ends[1], &settings);
  shutdown(ends[1], SHUT_WR);
  check_runner_was_told();
  close(ends[0]);
  close(ends[1]);
  must(plain_heard <= plain_given);
  must(count_open() == open_before);
  return 0;
}
