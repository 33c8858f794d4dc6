#pragma once
// HTTP as the rest of the host sees it. Only http_server.cpp knows Beast; handlers of requests know
// neither sockets nor parsers.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/cancellation.h"
#include "base/result.h"
#include "base/socket.h"
#include "base/task.h"

namespace lyceum::host {

struct HttpHeader {
  std::string name;  // lower case in requests
  std::string value;
};

struct HttpRequest {
  std::string
      method;  // "GET"; one of those the server allows. HEAD comes as GET: only the server knows
  std::string path;   // percent-decoded once, valid UTF-8, begins with "/", no "." or ".." parts
  std::string query;  // as sent, without "?"
  std::vector<HttpHeader> headers;
  std::string body;                // whole; within the limit
  std::string address;             // of the client, without port
  bool upgrade_websocket = false;  // HTTP/1.1, "Connection: Upgrade" and "Upgrade: websocket"
  std::string trace_id, span_id;   // of this request, made by the server (W3C, hex)
  CancellationPtr cancellation;    // when the client leaves before it has the answer

  // The first header of this (lower case) name; empty if there is none.
  std::string_view header(std::string_view name) const {
    for (const auto& h : headers)
      if (h.name == name) return h.value;
    return {};
  }
};

// Where a streamed body goes. write() returns when the bytes are taken (back pressure); it fails
// with Code::cancelled once the client is gone.
class HttpWriter {
 public:
  virtual ~HttpWriter() = default;
  virtual Task<Result<void>> write(std::string bytes) = 0;
};

// Whom a connection belongs to after a 101.
struct SocketGrant {
  const SocketDoor* door = nullptr;  // lives as long as the server
  Call call;
};

struct HttpResponse {
  int status = 200;
  std::vector<HttpHeader> headers;
  std::string body;
  // Bytes that live as long as the program (embedded files): sent in place of `body`, uncopied.
  std::string_view static_body;
  // When set, the body is whatever this writes (chunked), and `body` is ignored.
  std::function<Task<void>(HttpWriter&)> stream;
  std::optional<SocketGrant> socket;  // with status 101: the connection becomes this WebSocket
  std::string_view route;  // for metrics and logs: "/api/v1/modules/{module_id}"; lives for ever
};

// What the server must know before it reads a body.
using BodyLimit = std::function<std::int64_t(std::string_view method, std::string_view path)>;
using HttpHandler = std::function<Task<HttpResponse>(HttpRequest)>;

}  // namespace lyceum::host
