#ifndef LYCEUM_SANDBOX_INIT_H
#define LYCEUM_SANDBOX_INIT_H
// Process 1 of a sandbox. It builds the walls around itself, writes the files that it is given as
// descriptors, starts the program as process 2 and tells its slot how that ended. It runs with the
// system call filter on before it touches anything that came from outside.

#include <sys/resource.h>

#include "common.h"
#include "root.h"

// What init and its slot say to each other besides sb_job and sb_file, in this order.
enum init_type {
  init_go = 100,  // slot → init: you are in your cgroup
  init_map_me,    // init → slot: write my uid_map
  init_mapped,    // slot → init
  init_walled,    // init → slot: give me files and the job; a descriptor: the filter's listener
  init_start,     // slot → init: as a job, before there is one: its program waits at the gate
  init_open,      // slot → init: here is the job, after its files; the gate opens
  init_started,   // init → slot: struct init_note
  init_ended,     // init → slot: struct init_note
  init_file,      // init → slot: sb_file and a descriptor
  init_done,      // init → slot: no more files
  init_failed     // init → slot: sb_text, instead of any of these
};

struct init_note {
  uint32_t type;
  int32_t status;         // as wait() gives it
  uint64_t memory_bytes;  // of the program, as is its processor time
  uint64_t cpu_ns;
  uint64_t own_cpu_ns;  // init's own, since it last told
};

_Noreturn void init_run(int socket, int disk_mount, const struct root_plan* plan);

#endif
