#pragma once
// Counters, gauges and histograms for /metrics (Prometheus text format 0.0.4). Make them once, when
// a module starts, and keep the reference: counting is one relaxed atomic add. Labels are few and
// fixed: never a user id, a path or anything a client chose.

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace lyceum::metrics {

class Counter {
 public:
  void add(std::int64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }

  std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_ = 0;
};

class Gauge {
 public:
  void set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }

  void add(std::int64_t n) { value_.fetch_add(n, std::memory_order_relaxed); }

  std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_ = 0;
};

// Seconds, in OpenTelemetry's advised buckets.
class Histogram {
 public:
  static constexpr std::array bounds = {0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25,
                                        0.5,   0.75, 1.0,   2.5,  5.0,   7.5, 10.0};
  void observe(double seconds);

 private:
  friend class Registry;
  std::array<std::atomic<std::int64_t>, bounds.size() + 1> buckets_ = {};
  std::atomic<std::int64_t> nanoseconds_ = 0;
};

class Registry {
 public:
  // `labels` as in the text format, without braces: `service="mailer"`. The same name and labels
  // give the same object. Names end in _total (counters) or _seconds (histograms).
  Counter& counter(std::string_view name, std::string_view help, std::string_view labels = "");
  Gauge& gauge(std::string_view name, std::string_view help, std::string_view labels = "");
  Histogram& histogram(std::string_view name, std::string_view help, std::string_view labels = "");

  std::string text() const;

 private:
  struct Family {
    std::string type, help;
    std::map<std::string, std::size_t, std::less<>> series;  // labels → index
  };

  Family& family(std::string_view name, std::string_view type, std::string_view help);

  mutable std::mutex mutex_;
  std::map<std::string, Family, std::less<>> families_;
  std::deque<Counter> counters_;  // deques: references stay good
  std::deque<Gauge> gauges_;
  std::deque<Histogram> histograms_;
};

}  // namespace lyceum::metrics
