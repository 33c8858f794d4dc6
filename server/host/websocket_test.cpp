#include <fmt/format.h>
#include <map>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>

#include "host/socket_doors.h"
#include "host/websocket_test_client.h"

namespace lyceum::host {
namespace {

using testing::client_frame;
using testing::close_payload;
using testing::Heard;
using testing::HearingListener;
using testing::WebSocketClient;

// A server with one door at /socket. Bearer tokens are "<scope>" of user 7, the cookie is user 8's
// session.
class WebSocketTest : public testing::HttpTest {
 protected:
  WebSocketTest() {
    config.linger_ms = 200;
    door.path = "/socket";
    door.scope = "talk";
    door.message_max = 1'000;
    door.open = [this](Call call,
                       std::shared_ptr<Socket> socket) -> std::shared_ptr<SocketListener> {
      heard->change([&] { caller = call.info().caller; });
      return std::make_shared<HearingListener>(heard, std::move(socket));
    };
    handler = [this](HttpRequest request) -> Task<HttpResponse> {
      if (request.path == "/socket")
        co_return co_await doors->answer(doors_[0], std::move(request));
      co_return co_await echo(std::move(request));
    };
  }

  ~WebSocketTest() override { stop(); }

  void start(std::size_t loops = 1) {
    doors_.push_back(door);
    doors = std::make_unique<SocketDoors>(
        doors_, "https://lyceum.example",
        [](const HttpRequest& request) { return authenticate(&request); },
        [this](Rate rate, const Caller& who, const std::string&) {
          if (rate == RUN) ++runs_of[who.user_id];
          EXPECT_EQ(who.user_id != 0, rate == RUN);
          return RateAnswer{
              .allowed = allowed, .limit = 1, .remaining = 0, .reset_ms = 0, .retry_after_ms = 9};
        });
    HttpTest::start(loops);
  }

  static Task<Result<Caller>> authenticate(const HttpRequest* request) {
    Caller caller;
    const auto bearer = request->header("authorization");
    if (bearer == "Bearer bad") co_return fail(Code::unauthenticated, "token_unknown", "unknown");
    if (bearer.starts_with("Bearer ")) {
      caller.user_id = 7;
      caller.scopes = {std::string(bearer.substr(7))};
    } else if (!request->header("cookie").empty()) {
      caller.user_id = 8;
      caller.scopes = {"*"};
      caller.session = true;
    }
    co_return caller;
  }

  static constexpr std::string_view token = "Authorization: Bearer talk\r\n";

  std::unique_ptr<WebSocketClient> connect() {
    auto client = std::make_unique<WebSocketClient>(server->port());
    EXPECT_TRUE(client->open("/socket", token));
    return client;
  }

  // What the server closes with after these bytes.
  int answer_to(std::string_view bytes) {
    const auto client = connect();
    client->send(bytes);
    return client->close_code();
  }

  // Calls on the socket's loop, as a service must.
  template <class F>
  auto on_loop(F f) {
    return boost::asio::co_spawn(
               loop(), [&]() -> Task<decltype(f())> { co_return f(); }, boost::asio::use_future)
        .get();
  }

  std::shared_ptr<Heard> heard = std::make_shared<Heard>();
  std::unique_ptr<SocketDoors> doors;
  SocketDoor door;
  Caller caller;
  bool allowed = true;
  std::map<std::int64_t, int> runs_of;  // users: what was counted for them

