#ifndef LYCEUM_SANDBOX_SECCOMP_H
#define LYCEUM_SANDBOX_SECCOMP_H
#include <stdbool.h>

// Puts the filter on this process and all that come from it. Needs no_new_privs.
bool seccomp_install(void);

#endif
