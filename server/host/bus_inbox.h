#pragma once
// How an event is taken: in one transaction with its row in the inbox, so once.

#include "host/broker.h"
#include "host/bus.h"

namespace lyceum::host {

// An error: not now. What the handler refuses for good is taken, and kept in dead_events.
Task<Result<void>> take(std::int64_t now_ms,
                        std::shared_ptr<const Subscription> subscriber,
                        std::shared_ptr<const Event> event);

}  // namespace lyceum::host
