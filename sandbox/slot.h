#ifndef LYCEUM_SANDBOX_SLOT_H
#define LYCEUM_SANDBOX_SLOT_H
// One connection of the runner, and its jobs one after the other. The slot is root on the host's
// side of the walls: it moves descriptors and numbers, copies outputs up to their limit, and kills.
// It opens no path that a program could have touched.

#include "cgroup.h"
#include "root.h"

struct slot_settings {
  int number;  // below sb_slots of the broker: gives the host ids
  const struct cgroups* cgroups;
  const char* refusal;  // why there can be no sandbox; NULL: there can
  const char* binds[binds_max];
  int bind_count;
};

// Until the runner closes the connection.
void slot_serve(int connection, const struct slot_settings* settings);

#endif
