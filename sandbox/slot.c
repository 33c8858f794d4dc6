#include "slot.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "init.h"
#include "terminal.h"
#include "warm.h"

enum {
  artifacts_max = 200,
  files_max = 2000,
  tick_ns = 20000000,     // how often a job's accounts are looked at when no limit is near
  near_tick_ns = 250000,  // and when one is
  naming_us = 50000       // to learn which system call was forbidden
};

enum { at_connection, at_init, at_stdout, at_stderr, at_forbidden, at_input, watched };

struct output {
  int kept;  // memfd, from the first byte on
  uint64_t bytes;
};

struct artifact {
  char path[path_max];
  uint32_t mode;
  int content;
};

struct job {
  int connection;
  struct sb_limits limits;
  bool collects;
  struct sandbox* sandbox;
  struct recipe* recipe;  // NULL: none
  bool warm;              // what the recipe keeps is in the sandbox
  int input;              // stdin's content, where the program is there, too
  int terminal;           // of a live job that asked for one, until the runner has it
  struct output out[2];
  uint64_t started_ns;  // 0: not yet
  uint64_t ours_ns;     // processor time in its cgroup that was not the program's
  struct sb_result result;
  bool ended;  // the program, by itself
  bool gone;   // the runner
  uint64_t rss_peak, cpu_least_ns;
  uint64_t artifact_bytes;
  int artifact_count;
};

static struct artifact artifacts[artifacts_max];
static struct message request, note;

static bool within(const char* what, uint64_t value, uint64_t least, uint64_t most) {
  return (value >= least && value <= most) ||
         fail("%s is %llu, must be %llu to %llu", what, (unsigned long long)value,
              (unsigned long long)least, (unsigned long long)most);
}

// The runner has smaller maxima of its own; these keep a machine alive whatever it asks for.
static bool check_limits(const struct sb_limits* l) {
  const uint64_t mib = 1 << 20, second = 1000000000;
  return within("cpu_ns", l->cpu_ns, 1, 600 * second) &&
         within("wall_ns", l->wall_ns, 1, 1200 * second) &&
         within("memory_bytes", l->memory_bytes, 4 * mib, 16384 * mib) &&
         within("disk_bytes", l->disk_bytes, 4096, l->memory_bytes) &&
         within("file_bytes", l->file_bytes, 1, 1024 * mib) &&
         within("stack_bytes", l->stack_bytes, 65536, l->memory_bytes) &&
         within("output_keep", l->output_keep, 0, 64 * mib) &&
         within("output_max", l->output_max, l->output_keep, 1024 * mib) &&
         within("artifact_bytes", l->artifact_bytes, 0, 256 * mib) &&
         within("processes", l->processes, 1, 4096) && within("cores", l->cores, 1, 64) &&
         within("open_files", l->open_files, 8, 4096);
}

// A pipe's end, of a pipe that has no name anywhere.
static bool is_pipe(int fd, int access) {
  struct stat about;
  struct statfs system;
  return fstat(fd, &about) == 0 && S_ISFIFO(about.st_mode) && fstatfs(fd, &system) == 0 &&
         system.f_type == PIPEFS_MAGIC && (fcntl(fd, F_GETFL) & O_ACCMODE) == access;
}

