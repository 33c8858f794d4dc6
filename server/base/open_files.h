#pragma once

#include <sys/resource.h>

namespace lyceum {

// Each connection is a file, and the usual soft limit is 1024 for the sake of programs that
// select(): takes all that the hard limit allows.
inline void allow_many_files() {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur == files.rlim_max) return;
  files.rlim_cur = files.rlim_max;
  static_cast<void>(setrlimit(RLIMIT_NOFILE, &files));
}

}  // namespace lyceum
