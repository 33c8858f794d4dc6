#pragma once
// What is told about every request: one line in the log, one count in the metrics.

#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "base/call.h"
#include "base/metrics.h"
#include "host/http_refusal.h"

namespace lyceum::host {

struct Served {
  std::string_view method;  // as received, one of those the server allows; "" when refused before
  std::string_view route;   // lives for ever; "" when there is none
  int status = 0;
  double seconds = 0;
  std::int64_t bytes = 0;  // of the answer's body
};

// One for each loop, so that looking a series up needs no lock.
class HttpObserver {
 public:
  explicit HttpObserver(metrics::Registry& metrics) : metrics_(metrics) {}

  void served(const Served& request, const Trace& trace);
  void refused(const Refusal& refusal);

 private:
  struct Key {
    const void* route;
    const void* method;
    int status;
    bool operator==(const Key&) const = default;
  };

  struct Hash {
    std::size_t operator()(const Key& key) const;
  };

  metrics::Histogram& duration(const Served& request);

  metrics::Registry& metrics_;
  std::unordered_map<Key, metrics::Histogram*, Hash> durations_;
};

// The method as a string that lives for ever: "GET", …, or "" for one that is not served.
std::string_view known_method(std::string_view method);

}  // namespace lyceum::host
