#pragma once
// When credentials were last used, collected here and written once in a while: a read stays a read.
// A killed process forgets the last minute of it, which only shortens idle times. Thread-safe.

#include <map>
#include <mutex>
#include <utility>

#include "services/identity/store.h"

namespace lyceum::identity {

class Touches {
 public:
  // At most once a minute for each.
  void note(store::Kind kind, std::int64_t id, std::int64_t seen_at, std::int64_t now_ms) {
    if (now_ms - seen_at < 60'000) return;
    const std::lock_guard lock(mutex_);
    if (noted_.size() < max) noted_.emplace(std::pair(kind, id), now_ms);
  }

  using All = std::map<std::pair<store::Kind, std::int64_t>, std::int64_t>;

  All take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(noted_, {});
  }

 private:
  static constexpr std::size_t max = 100'000;
  std::mutex mutex_;
  All noted_;
};

}  // namespace lyceum::identity
