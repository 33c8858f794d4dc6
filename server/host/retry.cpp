#include "host/retry.h"

#include <algorithm>
#include <google/protobuf/descriptor.h>
#include <string>

#include "contract/options.pb.h"

namespace lyceum::host {
namespace {

constexpr int repeat = 10;      // tenths
constexpr int saved_max = 100;  // tenths: ten repeats after a quiet time

}  // namespace

void RetryBudget::called() {
  int now = tenths_;
  while (now < saved_max && !tenths_.compare_exchange_weak(now, now + 1)) {
  }
}

bool RetryBudget::take() {
  int now = tenths_;
  while (now >= repeat)
    if (tenths_.compare_exchange_weak(now, now - repeat)) return true;
  return false;
}

std::int64_t backoff_ms(int attempt, double random) {
  const auto longest = std::min<std::int64_t>(250, std::int64_t{25} << std::min(attempt, 8));
  return static_cast<std::int64_t>(static_cast<double>(longest) * random);
}

bool safe_to_repeat(std::string_view method) {
  std::string name(method.substr(method.starts_with('/') ? 1 : 0));
  std::ranges::replace(name, '/', '.');
  const auto* descriptor =
      google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(name);
  if (!descriptor) return false;
  const auto& options = descriptor->options();
  return options.idempotency_level() != google::protobuf::MethodOptions::IDEMPOTENCY_UNKNOWN ||
         options.GetExtension(rpc).http().starts_with("GET ");
}

}  // namespace lyceum::host
