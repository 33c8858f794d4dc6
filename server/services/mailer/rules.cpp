#include "services/mailer/rules.h"

#include <array>

namespace lyceum::mailer {

std::optional<std::int64_t> retry_wait_ms(int attempts) {
  constexpr std::array<std::int64_t, 6> minutes = {1, 5, 15, 60, 240, 720};
  const auto index = static_cast<std::size_t>(attempts) - 1;
  if (attempts < 1 || index >= minutes.size()) return std::nullopt;
  return minutes[index] * 60'000;
}

}  // namespace lyceum::mailer
