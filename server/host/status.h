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

// The same as an answer, with Retry-After where it is worth trying again.
HttpResponse problem(const Error& error, std::string_view trace_id);
// For the statuses that no code has: 405, 406, 413, 415.
HttpResponse problem(int status, const Error& error, std::string_view trace_id);

// What every answer that is no page carries: it is not stored, not guessed at, not framed.
void add_api_headers(HttpResponse& response);

}  // namespace lyceum::host
