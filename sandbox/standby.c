#include "standby.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "init.h"
#include "seccomp.h"

enum { standby_count = 2 };

static struct sandbox sandboxes[sandboxes_max];
static const struct slot_settings* settings;
static int proc = -1;  // the machine's; the slot itself no longer sees it
static bool in_trouble;
static bool must_be_moved;
static struct message note;

void close_fd(int* fd) {
  if (*fd >= 0) close(*fd);
  *fd = -1;
}

bool await(int fd, int timeout_ms) {
  struct pollfd events = {.fd = fd, .events = POLLIN};
  int ready;
  do ready = poll(&events, 1, timeout_ms);
  while (ready < 0 && errno == EINTR);
  return ready > 0;
}

static void forget(struct sandbox* sandbox) {
  for (int i = 0; i < 2; i++) {
    close_fd(&sandbox->readers[i]);
    close_fd(&sandbox->writers[i]);
  }
  close_fd(&sandbox->pidfd);
  close_fd(&sandbox->socket);
  close_fd(&sandbox->input);
  close_fd(&sandbox->forbidden);
  close_fd(&sandbox->disk);
}

bool standby_open(const struct slot_settings* given) {
  settings = given;
  for (int i = 0; i < sandboxes_max; i++) {
    sandboxes[i] = (struct sandbox){.pidfd = -1,
                                    .socket = -1,
                                    .forbidden = -1,
                                    .disk = -1,
                                    .network = -1,
                                    .users = -1,
                                    .input = -1,
                                    .readers = {-1, -1},
                                    .writers = {-1, -1}};
    sandboxes[i].cgroup = job_cgroup_none(settings->cgroups, settings->number * sandboxes_max + i);
    sandboxes[i].id = (uid_t)(first_host_id + settings->cgroups->block * ids_per_block +
                              settings->number * ids_per_slot + i * ids_per_sandbox);
  }
  proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (proc < 0) return fail_errno("cannot open /proc");
  seccomp_prepare();
  return root_prepare(settings->binds, settings->bind_count, settings->cgroups->rootless);
}

static bool write_proc(pid_t pid, const char* file, const char* text) {
  char path[64];
  snprintf(path, sizeof path, "%d/%s", pid, file);
  return write_at(proc, path, text);
}

// A socket's name may outlive its program for a while: it would be seen by the next one.
static bool network_is_empty(void) {
  char bytes[4096];
  const int list = openat(proc, "self/net/unix", O_RDONLY | O_CLOEXEC);
  if (list < 0) return false;
  ssize_t got;
  bool empty = true;
  while (empty && (got = read(list, bytes, sizeof bytes)) > 0)
    empty = !memchr(bytes, '@', (size_t)got) && !memchr(bytes, '/', (size_t)got);
  close(list);
  return empty && got == 0;
}

// The dearest of the namespaces to make, so it is used again, after everybody in it has died.
static bool enter_network(struct sandbox* sandbox) {
  if (sandbox->network >= 0 && setns(sandbox->network, CLONE_NEWNET) == 0 && network_is_empty())
    return true;
  close_fd(&sandbox->network);
  if (unshare(CLONE_NEWNET) < 0)
    return fail_errno("cannot make a network namespace; that takes CAP_SYS_ADMIN");
  sandbox->network = openat(proc, "self/ns/net", O_RDONLY | O_CLOEXEC);
  return sandbox->network >= 0 || fail_errno("cannot keep a network namespace");
}

static bool make_outputs(struct sandbox* sandbox) {
  for (int i = 0; i < 2; i++) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) return fail_errno("cannot make a pipe");
    sandbox->readers[i] = ends[0];
    sandbox->writers[i] = ends[1];
    // So that the program may open /dev/stdout. A pipe without a name: no path is touched.
    if (fchown(ends[1], sandbox->id + 1, sandbox->id + 1) < 0)
      return fail_errno("cannot give a pipe away");
    if (fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0) return fail_errno("cannot set up a pipe");
  }
  return true;
}

