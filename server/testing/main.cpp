#include <cstdlib>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "base/log.h"

namespace {

// As `serve` does: some tests open a thousand sockets, and a person's soft limit is often 1024.
void allow_many_files() {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  static_cast<void>(setrlimit(RLIMIT_NOFILE, &files));
}

}  // namespace

// Quiet, so that a failure is seen; LYCEUM_TEST_LOG=1 shows what the services log.
int main(int argc, char** argv) {
  allow_many_files();
  if (!std::getenv("LYCEUM_TEST_LOG")) lyceum::log::set_level(lyceum::log::Level::off);
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
