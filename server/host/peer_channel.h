#pragma once
// What every call to another process goes through, so that a peer that is slow, full or away hurts
// nobody else: deadline, circuit breaker, bulkhead, and a repeat where that is safe and affordable.

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/metrics.h"
#include "base/rpc.h"
#include "host/breaker.h"
#include "host/bulkhead.h"

namespace lyceum::host {

struct PeerLimits {
  BreakerConfig breaker{};
  BulkheadConfig calls{};
  // Apart from calls: streams last, and those that watch must not keep out those that ask.
  BulkheadConfig streams{.places = 1024, .waiting_max = 0};
  std::int64_t deadline_ms = 10'000;  // of a call that has none
  std::int64_t stream_deadline_ms = 10 * 60'000;
  int repeats_max = 2;
};

// name: of the peer, in metrics and logs. What fails on the way becomes an error that a client may
// see: unavailable with retry_after_ms (nobody there, too many at once) or deadline_exceeded.
std::unique_ptr<Channel> guard(std::unique_ptr<Channel> channel,
                               const std::string& name,
                               PeerLimits limits,
                               const Clock& clock,
                               metrics::Registry& metrics);

}  // namespace lyceum::host
