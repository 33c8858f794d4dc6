#include "host/rest_stream.h"

#include <future>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "host/rest_test_server.h"

namespace lyceum::host {
namespace {

constexpr const char* run_body =
    R"({"language":"c","files":[{"path":"a.c"}],"tests":[{"id":"1"}]})";

// Takes what is written; goes away after some writes.
class Client final : public HttpWriter {
 public:
  explicit Client(int writes = 1'000'000) : left_(writes) {}

  Task<Result<void>> write(std::string bytes) override {
    if (left_-- <= 0) co_return fail(Code::cancelled, "client_gone", "the client has gone");
    got += bytes;
    if (seen) seen(got);
    co_return Result<void>{};
  }

  std::string got;
  std::function<void(const std::string&)> seen;

 private:
  int left_;
};

runner::v1::RunEvent compiled() {
  runner::v1::RunEvent event;
  event.mutable_compile()->set_status("AC");
  return event;
}

runner::v1::RunEvent tested(const std::string& id) {
  runner::v1::RunEvent event;
  event.mutable_test()->set_id(id);
  return event;
}

Task<void> pause(std::chrono::milliseconds time) {
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, time);
  co_await timer.async_wait(boost::asio::use_awaitable);
}

class StreamTest : public RestTest {
 protected:
  HttpResponse stream(const std::string& accept = "text/event-stream") {
    return send("POST", "/api/v1/runs", run_body,
                {{"authorization", "Bearer token:run"}, {"accept", accept}});
  }

  void read(HttpResponse& response, Client& client) {
    ASSERT_TRUE(response.stream) << response.body;
    run(read_all(&response, &client));
  }

