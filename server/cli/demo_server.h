#pragma once
#include <cstdint>

#include "base/result.h"
#include "base/task.h"
#include "host/host.h"

namespace lyceum::cli {

// The servers of content/servers/, owned by this user, with their channels and first messages. What
// is there already stays as it is. Nobody else may be writing yet.
Task<Result<void>> open_demo_servers(host::Host& host, std::int64_t owner_id);

}  // namespace lyceum::cli
