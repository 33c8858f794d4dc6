#ifndef LYCEUM_SANDBOX_SLOT_H
#define LYCEUM_SANDBOX_SLOT_H
// One connection of the runner, and its jobs one after the other. The slot is root on the host's
// side of the walls: it moves descriptors and numbers, copies outputs up to their limit, and kills.
// It opens no path that a program could have touched.

#include "standby.h"

// Until the runner closes the connection.
void slot_serve(int connection, const struct slot_settings* settings);

#endif