static bool is_file_to_read(int fd) {
  struct stat about;
  return fstat(fd, &about) == 0 && S_ISREG(about.st_mode) &&
         (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY;
}

static bool check_job(const struct message* message) {
  if (message->size < sizeof(struct sb_job)) return fail("a job of the wrong shape");
  const struct sb_limits* limits = &message->job.limits;
  const int own = !!(limits->flags & sb_own_stdout) + !!(limits->flags & sb_own_stderr);
  const uint32_t known = sb_out_writable | sb_own_stdout | sb_own_stderr | sb_live;
  if (message->fd_count != 1 + own || (limits->flags & ~known))
    return fail("a job of the wrong shape");
  if (!is_file_to_read(message->fds[0]) && !is_pipe(message->fds[0], O_RDONLY))
    return fail("a stdin that is neither a file nor a pipe to read from");
  for (int i = 1; i <= own; i++) {
    if (!is_pipe(message->fds[i], O_WRONLY)) return fail("an output that is no pipe to write to");
  }
  const uint32_t piped = sb_own_stdout | sb_own_stderr | sb_live;
  if (message->job.recipe && ((limits->flags & piped) || message->size > recipe_bytes_max ||
                              !is_file_to_read(message->fds[0])))
    return fail("a recipe for a job that cannot have one");
  if ((message->job.rows || message->job.columns) &&
      (!message->job.rows || !message->job.columns || (limits->flags & piped) != sb_live ||
       !is_file_to_read(message->fds[0])))
    return fail("a terminal for a job that cannot have one");
  return within("filec", message->job.filec, 0, files_max) && check_limits(limits);
}

// The program may open /dev/stdin where that is a pipe, and in a live job the others. No path is
// touched: a pipe has none.
static bool give_pipes(const struct message* message, uid_t owner) {
  const int count = message->job.limits.flags & sb_live ? message->fd_count : 1;
  for (int i = 0; i < count; i++) {
    if (i == 0 && !is_pipe(message->fds[0], O_RDONLY)) continue;
    if (fchown(message->fds[i], owner, owner) < 0) return fail_errno("cannot give a pipe away");
  }
  return true;
}

// Unread but for its kind. What waits in the sandbox has what is kept; what is started with its job
// needs no gate.
static bool pass_file(const struct job* job) {
  if (note.type != sb_type_file || note.size <= sizeof(struct sb_file) || note.fd_count != 1)
    return fail("a file of the wrong shape");
  const bool gate = note.file.mode & sb_gate, kept = gate || (note.file.mode & sb_kept);
  if (kept && !job->recipe) return fail("a file to keep without a recipe");
  if (kept && !job->recipe->whole && !recipe_keep(job->recipe, &note)) return false;
  return gate || (kept && job->warm) ||
         send_message(job->sandbox->socket, note.bytes, note.size, note.fds, 1);
}

// Hands on what the runner sends.
static bool pass_files(const struct job* job, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    if (!await(job->connection, setup_ms)) return fail("the runner does not go on");
    if (receive_message(job->connection, &note) != 1) return fail("the runner has gone");
    const bool passed = pass_file(job);
    close_fds(&note);
    if (!passed) return false;
  }
  if (job->recipe) job->recipe->whole = true;
  return true;
}

// What there is room for. False when there is no more, or nobody who takes it.
static bool give_input(struct job* job) {
  ssize_t given;
  do given = splice(job->input, NULL, job->sandbox->input, NULL, 1 << 20, SPLICE_F_NONBLOCK);
  while (given > 0);
  if (given < 0 && errno == EAGAIN) return true;
  close_fd(&job->sandbox->input);
  return false;
}

// In the place of its stdin.
static bool give_terminal(struct job* job) {
  struct terminal terminal;
  if (!terminal_make(&terminal, request.job.rows, request.job.columns, job->sandbox->id + 1))
    return false;
  job->terminal = terminal.ours;
  close(request.fds[0]);
  request.fds[0] = terminal.program;
  return true;
}

static bool pass_job(struct job* job) {
  struct sandbox* sandbox = job->sandbox;
  if (job->warm && job->recipe->gated) {
    job->input = request.fds[0];
    request.fd_count = 0;
    give_input(job);
    return send_text(sandbox->socket, (enum sb_type)init_open, "");
  }
  if (request.job.rows && !give_terminal(job)) return false;
  int fds[3] = {request.fds[0], sandbox->writers[0], sandbox->writers[1]};
  const int* own = request.fds + 1;
  if (job->limits.flags & sb_own_stdout) fds[1] = *own++;
  if (job->limits.flags & sb_own_stderr) fds[2] = *own;
  if (request.job.rows) fds[1] = fds[2] = fds[0];
  const bool passed = send_message(sandbox->socket, request.bytes, request.size, fds, 3);
  close_fds(&request);  // a pipe ends when its last holder does: that is the program
  close_fd(&sandbox->writers[0]);
  close_fd(&sandbox->writers[1]);
  return passed;
}

static bool set_up(struct job* job) {
  if (request.job.recipe) job->recipe = recipe_of(&request);
  if (job->recipe) job->sandbox = warm_take(job->recipe);
  job->warm = job->sandbox != NULL;
  if (!job->sandbox) job->sandbox = sandbox_take();
  if (!job->sandbox) return false;
  job->ours_ns = job->sandbox->cpu_at_ready_ns;
  return job_cgroup_limit(&job->sandbox->cgroup, &job->limits) &&
         disk_resize(job->sandbox->disk, job->limits.disk_bytes) &&
         give_pipes(&request, job->sandbox->id + 1) && pass_files(job, request.job.filec) &&
         pass_job(job);
}

static bool keep(struct output* output, const char* bytes, size_t size) {
  if (output->kept < 0) output->kept = memfd_create("output", MFD_CLOEXEC);
  return output->kept >= 0 && write(output->kept, bytes, size) == (ssize_t)size;
}

