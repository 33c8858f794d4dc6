#pragma once
// What the runner says in /metrics; docs/operations.md tells what to make of it.

#include <array>
#include <map>
#include <string>
#include <string_view>

#include "base/metrics.h"
#include "services/runner/gate.h"

namespace lyceum::runner {

// By Priority; as requests name them.
constexpr std::array<std::string_view, 3> priority_words = {"try", "judge", "rejudge"};

struct Counters {
  Counters(metrics::Registry& registry, int slots);

  struct Queue {
    metrics::Gauge* length;
    metrics::Histogram* wait_seconds;
  };

  struct Compiles {
    metrics::Counter *hits, *misses;
  };

  Queue& queue(Priority priority) { return queues.at(static_cast<std::size_t>(priority)); }

  metrics::Gauge &active, &jobs, &live, &slots_in_use;
  metrics::Counter &overload, &unavailable, &warm, &cold;
  metrics::Gauge &cache_bytes, &cache_programs, &sandbox_up;
  metrics::Histogram &job_seconds, &run_seconds;
  std::array<Queue, priority_words.size()> queues;
  std::map<std::string, Compiles, std::less<>> compiles;              // by language
  std::map<std::string, metrics::Counter*, std::less<>> tests, runs;  // by status
};

// Counts one more as long as it lives; also where a coroutine ends by an exception, as when it is
// cancelled.
class OneMore {
 public:
  explicit OneMore(metrics::Gauge& gauge) : gauge_(gauge) { gauge_.add(1); }

  OneMore(const OneMore&) = delete;
  OneMore& operator=(const OneMore&) = delete;

  ~OneMore() { gauge_.add(-1); }

 private:
  metrics::Gauge& gauge_;
};

}  // namespace lyceum::runner
