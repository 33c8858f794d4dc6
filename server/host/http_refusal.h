#pragma once
// Why the edge refuses a request before any handler sees it, and how it says so (RFC 9457).

#include <string>
#include <string_view>

#include "host/http.h"

namespace lyceum::host {

struct Refusal {
  int status = 0;
  std::string_view reason;   // stable, for programs
  std::string_view message;  // for people; plain text, no character that JSON escapes
};

namespace refusal {

inline constexpr Refusal request_line{400, "request_line_invalid",
                                      "the request line is not METHOD SP target SP HTTP/1.1"};
inline constexpr Refusal header{400, "header_invalid", "the header block has a malformed line"};
inline constexpr Refusal host{400, "host_invalid",
                              "there must be one Host header with a plain host name"};
inline constexpr Refusal framing{
    400, "framing_invalid",
    "Content-Length or Transfer-Encoding is malformed, repeated, or both are there"};
inline constexpr Refusal chunk{400, "chunk_invalid", "the chunked body is malformed"};
inline constexpr Refusal uri{400, "uri_invalid", "the request target is not a plain path"};
inline constexpr Refusal method{405, "method_not_allowed", "this method is not served"};
inline constexpr Refusal header_timeout{408, "header_timeout",
                                        "the request's header took too long to arrive"};
inline constexpr Refusal body_timeout{408, "body_timeout",
                                      "the request's body took too long to arrive"};
inline constexpr Refusal body_size{413, "body_too_large", "the request's body is too large"};
inline constexpr Refusal uri_length{414, "uri_too_long", "the request line is too long"};
inline constexpr Refusal expectation{417, "expectation_unknown",
                                     "only Expect: 100-continue is understood"};
inline constexpr Refusal header_size{431, "headers_too_large",
                                     "the request has too many or too long headers"};
inline constexpr Refusal method_unknown{501, "method_unknown", "this method is not known"};
inline constexpr Refusal connections{503, "too_many_connections",
                                     "the server has as many connections as it may"};
inline constexpr Refusal busy{503, "too_busy", "the server holds as much as it may"};
inline constexpr Refusal version{505, "http_version_unsupported",
                                 "only HTTP/1.1 and HTTP/1.0 are served here"};

}  // namespace refusal

std::string_view status_phrase(int status);

// The problem+json answer. `trace_id` is hex.
HttpResponse problem(const Refusal& refusal, std::string_view trace_id);

}  // namespace lyceum::host
