#include "host/http_server.h"

#include <chrono>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "host/http_edge.h"

namespace lyceum::host {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using std::chrono::milliseconds;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

Result<std::vector<tcp::endpoint>> resolve(const std::string& listen) {
  const std::size_t colon = listen.rfind(':');
  const auto wrong = [&](std::string_view why) {
    return bad_field("listen", "listen_invalid",
                     "cannot listen on \"" + listen + "\": " + std::string(why));
  };
  if (colon == std::string::npos) return wrong("write HOST:PORT or [IPv6]:PORT");
  std::string host = listen.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const std::string port = listen.substr(colon + 1);
  if (port.empty() || port.find_first_not_of("0123456789") != std::string::npos ||
      port.size() > 5 || std::stoi(port) > 65535)
    return wrong("the port is a number up to 65535");

  asio::io_context io;
  boost::system::error_code error;
  const auto found =
      tcp::resolver(io).resolve(host.empty() ? "0.0.0.0" : host, port,
                                tcp::resolver::passive | tcp::resolver::numeric_service, error);
  if (error) return wrong(error.message());
  std::vector<tcp::endpoint> endpoints;
  for (const auto& entry : found) endpoints.push_back(entry.endpoint());
  return endpoints;
}

// Listeners share their port among our loops, and the kernel would let another process of the same
// user share it too: ask first whether somebody has it.
Result<void> ask_for(const tcp::endpoint& endpoint) {
  asio::io_context io;
  tcp::acceptor probe(io);
  boost::system::error_code error;
  probe.open(endpoint.protocol(), error);
  if (!error) probe.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && endpoint.protocol() == tcp::v6() && !endpoint.address().is_unspecified())
    probe.set_option(asio::ip::v6_only(true), error);
  if (!error) probe.bind(endpoint, error);
  if (!error) return {};
  return fail(Code::unavailable, "cannot_listen",
              "cannot listen on " + endpoint.address().to_string() + " port " +
                  std::to_string(endpoint.port()) + ": " + error.message());
}

Task<void> wait(milliseconds time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(as_result);
}

}  // namespace

struct HttpServer::Shared {
  std::shared_ptr<HttpEdge> edge;
  std::vector<std::shared_ptr<HttpLoop>> loops;  // shared: connections hold theirs

  void on_every_loop(void (HttpLoop::*what)()) {
    for (const auto& loop : loops) asio::post(loop->io(), [loop, what] { (loop.get()->*what)(); });
  }

  // Returns when it is done everywhere.
  Task<void> on_every_loop_now(void (HttpLoop::*what)()) {
    for (const auto& loop : loops) {
      const auto work = [](std::shared_ptr<HttpLoop> on, void (HttpLoop::*method)()) -> Task<void> {
        (on.get()->*method)();
        co_return;
      };
      co_await asio::co_spawn(loop->io(), work(loop, what), asio::use_awaitable);
    }
  }

  Task<void> wait_until_quiet(std::int64_t deadline) {
    while (edge->open.load() > 0 && steady_ms() < deadline) co_await wait(milliseconds(20));
  }
};

HttpServer::HttpServer(HttpServerConfig config,
                       const std::vector<asio::io_context*>& loops,
                       HttpHandler handler,
                       BodyLimit body_limit,
                       metrics::Registry& metrics)
    : shared_(std::make_shared<Shared>()) {
  shared_->edge = std::shared_ptr<HttpEdge>(new HttpEdge{
      std::move(config), std::move(handler), std::move(body_limit), metrics, TrustedProxies(),
      metrics.gauge("http_server_open_connections", "Connections of clients that are open."),
      metrics.gauge("http_server_active_requests", "Requests being answered.")});
  for (auto* io : loops) shared_->loops.push_back(std::make_shared<HttpLoop>(shared_->edge, *io));
}

HttpServer::~HttpServer() {
  shared_->on_every_loop(&HttpLoop::close_all);
}

Result<void> HttpServer::start() {
  auto& edge = *shared_->edge;
  TRY(edge.proxies, TrustedProxies::parse(edge.config.trusted_proxies));
  TRY(auto endpoints, resolve(edge.config.listen));
  for (auto& endpoint : endpoints) {
    if (port_ != 0) endpoint.port(port_);  // "localhost:0" is one port on both of its addresses
    TRY_VOID(ask_for(endpoint));
    for (const auto& loop : shared_->loops) {
      TRY(port_, loop->listen(endpoint));
      endpoint.port(port_);
    }
  }
  shared_->on_every_loop(&HttpLoop::start);
  return {};
}

Task<void> HttpServer::drain() {
  const auto shared = shared_;
  auto& edge = *shared->edge;
  edge.draining = true;
  co_await wait(milliseconds(edge.config.drain_delay_ms));
  edge.refusing = true;
  co_await shared->on_every_loop_now(&HttpLoop::stop_accepting);

  const std::int64_t begun = steady_ms();
  const std::int64_t deadline = begun + edge.config.drain_deadline_ms;
  co_await shared->wait_until_quiet(std::min(begun + edge.config.drain_stream_ms, deadline));
  edge.ending = true;
  co_await shared->wait_until_quiet(deadline);
  co_await shared->on_every_loop_now(&HttpLoop::close_all);
  co_await shared->wait_until_quiet(steady_ms() + 1'000);
}

int HttpServer::connections() const {
  return shared_->edge->open.load();
}

}  // namespace lyceum::host
