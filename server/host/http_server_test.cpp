#include "host/http_server.h"

#include <chrono>
#include <fmt/format.h>
#include <future>
#include <gtest/gtest.h>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_future.hpp>

#include "host/http_test_client.h"

namespace lyceum::host {
namespace {

using testing::RawClient;
using testing::Reply;

constexpr std::string_view get_a = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";

class HttpServerTest : public testing::HttpTest {
 protected:
  static std::string with(std::string_view header_lines) {
    return fmt::format("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", header_lines);
  }

  // The headers that the handler saw.
  HttpRequest arrives(std::string_view bytes) {
    forget();
    EXPECT_EQ(ask(bytes).status, 200);
    return seen().empty() ? HttpRequest() : seen().front();
  }

  std::future<void> drain() {
    return boost::asio::co_spawn(loop(), server->drain(), boost::asio::use_future);
  }
};

TEST_F(HttpServerTest, an_answer_has_what_every_answer_has) {
  start();
  RawClient client(server->port());
  client.send("POST /a%20b?c=d HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");
  const auto reply = client.reply();
  EXPECT_TRUE(reply.head.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(reply.body, "POST /a b hi");
  EXPECT_EQ(reply.header("content-length"), "12");
  EXPECT_EQ(reply.header("date").size(), 29U);
  EXPECT_EQ(reply.header("server"), "");
  EXPECT_EQ(seen()[0].query, "c=d");
  EXPECT_EQ(seen()[0].address, "127.0.0.1");
  EXPECT_EQ(reply.header("x-trace-id"), seen()[0].trace_id);
  EXPECT_EQ(reply.header("traceparent"),
            fmt::format("00-{}-{}-01", seen()[0].trace_id, seen()[0].span_id));
}

TEST_F(HttpServerTest, requests_in_one_packet_are_answered_in_order) {
  start();
  RawClient client(server->port());
  std::string all;
  for (int i = 0; i < 50; ++i)
    all += fmt::format("POST /{} HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx", i);
  client.send(all);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(client.reply().body, fmt::format("POST /{} x", i));
}

TEST_F(HttpServerTest, a_connection_serves_many_requests_one_after_the_other) {
  body_max = 1 << 20;
  start();
  RawClient client(server->port());
  for (std::size_t i = 0; i < 300; ++i) {
    const std::string body(i % 50 == 7 ? 20'000 : i % 3, 'x');
    client.send(fmt::format("POST /{} HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{}", i,
                            body.size(), body));
    ASSERT_EQ(client.reply().body, fmt::format("POST /{} {}", i, body));
  }
}

TEST_F(HttpServerTest, a_request_may_come_byte_by_byte) {
  start();
  RawClient client(server->port());
  for (const char c :
       std::string("POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "3\r\nabc\r\n2\r\nde\r\n0\r\nX: y\r\n\r\n"))
    client.send({&c, 1});
  EXPECT_EQ(client.reply().body, "POST /a abcde");
}

TEST_F(HttpServerTest, a_large_body_arrives_whole) {
  body_max = 4 << 20;
  start();
  RawClient client(server->port());
  std::string body(3 << 20, 'x');
  for (std::size_t i = 0; i < body.size(); i += 1000) body[i] = static_cast<char>('a' + i % 26);
  std::thread sender([&] {
    client.send(
        fmt::format("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n", body.size()));
    client.send(body);
  });
  const auto reply = client.reply();
  sender.join();
  EXPECT_EQ(reply.body, "POST / " + body);
}

TEST_F(HttpServerTest, after_a_large_request_the_connection_goes_on) {
  body_max = 1 << 20;
  start();
  RawClient client(server->port());
  for (const std::size_t size : {100'000, 1, 300'000, 0, 5000}) {
    client.send(fmt::format("POST / HTTP/1.1\r\nHost: a\r\nX: {}\r\nContent-Length: {}\r\n\r\n{}",
                            std::string(10'000, 'y'), size, std::string(size, 'x')));
    EXPECT_EQ(client.reply().body.size(), 7 + size);
  }
}

TEST_F(HttpServerTest, expect_continue_is_told_to_go_on) {
  start();
  RawClient client(server->port());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.reply().status, 100);
  client.send("hi");
  EXPECT_EQ(client.reply().body, "POST / hi");
}

TEST_F(HttpServerTest, expect_continue_above_the_limit_is_refused_before_the_body) {
  start();
  EXPECT_EQ(
      ask("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 9999\r\n\r\n")
          .status,
      413);
}

TEST_F(HttpServerTest, a_refused_body_does_not_hide_the_answer) {
  start();
  RawClient client(server->port());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n");
  client.send(std::string(200'000, 'x'));
  EXPECT_EQ(client.reply().status, 413);
  client.finish_sending();
  EXPECT_TRUE(client.closed());
  EXPECT_FALSE(client.was_reset);
}

TEST_F(HttpServerTest, head_is_get_without_its_body) {
  start();
  RawClient client(server->port());
  client.send("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto reply = client.reply(true);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.header("content-length"), "7");
  EXPECT_EQ(seen()[0].method, "GET");
  client.send(get_a);
  EXPECT_EQ(client.reply().body, "GET /a ");
}

TEST_F(HttpServerTest, http_10_closes_unless_asked_to_stay) {
  start();
  RawClient client(server->port());
  client.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(client.reply().header("connection"), "keep-alive");
  client.send("GET /b HTTP/1.0\r\n\r\n");
  const auto reply = client.reply();
  EXPECT_EQ(reply.body, "GET /b ");
  EXPECT_EQ(reply.header("connection"), "close");
  client.finish_sending();
  EXPECT_TRUE(client.closed());
}

TEST_F(HttpServerTest, close_is_granted) {
  start();
  RawClient client(server->port());
  client.send(with("Connection: close\r\n"));
  EXPECT_EQ(client.reply().header("connection"), "close");
  client.finish_sending();
  EXPECT_TRUE(client.closed());
}

TEST_F(HttpServerTest, empty_answers_have_no_length_and_no_body) {
  handler = [](HttpRequest) -> Task<HttpResponse> {
    HttpResponse response;
    response.status = 204;
    response.body = "must not be sent";
    co_return response;
  };
  start();
  RawClient client(server->port());
  client.send(get_a);
  client.send(get_a);
  EXPECT_EQ(client.reply().header("content-length"), "");
  EXPECT_EQ(client.reply().status, 204);
}

// --- what a client may not say

TEST_F(HttpServerTest, identity_headers_of_clients_are_dropped) {
  start();
  const auto request = arrives(with(
      "X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Host: evil\r\nForwarded: for=1.2.3.4\r\n"
      "X-Real-IP: 1.2.3.4\r\nX-User-Id: 7\r\nX-Internal-Role: admin\r\nX-Envoy-Foo: 1\r\n"
      "X_User_Id: 7\r\nContent_Length: 5\r\nBaggage: a=b\r\nTracestate: a=b\r\nAccept: x\r\n"));
  ASSERT_EQ(request.headers.size(), 2U);
  EXPECT_EQ(request.header("host"), "a");
  EXPECT_EQ(request.header("accept"), "x");
  EXPECT_EQ(request.address, "127.0.0.1");
}

TEST_F(HttpServerTest, hop_by_hop_headers_are_dropped) {
  start();
  const auto request = arrives(with(
      "Connection: keep-alive, X-Secret , Host\r\nKeep-Alive: 5\r\nProxy-Connection: keep-alive\r\n"
      "Proxy-Authenticate: a\r\nProxy-Authorization: a\r\nTE: trailers\r\nTrailer: X\r\n"
      "Upgrade: h2c\r\nX-Secret: 1\r\nx-SECRET: 2\r\nX-Kept: 3\r\n"));
  ASSERT_EQ(request.headers.size(), 2U);
  EXPECT_EQ(request.header("host"), "a");
  EXPECT_EQ(request.header("x-kept"), "3");
}

TEST_F(HttpServerTest, a_trusted_proxy_is_believed) {
  config.trusted_proxies = {"127.0.0.0/8", "10.0.0.0/8"};
  start();
  EXPECT_EQ(arrives(with("X-Forwarded-For: 6.6.6.6, 9.9.9.9, 10.1.2.3\r\n")).address, "9.9.9.9");
  EXPECT_EQ(arrives(with("X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 2001:db8::1\r\n")).address,
            "2001:db8::1");
  EXPECT_EQ(arrives(with("X-Forwarded-For: nonsense\r\n")).address, "127.0.0.1");
  const auto traced =
      arrives(with("traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n"
                   "Connection: X-Forwarded-For\r\nX-Forwarded-For: 9.9.9.9\r\n"));
  EXPECT_EQ(traced.trace_id, "0af7651916cd43dd8448eb211c80319c");
  EXPECT_NE(traced.span_id, "b7ad6b7169203331");
  EXPECT_EQ(traced.address, "9.9.9.9");
}

TEST_F(HttpServerTest, nobody_else_chooses_the_trace) {
  start();
  EXPECT_NE(
      arrives(with("traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n"))
          .trace_id,
      "0af7651916cd43dd8448eb211c80319c");
}

TEST_F(HttpServerTest, a_wrong_network_is_told) {
  config.trusted_proxies = {"10.0.0.0/33"};
  config.listen = "127.0.0.1:0";
  boost::asio::io_context io;
  HttpServer other(config, {&io}, echo, {}, metrics);
  EXPECT_EQ(other.start().error().reason, "network_invalid");
}

// --- what goes wrong inside

TEST_F(HttpServerTest, a_throwing_handler_is_a_500_and_the_connection_lives) {
  handler = [](HttpRequest request) -> Task<HttpResponse> {
    if (request.path == "/bad") throw std::runtime_error("secret detail");
    return echo(std::move(request));
  };
  start();
  RawClient client(server->port());
  client.send("GET /bad HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto reply = client.reply();
  EXPECT_EQ(reply.status, 500);
  EXPECT_FALSE(reply.body.contains("secret"));
  client.send(get_a);
  EXPECT_EQ(client.reply().status, 200);
}

TEST_F(HttpServerTest, a_header_with_a_line_break_never_leaves) {
  handler = [](HttpRequest) -> Task<HttpResponse> {
    HttpResponse response;
    response.headers = {{"location", "/\r\nset-cookie: a=b"}};
    co_return response;
  };
  start();
  const auto reply = ask(get_a);
  EXPECT_EQ(reply.status, 500);
  EXPECT_FALSE(reply.head.contains("set-cookie"));
}

// --- time

TEST_F(HttpServerTest, a_slow_header_is_408) {
  config.header_timeout_ms = 60;
  start();
  RawClient client(server->port());
  client.send("GET / HTTP/1.1\r\nHost: a\r\n");
  const auto reply = client.reply();
  EXPECT_EQ(reply.status, 408);
  EXPECT_TRUE(reply.body.contains("header_timeout"));
  client.finish_sending();
  EXPECT_TRUE(client.closed());
}

TEST_F(HttpServerTest, a_trickling_header_has_one_deadline) {
  config.header_timeout_ms = 60;
  start();
  RawClient client(server->port());
  client.send("GET / HTTP/1.1\r\n");
  const auto begun = std::chrono::steady_clock::now();
  while (!client.receive(10) && std::chrono::steady_clock::now() - begun < std::chrono::seconds(10))
    client.send("X: y\r\n");
  EXPECT_EQ(client.reply().status, 408);
}

TEST_F(HttpServerTest, a_body_that_stops_is_408) {
  config.body_idle_ms = 60;
  start();
  RawClient client(server->port());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe");
  const auto reply = client.reply();
  EXPECT_EQ(reply.status, 408);
  EXPECT_TRUE(reply.body.contains("body_timeout"));
}

TEST_F(HttpServerTest, a_body_below_the_minimum_rate_is_408) {
  config.body_grace_ms = 50;
  config.body_rate_min = 1'000'000;
  start();
  RawClient client(server->port());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\n");
  const auto begun = std::chrono::steady_clock::now();
  while (!client.receive(10) && std::chrono::steady_clock::now() - begun < std::chrono::seconds(10))
    client.send("x");
  EXPECT_EQ(client.reply().status, 408);
}

TEST_F(HttpServerTest, an_idle_connection_is_closed_without_a_word) {
  config.keep_alive_ms = 60;
  start();
  RawClient client(server->port());
  client.send(get_a);
  EXPECT_EQ(client.reply().status, 200);
  EXPECT_TRUE(client.closed());
  EXPECT_EQ(client.unread(), "");
}

TEST_F(HttpServerTest, a_client_that_takes_nothing_is_reset) {
  config.write_stall_ms = 60;
  handler = [](HttpRequest) -> Task<HttpResponse> {
    HttpResponse response;
    response.body.assign(64 << 20, 'x');
    co_return response;
  };
  start();
  RawClient client(server->port());
  client.send(get_a);
  pollfd gone = {client.socket(), POLLRDHUP, 0};  // without reading
  EXPECT_GT(::poll(&gone, 1, 10'000), 0);
  EXPECT_TRUE(client.closed());
  EXPECT_TRUE(client.was_reset);
}

TEST_F(HttpServerTest, above_the_most_connections_there_is_503_at_once) {
  config.connections_max = 2;
  start();
  RawClient one(server->port());
  RawClient two(server->port());
  for (auto* client : {&one, &two}) {
    client->send(get_a);
    EXPECT_EQ(client->reply().status, 200);
  }
  RawClient three(server->port());
  const auto reply = three.reply();
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(reply.header("retry-after"), "1");
  three.finish_sending();
  EXPECT_TRUE(three.closed());
  one.send(get_a);
  EXPECT_EQ(one.reply().status, 200);
}

TEST_F(HttpServerTest, bodies_of_all_clients_together_are_bounded) {
  config.bodies_max = 1500;
  start();
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n";
  RawClient one(server->port());
  one.send(head + std::string(1000, 'x'));
  Reply refused;  // as soon as the first has arrived
  for (int i = 0; i < 1000 && refused.status != 503; ++i)
    refused = ask(head + std::string(1001, 'x'));
  EXPECT_EQ(refused.status, 503);
  EXPECT_TRUE(refused.body.contains("too_busy"));
  one.send("x");
  EXPECT_EQ(one.reply().status, 200);
  // What was answered, or has gone, counts no more.
  while (server->connections() > 1) std::this_thread::yield();
  one.send(head + std::string(1001, 'x'));
  EXPECT_EQ(one.reply().status, 200);
}

// --- streams

TEST_F(HttpServerTest, a_stream_comes_in_chunks) {
  handler = [](HttpRequest) -> Task<HttpResponse> {
    HttpResponse response;
    response.stream = [](HttpWriter& writer) -> Task<void> {
      for (const char* part : {"one ", "", "two ", "three"})
        EXPECT_TRUE(co_await writer.write(part));
    };
    co_return response;
  };
  start();
  RawClient client(server->port());
  client.send(get_a);
  const auto reply = client.reply();
  EXPECT_EQ(reply.header("transfer-encoding"), "chunked");
  EXPECT_EQ(reply.header("content-length"), "");
  EXPECT_EQ(reply.body, "one two three");
  client.send("GET / HTTP/1.0\r\n\r\n");
  const auto old = client.reply();
  EXPECT_EQ(old.header("transfer-encoding"), "");
  client.finish_sending();
  EXPECT_TRUE(client.closed());
  EXPECT_EQ(client.unread(), "one two three");
}

TEST_F(HttpServerTest, a_stream_that_breaks_is_not_taken_for_whole) {
  handler = [](HttpRequest) -> Task<HttpResponse> {
    HttpResponse response;
    response.stream = [](HttpWriter& writer) -> Task<void> {
      EXPECT_TRUE(co_await writer.write("one"));
      throw std::runtime_error("broken");
    };
    co_return response;
  };
  start();
  RawClient client(server->port());
  client.send(get_a);
  EXPECT_TRUE(client.closed());
  EXPECT_FALSE(client.unread().ends_with("\r\n0\r\n\r\n"));
}

TEST_F(HttpServerTest, a_stream_learns_that_its_client_has_left) {
  std::promise<Error> told;
  handler = [&](HttpRequest) -> Task<HttpResponse> {
    HttpResponse response;
    response.stream = [&told](HttpWriter& writer) -> Task<void> {
      boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
      for (;;) {
        const auto written = co_await writer.write("tick\n");
        if (!written) co_return told.set_value(written.error());
        timer.expires_after(std::chrono::milliseconds(5));
        co_await timer.async_wait(boost::asio::use_awaitable);
      }
    };
    co_return response;
  };
  start();
  {
    RawClient client(server->port());
    client.send(get_a);
    EXPECT_TRUE(client.receive());
  }
  auto error = told.get_future();
  ASSERT_EQ(error.wait_for(std::chrono::seconds(10)), std::future_status::ready);
  EXPECT_EQ(error.get().code, Code::cancelled);
}

TEST_F(HttpServerTest, a_handler_is_told_that_its_client_has_left) {
  std::promise<CancellationPtr> asked;
  std::promise<void> told;
  handler = [&](HttpRequest request) -> Task<HttpResponse> {
    const auto listener = Cancellation::listen(request.cancellation, [&told] { told.set_value(); });
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor,
                                    std::chrono::minutes(1));
    asked.set_value(request.cancellation);
    while (!request.cancellation->cancelled()) {
      timer.expires_after(std::chrono::milliseconds(5));
      co_await timer.async_wait(boost::asio::use_awaitable);
    }
    co_return HttpResponse{};
  };
  start();
  {
    RawClient client(server->port());
    client.send(get_a);
    EXPECT_FALSE(asked.get_future().get()->cancelled());
  }
  EXPECT_EQ(told.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

// --- the end

TEST_F(HttpServerTest, a_drain_closes_with_the_next_answer_and_then_nobody_is_accepted) {
  config.drain_delay_ms = 1'000;
  start();
  RawClient client(server->port());
  client.send(get_a);
  EXPECT_EQ(client.reply().header("connection"), "");
  auto done = drain();
  for (;;) {  // until the loop has begun to drain
    RawClient other(server->port());
    other.send(get_a);
    const auto reply = other.reply();
    ASSERT_EQ(reply.status, 200);
    if (reply.header("connection") == "close") break;
  }
  client.send(get_a);
  EXPECT_EQ(client.reply().header("connection"), "close");
  client.finish_sending();
  EXPECT_TRUE(client.closed());
  ASSERT_EQ(done.wait_for(std::chrono::seconds(10)), std::future_status::ready);
  EXPECT_FALSE(RawClient(server->port()).connected());
  EXPECT_EQ(server->connections(), 0);
}

TEST_F(HttpServerTest, a_drain_waits_for_what_is_in_flight) {
  config.drain_delay_ms = 0;
  std::promise<void> entered;
  handler = [&](HttpRequest request) -> Task<HttpResponse> {
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor,
                                    std::chrono::milliseconds(200));
    entered.set_value();
    co_await timer.async_wait(boost::asio::use_awaitable);
    co_return co_await echo(std::move(request));
  };
  start();
  RawClient client(server->port());
  client.send(get_a);
  entered.get_future().wait();
  auto done = drain();
  EXPECT_EQ(client.reply().status, 200);
  client.finish_sending();
  EXPECT_EQ(done.wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

TEST_F(HttpServerTest, a_drain_ends_streams_and_cuts_what_hangs) {
  config.drain_delay_ms = 0;
  config.drain_stream_ms = 50;
  config.drain_deadline_ms = 200;
  std::promise<std::string> told;
  handler = [&](HttpRequest request) -> Task<HttpResponse> {
    HttpResponse response;
    const bool hang = request.path == "/hang";
    response.stream = [&told, hang](HttpWriter& writer) -> Task<void> {
      boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
      for (;;) {
        const auto written = co_await writer.write("tick\n");
        if (!written) co_return told.set_value(written.error().reason);
        timer.expires_after(hang ? std::chrono::hours(1) : std::chrono::milliseconds(5));
        co_await timer.async_wait(boost::asio::use_awaitable);
      }
    };
    co_return response;
  };
  start();
  RawClient ticking(server->port());
  RawClient hanging(server->port());
  ticking.send(get_a);
  hanging.send("GET /hang HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(ticking.receive());
  EXPECT_TRUE(hanging.receive());
  auto done = drain();
  auto reason = told.get_future();
  ASSERT_EQ(reason.wait_for(std::chrono::seconds(10)), std::future_status::ready);
  EXPECT_EQ(reason.get(), "shutting_down");
  EXPECT_TRUE(hanging.closed());
  EXPECT_EQ(done.wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

// Clients behind a balancer, which sends new connections elsewhere once the drain has begun.
TEST_F(HttpServerTest, no_request_fails_during_a_drain) {
  config.drain_delay_ms = 300;
  start(2);
  std::atomic<bool> draining = false;  // the balancer knows
  std::atomic<bool> begun = false;
  std::atomic<int> good = 0;
  std::atomic<int> bad = 0;
  const auto work = [&] {
    while (!draining) {
      RawClient client(server->port());
      if (!client.connected() && begun) return;  // the balancer tries another
      for (int i = 0; i < 20; ++i) {
        const bool sent = client.send(get_a);
        const auto reply = client.reply();
        (sent && reply.status == 200 ? good : bad)++;
        if (reply.header("connection") == "close") break;
      }
    }
  };
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) clients.emplace_back(work);
  while (good < 2000) std::this_thread::yield();
  begun = true;
  auto done = drain();
  while (server->connections() > 0 && good < 3000) std::this_thread::yield();
  draining = true;
  for (auto& client : clients) client.join();
  EXPECT_EQ(done.wait_for(std::chrono::seconds(20)), std::future_status::ready);
  EXPECT_EQ(bad, 0);
}

TEST_F(HttpServerTest, a_taken_port_is_told) {
  start();
  config.listen = fmt::format("127.0.0.1:{}", server->port());
  boost::asio::io_context io;
  HttpServer other(config, {&io}, echo, {}, metrics);
  const auto started = other.start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().reason, "cannot_listen");
}

TEST_F(HttpServerTest, requests_are_counted) {
  start();
  ask(get_a);
  ask(get_a);
  ask("GET / HTTP/1.1\r\n\r\n");
  const auto text = metrics.text();
  EXPECT_TRUE(
      text.contains("http_server_request_duration_seconds_count{http_route=\"/echo\","
                    "http_request_method=\"GET\",http_response_status_code=\"200\"} 2"))
      << text;
  EXPECT_TRUE(text.contains("http_server_rejected_requests_total{reason=\"host_invalid\"} 1"))
      << text;
  EXPECT_TRUE(text.contains("http_server_active_requests 0")) << text;
}

}  // namespace
}  // namespace lyceum::host
