#pragma once
// The HTTP/1.1 door: listens, reads requests strictly, hands them to one handler, writes its
// answers. It knows nothing of routes, sessions or JSON.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "base/metrics.h"
#include "base/result.h"
#include "base/task.h"
#include "host/http.h"
#include "host/http_strict.h"

namespace lyceum::host {

struct HttpServerConfig {
  std::string listen = "127.0.0.1:8080";     // HOST:PORT or [IPv6]:PORT; port 0: a free one
  std::vector<std::string> trusted_proxies;  // networks whose X-Forwarded-For and traceparent hold
  int connections_max = 10'000;              // more are answered 503 and closed
  int header_timeout_ms = 10'000;            // from a request's first byte to its empty line
  int body_idle_ms = 30'000;                 // between two pieces of a body
  int body_rate_min = 240;                   // bytes a second; 0: no minimum
  int body_grace_ms = 5'000;                 // before the minimum counts
  std::int64_t bodies_max = 256 << 20;  // bytes of all bodies held at once; more are answered 503
  int keep_alive_ms = 60'000;           // between two requests
  int write_stall_ms = 30'000;          // a client that takes nothing for so long is cut off
  int linger_ms = 2'000;                // to let a refused client read why
  int drain_delay_ms = 10'000;          // still accepting, while balancers look elsewhere
  int drain_stream_ms = 5'000;          // after that: how long streams may go on
  int drain_deadline_ms = 25'000;       // after the delay: what is in flight then is cut off
  int socket_idle_ms = 60'000;  // a WebSocket that is silent for so long is pinged; twice: cut off
  int socket_close_ms = 5'000;  // to answer a WebSocket's close
  int socket_drain_ms = 2'000;  // to say good-bye after being told that we drain
  int sweep_ms = 250;           // how exactly the times above are kept
  HeadLimits head;
};

class HttpServer {
 public:
  // Each connection lives on one of `loops`, each of which one thread runs. Destroy the server
  // before the loops, and what the handler uses only after the loops have stopped.
  HttpServer(HttpServerConfig config,
             const std::vector<boost::asio::io_context*>& loops,
             HttpHandler handler,
             BodyLimit body_limit,
             metrics::Registry& metrics);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Listens. An error tells which address cannot be had, and why.
  Result<void> start();

  std::uint16_t port() const { return port_; }  // the chosen one, after start()

  // From now on every answer closes its connection; after the delay nobody is accepted any more.
  // Returns when all connections are gone or the deadline has cut them off. Once.
  Task<void> drain();

  int connections() const;  // open now

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
  std::uint16_t port_ = 0;
};

}  // namespace lyceum::host