// To be moved to a cgroup means to wait for the whole kernel, to be born in one does not. But some
// kernels from 6.12 on kill who is born elsewhere than its parent where the parent's group was
// killed once: where that happens, it is not tried again.
static bool is_born_inside(const struct sandbox* sandbox) {
  return sandbox->cgroup.dir[c_unified] >= 0 && !must_be_moved;
}

static bool spawn_init(struct sandbox* sandbox) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
    return fail_errno("cannot make a socket");
  sandbox->socket = ends[0];
  const struct root_plan plan = {.owner = sandbox->id + 1,
                                 .init = sandbox->id,
                                 .users = sandbox->users,
                                 .rootless = settings->cgroups->rootless != NULL};
  int disk_mount = disk_make(&sandbox->disk);
  struct clone_args how = {
      .flags = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_PIDFD,
      .pidfd = (uint64_t)(uintptr_t)&sandbox->pidfd,
      .exit_signal = SIGCHLD};
  if (is_born_inside(sandbox)) {
    how.flags |= CLONE_INTO_CGROUP;
    how.cgroup = (uint64_t)sandbox->cgroup.dir[c_unified];
  }
  if (disk_mount >= 0) sandbox->init = (pid_t)syscall(SYS_clone3, &how, sizeof how);
  if (disk_mount >= 0 && sandbox->init == 0) {
    if (job_cgroup_enter(&sandbox->cgroup)) init_run(ends[1], disk_mount, &plan);
    send_text(ends[1], (enum sb_type)init_failed, why);
    _exit(1);
  }
  close(ends[1]);
  if (disk_mount < 0) return false;
  close_fd(&disk_mount);
  return sandbox->init > 0 ||
         fail_errno("cannot make namespaces (pid, mount, ipc, uts); that takes CAP_SYS_ADMIN");
}

static bool tell_init(const struct sandbox* sandbox, enum init_type type) {
  const struct sb_text text = {.type = type};
  return send_message(sandbox->socket, &text, sizeof text, NULL, 0);
}

// The namespace knows no more than these ids, so it is used again, as they are.
static bool map_ids(struct sandbox* sandbox) {
  char map[128], path[64];
  snprintf(map, sizeof map, "0 %u 1\n%d %u 1\n", sandbox->id, uid_inside, sandbox->id + 1);
  snprintf(path, sizeof path, "%d/ns/user", sandbox->init);
  close_fd(&sandbox->users);
  sandbox->users = openat(proc, path, O_RDONLY | O_CLOEXEC);
  if (sandbox->users < 0) return fail_errno("cannot keep a user namespace");
  return write_proc(sandbox->init, "uid_map", map) && write_proc(sandbox->init, "gid_map", map);
}

static bool begin(struct sandbox* sandbox) {
  sandbox->state = sandbox_building;
  sandbox->init = -1;
  return job_cgroup_make(&sandbox->cgroup) && make_outputs(sandbox) && enter_network(sandbox) &&
         spawn_init(sandbox) &&
         (is_born_inside(sandbox) || job_cgroup_add(&sandbox->cgroup, sandbox->init)) &&
         write_proc(sandbox->init, "oom_score_adj", "1000") && tell_init(sandbox, init_go);
}

void sandbox_end(struct sandbox* sandbox) {
  if (sandbox->init > 0) kill(sandbox->init, SIGKILL);  // and with process 1, all of its namespace
  const int pidfd = sandbox->pidfd;
  sandbox->pidfd = -1;
  forget(sandbox);
  sandbox->pidfd = pidfd;
  sandbox->state = sandbox_dying;
}

