#include "base/metrics.h"

#include <fmt/format.h>
#include <stdexcept>

namespace lyceum::metrics {

void Histogram::observe(double seconds) {
  std::size_t bucket = 0;
  while (bucket < bounds.size() && seconds > bounds[bucket]) ++bucket;
  buckets_[bucket].fetch_add(1, std::memory_order_relaxed);
  nanoseconds_.fetch_add(static_cast<std::int64_t>(seconds * 1e9), std::memory_order_relaxed);
}

Registry::Family& Registry::family(std::string_view name,
                                   std::string_view type,
                                   std::string_view help) {
  const auto found = families_.find(name);
  if (found == families_.end())
    return families_.emplace(std::string(name), Family{std::string(type), std::string(help), {}})
        .first->second;
  if (found->second.type != type)
    throw std::logic_error(fmt::format("metric {} is a {} already", name, found->second.type));
  return found->second;
}

Counter& Registry::counter(std::string_view name, std::string_view help, std::string_view labels) {
  const std::scoped_lock lock(mutex_);
  auto& series = family(name, "counter", help).series;
  const auto [found, is_new] = series.try_emplace(std::string(labels), counters_.size());
  if (is_new) counters_.emplace_back();
  return counters_[found->second];
}

Gauge& Registry::gauge(std::string_view name, std::string_view help, std::string_view labels) {
  const std::scoped_lock lock(mutex_);
  auto& series = family(name, "gauge", help).series;
  const auto [found, is_new] = series.try_emplace(std::string(labels), gauges_.size());
  if (is_new) gauges_.emplace_back();
  return gauges_[found->second];
}

Histogram& Registry::histogram(std::string_view name,
                               std::string_view help,
                               std::string_view labels) {
  const std::scoped_lock lock(mutex_);
  auto& series = family(name, "histogram", help).series;
  const auto [found, is_new] = series.try_emplace(std::string(labels), histograms_.size());
  if (is_new) histograms_.emplace_back();
  return histograms_[found->second];
}

std::string Registry::text() const {
  const std::scoped_lock lock(mutex_);
  fmt::memory_buffer out;
  auto to = std::back_inserter(out);
  for (const auto& [name, family] : families_) {
    fmt::format_to(to, "# HELP {0} {1}\n# TYPE {0} {2}\n", name, family.help, family.type);
    for (const auto& [labels, index] : family.series) {
      const std::string braces = labels.empty() ? "" : "{" + labels + "}";
      if (family.type == "counter") {
        fmt::format_to(to, "{}{} {}\n", name, braces, counters_[index].value());
      } else if (family.type == "gauge") {
        fmt::format_to(to, "{}{} {}\n", name, braces, gauges_[index].value());
      } else {
        const auto& h = histograms_[index];
        const std::string_view comma = labels.empty() ? "" : ",";
        std::int64_t count = 0;
        for (std::size_t i = 0; i < Histogram::bounds.size(); ++i) {
          count += h.buckets_[i].load(std::memory_order_relaxed);
          fmt::format_to(to, "{}_bucket{{{}{}le=\"{}\"}} {}\n", name, labels, comma,
                         Histogram::bounds[i], count);
        }
        count += h.buckets_.back().load(std::memory_order_relaxed);
        fmt::format_to(to, "{}_bucket{{{}{}le=\"+Inf\"}} {}\n", name, labels, comma, count);
        fmt::format_to(to, "{}_sum{} {}\n", name, braces,
                       static_cast<double>(h.nanoseconds_.load(std::memory_order_relaxed)) * 1e-9);
        fmt::format_to(to, "{}_count{} {}\n", name, braces, count);
      }
    }
  }
  return fmt::to_string(out);
}

}  // namespace lyceum::metrics
