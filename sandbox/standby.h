#ifndef LYCEUM_SANDBOX_STANDBY_H
#define LYCEUM_SANDBOX_STANDBY_H
// The sandboxes of a slot. Two stand ready at any time, with every wall up and nothing of a job in
// them; each is used once. In others programs wait for their job (warm.c). What is made and what is
// taken down, is made and taken down between jobs.

#include <poll.h>

#include "cgroup.h"
#include "root.h"

enum {
  sandboxes_max = 6,  // two that stand ready, two with a program that waits, one that works, one
                      // that is taken down
  ids_per_sandbox = 2,
  ids_per_slot = sandboxes_max * ids_per_sandbox,
  ids_per_block = 1024,
  first_host_id = 1900000000,  // above what systemd and containers use, below 2^31
  setup_ms = 20000             // for everything around the program: much more than it ever takes
};

struct slot_settings {
  int number;  // below sb_slots of the broker: gives the host ids
  const struct cgroups* cgroups;
  const char* refusal;  // why there can be no sandbox; NULL: there can
  const char* binds[binds_max];
  int bind_count;
};

enum sandbox_state { sandbox_none, sandbox_building, sandbox_ready, sandbox_taken, sandbox_dying };

struct sandbox {
  enum sandbox_state state;
  pid_t init;
  int pidfd;
  int socket;      // to init
  int forbidden;   // tells of forbidden system calls
  int disk;        // to set its size
  int network;     // kept for the next one as long as nothing is in it
  int users;       // the user namespace, kept, too
  int input;       // stdin's other end, where a program waited for its job
  int readers[2];  // of stdout and stderr
  int writers[2];
  uid_t id;  // of its root on the host; its program's is the next
  struct job_cgroup cgroup;
  uint64_t cpu_at_ready_ns;
};

// Leaves the machine's file system for the one that sandboxes see.
bool standby_open(const struct slot_settings* settings);
// One that is ready, which is the caller's until sandbox_end(); waits until there is one.
struct sandbox* sandbox_take(void);
// The same without waiting; NULL: there is none.
struct sandbox* sandbox_take_ready(void);
// Everything in it dies, now; what is left of it is cleared away later.
void sandbox_end(struct sandbox* sandbox);
// Begins to make a sandbox if there are too few. False: there was nothing to do.
bool standby_prepare(void);
// Sees to those that are made or die, for as long as `timeout_ms`, or until `fd` can be read.
// False on a failure, and when the time was over.
bool standby_wait(int fd, int timeout_ms);
void standby_close(void);

void close_fd(int* fd);
bool await(int fd, int timeout_ms);  // until it can be read; false, without a reason: time is over

#endif
