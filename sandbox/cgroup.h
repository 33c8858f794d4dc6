#ifndef LYCEUM_SANDBOX_CGROUP_H
#define LYCEUM_SANDBOX_CGROUP_H
// Limits and accounts of a job's processes: cgroup v2, or the hybrid where the controllers sit in
// v1 and only cgroup.kill is v2's. There is no third way: without them nothing is run.

#include "common.h"
#include "rootless.h"

enum controller { c_memory, c_pids, c_cpu, c_cpuacct, c_unified, controller_count };

struct cgroups {
  const struct subordinate_ids* rootless;  // NULL: we are root
  bool v2;
  int swaps;                   // /proc/swaps, which a slot no longer sees
  int block;                   // which of the brokers on this machine we are
  int base[controller_count];  // our directory in each hierarchy; -1: none (c_unified in v1 alone)
  char mounts[controller_count][path_max];  // where in the hierarchies we work
};

enum job_file {
  f_memory_limit,
  f_swap_limit,
  f_memory_now,
  f_memory_peak,
  f_memory_events,
  f_process_limit,
  f_processes,
  f_cpu_limit,
  f_cpu_used,
  f_kill,
  job_file_count
};

// The groups of one job at a time. They are used again, as long as nobody is left in them, nothing
// is left to count, and the peak of memory can be set back; else they are made anew.
struct job_cgroup {
  const struct cgroups* all;
  char name[32];
  int dir[controller_count];
  int files[job_file_count];
  uint64_t memory_limit;  // 0: none yet
  uint64_t oom_kills_before;
};

// `all` is zero, but for `rootless`. Finds the hierarchies, takes a block for us alone and sweeps
// away what dead brokers left. `given`: a delegated v2 directory to work under; NULL: the top, or
// without root the groups that this process is in. `companion`: a process that moves with us where
// a group has to be empty; 0: none.
bool cgroups_open(struct cgroups* all, const char* given, pid_t companion);
void cgroups_close(const struct cgroups* all);

struct job_cgroup job_cgroup_none(const struct cgroups* all, int number);
bool job_cgroup_make(struct job_cgroup* job);
// The caller itself goes to v1's controllers: nobody has to wait for that, as for a move by others.
bool job_cgroup_enter(const struct job_cgroup* job);
// Another process goes to dir[c_unified], unless it was born there.
bool job_cgroup_add(const struct job_cgroup* job, pid_t pid);
bool job_cgroup_limit(struct job_cgroup* job, const struct sb_limits* limits);
// When nobody is in it any more: makes it ready for the next job_cgroup_make(), or takes it away.
bool job_cgroup_clear(struct job_cgroup* job);
// Whoever is in it dies.
bool job_cgroup_remove(struct job_cgroup* job);

uint64_t job_cgroup_cpu_ns(const struct job_cgroup* job);
uint64_t job_cgroup_memory_peak(const struct job_cgroup* job);  // 0: not known, before Linux 5.19
uint64_t job_cgroup_oom_kills(const struct job_cgroup* job);

#endif
