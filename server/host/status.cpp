#include "host/status.h"

#include <fmt/format.h>

#include "host/http_refusal.h"
#include "host/json.h"

namespace lyceum::host {
namespace {

std::int64_t seconds(std::int64_t ms) {
  return (ms + 999) / 1000;
}

}  // namespace

int http_status(const Error& error) {
  switch (error.code) {
    case Code::invalid_argument:
      return error.reason == "idempotency_key_reused" ? 422 : 400;
    case Code::unauthenticated:
      return 401;
    case Code::permission_denied:
      return 403;
    case Code::not_found:
      return 404;
    case Code::already_exists:
    case Code::aborted:
    case Code::failed_precondition:
      return 409;
    case Code::resource_exhausted:
      return 429;
    case Code::cancelled:
      return 499;
    case Code::unimplemented:
      return 501;
    case Code::unavailable:
      return 503;
    case Code::deadline_exceeded:
      return 504;
    case Code::unknown:
    case Code::out_of_range:
    case Code::internal:
    case Code::data_loss:
      break;
  }
  return 500;
}

std::string problem_json(int status, const Error& error, std::string_view trace_id) {
  std::string out = fmt::format(R"({{"type":"about:blank","title":"{}","status":{})",
                                status_phrase(status), status);
  out += R"(,"detail":)";
  out += json_string(status == 500 ? "something went wrong on our side" : error.message);
  out += R"(,"reason":)" + json_string(error.reason);
  if (!error.field.empty()) out += R"(,"field":)" + json_string(error.field);
  if (error.retry_after_ms > 0) out += fmt::format(R"(,"retry_after_ms":{})", error.retry_after_ms);
  out += R"(,"trace_id":)" + json_string(trace_id) + "}";
  return out;
}

HttpResponse problem(const Error& error, std::string_view trace_id) {
  return problem(http_status(error), error, trace_id);
}

HttpResponse problem(int status, const Error& error, std::string_view trace_id) {
  HttpResponse response;
  response.status = status;
  response.headers.push_back({"content-type", "application/problem+json"});
  add_api_headers(response);
  const bool try_again = error.retry_after_ms > 0 || status == 429 || status == 503;
  if (try_again)
    response.headers.push_back(
        {"retry-after",
         fmt::format("{}", std::max<std::int64_t>(1, seconds(error.retry_after_ms)))});
  if (error.quota > 0)
    add_rate_headers(response, error.reason, error.quota, error.window_ms, 0, error.retry_after_ms);
  response.body = problem_json(status, error, trace_id);
  return response;
}

void add_rate_headers(HttpResponse& response,
                      std::string_view policy,
                      int quota,
                      std::int64_t window_ms,
                      int remaining,
                      std::int64_t reset_ms) {
  response.headers.push_back(
      {"ratelimit-policy", fmt::format("\"{}\";q={};w={}", policy, quota, seconds(window_ms))});
  response.headers.push_back(
      {"ratelimit", fmt::format("\"{}\";r={};t={}", policy, remaining, seconds(reset_ms))});
}

void add_api_headers(HttpResponse& response) {
  response.headers.push_back({"cache-control", "no-store"});
  response.headers.push_back({"x-content-type-options", "nosniff"});
  response.headers.push_back({"referrer-policy", "no-referrer"});
  response.headers.push_back(
      {"content-security-policy", "default-src 'none'; frame-ancestors 'none'"});
}

}  // namespace lyceum::host
