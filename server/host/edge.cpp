#include "host/edge.h"

#include <future>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include "base/log.h"
#include "host/caller_cache.h"
#include "host/docs.h"
#include "host/http_server.h"
#include "host/probes.h"
#include "host/rest.h"
#include "host/socket_doors.h"
#include "host/static_files.h"

namespace lyceum::host {
namespace {

constexpr std::int64_t body_max_before_open = 1 << 20;  // enough to be told to come back (503)

// Who answers. Requests under way keep it, also those that a drain's deadline has cut off.
class Door {
 public:
  Door(Host& host, std::span<const EmbeddedFile> website)
      : host_(host),
        files_(website, host.public_url().starts_with("https://")),
        docs_(host.public_url().starts_with("https://")),
        limiter_(host.settings().limits),
        probes_(host) {}

  void open() {
    callers_ = std::make_unique<CallerCache>(host_, host_.get<identity::v1::IdentityApi>());
    const auto authenticate = [this](const HttpRequest& request) {
      return callers_->authenticate(request);
    };
    const auto allow = [this](Rate rate, const Caller& caller, const std::string& address) {
      return limiter_.allow(rate, rate_key(rate, caller.user_id, address), host_.clock().now_ms());
    };
    rest_ = std::make_unique<Rest>(
        RestConfig{.origin = host_.public_url(), .stream = {}, .left_out = host_.left_out_routes()},
        host_.methods(), host_.clock(), authenticate, allow,
        [this](const Method& method) { callers_->answered(method); });
    sockets_ = std::make_unique<SocketDoors>(host_.socket_doors(), host_.public_url(), authenticate,
                                             allow);
    probes_.set_open();
  }

  void drain() { probes_.set_draining(); }

  Task<HttpResponse> handle(HttpRequest request) {
    if (auto page = probes_.serve(request)) co_return *std::move(page);
    if (!probes_.open()) co_return starting();
    if (auto page = docs_.serve(request)) co_return *std::move(page);
    if (const auto* door = sockets_->find(request.path))
      co_return co_await sockets_->answer(*door, std::move(request));
    if (!rest_->owns(request.path))
      if (auto file = files_.serve(request)) co_return *std::move(file);
    co_return co_await rest_->handle(std::move(request));
  }

  std::int64_t body_limit(std::string_view method, std::string_view path) const {
    return probes_.open() ? rest_->body_max(method, path) : body_max_before_open;
  }

 private:
  static HttpResponse starting() {
    HttpResponse response;
    response.status = 503;
    response.route = "starting";
    response.headers = {{"content-type", "application/problem+json"},
                        {"cache-control", "no-store"},
                        {"x-content-type-options", "nosniff"},
                        {"retry-after", "1"}};
    response.body = R"({"type":"about:blank","title":"Service Unavailable","status":503,)"
                    R"("detail":"Lyceum is starting; try again in a moment","reason":"starting"})";
    return response;
  }

  Host& host_;
  StaticFiles files_;
  Docs docs_;
  RateLimiter limiter_;
  Probes probes_;
  std::unique_ptr<CallerCache> callers_;
  std::unique_ptr<Rest> rest_;
  std::unique_ptr<SocketDoors> sockets_;
};

class RunningEdge final : public Edge {
 public:
  RunningEdge(Host& host, std::span<const EmbeddedFile> website)
      : host_(host),
        door_(std::make_shared<Door>(host, website)),
        server_(
            http_config(host.settings()),
            http_loops(host),
            [door = door_](HttpRequest request) { return door->handle(std::move(request)); },
            [door = door_](std::string_view method, std::string_view path) {
              return door->body_limit(method, path);
            },
            host.metrics()) {}

  Result<void> listen() {
    TRY_VOID(server_.start());
    if (host_.settings().public_url.empty()) {
      const auto listen = host_.settings().address();
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
