#include "host/http_observer.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/log.h"

namespace lyceum::host {

std::string_view known_method(std::string_view method) {
  static constexpr std::array<std::string_view, 7> methods = {"GET",   "HEAD",   "POST",   "PUT",
                                                              "PATCH", "DELETE", "OPTIONS"};
  const auto* found = std::ranges::find(methods, method);
  return found == methods.end() ? std::string_view("") : *found;
}

std::size_t HttpObserver::Hash::operator()(const Key& key) const {
  const auto mix = [](std::size_t seed, std::size_t value) {
    return (seed ^ value) * 0x9E3779B97F4A7C15U;
  };
  return mix(mix(std::hash<const void*>()(key.route), std::hash<const void*>()(key.method)),
             static_cast<std::size_t>(key.status));
}

metrics::Histogram& HttpObserver::duration(const Served& request) {
  // By address: both live for ever. NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage)
  const Key key{request.route.data(), request.method.data(), request.status};
  auto*& histogram = durations_[key];
  if (histogram == nullptr) {
    const auto labels =
        fmt::format(R"(http_route="{}",http_request_method="{}",http_response_status_code="{}")",
                    request.route, request.method, request.status);
    histogram =
        &metrics_.histogram("http_server_request_duration_seconds",
                            "Time from a request's first byte to its answer's last.", labels);
  }
  return *histogram;
}

void HttpObserver::served(const Served& request, const Trace& trace) {
  duration(request).observe(request.seconds);
  log::write(log::Level::info, trace, "request",
             {{"method", request.method},
              {"route", request.route},
              {"status", request.status},
              {"duration_ms", request.seconds * 1e3},
              {"bytes", request.bytes}});
}

void HttpObserver::refused(const Refusal& refusal) {
  metrics_
      .counter("http_server_rejected_requests_total", "Requests refused before any handler.",
               fmt::format(R"(reason="{}")", refusal.reason))
      .add();
}

}  // namespace lyceum::host
