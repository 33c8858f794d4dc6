#ifndef LYCEUM_SANDBOX_ROOTLESS_H
#define LYCEUM_SANDBOX_ROOTLESS_H
// Without root: the sandbox makes a user namespace, in which it has the powers that it needs over
// all that it makes, and over nothing else. Inside of it the user is 0, and the subordinate ids
// (/etc/subuid, /etc/subgid) are those that root's sandbox would take (first_host_id).

#include "common.h"

struct subordinate_ids {
  unsigned first_uid, first_gid;
  unsigned count;  // of both; 0: none
};

// For a process with one thread that is the user. Fails where the kernel, newuidmap or newgidmap
// refuse; then the process is of no more use, since it may be nobody.
bool rootless_enter(const struct subordinate_ids* ids);

// Whether the ids of this block are ours until the last process of ours has ended. False, without a
// reason: another sandbox of this user has them.
bool rootless_lock_ids(const struct subordinate_ids* ids, int block);

#endif
