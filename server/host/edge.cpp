#include "host/edge.h"

#include <future>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include "base/log.h"
#include "host/caller_cache.h"
#include "host/docs.h"
#include "host/http_server.h"
#include "host/rest.h"
#include "host/socket_doors.h"
#include "host/static_files.h"

namespace lyceum::host {
namespace {

constexpr std::int64_t body_max_before_open = 0;

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

// Who answers. Requests under way keep it, also those that a drain's deadline has cut off.
class Door {
 public:
  Door(Host& host, std::span<const EmbeddedFile> website)
      : host_(host),
        files_(website, host.public_url().starts_with("https://")),
        docs_(host.public_url().starts_with("https://")),
        limiter_(host.settings().limits) {}

  void open() {
    callers_ = std::make_unique<CallerCache>(host_, host_.get<identity::v1::IdentityApi>());
    const auto authenticate = [this](const HttpRequest& request) {
      return callers_->authenticate(request);
    };
    const auto allow = [this](Rate rate, const Caller& caller, const std::string& address) {
      return limiter_.allow(rate, rate_key(rate, caller.user_id, address), host_.clock().now_ms());
    };
    rest_ = std::make_unique<Rest>(RestConfig{.origin = host_.public_url(), .stream = {}},
                                   host_.methods(), host_.clock(), authenticate, allow);
    sockets_ = std::make_unique<SocketDoors>(host_.socket_doors(), host_.public_url(), authenticate,
                                             allow);
    open_ = true;
  }

  void drain() { draining_ = true; }

  Task<HttpResponse> handle(HttpRequest request) {
    if (request.path == "/healthz") co_return plain(200, "/healthz", "ok\n");
    if (request.path == "/readyz") co_return ready();
    if (!open_) co_return starting();
    if (request.path == "/metrics") co_return metrics(request);
    if (auto page = docs_.serve(request)) co_return *std::move(page);
    if (const auto* door = sockets_->find(request.path))
      co_return co_await sockets_->answer(*door, std::move(request));
    if (!rest_->owns(request.path))
      if (auto file = files_.serve(request)) co_return *std::move(file);
    co_return co_await rest_->handle(std::move(request));
  }

  std::int64_t body_limit(std::string_view method, std::string_view path) const {
    return open_ ? rest_->body_max(method, path) : body_max_before_open;
  }

 private:
  HttpResponse ready() const {
    if (open_ && !draining_) return plain(200, "/readyz", "ready\n");
    return plain(503, "/readyz", draining_ ? "draining\n" : "starting\n");
  }

  static HttpResponse starting() {
    auto response =
        plain(503, "starting",
              R"({"type":"about:blank","title":"Service Unavailable","status":503,)"
              R"("detail":"Lyceum is starting; try again in a moment","reason":"starting"})",
              "application/problem+json");
    response.headers.push_back({"retry-after", "1"});
    return response;
  }

  // What it tells is for operators: this machine, or a proxy that was told to pass it on.
  HttpResponse metrics(const HttpRequest& request) const {
    if (!is_loopback(request.address + ":0"))
      return plain(403, "/metrics", "metrics are given to this machine only\n");
    return plain(200, "/metrics", host_.metrics().text(),
                 "text/plain; version=0.0.4; charset=utf-8");
  }

  Host& host_;
  StaticFiles files_;
  Docs docs_;
  RateLimiter limiter_;
  std::unique_ptr<CallerCache> callers_;
  std::unique_ptr<Rest> rest_;
  std::unique_ptr<SocketDoors> sockets_;
  std::atomic<bool> open_ = false;
  std::atomic<bool> draining_ = false;
};

class RunningEdge final : public Edge {
 public:
  RunningEdge(Host& host, std::span<const EmbeddedFile> website)
      : host_(host),
        door_(std::make_shared<Door>(host, website)),
        server_(
            config(host.settings()),
            loops(host),
            [door = door_](HttpRequest request) { return door->handle(std::move(request)); },
            [door = door_](std::string_view method, std::string_view path) {
              return door->body_limit(method, path);
            },
            host.metrics()) {}

  Result<void> listen() {
    TRY_VOID(server_.start());
    if (host_.settings().public_url.empty()) {
      const auto& listen = host_.settings().listen;
      host_.set_public_url("http://" + listen.substr(0, listen.rfind(':')) + ":" +
                           std::to_string(server_.port()));
    }
    return {};
  }

  void open() override { door_->open(); }

  void drain() override {
    door_->drain();
    boost::asio::co_spawn(host_.loop(0), server_.drain(), boost::asio::use_future).get();
  }

 private:
  static HttpServerConfig config(const Settings& settings) {
    HttpServerConfig config;
    config.listen = settings.listen;
    config.trusted_proxies = settings.trusted_proxies;
    config.drain_delay_ms = settings.drain_delay_ms;
    return config;
  }

  static std::vector<boost::asio::io_context*> loops(Host& host) {
    std::vector<boost::asio::io_context*> out;
    for (std::size_t i = 0; i < host.loop_count(); ++i) out.push_back(&host.loop(i));
    return out;
  }

  Host& host_;
  std::shared_ptr<Door> door_;
  HttpServer server_;
};

}  // namespace

Result<std::unique_ptr<Edge>> Edge::listen(Host& host, std::span<const EmbeddedFile> website) {
  auto edge = std::make_unique<RunningEdge>(host, website);
  TRY_VOID(edge->listen());
  return std::unique_ptr<Edge>(std::move(edge));
}

}  // namespace lyceum::host
