#include "slot.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "init.h"

enum {
  setup_ms = 20000,  // for everything around the program: much more than it ever takes
  artifacts_max = 200,
  files_max = 2000,
  tick_ms = 20,                // how often a job's accounts are looked at when no limit is near
  first_host_id = 1900000000,  // above what systemd and containers use, below 2^31
  ids_per_block = 256
};

enum { at_connection, at_init, at_stdout, at_stderr, watched };

struct output {
  int pipe;
  int kept;  // memfd
  uint64_t bytes;
};

struct artifact {
  char path[path_max];
  uint32_t mode;
  int content;
};

struct job {
  const struct slot_settings* settings;
  int connection;
  struct sb_limits limits;
  struct job_cgroup cgroup;
  pid_t init;
  int socket;  // to init
  struct output out[2];
  uint64_t started_ns, cpu_at_start_ns;
  struct sb_result result;
  bool ended;  // the program, by itself
  bool gone;   // the runner
  uint64_t rss_peak;
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
  const bool own_stdout = limits->flags & sb_own_stdout;
  if (message->fd_count != 1 + own_stdout || (limits->flags & ~(sb_out_writable | sb_own_stdout)))
    return fail("a job of the wrong shape");
  if (!is_file_to_read(message->fds[0]) && !is_pipe(message->fds[0], O_RDONLY))
    return fail("a stdin that is neither a file nor a pipe to read from");
  if (own_stdout && !is_pipe(message->fds[1], O_WRONLY))
    return fail("a stdout that is no pipe to write to");
  return within("filec", message->job.filec, 0, files_max) && check_limits(limits);
}

// The program may open /dev/stdin where that is a pipe. No path is touched: the pipe has none.
static bool give_stdin(int fd, uid_t owner) {
  return !is_pipe(fd, O_RDONLY) || fchown(fd, owner, owner) == 0 ||
         fail_errno("cannot give a pipe away");
}

// The ends that the program writes to; its own stdout stays the runner's, as does the other end.
static bool make_outputs(struct job* job, uid_t owner, int writers[2]) {
  for (int i = 0; i < 2; i++) {
    job->out[i].kept = memfd_create(i ? "stderr" : "stdout", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (job->out[i].kept < 0) return fail_errno("cannot make a memfd");
    if (i == 0 && job->limits.flags & sb_own_stdout) continue;
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) return fail_errno("cannot make a pipe");
    job->out[i].pipe = ends[0];
    writers[i] = ends[1];
    // So that the program may open /dev/stdout. A pipe without a name: no path is touched.
    if (fchown(ends[1], owner, owner) < 0) return fail_errno("cannot give a pipe away");
    if (fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0) return fail_errno("cannot set up a pipe");
  }
  return true;
}

static uid_t host_id(const struct job* job) {
  return (uid_t)(first_host_id + job->settings->cgroups->block * ids_per_block +
                 job->settings->number * 2);
}

static bool spawn_init(struct job* job) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
    return fail_errno("cannot make a socket");
  struct clone_args how = {
      .flags = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS,
      .exit_signal = SIGCHLD};
  job->init = (pid_t)syscall(SYS_clone3, &how, sizeof how);
  if (job->init == 0) {
    struct root_plan plan = {.disk_bytes = job->limits.disk_bytes, .owner = host_id(job) + 1};
    plan.out_owner = job->limits.flags & sb_out_writable ? plan.owner : host_id(job);
    plan.bind_count = job->settings->bind_count;
    memcpy(plan.binds, job->settings->binds, sizeof plan.binds);
    init_run(ends[1], &plan);
  }
  close(ends[1]);
  job->socket = ends[0];
  return job->init > 0 ||
         fail_errno(
             "cannot make namespaces (pid, mount, network, ipc, uts); that takes CAP_SYS_ADMIN");
}

static bool write_proc(pid_t pid, const char* file, const char* text) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", pid, file);
  return write_at(AT_FDCWD, path, text);
}

static bool map_ids(const struct job* job) {
  char map[128];
  snprintf(map, sizeof map, "0 %u 1\n%d %u 1\n", host_id(job), uid_inside, host_id(job) + 1);
  return write_proc(job->init, "uid_map", map) && write_proc(job->init, "gid_map", map);
}

static bool tell_init(const struct job* job, enum init_type type) {
  const struct sb_text text = {.type = type};
  return send_message(job->socket, &text, sizeof text, NULL, 0);
}

// Waits until a socket has something to read.
static bool await(const struct job* job, int fd, int timeout_ms) {
  struct pollfd events = {.fd = fd, .events = POLLIN};
  int ready;
  do ready = poll(&events, 1, timeout_ms);
  while (ready < 0 && errno == EINTR);
  return ready > 0 ||
         fail(fd == job->connection ? "the runner does not go on" : "the sandbox does not answer");
}