// Takes what is in the pipe, keeps the beginning. False at its end.
static bool take_output(struct job* job, int which) {
  static char buffer[65536];
  struct output* output = &job->out[which];
  const ssize_t got = read(job->sandbox->readers[which], buffer, sizeof buffer);
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  if (got == 0) return false;
  if (output->bytes < job->limits.output_keep) {
    const uint64_t room = job->limits.output_keep - output->bytes;
    if (!keep(output, buffer, (uint64_t)got < room ? (size_t)got : (size_t)room)) return false;
  }
  output->bytes += (uint64_t)got;
  return true;
}

static void stop(struct job* job, enum sb_reason reason) {
  if (!job->result.reason) job->result.reason = reason;
}

static uint64_t used_cpu_ns(const struct job* job) {
  const uint64_t all = job_cgroup_cpu_ns(&job->sandbox->cgroup);
  return all > job->ours_ns ? all - job->ours_ns : 0;
}

static void take_start(struct job* job, const struct init_note* start) {
  job->started_ns = monotonic_ns();
  job->ours_ns += start->own_cpu_ns;
  const struct sb_text started = {.type = sb_type_started};
  if (job->limits.flags & sb_live)
    send_message(job->connection, &started, sizeof started, &job->terminal, job->terminal >= 0);
  close_fd(&job->terminal);
}

// It ended by itself before it was told of its job, as for want of memory.
static void give_up_waiting(struct job* job) {
  job->started_ns = monotonic_ns();
  job->recipe->spoiled = true;
}

static void take_end(struct job* job, const struct init_note* end) {
  job->ended = true;
  job->result.wall_ns = monotonic_ns() - job->started_ns;
  job->rss_peak = end->memory_bytes;
  job->cpu_least_ns = end->cpu_ns;
  job->ours_ns += end->own_cpu_ns;
  if (WIFSIGNALED(end->status)) {
    job->result.signal = WTERMSIG(end->status);
    stop(job, sb_signaled);
  } else {
    job->result.exit_code = WEXITSTATUS(end->status);
    stop(job, sb_exited);
  }
}

