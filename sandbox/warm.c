#include "warm.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "init.h"

static const uint64_t kept_ms = 300000;

static struct recipe recipes[recipes_max];

static uint64_t now_ms(void) {
  return monotonic_ns() / 1000000;
}

static void forget(struct recipe* recipe) {
  if (recipe->at) sandbox_end(recipe->at);
  for (int i = 0; i < recipe->file_count; i++) close(recipe->files[i].content);
  memset(recipe, 0, sizeof *recipe);
}

static struct recipe* find(uint32_t number) {
  for (int i = 0; i < recipes_max; i++) {
    if (recipes[i].number == number) return &recipes[i];
  }
  return NULL;
}

struct recipe* recipe_of(const struct message* job) {
  struct recipe* recipe = find(job->job.recipe);
  if (!recipe) {
    recipe = &recipes[0];
    for (int i = 1; i < recipes_max; i++) {
      if (recipes[i].used_ms < recipe->used_ms) recipe = &recipes[i];
    }
    forget(recipe);
    recipe->number = job->job.recipe;
    recipe->size = job->size;
    memcpy(recipe->job, job->bytes, job->size);
  }
  recipe->used_ms = now_ms();
  return recipe;
}

bool recipe_keep(struct recipe* recipe, const struct message* file) {
  if (recipe->file_count == recipe_files_max) return fail("too many files to keep");
  const int content = fcntl(file->fds[0], F_DUPFD_CLOEXEC, 0);
  if (content < 0) return fail_errno("cannot keep a file");
  const int at = recipe->file_count++;
  recipe->files[at].head = file->file;
  strncpy(recipe->files[at].path, file->bytes + sizeof file->file, path_max - 1);
  recipe->files[at].content = content;
  recipe->gated |= (file->file.mode & sb_gate) != 0;
  return true;
}

static bool pass_files(const struct recipe* recipe, int socket) {
  for (int i = 0; i < recipe->file_count; i++) {
    if (!send_path(socket, sb_type_file, recipe->files[i].head.mode, recipe->files[i].path,
                   recipe->files[i].content))
      return false;
  }
  return true;
}

// Limits come with the job. That on processor time stays with the program: it backs up another.
static bool pass_job(const struct recipe* recipe, const struct sandbox* sandbox, int input) {
  static struct message message;
  memcpy(message.bytes, recipe->job, recipe->size);
  message.job.type = init_start;
  message.job.limits.cpu_ns = 600000000000;
  const int fds[] = {input, sandbox->writers[0], sandbox->writers[1]};
  return send_message(sandbox->socket, message.bytes, recipe->size, fds, 3);
}

static bool start(const struct recipe* recipe, struct sandbox* sandbox) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) return fail_errno("cannot make a pipe");
  sandbox->input = ends[1];
  const bool passed = fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0 &&
                      fchown(ends[0], sandbox->id + 1, sandbox->id + 1) == 0 &&
                      pass_job(recipe, sandbox, ends[0]);
  close(ends[0]);
  close_fd(&sandbox->writers[0]);
  close_fd(&sandbox->writers[1]);
  return passed;
}

static bool make_ready(const struct recipe* recipe, struct sandbox* sandbox) {
  struct sb_job head;
  memcpy(&head, recipe->job, sizeof head);
  return job_cgroup_limit(&sandbox->cgroup, &head.limits) &&
         disk_resize(sandbox->disk, head.limits.disk_bytes) &&
         pass_files(recipe, sandbox->socket) && (!recipe->gated || start(recipe, sandbox));
}

// It is started with its job from now on. What it said on stderr is told, so that who wrote the
// language's file can know.
static void spoil(struct recipe* recipe, struct sandbox* sandbox) {
  char said[300] = "";
  const ssize_t got = read(sandbox->readers[1], said, sizeof said - 1);
  said[got > 0 ? got : 0] = 0;
  fprintf(stderr, "lyceum-sandbox: a program that should wait for its job has ended: %s\n", said);
  recipe->spoiled = true;
  sandbox_end(sandbox);
}

// Who waits says nothing: what can be heard is an end.
struct sandbox* warm_take(struct recipe* recipe) {
  struct sandbox* sandbox = recipe->at;
  if (!sandbox) return NULL;
  recipe->at = NULL;
  if (!await(sandbox->socket, 0)) return sandbox;
  spoil(recipe, sandbox);
  return NULL;
}

bool warm_prepare(void) {
  for (int i = 0; i < recipes_max; i++) {
    struct recipe* recipe = &recipes[i];
    if (!recipe->whole || recipe->spoiled || recipe->at) continue;
    recipe->at = sandbox_take_ready();
    if (!recipe->at) return false;
    if (make_ready(recipe, recipe->at)) return true;
    struct sandbox* sandbox = recipe->at;
    recipe->at = NULL;
    spoil(recipe, sandbox);
  }
  return false;
}

int warm_wait_ms(void) {
  uint64_t first = UINT64_MAX;
  for (int i = 0; i < recipes_max; i++) {
    if (recipes[i].number != 0 && recipes[i].used_ms < first) first = recipes[i].used_ms;
  }
  if (first == UINT64_MAX) return -1;
  const uint64_t now = now_ms(), end = first + kept_ms;
  return end <= now ? 0 : (int)(end - now) + 1;
}

void warm_forget_old(void) {
  const uint64_t now = now_ms();
  for (int i = 0; i < recipes_max; i++) {
    if (recipes[i].number != 0 && recipes[i].used_ms + kept_ms <= now) forget(&recipes[i]);
  }
}
