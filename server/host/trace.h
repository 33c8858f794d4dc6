#pragma once
// W3C Trace Context at the edge: https://www.w3.org/TR/trace-context/

#include <optional>
#include <string>
#include <string_view>

#include "base/call.h"

namespace lyceum::host {

// "00-<32 hex>-<16 hex>-<2 hex>", as a caller sent it. Nothing when malformed or all zeros; of a
// later version the part that we know.
std::optional<Trace> parse_traceparent(std::string_view header);

// "00-…-…-01".
std::string traceparent(const Trace& trace);

// 16 and 8 random bytes as hex. Good for telling requests apart, not for secrets.
std::string new_trace_id();
std::string new_span_id();

// A new span, in the caller's trace when `parent` is a good traceparent, else in a new one.
Trace begin_trace(std::string_view parent = {});

}  // namespace lyceum::host
