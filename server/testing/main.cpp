#include <cstdlib>
#include <gtest/gtest.h>

#include "base/log.h"
#include "base/open_files.h"

// Quiet, so that a failure is seen; LYCEUM_TEST_LOG=1 shows what the services log.
int main(int argc, char** argv) {
  lyceum::allow_many_files();  // some tests open a thousand sockets
  if (!std::getenv("LYCEUM_TEST_LOG")) lyceum::log::set_level(lyceum::log::Level::off);
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
