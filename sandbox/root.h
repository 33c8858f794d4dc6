#ifndef LYCEUM_SANDBOX_ROOT_H
#define LYCEUM_SANDBOX_ROOT_H
// The file system that a program sees, on tmpfs, with the machine's tools bound read-only. Most of
// it is made once for a slot; what can be written is made anew for every sandbox.

#include "common.h"

enum { binds_max = 8 };

struct root_plan {
  uid_t owner;  // who owns /w, /tmp and /dev/shm: a host id
  uid_t init;   // who owns /out, which is of the owner's group
  int users;    // a user namespace to enter; -1: none yet
  bool rootless;
};

// Makes it, in a mount namespace of its own, and moves into it: the old root is gone from here when
// root_prepare() returns. `binds`: more directories to show read-only.
bool root_prepare(const char* const* binds, int bind_count, bool rootless);

// A tmpfs for all that one sandbox can write, as a mount that is nowhere yet; -1: failed. *settings
// is for disk_resize().
int disk_make(int* settings);
bool disk_resize(int settings, uint64_t bytes);

// In a copy of that namespace: puts the disk in its four places, and a /proc. Gives the directory
// that holds w and out (O_PATH) in *scratch.
bool root_complete(int disk_mount, const struct root_plan* plan, int* scratch);

#endif
