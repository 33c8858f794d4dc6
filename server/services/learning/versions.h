#pragma once
// Versions of contents as they are used: parsed once, with what may be shown of them made
// beforehand, kept in a bounded cache. A version never changes, so an entry is never wrong.

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/db.h"
#include "base/metrics.h"
#include "contract/learning.pb.h"
#include "contract/learning_internal.pb.h"

namespace lyceum::learning {

struct Version {
  internal::Tree tree;
  v1::Content shown;  // of everybody's part: no state, crumbs or neighbours
  std::vector<const internal::Component*> submittables;  // in the order of reading
  std::size_t bytes = 0;

  const internal::Component* submittable(std::int64_t component_id) const;
};

using VersionPtr = std::shared_ptr<const Version>;  // shared: a call may outlive the cache's entry

VersionPtr make_version(internal::Tree tree);

class Versions {
 public:
  Versions(std::size_t bytes_max, metrics::Registry& metrics);

  Result<VersionPtr> get(Tx& tx, std::int64_t content_id, std::int64_t number);

 private:
  struct Key {
    std::int64_t content_id;
    std::int64_t number;
    bool operator==(const Key&) const = default;
  };

  struct Hash {
    std::size_t operator()(const Key& key) const {
      return std::hash<std::int64_t>{}(key.content_id * 1'000'003 + key.number);
    }
  };

  using Entries = std::list<std::pair<Key, VersionPtr>>;

  VersionPtr find(const Key& key);
  void keep(const Key& key, const VersionPtr& version);

  const std::size_t bytes_max_;
  metrics::Counter& misses_;
  std::mutex mutex_;
  Entries entries_;  // used last first
  std::unordered_map<Key, Entries::iterator, Hash> places_;
  std::size_t bytes_ = 0;
};

}  // namespace lyceum::learning
