#pragma once
// Errors as HTTP says them: gRPC's codes and their statuses in one table, and RFC 9457 problems.

#include <string>
#include <string_view>

#include "base/result.h"
#include "host/http.h"

namespace lyceum::host {

int http_status(const Error& error);

// {"type":"about:blank","title":…,"status":…,"detail":…,"reason":…,"field"?,"retry_after_ms"?,"trace_id":…}.
// What went wrong inside is not told to the outside: the message of such an error is for the log.
std::string problem_json(int status, const Error& error, std::string_view trace_id);

// The same as an answer, with Retry-After where it is worth trying again, and the quota that was
// used up, under the name of the reason.
HttpResponse problem(const Error& error, std::string_view trace_id);
// For the statuses that no code has: 405, 406, 413, 415.
HttpResponse problem(int status, const Error& error, std::string_view trace_id);

// draft-ietf-httpapi-ratelimit-headers: a policy by name, how much of it is left, and when there
// will be more. Several policies are as many headers.
void add_rate_headers(HttpResponse& response,
                      std::string_view policy,
                      int quota,
                      std::int64_t window_ms,
                      int remaining,
                      std::int64_t reset_ms);

// What every answer that is no page carries: it is not stored, not guessed at, not framed.
void add_api_headers(HttpResponse& response);

}  // namespace lyceum::host