static bool hear_init(const struct job* job, enum init_type type) {
  if (!await(job, job->socket, setup_ms)) return false;
  const int got = receive_message(job->socket, &note);
  if (got < 0) return false;
  if (got == 0) return fail("the sandbox's init died while it was set up");
  if (note.type == init_failed) return fail("%s", note.bytes + sizeof(struct sb_text));
  return note.type == (uint32_t)type || fail("the sandbox's init said something unexpected");
}

// Hands on what the runner sends, unread but for its kind.
static bool pass_files(const struct job* job, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    if (!await(job, job->connection, setup_ms)) return false;
    if (receive_message(job->connection, &note) != 1) return fail("the runner has gone");
    bool passed =
        note.type == sb_type_file && note.size > sizeof(struct sb_file) && note.fd_count == 1;
    passed = passed ? send_message(job->socket, note.bytes, note.size, note.fds, 1)
                    : fail("a file of the wrong shape");
    close_fds(&note);
    if (!passed) return false;
  }
  return true;
}

static bool set_up(struct job* job) {
  int writers[2] = {-1, -1};
  const bool made =
      job_cgroup_make(&job->cgroup, job->settings->cgroups, job->settings->number, &job->limits) &&
      give_stdin(request.fds[0], host_id(job) + 1) &&
      make_outputs(job, host_id(job) + 1, writers) && spawn_init(job) &&
      job_cgroup_add(&job->cgroup, job->init) && write_proc(job->init, "oom_score_adj", "1000");
  const int out = writers[0] >= 0 || request.fd_count < 2 ? writers[0] : request.fds[1];
  const int fds[3] = {request.fds[0], out, writers[1]};
  const bool ready = made && tell_init(job, init_go) && hear_init(job, init_map_me) &&
                     map_ids(job) && tell_init(job, init_mapped) && hear_init(job, init_walled) &&
                     pass_files(job, request.job.filec) &&
                     send_message(job->socket, request.bytes, request.size, fds, 3) &&
                     hear_init(job, init_ready);
  for (int i = 0; i < 2; i++) {
    if (writers[i] >= 0) close(writers[i]);
  }
  close_fds(&request);  // a pipe ends when its last holder does: that is the program
  return ready;
}

// Takes what is in the pipe, keeps the beginning. False at its end.
static bool take_output(const struct job* job, struct output* output) {
  static char buffer[65536];
  if (output->pipe < 0) return false;
  const ssize_t got = read(output->pipe, buffer, sizeof buffer);
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  if (got == 0) return false;
  if (output->bytes < job->limits.output_keep) {
    const uint64_t room = job->limits.output_keep - output->bytes;
    const size_t keep = (uint64_t)got < room ? (size_t)got : (size_t)room;
    if (write(output->kept, buffer, keep) != (ssize_t)keep) return false;
  }
  output->bytes += (uint64_t)got;
  return true;
}

static void stop(struct job* job, enum sb_reason reason) {
  if (!job->result.reason) job->result.reason = reason;
}

static void take_end(struct job* job, const struct init_end* end) {
  job->ended = true;
  job->result.wall_ns = monotonic_ns() - job->started_ns;
  job->rss_peak = end->memory_bytes;
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
  const int got = receive_message(job->socket, &note);
  if (got != 1) {
    stop(job, sb_lost);
    return false;
  }
  bool more = true;
  if (note.type == init_ended && !job->ended && note.size == sizeof(struct init_end)) {
    struct init_end end;
    memcpy(&end, note.bytes, sizeof end);
    take_end(job, &end);
  } else if (note.type == init_file && job->ended) {
    more = take_artifact(job, &note);
    if (!more) stop(job, sb_lost);
  } else {
    more = false;  // done, or failed
    if (note.type != init_done) stop(job, sb_lost);
    if (note.type == init_failed) fail("%s", note.bytes + sizeof(struct sb_text));
  }
  close_fds(&note);
  return more;
}

// Sees to the limits on time and memory; gives how long to wait until the next look.
static int look(struct job* job) {
  if (job->ended) return setup_ms;
  const uint64_t wall = monotonic_ns() - job->started_ns;
  const uint64_t cpu = job_cgroup_cpu_ns(&job->cgroup) - job->cpu_at_start_ns;
  if (job_cgroup_oom_kills(&job->cgroup) > 0) return stop(job, sb_memory), 0;
  if (cpu > job->limits.cpu_ns) return stop(job, sb_cpu), 0;
  if (wall > job->limits.wall_ns) return stop(job, sb_wall), 0;
  const uint64_t until_cpu = (job->limits.cpu_ns - cpu) / job->limits.cores / 1000000;
  const uint64_t until_wall = (job->limits.wall_ns - wall) / 1000000;
  const uint64_t until = until_cpu < until_wall ? until_cpu : until_wall;
  return until >= tick_ms ? tick_ms : (int)until + 1;
}

