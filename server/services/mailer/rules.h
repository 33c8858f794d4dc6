#pragma once
#include <cstdint>
#include <optional>

namespace lyceum::mailer {

// How long to wait after the attempt that has just failed (1 is the first): 1 m, 5 m, 15 m, 1 h, 4
// h, 12 h, then never.
std::optional<std::int64_t> retry_wait_ms(int attempts);

}  // namespace lyceum::mailer
