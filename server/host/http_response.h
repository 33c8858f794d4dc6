#pragma once
// An answer's status line and headers as bytes.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/call.h"
#include "host/http.h"

namespace lyceum::host {

struct ResponseHead {
  std::string_view date;
  bool close = false;   // this is the connection's last answer
  bool http10 = false;  // no chunks, and keep-alive must be said
  bool head_only = false;
};

// The handler's headers may not break the head: CR, LF or NUL in one of them.
bool plain_headers(const HttpResponse& response);

// Whether bytes follow the head, for this status.
bool has_body(int status);

// Appends the head. The server's own headers (date, length, connection, trace) replace the
// handler's.
void append_head(std::string& out,
                 const HttpResponse& response,
                 const ResponseHead& head,
                 const Trace& trace);

std::string_view body_of(const HttpResponse& response);

}  // namespace lyceum::host
