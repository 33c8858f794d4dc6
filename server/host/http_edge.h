#pragma once
// What the connections of one HttpServer share, and what those of one loop share. Inside the edge
// only.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/metrics.h"
#include "host/http.h"
#include "host/http_observer.h"
#include "host/http_server.h"
#include "host/trusted_proxies.h"

namespace lyceum::host {

std::int64_t steady_ms();

// Something with a client's connection on a loop, which the loop looks after.
class LoopConnection {
 public:
  virtual ~LoopConnection() = default;
  virtual void tick(
      std::int64_t now) = 0;  // now and then: are we late? May not remove itself at once
  virtual void cut() = 0;     // at once, with a reset; likewise

  std::size_t place = 0;  // in the loop's list
};

// What gathers its writes: flush() is called once, at the end of a turn of the loop or, where many
// sockets have just been written to, up to 20 ms later.
class Flushed {
 public:
  virtual ~Flushed() = default;
  virtual void flush() = 0;
};

struct HttpEdge {
  HttpServerConfig config;
  HttpHandler handler;
  BodyLimit body_limit;
  metrics::Registry& metrics;
  TrustedProxies proxies;
  metrics::Gauge& open_connections;
  metrics::Gauge& active_requests;
  std::atomic<int> open = 0;
  std::atomic<std::int64_t> body_bytes = 0;  // of bodies in memory
  std::atomic<bool> draining = false;        // answers close their connections
  std::atomic<bool> refusing = false;        // nobody is accepted, idle connections are closed
  std::atomic<bool> ending = false;          // streams are told to end
};

// The connections on one loop. All of it runs on that loop's thread.
class HttpLoop : public std::enable_shared_from_this<HttpLoop> {
 public:
  using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp,
                                                      boost::asio::io_context::executor_type>;
  using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp,
                                                  boost::asio::io_context::executor_type>;

  HttpLoop(std::shared_ptr<HttpEdge> edge, boost::asio::io_context& io);

  Result<std::uint16_t> listen(const boost::asio::ip::tcp::endpoint& at);
  void start();           // accepting
  void stop_accepting();  // after those that wait
  void close_all();

  void add(LoopConnection& connection);
  void remove(LoopConnection& connection);
  // After what is ready to run now, or a little later (Flushed).
  void flush_soon(std::shared_ptr<Flushed> what);

  HttpEdge& edge() { return *edge_; }

  boost::asio::io_context& io() { return io_; }

  HttpObserver& observer() { return observer_; }

  std::string_view date();  // "Tue, 15 Nov 1994 08:12:31 GMT"

 private:
  static Task<void> accept(std::shared_ptr<HttpLoop> self, std::size_t index);
  void take(Socket socket);
  void sweep();
  void flush_all();

  std::shared_ptr<HttpEdge> edge_;
  boost::asio::io_context& io_;
  std::vector<Acceptor> acceptors_;
  std::vector<LoopConnection*> connections_;
  std::vector<std::shared_ptr<Flushed>> to_flush_;
  std::chrono::steady_clock::time_point flush_after_;
  boost::asio::steady_timer timer_, flush_timer_;
  bool sweeping_ = false;
  HttpObserver observer_;
  std::time_t date_at_ = 0;
  std::string date_;
};

}  // namespace lyceum::host
