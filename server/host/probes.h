#pragma once
// What every process tells its operators over HTTP: /healthz, /readyz and /metrics.

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "host/edge.h"
#include "host/http.h"
#include "host/http_server.h"

namespace lyceum::host {

class Probes {
 public:
  explicit Probes(Host& host) : host_(host) {}

  // The answer, if the path is one of the three.
  std::optional<HttpResponse> serve(const HttpRequest& request) const;

  bool open() const { return open_; }

  void set_open() { open_ = true; }

  void set_draining() { draining_ = true; }

 private:
  HttpResponse ready() const;
  HttpResponse metrics(const HttpRequest& request) const;

  Host& host_;
  std::atomic<bool> open_ = false;
  std::atomic<bool> draining_ = false;
};

// The HTTP server of a process, as its settings want it, on all its loops.
HttpServerConfig http_config(const Settings& settings);
std::vector<boost::asio::io_context*> http_loops(Host& host);

// The HTTP side of a process without the gateway: these pages on settings.listen and nothing else.
Result<std::unique_ptr<Edge>> listen_for_probes(Host& host);

}  // namespace lyceum::host
