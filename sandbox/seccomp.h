#ifndef LYCEUM_SANDBOX_SECCOMP_H
#define LYCEUM_SANDBOX_SECCOMP_H
#include <stdbool.h>

// Makes the filter, once for all sandboxes of a slot.
void seccomp_prepare(void);
// Puts the filter on this process and all that come from it. Needs no_new_privs. *listener can be
// read when somebody has made a forbidden call; that call never returns.
bool seccomp_install(int* listener);

#endif