static void watch(struct job* job) {
  struct pollfd events[watched] = {{.fd = job->connection, .events = POLLRDHUP},
                                   {.fd = job->socket, .events = POLLIN},
                                   {.fd = job->out[0].pipe, .events = POLLIN},
                                   {.fd = job->out[1].pipe, .events = POLLIN}};
  for (;;) {
    const int wait_ms = look(job);
    if (job->result.reason && !job->ended) return;
    const int ready = poll(events, watched, wait_ms);
    if (ready < 0 && errno != EINTR) return stop(job, sb_lost);
    if (ready == 0 && job->ended) return stop(job, sb_lost);  // while collecting
    if (ready <= 0) continue;
    if (events[at_connection].revents) {
      job->gone = true;
      return;
    }
    for (int i = 0; i < 2; i++) {
      struct pollfd* event = &events[at_stdout + i];
      if (event->revents && !take_output(job, &job->out[i])) event->fd = -1;
      if (job->out[i].bytes > job->limits.output_max) return stop(job, sb_output);
    }
    if (events[at_init].revents && !take_note(job)) return;
  }
}

static void end_sandbox(struct job* job) {
  if (job->init > 0) {
    kill(job->init, SIGKILL);  // and with process 1, all of its pid namespace
    job_cgroup_kill(&job->cgroup);
    while (waitpid(job->init, NULL, 0) < 0 && errno == EINTR) {
    }
  }
  if (job->socket >= 0) close(job->socket);
}

// What was left in the pipes when everybody had died.
static void drain(struct job* job) {
  for (int i = 0; i < 2; i++) {
    for (;;) {
      const uint64_t before = job->out[i].bytes;
      if (!take_output(job, &job->out[i]) || job->out[i].bytes == before) break;
    }
    if (job->out[i].bytes > job->limits.output_max && job->result.reason == sb_exited)
      job->result.reason = sb_output;
  }
}

static void account(struct job* job) {
  struct sb_result* result = &job->result;
  result->type = sb_type_result;
  result->cpu_ns = job_cgroup_cpu_ns(&job->cgroup) - job->cpu_at_start_ns;
  if (!job->ended) result->wall_ns = monotonic_ns() - job->started_ns;
  result->memory_bytes = job_cgroup_memory_peak(&job->cgroup);
  if (result->memory_bytes == 0) result->memory_bytes = job->rss_peak;  // before Linux 5.19
  result->stdout_bytes = job->out[0].bytes;
  result->stderr_bytes = job->out[1].bytes;
  // A limit passed between two looks is passed all the same.
  if (job_cgroup_oom_kills(&job->cgroup) > 0)
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
  const int fds[2] = {job->out[0].kept, job->out[1].kept};
  send_message(job->connection, &job->result, sizeof job->result, fds, 2);
}

static void close_job(struct job* job) {
  for (int i = 0; i < job->artifact_count; i++) close(artifacts[i].content);
  for (int i = 0; i < 2; i++) {
    if (job->out[i].pipe >= 0) close(job->out[i].pipe);
    if (job->out[i].kept >= 0) close(job->out[i].kept);
  }
  if (!job_cgroup_remove(&job->cgroup))
    fprintf(stderr, "lyceum-sandbox: a cgroup of job-%d stays\n", job->settings->number);
}

// False when the connection is of no more use.
static bool run_job(int connection, const struct slot_settings* settings) {
  struct job job = {.settings = settings,
                    .connection = connection,
                    .socket = -1,
                    .out = {{.pipe = -1, .kept = -1}, {.pipe = -1, .kept = -1}}};
  for (int i = 0; i < controller_count; i++) job.cgroup.dir[i] = -1;
  if (!check_job(&request)) return send_text(connection, sb_type_refused, why), false;
  job.limits = request.job.limits;
  const bool ready = set_up(&job);
  if (ready) {
    job.cpu_at_start_ns = job_cgroup_cpu_ns(&job.cgroup);
    job.started_ns = monotonic_ns();
    if (tell_init(&job, init_start))
      watch(&job);
    else
      stop(&job, sb_lost);
  }
  end_sandbox(&job);
  if (ready) {
    drain(&job);
    account(&job);
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
  if (settings->refusal) {
    send_text(connection, sb_type_refused, settings->refusal);
    return;
  }
  if (!send_text(connection, sb_type_hello, "")) return;
  for (;;) {
    if (receive_message(connection, &request) != 1) return;
    const bool more = request.type == sb_type_job && run_job(connection, settings);
    close_fds(&request);
    if (!more) return;
  }
}
