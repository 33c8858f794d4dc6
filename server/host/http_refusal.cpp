#include "host/http_refusal.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

namespace lyceum::host {

std::string_view status_phrase(int status) {
  using Phrase = std::pair<int, std::string_view>;
  static constexpr std::array<Phrase, 41> phrases = {{
      {100, "Continue"},
      {101, "Switching Protocols"},
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted"},
      {204, "No Content"},
      {206, "Partial Content"},
      {301, "Moved Permanently"},
      {302, "Found"},
      {303, "See Other"},
      {304, "Not Modified"},
      {307, "Temporary Redirect"},
      {308, "Permanent Redirect"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {406, "Not Acceptable"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {410, "Gone"},
      {412, "Precondition Failed"},
      {413, "Content Too Large"},
      {414, "URI Too Long"},
      {415, "Unsupported Media Type"},
      {416, "Range Not Satisfiable"},
      {417, "Expectation Failed"},
      {422, "Unprocessable Content"},
      {425, "Too Early"},
      {426, "Upgrade Required"},
      {428, "Precondition Required"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {499, "Client Closed Request"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {502, "Bad Gateway"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
      {505, "HTTP Version Not Supported"},
  }};
  const auto* found = std::ranges::lower_bound(phrases, status, {}, &Phrase::first);
  return found != phrases.end() && found->first == status ? found->second
                                                          : std::string_view("Other");
}

HttpResponse problem(const Refusal& refusal, std::string_view trace_id) {
  HttpResponse response;
  response.status = refusal.status;
  response.headers = {{"content-type", "application/problem+json"},
                      {"cache-control", "no-store"},
                      {"x-content-type-options", "nosniff"}};
  if (refusal.status == 405)
    response.headers.push_back({"allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"});
  if (refusal.status == 503) response.headers.push_back({"retry-after", "1"});
  response.body = fmt::format(
      R"({{"type":"about:blank","title":"{}","status":{},"detail":"{}","reason":"{}","trace_id":"{}"}})",
      status_phrase(refusal.status), refusal.status, refusal.message, refusal.reason, trace_id);
  return response;
}

}  // namespace lyceum::host