  static Task<int> read_all(HttpResponse* response, Client* client) {
    co_await response->stream(*client);
    co_return 0;
  }
};

TEST_F(StreamTest, accept_chooses_the_streaming_rpc_of_the_line) {
  handlers.stream = [](Sink<runner::v1::RunEvent>) -> Task<Result<void>> {
    co_return Result<void>{};
  };
  EXPECT_TRUE(stream().stream);
  EXPECT_TRUE(stream("application/json;q=0.5, Text/Event-Stream").stream);
  EXPECT_FALSE(stream("application/json").stream);
  EXPECT_FALSE(stream("*/*").stream);
  EXPECT_FALSE(stream("text/event-stream;q=0").stream);
}

TEST_F(StreamTest, items_are_events_named_by_their_field) {
  handlers.stream = [](Sink<runner::v1::RunEvent> sink) -> Task<Result<void>> {
    CO_TRY_VOID(co_await sink.send(compiled()));
    CO_TRY_VOID(co_await sink.send(tested("a\nb")));
    co_return Result<void>{};
  };
  auto response = stream();
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(header(response, "content-type"), "text/event-stream");
  EXPECT_EQ(header(response, "cache-control"), "no-store");
  EXPECT_EQ(header(response, "x-accel-buffering"), "no");
  Client client;
  read(response, client);
  EXPECT_TRUE(client.got.starts_with("event: compile\ndata: {\"status\":\"AC\",")) << client.got;
  EXPECT_NE(client.got.find("}\n\nevent: test\ndata: {\"id\":\"a\\nb\","), std::string::npos)
      << client.got;
  EXPECT_TRUE(client.got.ends_with("}\n\n"));
}

TEST_F(StreamTest, an_error_before_the_first_event_is_a_plain_answer) {
  handlers.stream = [](Sink<runner::v1::RunEvent>) -> Task<Result<void>> {
    co_return fail(Code::unavailable, "sandbox_unavailable", "no sandbox");
  };
  const auto response = stream();
  EXPECT_EQ(verdict(response), "503 sandbox_unavailable");
  EXPECT_FALSE(response.stream);
}

TEST_F(StreamTest, a_bad_request_is_a_plain_answer) {
  const auto response =
      send("POST", "/api/v1/runs", "{}",
           {{"authorization", "Bearer token:run"}, {"accept", "text/event-stream"}});
  EXPECT_EQ(verdict(response), "400 language required");
}

TEST_F(StreamTest, an_error_after_it_is_an_event) {
  handlers.stream = [](Sink<runner::v1::RunEvent> sink) -> Task<Result<void>> {
    CO_TRY_VOID(co_await sink.send(compiled()));
    co_return fail(Code::internal, "broken", "secret");
  };
  auto response = stream();
  Client client;
  read(response, client);
  const auto at = client.got.find(
      "event: error\ndata: {\"type\":\"about:blank\",\"title\":\"Internal Server "
      "Error\",\"status\":500");
  EXPECT_NE(at, std::string::npos) << client.got;
  EXPECT_NE(client.got.find("\"reason\":\"broken\""), std::string::npos);
  EXPECT_EQ(client.got.find("secret"), std::string::npos);
}

TEST_F(StreamTest, a_handler_that_throws_is_an_internal_error) {
  handlers.stream = [](Sink<runner::v1::RunEvent>) -> Task<Result<void>> {
    throw std::runtime_error("secret");
    co_return Result<void>{};
  };
  EXPECT_EQ(verdict(stream()), "500 internal");
}

TEST_F(StreamTest, silence_is_filled_with_comments) {
  handlers.stream = [](Sink<runner::v1::RunEvent> sink) -> Task<Result<void>> {
    CO_TRY_VOID(co_await sink.send(compiled()));
    co_await pause(std::chrono::milliseconds(200));  // the heartbeat is at 50
    co_return co_await sink.send(tested("late"));
  };
  auto response = stream();
  Client client;
  read(response, client);
  EXPECT_NE(client.got.find("}\n\n:\n\n"), std::string::npos) << client.got;
  EXPECT_NE(client.got.find("\"id\":\"late\""), std::string::npos) << client.got;
}

TEST_F(StreamTest, a_slow_start_begins_the_stream_so_that_nobody_gives_up) {
  handlers.stream = [](Sink<runner::v1::RunEvent>) -> Task<Result<void>> {
    co_await pause(std::chrono::milliseconds(250));  // a plain error is possible for 100
    co_return fail(Code::unavailable, "too_late", "");
  };
  auto response = stream();
  EXPECT_EQ(response.status, 200);
  Client client;
  read(response, client);
  EXPECT_TRUE(client.got.starts_with(":\n\n")) << client.got;
  EXPECT_NE(client.got.find(
                "event: error\ndata: {\"type\":\"about:blank\",\"title\":\"Service Unavailable\""),
            std::string::npos);
}

TEST_F(StreamTest, a_client_that_goes_stops_the_handler) {
  std::promise<Error> stopped;
  handlers.stream = [&](Sink<runner::v1::RunEvent> sink) -> Task<Result<void>> {
    for (;;) {
      if (auto sent = co_await sink.send(tested("x")); !sent) {
        stopped.set_value(sent.error());
        co_return fail(sent.error());
      }
    }
  };
  auto response = stream();
  Client client(3);
  read(response, client);
  EXPECT_EQ(stopped.get_future().get().code, Code::cancelled);
}

TEST_F(StreamTest, an_answer_that_is_never_written_stops_the_handler) {
  std::promise<Error> stopped;
  handlers.stream = [&](Sink<runner::v1::RunEvent> sink) -> Task<Result<void>> {
    for (;;) {
      if (auto sent = co_await sink.send(tested("x")); !sent) {
        stopped.set_value(sent.error());
        co_return fail(sent.error());
      }
    }
  };
  {
    const auto dropped = stream();
  }
  EXPECT_EQ(stopped.get_future().get().code, Code::cancelled);
}

TEST_F(StreamTest, a_slow_client_holds_the_handler_back) {
  std::atomic<int> sent = 0;
  handlers.stream = [&](Sink<runner::v1::RunEvent> sink) -> Task<Result<void>> {
    for (int i = 0; i < 100; ++i) {
      CO_TRY_VOID(co_await sink.send(tested(std::to_string(i))));
      ++sent;
    }
    co_return Result<void>{};
  };
  auto response = stream();
  // Nobody reads yet: only what the queue holds could be sent.
  run([]() -> Task<int> {
    co_await pause(std::chrono::milliseconds(20));
    co_return 0;
  }());
  EXPECT_LT(sent, 20);
  Client client;
  read(response, client);
  EXPECT_EQ(sent, 100);
  std::string expected_last = "\"id\":\"99\"";
  EXPECT_NE(client.got.find(expected_last), std::string::npos);
  std::size_t events = 0;
  for (auto at = client.got.find("event: test"); at != std::string::npos;
       at = client.got.find("event: test", at + 1))
    ++events;
  EXPECT_EQ(events, 100U);
}

TEST_F(StreamTest, a_handler_on_another_thread_loses_nothing) {
  boost::asio::io_context other;
  const auto guard = boost::asio::make_work_guard(other);
  std::thread thread([&] { other.run(); });
  handlers.stream = [&](Sink<runner::v1::RunEvent> sink) -> Task<Result<void>> {
    co_return co_await boost::asio::co_spawn(
        other,
        [](Sink<runner::v1::RunEvent> far) -> Task<Result<void>> {
          for (int i = 0; i < 2'000; ++i) CO_TRY_VOID(co_await far.send(tested(std::to_string(i))));
          co_return Result<void>{};
        }(sink),
        boost::asio::use_awaitable);
  };
  auto response = stream();
  Client client;
  read(response, client);
  other.stop();
  thread.join();
  std::size_t at = 0;
  for (int i = 0; i < 2'000; ++i) {
    at = client.got.find("\"id\":\"" + std::to_string(i) + "\"", at);
    ASSERT_NE(at, std::string::npos) << i;
  }
}

TEST_F(StreamTest, a_line_that_only_streams_says_so) {
  const auto sample = [&](const char* accept) {
    return send("POST", "/api/v1/sample/runs", R"({"language":"c","files":[{"path":"a.c"}]})",
                {{"accept", accept}});
  };
  EXPECT_TRUE(sample("text/event-stream").stream);
  EXPECT_TRUE(sample("*/*").stream);
  EXPECT_TRUE(sample("").stream);
  EXPECT_EQ(verdict(sample("application/json")), "406 not_acceptable");
}

}  // namespace
}  // namespace lyceum::host
