#ifndef LYCEUM_SANDBOX_TERMINAL_H
#define LYCEUM_SANDBOX_TERMINAL_H
// A terminal for one job, in a devpts of its own that is mounted nowhere: no path leads to it, and
// there is no other terminal in it. It ends with its last descriptor.

#include "common.h"

struct terminal {
  int ours;     // for the runner: what is typed goes in, what is shown comes out
  int program;  // for the program: its stdin, stdout and stderr
};

bool terminal_make(struct terminal* terminal, uint16_t rows, uint16_t columns, uid_t owner);

#endif
