#include "host/probes.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

namespace lyceum::host {
namespace {

HttpResponse plain(int status,
                   std::string_view route,
                   std::string body,
                   std::string_view type = "text/plain; charset=utf-8") {
  HttpResponse response;
  response.status = status;
  response.route = route;
  response.headers = {{"content-type", std::string(type)},
                      {"cache-control", "no-store"},
                      {"x-content-type-options", "nosniff"}};
  response.body = std::move(body);
  return response;
}

class ProbeEdge final : public Edge {
 public:
  explicit ProbeEdge(Host& host)
      : host_(host),
        probes_(host),
        server_(
            http_config(host.settings()),
            http_loops(host),
            [this](HttpRequest request) { return handle(std::move(request)); },
            [](std::string_view, std::string_view) { return std::int64_t{0}; },
            host.metrics()) {}

  Result<void> listen() { return server_.start(); }

  void open() override { probes_.set_open(); }

  void drain() override {
    probes_.set_draining();
    boost::asio::co_spawn(host_.loop(0), server_.drain(), boost::asio::use_future).get();
  }

 private:
  Task<HttpResponse> handle(HttpRequest request) {
    if (auto page = probes_.serve(request)) co_return *std::move(page);
    co_return plain(404, "none",
                    "this process has no gateway: only /healthz, /readyz and /metrics are here\n");
  }

  Host& host_;
  Probes probes_;
  HttpServer server_;  // last: it is gone before what its handler uses
};

}  // namespace

std::optional<HttpResponse> Probes::serve(const HttpRequest& request) const {
  if (request.path == "/healthz") return plain(200, "/healthz", "ok\n");
  if (request.path == "/readyz") return ready();
  if (request.path == "/metrics" && open_) return metrics(request);
  return std::nullopt;
}

HttpResponse Probes::ready() const {
  if (!open_ || draining_) return plain(503, "/readyz", draining_ ? "draining\n" : "starting\n");
  const auto report = host_.readiness().report();
  return plain(report.ready ? 200 : 503, "/readyz",
               (report.ready ? "ready\n" : "not ready\n") + report.details);
}

// What it tells is for operators: this machine, or a proxy that was told to pass it on.
HttpResponse Probes::metrics(const HttpRequest& request) const {
  if (!is_loopback(request.address + ":0"))
    return plain(403, "/metrics", "metrics are given to this machine only\n");
  return plain(200, "/metrics", host_.metrics().text(), "text/plain; version=0.0.4; charset=utf-8");
}

HttpServerConfig http_config(const Settings& settings) {
  HttpServerConfig config;
  config.listen = settings.address();
  config.trusted_proxies = settings.trusted_proxies;
  config.drain_delay_ms = settings.drain_delay_ms;
  return config;
}

std::vector<boost::asio::io_context*> http_loops(Host& host) {
  std::vector<boost::asio::io_context*> out;
  for (std::size_t i = 0; i < host.loop_count(); ++i) out.push_back(&host.loop(i));
  return out;
}

Result<std::unique_ptr<Edge>> listen_for_probes(Host& host) {
  auto edge = std::make_unique<ProbeEdge>(host);
  TRY_VOID(edge->listen());
  return std::unique_ptr<Edge>(std::move(edge));
}

}  // namespace lyceum::host
