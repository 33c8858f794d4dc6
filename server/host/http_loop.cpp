#include <array>
#include <chrono>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/log.h"
#include "host/http_connection.h"
#include "host/http_edge.h"

namespace lyceum::host {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr int turned_away_max = 100;  // beyond connections_max: closed without a word
// A write costs a few microseconds for each socket, whatever it carries. Where many are written to,
// the next write waits a little, so that a busy room's messages share one.
constexpr std::size_t many_sockets = 64;
constexpr auto gather_time = std::chrono::milliseconds(20);
constexpr auto accept_pause = std::chrono::milliseconds(100);  // when descriptors have run out

using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

void ended(const std::exception_ptr& error) {
  if (!error) return;
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& what) {
    log::error("connection failed", {{"what", what.what()}});
  }
}

}  // namespace

std::int64_t steady_ms() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

HttpLoop::HttpLoop(std::shared_ptr<HttpEdge> edge, asio::io_context& io)
    : edge_(std::move(edge)), io_(io), timer_(io), flush_timer_(io), observer_(edge_->metrics) {}

Result<std::uint16_t> HttpLoop::listen(const tcp::endpoint& at) {
  Acceptor acceptor(io_.get_executor());
  boost::system::error_code error;
  acceptor.open(at.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.set_option(ReusePort(true), error);
  if (!error && at.protocol() == tcp::v6() && !at.address().is_unspecified())
    acceptor.set_option(asio::ip::v6_only(true), error);
  if (!error) acceptor.bind(at, error);
  if (!error) acceptor.listen(1024, error);
  if (!error) acceptor.non_blocking(true, error);
  if (error) return fail(Code::unavailable, "cannot_listen", error.message());
  const auto port = acceptor.local_endpoint().port();
  acceptors_.push_back(std::move(acceptor));
  return port;
}

void HttpLoop::start() {
  for (std::size_t i = 0; i < acceptors_.size(); ++i)
    asio::co_spawn(io_, accept(shared_from_this(), i), ended);
}

Task<void> HttpLoop::accept(std::shared_ptr<HttpLoop> self, std::size_t index) {
  auto& acceptor = self->acceptors_[index];
  while (acceptor.is_open()) {
    Socket socket(self->io_);
    const auto [error] = co_await acceptor.async_accept(socket, as_result);
    if (error == asio::error::operation_aborted) co_return;
    if (!error) {
      self->take(std::move(socket));
      continue;
    }
    log::warn("cannot accept", {{"what", error.message()}});
    asio::steady_timer pause(self->io_, accept_pause);
    co_await pause.async_wait(as_result);
  }
}

void HttpLoop::take(Socket socket) {
  const int open = edge_->open.load(std::memory_order_relaxed);
  if (open >= edge_->config.connections_max + turned_away_max) return;
  const bool full = open >= edge_->config.connections_max;
  // shared: the coroutine and nobody else owns it.
  auto connection = std::make_shared<HttpConnection>(shared_from_this(), std::move(socket));
  asio::co_spawn(io_,
                 full ? HttpConnection::turn_away(std::move(connection))
                      : HttpConnection::run(std::move(connection)),
                 ended);
}

// Those that the kernel has accepted for us are served still: closing would reset them.
void HttpLoop::stop_accepting() {
  for (auto& acceptor : acceptors_) {
    boost::system::error_code error;
    while (acceptor.is_open()) {
      Socket socket(io_);
      acceptor.accept(socket, error);
      if (error) break;
      take(std::move(socket));
    }
    acceptor.close(error);
  }
}

void HttpLoop::close_all() {
  stop_accepting();
  for (auto* connection : connections_) connection->cut();
}

void HttpLoop::add(LoopConnection& connection) {
  edge_->open.fetch_add(1, std::memory_order_relaxed);
  edge_->open_connections.add(1);
  connection.place = connections_.size();
  connections_.push_back(&connection);
  if (!sweeping_) sweep();
}

void HttpLoop::remove(LoopConnection& connection) {
  edge_->open.fetch_sub(1, std::memory_order_relaxed);
  edge_->open_connections.add(-1);
  connections_.back()->place = connection.place;
  connections_[connection.place] = connections_.back();
  connections_.pop_back();
}

void HttpLoop::flush_soon(std::shared_ptr<Flushed> what) {
  to_flush_.push_back(std::move(what));
  if (to_flush_.size() > 1) return;
  if (std::chrono::steady_clock::now() >= flush_after_)
    return asio::post(io_, [self = shared_from_this()] { self->flush_all(); });
  flush_timer_.expires_at(flush_after_);
  flush_timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (!error) self->flush_all();
  });
}

void HttpLoop::flush_all() {
  const auto all = std::exchange(to_flush_, {});
  if (all.size() >= many_sockets) flush_after_ = std::chrono::steady_clock::now() + gather_time;
  for (const auto& one : all) one->flush();
}

// One timer for all deadlines of the loop: a timer for each would cost more than the requests.
void HttpLoop::sweep() {
  const std::int64_t now = steady_ms();
  for (auto* connection : connections_) connection->tick(now);
  sweeping_ = !connections_.empty();
  if (!sweeping_) return;
  timer_.expires_after(std::chrono::milliseconds(edge_->config.sweep_ms));
  timer_.async_wait([self = weak_from_this()](boost::system::error_code error) {
    const auto loop = self.lock();
    if (loop && !error) loop->sweep();
  });
}

std::string_view HttpLoop::date() {
  const std::time_t now = std::time(nullptr);
  if (now == date_at_) return date_;
  date_at_ = now;
  std::tm parts = {};
  gmtime_r(&now, &parts);
  std::array<char, 32> text = {};
  date_.assign(text.data(),
               std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts));
  return date_;
}

}  // namespace lyceum::host
