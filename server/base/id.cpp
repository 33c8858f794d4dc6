#include "base/id.h"

#include <algorithm>
#include <charconv>

namespace lyceum {
namespace {

constexpr std::int64_t epoch_ms = 1'704'067'200'000;  // 2024-01-01T00:00:00Z
constexpr int node_bits = 10;
constexpr int sequence_bits = 12;
constexpr std::int64_t sequence_mask = (1 << sequence_bits) - 1;

}  // namespace

Ids::Ids(const Clock& clock, int node) : clock_(clock), node_(node & ((1 << node_bits) - 1)) {}

std::int64_t Ids::next() {
  const std::scoped_lock lock(mutex_);
  const std::int64_t now = std::max<std::int64_t>(clock_.now_ms() - epoch_ms, 1) << sequence_bits;
  last_ = std::max(last_ + 1, now);
  return ((last_ >> sequence_bits) << (node_bits + sequence_bits)) | (node_ << sequence_bits) |
         (last_ & sequence_mask);
}

std::optional<std::int64_t> parse_id(std::string_view text) {
  if (text.empty() || text.size() > 19 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  if (!std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return id;
}

std::int64_t id_time_ms(std::int64_t id) {
  return (id >> (node_bits + sequence_bits)) + epoch_ms;
}

}  // namespace lyceum
