#include "host/rate_limit.h"

#include <algorithm>
#include <bit>

#include <boost/asio/ip/address.hpp>

namespace lyceum::host {
namespace {

constexpr std::int64_t ms = 1'000'000;        // in ns
constexpr std::int64_t window = 60'000 * ms;  // the minute that limits are said for

enum Kind : std::uint64_t { unknown, user, ipv4, ipv6 };

std::int64_t round_up_to_ms(std::int64_t ns) {
  return (ns + ms - 1) / ms;
}

RateKey address_key(std::string_view text) {
  boost::system::error_code bad;
  const auto address = boost::asio::ip::make_address(text, bad);
  if (bad) return {unknown, 0};
  if (address.is_v4()) return {ipv4, address.to_v4().to_uint()};
  const auto bytes = address.to_v6().to_bytes();
  std::uint64_t network = 0;
  for (std::size_t i = 0; i < 8; ++i) network = network << 8 | bytes[i];
  return {ipv6, network};
}

}  // namespace

RateKey rate_key(Rate rate, std::int64_t user_id, std::string_view address) {
  const bool by_address = rate == GUEST || rate == SIGN_IN;
  if (user_id != 0 && !by_address) return {user, static_cast<std::uint64_t>(user_id)};
  return address_key(address);
}

std::size_t RateLimiter::Hash::operator()(const Key& key) const {
  std::uint64_t hash =
      key.key.value ^ key.key.kind << 60 ^ static_cast<std::uint64_t>(key.rate) << 56;
  hash = (hash ^ hash >> 32) * 0x9E3779B97F4A7C15U;
  return hash ^ hash >> 29;
}

RateLimiter::RateLimiter(RateLimitConfig config) : config_(config) {}

int RateLimiter::limit(Rate rate) const {
  switch (rate) {
    case READ:
      return config_.read;
    case WRITE:
      return config_.write;
    case RUN:
      return config_.run;
    case GUEST:
      return config_.guest;
    case SIGN_IN:
      return config_.sign_in;
    default:
      return 0;
  }
}

RateLimiter::Caller& RateLimiter::caller(Shard& shard, const Key& key) {
  const auto found = shard.by_key.find(key);
  if (found != shard.by_key.end()) {
    shard.callers.splice(shard.callers.begin(), shard.callers, found->second);
    return shard.callers.front();
  }
  const auto most = std::max<std::size_t>(1, static_cast<std::size_t>(config_.callers_max) / 16);
  if (shard.callers.size() >= most) {
    shard.by_key.erase({shard.callers.back().key, shard.callers.back().rate});
    shard.callers.pop_back();
  }
  shard.callers.push_front({key.key, key.rate, 0});
  shard.by_key[key] = shard.callers.begin();
  return shard.callers.front();
}

RateAnswer RateLimiter::allow(Rate rate, const RateKey& key, std::int64_t now_ms) {
  const int most = limit(rate);
  if (most <= 0) return {};
  const std::int64_t each = window / most;  // one comes back every so long
  const std::int64_t full = each * most;
  const std::int64_t now = now_ms * ms;

  const std::size_t hash = Hash()({key, rate});
  auto& shard = shards_[hash >> 8 & 15];
  const std::scoped_lock lock(shard.mutex);
  auto& one = caller(shard, {key, rate});
  const std::int64_t taken = std::max<std::int64_t>(0, one.full_at_ns - now);

  RateAnswer answer{.limit = most};
  answer.allowed = taken + each <= full;
  const std::int64_t after = answer.allowed ? taken + each : taken;
  if (answer.allowed) one.full_at_ns = now + after;
  answer.remaining = static_cast<int>(std::max<std::int64_t>(0, (full - after) / each));
  answer.reset_ms = round_up_to_ms(after);
  if (!answer.allowed) answer.retry_after_ms = round_up_to_ms(taken + each - full);
  return answer;
}

}  // namespace lyceum::host
