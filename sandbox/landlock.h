#ifndef LYCEUM_SANDBOX_LANDLOCK_H
#define LYCEUM_SANDBOX_LANDLOCK_H
#include <stdbool.h>

// A second wall, where the kernel has it, in case that one of the mounts is not what it should be:
// this process and all that come from it may write in /w, /out, /tmp and /dev/shm alone, may not
// connect or listen anywhere, and signal nobody outside. Needs no_new_privs.
bool landlock_install(void);

#endif
