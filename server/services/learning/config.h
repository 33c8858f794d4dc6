#pragma once
#include <cstdint>

namespace lyceum::learning {

struct Config {
  int in_flight_max = 2;  // submissions of one person that may wait or be judged

  int judges = 2;                      // submissions judged at once
  bool judges_alone = true;            // no other process judges: at the start, take back at once
  std::int64_t judge_poll_ms = 1000;   // to look for what is due again
  std::int64_t lease_ms = 600'000;     // a judge that wrote nothing for so long is taken for dead
  std::int64_t retry_first_ms = 1000;  // when the runner was not to be had; doubles
  std::int64_t retry_max_ms = 60'000;
  int failures_max = 3;                // a runner that fails is asked so many times more, then IE
  std::int64_t flush_ms = 100;         // results are written so often while there are more to come
  std::int64_t output_max = 16 << 10;  // bytes kept of what a program wrote, for each validator

  int tries_max = 16;        // tries that may run at once, of all people
  int tries_of_one_max = 2;  // and of one person
  int samples_max = 4;       // guests' runs at once
  std::int64_t sample_cpu_ms = 2000;
  std::int64_t sample_memory_bytes = std::int64_t{256} << 20;

  std::int64_t watchers_max = 2000;  // streams of results
  std::int64_t watch_poll_ms =
      2000;  // looked at again without being woken: another process may judge
  std::int64_t watch_ms = 600'000;  // a stream ends after this; the client comes back
  std::int64_t cache_bytes = std::int64_t{64} << 20;  // of parsed contents
};

}  // namespace lyceum::learning
