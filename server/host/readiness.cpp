#include "host/readiness.h"

namespace lyceum::host {

void Readiness::add(std::string part, Check check) {
  parts_.push_back({std::move(part), std::move(check)});
}

Readiness::Report Readiness::report() const {
  Report out{.ready = parts_.empty(), .details = {}};
  for (const auto& part : parts_) {
    const auto state = part.check ? part.check() : Result<void>();
    out.ready = out.ready || state.has_value();
    if (part.check) out.details += part.name + ": " + (state ? "ok" : state.error().reason) + "\n";
  }
  return out;
}

}  // namespace lyceum::host
