#pragma once
#include <cstdint>

namespace lyceum {

// Wall time. Passed in, so that tests move it by hand.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::int64_t now_ms() const = 0;  // since 1970, UTC
};

class SystemClock final : public Clock {
 public:
  std::int64_t now_ms() const override;
};

}  // namespace lyceum
