#pragma once
// Ids: 63 bits, ordered by time: 41 bits of milliseconds since 2024-01-01Z, 10 of node, 12 of
// sequence. They are primary keys, page tokens and, as strings, what JSON shows.

#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>

#include "base/clock.h"

namespace lyceum {

class Ids {
 public:
  // `node` (0 to 1023) differs in every process of a cluster; it comes from configuration.
  Ids(const Clock& clock, int node);

  // Never the same twice and always rising, also when the clock is set back or 4,096 are asked for
  // within a millisecond: then it runs ahead of the clock.
  std::int64_t next();

 private:
  const Clock& clock_;
  const std::int64_t node_;
  std::mutex mutex_;
  std::int64_t last_ = 0;  // time and sequence of the last one, without the node
};

// "123" → 123. Only digits, no sign, no leading zero, at most 2^63 - 1.
std::optional<std::int64_t> parse_id(std::string_view text);

// When an id was made, in ms UTC.
std::int64_t id_time_ms(std::int64_t id);

}  // namespace lyceum
