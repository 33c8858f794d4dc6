#ifndef LYCEUM_SANDBOX_ROOT_H
#define LYCEUM_SANDBOX_ROOT_H
// The file system that a program sees: made anew in a fresh mount namespace, on tmpfs, with the
// machine's tools bound read-only. The old root is gone from the namespace when root_build()
// returns.

#include "common.h"

enum { binds_max = 8 };

struct root_plan {
  const char* binds[binds_max];  // more directories to show read-only (--bind)
  int bind_count;
  uint64_t disk_bytes;
  uid_t owner;      // who owns /w, /tmp and /dev/shm: a host id
  uid_t out_owner;  // and /out
};

// Gives the directory that holds w and out (O_PATH) in *scratch.
bool root_build(const struct root_plan* plan, int* scratch);

#endif