// What a sandbox that is made says of itself.
static bool go_on(struct sandbox* sandbox) {
  const int got = receive_message(sandbox->socket, &note);
  if (got < 0) return false;
  if (got == 0 && is_born_inside(sandbox)) {
    must_be_moved = true;
    sandbox_end(sandbox);
    return true;
  }
  if (got == 0) return fail("the sandbox's init died while it was set up");
  if (note.type == init_map_me) return map_ids(sandbox) && tell_init(sandbox, init_mapped);
  if (note.type == init_walled && note.fd_count == 1) {
    sandbox->forbidden = note.fds[0];
    sandbox->cpu_at_ready_ns = job_cgroup_cpu_ns(&sandbox->cgroup);
    sandbox->state = sandbox_ready;
    return true;
  }
  close_fds(&note);
  return note.type == init_failed ? fail("%s", note.bytes + sizeof(struct sb_text))
                                  : fail("the sandbox's init said something unexpected");
}

// When its process 1 has ended, all others in it have.
static void clear(struct sandbox* sandbox) {
  if (sandbox->init > 0) {
    while (waitpid(sandbox->init, NULL, 0) < 0 && errno == EINTR) {
    }
  }
  forget(sandbox);
  if (!job_cgroup_clear(&sandbox->cgroup))
    fprintf(stderr, "lyceum-sandbox: cgroup %s stays\n", sandbox->cgroup.name);
  sandbox->state = sandbox_none;
}

static bool check(struct sandbox* sandbox, bool done) {
  if (done) return true;
  in_trouble = true;
  sandbox_end(sandbox);
  return false;
}

static int count(enum sandbox_state state) {
  int found = 0;
  for (int i = 0; i < sandboxes_max; i++) found += sandboxes[i].state == state;
  return found;
}

static struct sandbox* find(enum sandbox_state state) {
  for (int i = 0; i < sandboxes_max; i++) {
    if (sandboxes[i].state == state) return &sandboxes[i];
  }
  return NULL;
}

bool standby_prepare(void) {
  struct sandbox* sandbox = find(sandbox_none);
  if (!sandbox || in_trouble || count(sandbox_ready) + count(sandbox_building) >= standby_count)
    return false;
  check(sandbox, begin(sandbox));
  return true;
}

bool standby_wait(int fd, int timeout_ms) {
  struct pollfd events[sandboxes_max + 1];
  for (int i = 0; i < sandboxes_max; i++) {
    const struct sandbox* sandbox = &sandboxes[i];
    const bool dying = sandbox->state == sandbox_dying && sandbox->init > 0;
    events[i] = (struct pollfd){.fd = dying                                ? sandbox->pidfd
                                      : sandbox->state == sandbox_building ? sandbox->socket
                                                                           : -1,
                                .events = POLLIN};
    if (sandbox->state == sandbox_dying && !dying) clear(&sandboxes[i]);
  }
  events[sandboxes_max] = (struct pollfd){.fd = fd, .events = POLLIN};
  const int ready = poll(events, sandboxes_max + 1, timeout_ms);
  if (ready < 0) return errno == EINTR || fail_errno("cannot wait");
  if (ready == 0) return fail("the sandbox does not answer");
  if (events[sandboxes_max].revents) return true;  // what is asked comes first
  bool fine = true;
  for (int i = 0; i < sandboxes_max; i++) {
    if (!events[i].revents) continue;
    if (sandboxes[i].state == sandbox_dying)
      clear(&sandboxes[i]);
    else
      fine &= check(&sandboxes[i], go_on(&sandboxes[i]));
  }
  return fine;
}

struct sandbox* sandbox_take_ready(void) {
  struct sandbox* ready = find(sandbox_ready);
  if (ready) ready->state = sandbox_taken;
  return ready;
}

struct sandbox* sandbox_take(void) {
  in_trouble = false;
  struct sandbox* ready;
  while (!(ready = sandbox_take_ready())) {
    if (!count(sandbox_building)) standby_prepare();
    if (in_trouble || !standby_wait(-1, setup_ms)) return NULL;
  }
  return ready;
}

void standby_close(void) {
  for (int i = 0; i < sandboxes_max; i++) {
    if (sandboxes[i].state != sandbox_none && sandboxes[i].state != sandbox_dying)
      sandbox_end(&sandboxes[i]);
    if (sandboxes[i].state == sandbox_dying) clear(&sandboxes[i]);
    job_cgroup_remove(&sandboxes[i].cgroup);
  }
}
