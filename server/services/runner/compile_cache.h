#pragma once
// What compilers gave, by everything that they were given. In memory, bounded by bytes and by open
// files (an artifact is a descriptor), the least recently used goes first. Not by user: equal input
// compiles to equal output, whoever sends it.

#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "services/runner/sandbox.h"

namespace lyceum::runner {

class CompileCache {
 public:
  explicit CompileCache(std::int64_t bytes_max, std::int64_t files_max = 256)
      : bytes_max_(bytes_max), files_max_(files_max) {}

  std::optional<JobResult> find(const std::string& key);
  void put(const std::string& key, const JobResult& result);

  std::int64_t bytes() const;
  std::int64_t programs() const;

 private:
  struct Entry {
    std::string key;
    JobResult result;
    std::int64_t bytes;
    std::int64_t files;
  };

  const std::int64_t bytes_max_;
  const std::int64_t files_max_;
  mutable std::mutex mutex_;
  std::int64_t bytes_ = 0;
  std::int64_t files_ = 0;
  std::list<Entry> entries_;  // the last used first
  std::unordered_map<std::string, std::list<Entry>::iterator> by_key_;
};

}  // namespace lyceum::runner
