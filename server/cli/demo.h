#pragma once
#include <string>

#include "host/serve.h"

namespace lyceum::cli {

struct DemoAdministrator {
  std::string email, password;  // password empty: the account was there already
};

// First start with --demo: the demo course, then an administrator with a password that is made now
// and shown once. A process killed between the two does both again.
Result<DemoAdministrator> open_demo(host::Instance& instance);

}  // namespace lyceum::cli