// The descriptor came through the walls: it is looked at again, and only ever read.
static bool take_artifact(struct job* job, const struct message* message) {
  const char* path = message->bytes + sizeof(struct sb_file);
  struct stat about;
  struct statfs system;
  if (message->fd_count != 1 || message->size <= sizeof(struct sb_file) || !good_path(path))
    return fail("an artifact of the wrong shape");
  const int from = message->fds[0];
  if (fstat(from, &about) < 0 || !S_ISREG(about.st_mode) || fstatfs(from, &system) < 0 ||
      system.f_type != TMPFS_MAGIC)
    return fail("an artifact that is no regular file");
  job->artifact_bytes += (uint64_t)about.st_size;
  if (job->artifact_bytes > job->limits.artifact_bytes || job->artifact_count == artifacts_max) {
    job->result.reason = sb_output;
    return false;
  }
  const int to = memfd_create("artifact", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (to < 0) return fail_errno("cannot make a memfd");
  off_t offset = 0;
  while (offset < about.st_size &&
         sendfile(to, from, &offset, (size_t)(about.st_size - offset)) > 0) {
  }
  struct artifact* kept = &artifacts[job->artifact_count++];
  strcpy(kept->path, path);
  kept->mode = message->file.mode & 0111 ? 0755 : 0644;
  kept->content = to;
  return offset == about.st_size &&
         fcntl(to, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) == 0;
}

// False when there is nothing more to wait for.
static bool take_note(struct job* job) {
  const int got = receive_message(job->sandbox->socket, &note);
  if (got != 1) {
    if (got == 0) fail("the sandbox's init died");
    stop(job, sb_lost);
    return false;
  }
  bool more = true;
  struct init_note init;
  memcpy(&init, note.bytes, sizeof init);
  if (note.type == init_started && !job->started_ns && note.size == sizeof init) {
    take_start(job, &init);
  } else if (note.type == init_ended && (job->started_ns || job->warm) && !job->ended &&
             note.size == sizeof init) {
    if (!job->started_ns) give_up_waiting(job);
    take_end(job, &init);
    more = job->collects && job->result.reason == sb_exited;
  } else if (note.type == init_file && job->ended) {
    more = take_artifact(job, &note);
    if (!more) stop(job, sb_lost);
  } else {
    more = false;  // done, or failed
    if (note.type != init_done || !job->ended) {
      fail("%s", note.type == init_failed ? note.bytes + sizeof(struct sb_text)
                                          : "the sandbox's init said something unexpected");
      job->result.reason = sb_lost;
    }
  }
  close_fds(&note);
  return more;
}

static bool has_room(int socket) {
  struct pollfd event = {.fd = socket, .events = POLLOUT};
  return poll(&event, 1, 0) > 0;
}

// Signals for a live job; init knows which are fit for programs. False when the runner has gone.
static bool take_signal(const struct job* job, short events) {
  if ((events & ~POLLIN) || receive_message(job->connection, &note) != 1) return false;
  const bool sound = note.type == sb_type_signal && note.size == sizeof note.signal;
  const bool running = job->started_ns && !job->ended;
  // More than init can take at a time are as good as none.
  if (sound && running && has_room(job->sandbox->socket))
    send_message(job->sandbox->socket, &note.signal, sizeof note.signal, NULL, 0);
  close_fds(&note);
  return sound;
}

static void on_alarm(int number) {
  (void)number;
}

// A system call that is forbidden waits for our answer, which is its end. Who made it may be killed
// by its own kind meanwhile: then there is no name, and the kernel would let us wait.
static void take_forbidden(struct job* job) {
  const struct sigaction action = {.sa_handler = on_alarm};
  const struct itimerval soon = {.it_value.tv_usec = naming_us}, never = {0};
  struct seccomp_notif call = {0};
  sigaction(SIGALRM, &action, NULL);
  setitimer(ITIMER_REAL, &soon, NULL);
  const bool named = ioctl(job->sandbox->forbidden, SECCOMP_IOCTL_NOTIF_RECV, &call) == 0;
  setitimer(ITIMER_REAL, &never, NULL);
  if (job->ended) return;  // others did it, after the program
  job->result.forbidden_call = named ? call.data.nr : -1;
  job->result.signal = SIGSYS;
  stop(job, sb_signaled);
}

static uint64_t least(uint64_t a, uint64_t b) {
  return a < b ? a : b;
}

// Sees to the limits on time and memory; gives how long to wait until the next look.
static uint64_t look(struct job* job) {
  if (job->ended || !job->started_ns) return setup_ms * 1000000ULL;
  const uint64_t wall = monotonic_ns() - job->started_ns;
  const uint64_t cpu = used_cpu_ns(job);
  if (job_cgroup_oom_kills(&job->sandbox->cgroup) > 0) return stop(job, sb_memory), 0;
  if (cpu > job->limits.cpu_ns) return stop(job, sb_cpu), 0;
  if (wall > job->limits.wall_ns) return stop(job, sb_wall), 0;
  // The kernel's accounts are up to a tick of its clock late.
  const uint64_t until_cpu = (job->limits.cpu_ns - cpu) / job->limits.cores;
  const uint64_t until_wall = job->limits.wall_ns - wall + 1000;
  const uint64_t until = least(until_cpu < near_tick_ns ? near_tick_ns : until_cpu, until_wall);
  return least(until, tick_ns);
}

static void watch(struct job* job) {
  const struct sandbox* sandbox = job->sandbox;
  struct pollfd events[watched] = {
      {.fd = job->connection, .events = POLLRDHUP},  // and signals
      {.fd = sandbox->socket, .events = POLLIN},     {.fd = sandbox->readers[0], .events = POLLIN},
      {.fd = sandbox->readers[1], .events = POLLIN}, {.fd = sandbox->forbidden, .events = POLLIN},
      {.fd = sandbox->input, .events = POLLOUT}};
  if (job->limits.flags & sb_live) events[at_connection].events |= POLLIN;
  for (;;) {
    const uint64_t wait_ns = look(job);
    if (job->result.reason && !job->ended) return;
    const struct timespec time = {(time_t)(wait_ns / 1000000000), (long)(wait_ns % 1000000000)};
    const int ready = ppoll(events, watched, &time, NULL);
    if (ready < 0 && errno != EINTR) return stop(job, sb_lost);
    if (ready == 0 && (job->ended || !job->started_ns)) {  // while it collects, or writes files
      fail("the sandbox does not answer");
      job->result.reason = sb_lost;
      return;
    }
    if (ready <= 0) continue;
    if (events[at_connection].revents && !take_signal(job, events[at_connection].revents)) {
      job->gone = true;
      return;
    }
    for (int i = 0; i < 2; i++) {
      struct pollfd* event = &events[at_stdout + i];
      if (event->revents && !take_output(job, i)) event->fd = -1;
      if (job->out[i].bytes > job->limits.output_max) return stop(job, sb_output);
    }
    if (events[at_forbidden].revents & POLLIN) take_forbidden(job);
    if (events[at_forbidden].revents & ~POLLIN) events[at_forbidden].fd = -1;
    if (events[at_input].revents && !give_input(job)) events[at_input].fd = -1;
    if (events[at_init].revents && !take_note(job)) return;
  }
}

// What was left in the pipes at the end.
static void drain(struct job* job) {
  for (int i = 0; i < 2; i++) {
    uint64_t before;
    do before = job->out[i].bytes;
    while (take_output(job, i) && job->out[i].bytes > before &&
           job->out[i].bytes <= job->limits.output_max);
    if (job->out[i].bytes > job->limits.output_max && job->result.reason == sb_exited)
      job->result.reason = sb_output;
  }
}

static void account(struct job* job) {
  struct sb_result* result = &job->result;
  result->type = sb_type_result;
  result->cpu_ns = used_cpu_ns(job);
  if (result->cpu_ns < job->cpu_least_ns) result->cpu_ns = job->cpu_least_ns;
  if (!job->ended && job->started_ns) result->wall_ns = monotonic_ns() - job->started_ns;
  result->memory_bytes = job_cgroup_memory_peak(&job->sandbox->cgroup);
  if (result->memory_bytes == 0) result->memory_bytes = job->rss_peak;  // before Linux 5.19
  result->warm = job->warm;
  result->stdout_bytes = job->out[0].bytes;
  result->stderr_bytes = job->out[1].bytes;
  // A limit passed between two looks is passed all the same.
  if (job_cgroup_oom_kills(&job->sandbox->cgroup) > 0)
    result->reason = sb_memory;
  else if (result->cpu_ns > job->limits.cpu_ns && result->reason != sb_wall)
    result->reason = sb_cpu;
}

static void answer(struct job* job) {
  if (job->result.reason == sb_exited) {
    for (int i = 0; i < job->artifact_count; i++)
      send_path(job->connection, sb_type_artifact, artifacts[i].mode, artifacts[i].path,
                artifacts[i].content);
  }
  int fds[2], count = 0;
  for (int i = 0; i < 2; i++) {
    if (job->out[i].kept < 0) continue;
    fds[count++] = job->out[i].kept;
    job->result.kept |= 1U << i;
  }
  send_message(job->connection, &job->result, sizeof job->result, fds, count);
}

static void close_job(struct job* job) {
  for (int i = 0; i < job->artifact_count; i++) close(artifacts[i].content);
  for (int i = 0; i < 2; i++) close_fd(&job->out[i].kept);
  close_fd(&job->input);
  close_fd(&job->terminal);
  if (job->sandbox) sandbox_end(job->sandbox);
}

// False when the connection is of no more use. The answer goes out before what is left of the
// program is cleared away: that it dies is certain from the moment that its process 1 is killed.
static bool run_job(int connection) {
  struct job job = {
      .connection = connection, .input = -1, .terminal = -1, .out = {{.kept = -1}, {.kept = -1}}};
  if (!check_job(&request)) return send_text(connection, sb_type_refused, why), false;
  job.limits = request.job.limits;
  job.collects = request.job.collectc > 0;
  const bool ready = set_up(&job);
  if (ready) {
    watch(&job);
    kill(job.sandbox->init, SIGKILL);
    drain(&job);
    account(&job);
  } else if (job.sandbox) {
    // It may have said why it takes no more.
    if (await(job.sandbox->socket, 0)) take_note(&job);
  }
  const bool refused = !ready || (job.result.reason == sb_lost && !job.gone);
  if (refused)
    send_text(connection, sb_type_refused, why);
  else if (!job.gone)
    answer(&job);
  close_job(&job);
  return !refused && !job.gone;
}

void slot_serve(int connection, const struct slot_settings* settings) {
  if (settings->refusal || !standby_open(settings)) {
    send_text(connection, sb_type_refused, settings->refusal ? settings->refusal : why);
    return;
  }
  signal(SIGPIPE, SIG_IGN);
  bool more = send_text(connection, sb_type_hello, "");
  while (more) {
    while (!await(connection, 0)) {
      warm_forget_old();
      if (!standby_prepare() && !warm_prepare()) standby_wait(connection, warm_wait_ms());
    }
    if (receive_message(connection, &request) != 1) break;
    // A signal came too late for its program.
    more = request.type == sb_type_signal || (request.type == sb_type_job && run_job(connection));
    close_fds(&request);
  }
  standby_close();
}
