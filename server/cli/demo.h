#pragma once
#include <string>

#include "host/serve.h"

namespace lyceum::cli {

struct DemoAdministrator {
  std::string email, password;  // password empty: the account was there already
};

// With --demo: the demo course, then an administrator with a password that is made at the first
// start and shown once, then his server with its channels. What a killed process had not done is
// done at the next start.
Result<DemoAdministrator> open_demo(host::Instance& instance);

}  // namespace lyceum::cli