 private:
  std::deque<SocketDoor> doors_;
};

TEST_F(WebSocketTest, SUB_05_a_door_that_runs_code_counts_each_opening_as_a_run_of_its_user) {
  door.runs_code = true;
  start();
  for (int i = 0; i < 2; ++i) connect();
  EXPECT_EQ(WebSocketClient(server->port()).open("/socket", "Authorization: Bearer other\r\n"),
            false);
  EXPECT_EQ(runs_of, (std::map<std::int64_t, int>{{7, 2}}));
}

struct Opening {
  std::string_view name;
  std::string head;
  int status;
  std::string_view reason;
};

std::string replaced(std::string_view from, std::string_view to) {
  std::string head = WebSocketClient::handshake("/socket", "Authorization: Bearer talk\r\n");
  head.replace(head.find(from), from.size(), to);
  return head;
}

TEST_F(WebSocketTest, CHA_14_the_handshake_is_taken_only_as_RFC_6455_has_it) {
  start();
  const std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  const std::string version = "Sec-WebSocket-Version: 13\r\n";
  const std::vector<Opening> table = {
      {"right", replaced("", ""), 101, ""},
      {"case does not matter", replaced("websocket", "WebSocket"), 101, ""},
      {"one of several tokens", replaced("Connection: Upgrade", "Connection: keep-alive, upgrade"),
       101, ""},
      {"POST", replaced("GET", "POST"), 400, "websocket_invalid"},
      {"HEAD", replaced("GET", "HEAD"), 426, ""},
      {"HTTP/1.0", replaced("HTTP/1.1", "HTTP/1.0"), 426, "websocket_required"},
      {"no Host", replaced("Host: a\r\n", ""), 400, "host_invalid"},
      {"no Connection", replaced("Connection: Upgrade\r\n", ""), 426, "websocket_required"},
      {"Connection without upgrade", replaced("Connection: Upgrade", "Connection: keep-alive"), 426,
       "websocket_required"},
      {"no Upgrade", replaced("Upgrade: websocket\r\n", ""), 426, "websocket_required"},
      {"another Upgrade", replaced("Upgrade: websocket", "Upgrade: h2c"), 426,
       "websocket_required"},
      {"no version", replaced(version, ""), 400, "websocket_invalid"},
      {"version 8", replaced("Version: 13", "Version: 8"), 426, "websocket_required"},
      {"version twice", replaced(version, version + version), 400, "websocket_invalid"},
      {"no key", replaced(key, ""), 400, "websocket_invalid"},
      {"key twice", replaced(key, key + key), 400, "websocket_invalid"},
      {"key of 15 bytes", replaced("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25j"), 400,
       "websocket_invalid"},
      {"key that is no base64", replaced("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25j*Q=="),
       400, "websocket_invalid"},
      {"a body", replaced("Host: a\r\n", "Host: a\r\nContent-Length: 0\r\n"), 101, ""},
  };
  for (const auto& row : table) {
    WebSocketClient client(server->port());
    client.send(row.head);
    const auto reply = client.reply(row.head.starts_with("HEAD"));
    EXPECT_EQ(reply.status, row.status) << row.name;
    EXPECT_TRUE(reply.body.contains(row.reason)) << row.name << reply.body;
    if (row.status == 426) {
      EXPECT_EQ(reply.header("sec-websocket-version"), "13") << row.name;
    }
  }
}

TEST_F(WebSocketTest, the_accept_key_is_the_one_of_RFC_6455) {
  start();
  WebSocketClient client(server->port());
  client.send(WebSocketClient::handshake(
      "/socket", std::string(token) + "Sec-WebSocket-Extensions: permessage-deflate\r\n"));
  const auto reply = client.reply();
  EXPECT_EQ(reply.header("sec-websocket-accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_EQ(reply.header("upgrade"), "websocket");
  EXPECT_EQ(reply.header("connection"), "upgrade");
  EXPECT_EQ(reply.header("sec-websocket-extensions"), "");
}

TEST_F(WebSocketTest, CHA_14_only_who_is_signed_in_and_on_our_pages_may_connect) {
  start();
  const std::vector<std::pair<std::string, int>> table = {
      {"", 401},
      {"Authorization: Bearer bad\r\n", 401},
      {"Authorization: Bearer learn\r\n", 403},
      {"Authorization: Bearer talk\r\n", 101},
      {"Cookie: session\r\n", 403},
      {"Cookie: session\r\nOrigin: https://evil.example\r\n", 403},
      {"Cookie: session\r\nOrigin: https://lyceum.example.evil.example\r\n", 403},
      {"Cookie: session\r\nOrigin: null\r\n", 403},
      {"Cookie: session\r\nOrigin: https://lyceum.example\r\n", 101},
  };
  for (const auto& [headers, status] : table)
    EXPECT_EQ(ask(WebSocketClient::handshake("/socket", headers)).status, status) << headers;
}

TEST_F(WebSocketTest, upgrades_are_counted) {
  allowed = false;
  start();
  const auto reply = ask(WebSocketClient::handshake("/socket", token));
  EXPECT_EQ(reply.status, 429);
  EXPECT_EQ(reply.header("retry-after"), "1");
}

TEST_F(WebSocketTest, CHA_14_messages_of_any_shape_arrive_whole) {
  start();
  const auto client = connect();
  EXPECT_TRUE(heard->wait([&] { return caller.user_id == 7; }));
  const std::string all = client_frame(1, "one") + client_frame(1, "t", false) +
                          client_frame(9, "are you there?") + client_frame(0, "", false) +
                          client_frame(0, "wo") + client_frame(1, std::string(1'000, 'x')) +
                          client_frame(1, "") + client_frame(1, "h\xC3", false) +
                          client_frame(0, "\xA9");
  for (const char c : all) client->send({&c, 1});
  EXPECT_TRUE(heard->wait([&] { return heard->texts.size() == 5; }));
  EXPECT_EQ(heard->texts,
            (std::vector<std::string>{"one", "two", std::string(1'000, 'x'), "", "h\xC3\xA9"}));
  const auto pong = client->frame();
  EXPECT_EQ(pong.opcode, 10);
  EXPECT_EQ(pong.payload, "are you there?");
}

TEST_F(WebSocketTest, what_comes_in_one_packet_with_the_handshake_is_heard) {
  start();
  WebSocketClient client(server->port());
  client.send(WebSocketClient::handshake("/socket", token) + client_frame(1, "echo early"));
  EXPECT_EQ(client.reply().status, 101);
  EXPECT_EQ(client.frame().payload, "early!");
}

TEST_F(WebSocketTest, CHA_14_every_breach_of_the_framing_is_answered_with_its_code) {
  start();
  const std::string unmasked = "\x81\x02hi";
  EXPECT_EQ(answer_to(unmasked), 1002);
  for (const int reserved : {1, 2, 4})
    EXPECT_EQ(answer_to(client_frame(1, "hi", true, reserved)), 1002);
  for (const int opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15})
    EXPECT_EQ(answer_to(client_frame(opcode, "hi")), 1002) << opcode;
  for (const int control : {8, 9, 10}) {
    EXPECT_EQ(answer_to(client_frame(control, "", false)), 1002) << "fragmented " << control;
    EXPECT_EQ(answer_to(client_frame(control, std::string(126, 'x'))), 1002) << "long " << control;
  }
  EXPECT_EQ(answer_to(client_frame(0, "goes on")), 1002) << "a continuation of nothing";
  EXPECT_EQ(answer_to(client_frame(1, "a", false) + client_frame(1, "b")), 1002)
      << "a message within a message";
  EXPECT_EQ(answer_to(std::string("\x81\xFE\x00\x02\x00\x00\x00\x00hi", 10)), 1002)
      << "a length that is not minimal";
  EXPECT_EQ(answer_to(std::string("\x81\xFF\x80\x00\x00\x00\x00\x00\x00\x02", 10)), 1002)
      << "a length of 2^63";
  EXPECT_EQ(answer_to(client_frame(2, "hi")), 1003);
  EXPECT_EQ(answer_to(client_frame(1, std::string(1'001, 'x'))), 1009);
  EXPECT_EQ(answer_to(client_frame(1, std::string(600, 'x'), false) +
                      client_frame(0, std::string(401, 'x'))),
            1009);
  std::string pieces = client_frame(1, "", false);
  for (int i = 0; i < 300; ++i) pieces += client_frame(0, "", false);
  EXPECT_EQ(answer_to(pieces), 1008) << "endless fragments";
}

TEST_F(WebSocketTest, CHA_14_text_that_is_not_UTF_8_is_answered_with_1007) {
  start();
  for (const std::string_view bad :
       {"\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "a\xFF", "\x80"})
    EXPECT_EQ(answer_to(client_frame(1, bad)), 1007);
  EXPECT_EQ(answer_to(client_frame(1, "h\xC3")), 1007) << "cut";
  EXPECT_EQ(answer_to(client_frame(1, "h\xC3", false) + client_frame(0, "h")), 1007)
      << "across fragments";
  EXPECT_EQ(answer_to(client_frame(8, close_payload(1000, "\xFF"))), 1007) << "a reason";
  EXPECT_TRUE(heard->texts.empty());
}

TEST_F(WebSocketTest, CHA_14_a_close_is_answered_with_its_code_if_that_may_be_sent) {
  start();
  EXPECT_EQ(answer_to(client_frame(8, "")), 0);
  EXPECT_EQ(answer_to(client_frame(8, "x")), 1002);
  for (const int code :
       {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999})
    EXPECT_EQ(answer_to(client_frame(8, close_payload(code, "bye"))), code);
  for (const int code : {0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65'535})
    EXPECT_EQ(answer_to(client_frame(8, close_payload(code))), 1002) << code;
}

TEST_F(WebSocketTest, after_a_close_the_connection_ends_and_the_listener_knows) {
  start();
  const auto client = connect();
  client->send(client_frame(8, close_payload(1000)) + client_frame(1, "too late"));
  EXPECT_EQ(client->close_code(), 1000);
  EXPECT_TRUE(client->closed());
  EXPECT_FALSE(client->was_reset);
  EXPECT_TRUE(heard->wait([&] { return heard->closed == 1; }));
  EXPECT_TRUE(heard->texts.empty());
  EXPECT_FALSE(on_loop([&] { return heard->sockets[0]->send(nullptr, "anybody?"); }));
}

TEST_F(WebSocketTest, the_listener_closes_with_code_and_reason_behind_what_it_has_sent) {
  start();
  const auto client = connect();
  client->send(client_frame(1, "echo last") + client_frame(1, "close 4004") +
               client_frame(1, "unheard"));
  EXPECT_EQ(client->frame().payload, "last!");
  const auto close = client->frame();
  EXPECT_EQ(close.code(), 4004);
  EXPECT_EQ(close.payload.substr(2), "as told");
  client->send(client_frame(8, close_payload(4004)));
  EXPECT_TRUE(client->closed());
  EXPECT_TRUE(heard->wait([&] { return heard->closed == 1; }));
  EXPECT_EQ(heard->texts.size(), 2U);
}

TEST_F(WebSocketTest, who_does_not_answer_a_close_is_cut_off) {
  config.socket_close_ms = 50;
  start();
  const auto client = connect();
  client->send_text("close 4000");
  EXPECT_EQ(client->close_code(), 4000);
  EXPECT_TRUE(heard->wait([&] { return heard->closed == 1; }));
}

TEST_F(WebSocketTest, a_client_that_goes_without_a_word_is_noticed) {
  start();
  connect().reset();
  EXPECT_TRUE(heard->wait([&] { return heard->closed == 1; }));
}

TEST_F(WebSocketTest, many_messages_of_a_turn_leave_in_order_and_share_their_text) {
  door.queue_messages_max = 100'000;
  door.queue_bytes_max = 64 << 20;
  start();
  const auto client = connect();
  const auto text = std::make_shared<const std::string>(std::string(500, 'y'));
  ASSERT_TRUE(heard->wait([&] { return heard->opened == 1; }));
  on_loop([&] {
    for (int i = 0; i < 5'000; ++i)
      EXPECT_TRUE(heard->sockets[0]->send(text, fmt::format(",{}", i)));
    return true;
  });
  for (int i = 0; i < 5'000; ++i) ASSERT_EQ(client->frame().payload, *text + fmt::format(",{}", i));
  EXPECT_EQ(on_loop([&] { return heard->sockets[0]->queued_bytes(); }), 0U);
  EXPECT_EQ(text.use_count(), 1);
}

TEST_F(WebSocketTest, CHA_14_a_full_queue_takes_no_more_and_the_rest_goes_on_without_it) {
  door.queue_bytes_max = 100'000;
  start();
  const auto slow = connect();
  const auto quick = connect();
  ASSERT_TRUE(heard->wait([&] { return heard->opened == 2; }));
  const auto text = std::make_shared<const std::string>(std::string(50'000, 'z'));
  int taken = 0;
  while (on_loop([&] { return heard->sockets[0]->send(text); })) ASSERT_LT(++taken, 10'000);
  EXPECT_LE(on_loop([&] { return heard->sockets[0]->queued_bytes(); }), 100'000U);
  on_loop([&] {
    heard->sockets[0]->close(4015, "too slow");
    return true;
  });
  EXPECT_TRUE(on_loop([&] { return heard->sockets[1]->send(text); }));
  EXPECT_EQ(quick->frame().payload, *text);
  int whole = 0, code = 0;
  for (auto frame = slow->frame(); code == 0 && frame.opcode != -1; frame = slow->frame()) {
    if (frame.opcode == 8) code = frame.code();
    whole += frame.payload == *text ? 1 : 0;
    if (code != 0) break;
  }
  EXPECT_EQ(code, 4015);
  EXPECT_LE(whole, taken);
}

TEST_F(WebSocketTest, a_queue_is_bounded_in_messages_too) {
  door.queue_messages_max = 10;
  start();
  const auto client = connect();
  ASSERT_TRUE(heard->wait([&] { return heard->opened == 1; }));
  EXPECT_EQ(on_loop([&] {
              int taken = 0;
              while (heard->sockets[0]->send(nullptr, "x")) ++taken;
              return taken;
            }),
            10);
}

TEST_F(WebSocketTest, CHA_14_who_takes_nothing_for_long_is_cut_off) {
  config.write_stall_ms = 50;
  door.queue_bytes_max = 64 << 20;
  start();
  const auto client = connect();
  ASSERT_TRUE(heard->wait([&] { return heard->opened == 1; }));
  const auto text = std::make_shared<const std::string>(std::string(32 << 20, 'z'));
  EXPECT_TRUE(on_loop([&] { return heard->sockets[0]->send(text); }));
  EXPECT_TRUE(heard->wait([&] { return heard->closed == 1; }));
}

TEST_F(WebSocketTest, pings_without_reading_the_answers_do_not_fill_the_memory) {
  door.queue_bytes_max = 10'000;
  start();
  const auto client = connect();
  std::string pings;
  for (int i = 0; i < 1'000; ++i) pings += client_frame(9, std::string(125, 'p'));
  while (client->send(pings)) {
  }
  EXPECT_TRUE(heard->wait([&] { return heard->closed == 1; }));
}

TEST_F(WebSocketTest, a_silent_client_is_pinged_and_kept_while_it_answers) {
  config.socket_idle_ms = 100;
  start();
  const auto client = connect();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(client->frame().opcode, 9);
    client->send(client_frame(10, ""));
  }
  EXPECT_EQ(heard->closed, 0);
  EXPECT_TRUE(heard->wait([&] { return heard->closed == 1; })) << "half-open";
}

TEST_F(WebSocketTest, a_drain_tells_the_listener_and_closes_with_1001_what_it_leaves_open) {
  config.drain_delay_ms = 0;
  config.socket_drain_ms = 50;
  start(2);
  const auto client = connect();
  auto drained = boost::asio::co_spawn(loop(), server->drain(), boost::asio::use_future);
  EXPECT_EQ(client->close_code(), 1001);
  EXPECT_EQ(heard->draining, 1);
  client->send(client_frame(8, close_payload(1001)));
  EXPECT_TRUE(client->closed());
  drained.get();
  EXPECT_EQ(server->connections(), 0);
}

TEST_F(WebSocketTest, sockets_count_as_connections) {
  config.connections_max = 1;
  start();
  const auto client = connect();
  EXPECT_EQ(ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status, 503);
}

TEST_F(WebSocketTest, a_thousand_sockets_hear_the_same_and_all_are_gone_in_the_end) {
  start(2);
  std::vector<std::unique_ptr<WebSocketClient>> clients;
  for (int i = 0; i < 1'000; ++i) clients.push_back(connect());
  ASSERT_TRUE(heard->wait([&] { return heard->opened == 1'000; }));
  const auto text = std::make_shared<const std::string>("to everybody");
  for (const auto& socket : heard->sockets)
    boost::asio::post(socket->loop(), [socket, text] { socket->send(text, "."); });
  for (const auto& client : clients) ASSERT_EQ(client->frame().payload, "to everybody.");
  clients.clear();
  EXPECT_TRUE(heard->wait([&] { return heard->closed == 1'000; }));
}

}  // namespace
}  // namespace lyceum::host
