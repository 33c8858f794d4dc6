#pragma once
// For tests of the edge: a server on its own loops with a port of its own, and a client that sends
// exactly the bytes it is told to.

#include <arpa/inet.h>
#include <atomic>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <mutex>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "base/metrics.h"
#include "host/http_server.h"

namespace lyceum::host::testing {

struct Reply {
  int status = 0;
  std::string head, body;

  std::string header(const std::string& name) const {
    const auto at = head.find("\r\n" + name + ": ");
    if (at == std::string::npos) return {};
    const auto begin = at + name.size() + 4;
    return head.substr(begin, head.find("\r\n", begin) - begin);
  }
};

class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to = {};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
    connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
  }

  ~RawClient() { ::close(socket_); }

  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return connected_; }

  int socket() const { return socket_; }

  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  void finish_sending() { ::shutdown(socket_, SHUT_WR); }

  // Some more bytes; false when the server has closed, reset, or said nothing for ten seconds.
  bool receive(int timeout_ms = 10'000) {
    pollfd ready = {socket_, POLLIN, 0};
    if (::poll(&ready, 1, timeout_ms) <= 0) {
      timed_out = true;
      return false;
    }
    char buffer[16'384];
    const auto got = ::recv(socket_, buffer, sizeof buffer, 0);
    if (got < 0) was_reset = true;
    if (got <= 0) return false;
    in_.append(buffer, static_cast<std::size_t>(got));
    return true;
  }

  // The next answer; status 0 when there is none. `head_only`: to a HEAD.
  Reply reply(bool head_only = false) {
    Reply reply;
    std::size_t end = 0;
    while ((end = in_.find("\r\n\r\n")) == std::string::npos)
      if (!receive()) return reply;
    reply.head = in_.substr(0, end + 2);
    in_.erase(0, end + 4);
    reply.status = std::stoi(reply.head.substr(9, 3));
    if (head_only || reply.status < 200) return reply;
    if (reply.header("transfer-encoding") == "chunked") {
      read_chunks(reply);
    } else if (const auto length = reply.header("content-length"); !length.empty()) {
      while (in_.size() < std::stoul(length))
        if (!receive()) return reply;
      reply.body = in_.substr(0, std::stoul(length));
      in_.erase(0, reply.body.size());
    }
    return reply;
  }

  // Waits for the end; whatever comes before it. false when there was none.
  bool closed() {
    while (receive()) {
    }
    return !timed_out;
  }

  const std::string& unread() const { return in_; }

  void drop(std::size_t bytes) { in_.erase(0, bytes); }

  bool timed_out = false;
  bool was_reset = false;

 private:
  void read_chunks(Reply& reply) {
    for (;;) {
      std::size_t eol = 0;
      while ((eol = in_.find("\r\n")) == std::string::npos)
        if (!receive()) return;
      const auto size = std::stoul(in_.substr(0, eol), nullptr, 16);
      while (in_.size() < eol + 2 + size + 2)
        if (!receive()) return;
      reply.body += in_.substr(eol + 2, size);
      in_.erase(0, eol + 2 + size + 2);
      if (size == 0) return;
    }
  }

  int socket_;
  bool connected_ = false;
  std::string in_;
};

class HttpTest : public ::testing::Test {
 protected:
  ~HttpTest() override { stop(); }

  // Called once in each test, after `config` and `handler` are as it wants them.
  void start(std::size_t loops = 1) {
    config.listen = "127.0.0.1:0";
    config.sweep_ms = 5;
    std::vector<boost::asio::io_context*> all;
    for (std::size_t i = 0; i < loops; ++i)
      all.push_back(loops_.emplace_back(std::make_unique<boost::asio::io_context>(1)).get());
    server = std::make_unique<HttpServer>(
        config, all,
        [this](HttpRequest request) -> Task<HttpResponse> {
          const std::scoped_lock lock(mutex_);
          seen_.push_back(request);
          return handler(std::move(request));
        },
        [this](std::string_view, std::string_view) { return body_max; }, metrics);
    const auto started = server->start();
    ASSERT_TRUE(started) << started.error().message;
    for (auto& loop : loops_) {
      guards_.emplace_back(loop->get_executor());
      threads_.emplace_back([&loop] { loop->run(); });
    }
  }

  void stop() {
    guards_.clear();
    for (auto& loop : loops_) loop->stop();
    for (auto& thread : threads_) thread.join();
    threads_.clear();
    server.reset();
    loops_.clear();
  }

  std::vector<HttpRequest> seen() {
    const std::scoped_lock lock(mutex_);
    return seen_;
  }

  void forget() {
    const std::scoped_lock lock(mutex_);
    seen_.clear();
  }

  // One request on a connection of its own.
  Reply ask(std::string_view bytes) {
    RawClient client(server->port());
    client.send(bytes);
    return client.reply();
  }

  boost::asio::io_context& loop() { return *loops_.front(); }

  static Task<HttpResponse> echo(HttpRequest request) {
    HttpResponse response;
    response.headers = {{"content-type", "text/plain"}};
    response.body = request.method + " " + request.path + " " + request.body;
    response.route = "/echo";
    co_return response;
  }

  HttpServerConfig config;
  std::function<Task<HttpResponse>(HttpRequest)> handler = echo;
  std::int64_t body_max = 1024;
  metrics::Registry metrics;
  std::unique_ptr<HttpServer> server;

 private:
  std::vector<std::unique_ptr<boost::asio::io_context>> loops_;
  std::vector<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> guards_;
  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::vector<HttpRequest> seen_;
};

}  // namespace lyceum::host::testing
