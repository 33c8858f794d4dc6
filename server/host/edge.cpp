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
#include "host/static_files.h"

namespace lyceum::host {
namespace {

constexpr std::int64_t body_max_before_open = 0;

class RunningEdge final : public Edge {
 public:
  RunningEdge(Host& host, std::span<const EmbeddedFile> website)
      : host_(host),
        files_(website, host.public_url().starts_with("https://")),
        docs_(host.public_url().starts_with("https://")),
        limiter_(host.settings().limits),
        probes_(host),
        server_(
            http_config(host.settings()),
            http_loops(host),
            [this](HttpRequest request) { return handle(std::move(request)); },
            [this](std::string_view method, std::string_view path) {
              return body_limit(method, path);
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

  void open() override {
    callers_ = std::make_unique<CallerCache>(host_, host_.get<identity::v1::IdentityApi>());
    rest_ = std::make_unique<Rest>(
        RestConfig{.origin = host_.public_url(), .stream = {}}, host_.methods(), host_.clock(),
        [this](const HttpRequest& request) { return callers_->authenticate(request); },
        [this](Rate rate, const Caller& caller, const std::string& address) {
          return limiter_.allow(rate, rate_key(rate, caller.user_id, address),
                                host_.clock().now_ms());
        });
    probes_.set_open();
  }

  void drain() override {
    probes_.set_draining();
    boost::asio::co_spawn(host_.loop(0), server_.drain(), boost::asio::use_future).get();
  }

 private:
  Task<HttpResponse> handle(HttpRequest request) {
    if (auto page = probes_.serve(request)) co_return *std::move(page);
    if (!probes_.open()) co_return starting();
    if (auto page = docs_.serve(request)) co_return *std::move(page);
    if (!rest_->owns(request.path))
      if (auto file = files_.serve(request)) co_return *std::move(file);
    co_return co_await rest_->handle(std::move(request));
  }

  std::int64_t body_limit(std::string_view method, std::string_view path) const {
    return probes_.open() ? rest_->body_max(method, path) : body_max_before_open;
  }

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
  std::unique_ptr<CallerCache> callers_;
  std::unique_ptr<Rest> rest_;
  Probes probes_;
  HttpServer server_;  // last: it is gone before what its handler uses
};

}  // namespace

Result<std::unique_ptr<Edge>> Edge::listen(Host& host, std::span<const EmbeddedFile> website) {
  auto edge = std::make_unique<RunningEdge>(host, website);
  TRY_VOID(edge->listen());
  return std::unique_ptr<Edge>(std::move(edge));
}

}  // namespace lyceum::host
