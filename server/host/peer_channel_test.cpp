#include "host/peer_channel.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include "host/grpc.h"
#include "testing/plain_runner.h"
#include "testing/service_test.h"

namespace lyceum::host {
namespace {

constexpr std::string_view reads = "/lyceum.runner.v1.Runner/ListLanguages";
constexpr std::string_view writes = "/lyceum.runner.v1.Runner/Run";

Error lost(Code code) {
  return {code, std::string(transport_failed), "ipv4:10.0.0.7:7001: refused", {}, 0};
}

// A peer whose answers the test writes.
struct Script final : Channel {
  Task<Result<std::string>> send(Call call, std::string_view, std::string) override {
    ++sent;
    last_call = call.info();
    if (on_send) on_send();
    while (hang)
      co_await boost::asio::steady_timer(co_await boost::asio::this_coro::executor,
                                         std::chrono::milliseconds(1))
          .async_wait(boost::asio::use_awaitable);
    if (failing != 0) {
      --failing;  // below zero: for ever
      co_return fail(error);
    }
    co_return "answer";
  }

  Task<Result<void>> stream(Call, std::string_view, std::string, Sink<std::string> sink) override {
    ++sent;
    for (int i = 0; i < items; ++i) CO_TRY_VOID(co_await sink.send("item"));
    if (failing != 0) co_return fail(error);
    co_return Result<void>{};
  }

  Error error = lost(Code::unavailable);
  int failing = 0, items = 0;
  std::atomic<int> sent = 0;
  std::atomic<bool> hang = false;
  Call::Info last_call;
  std::function<void()> on_send;
};

class PeerChannelTest : public testing::LoopTest {
 protected:
  void make(PeerLimits limits = {}) {
    auto owned = std::make_unique<Script>();
    script = owned.get();
    channel = guard(std::move(owned), "runner", limits, clock, metrics);
  }

  Result<std::string> send(std::string_view method, Call call = Call::of_service()) {
    return run(channel->send(std::move(call), method, "question"));
  }

  Call due_in(std::int64_t ms) {
    Call::Info info;
    info.deadline_ms = clock.now_ms() + ms;
    return Call(std::move(info));
  }

  bool has_metric(const std::string& line) {
    return metrics.text().find(line + "\n") != std::string::npos;
  }

  Script* script = nullptr;
  std::unique_ptr<Channel> channel;
};

TEST_F(PeerChannelTest, PLAT_03_a_call_without_a_deadline_gets_ten_seconds) {
  make();
  ASSERT_TRUE(send(writes));
  EXPECT_EQ(script->last_call.deadline_ms, clock.now_ms() + 10'000);
}

TEST_F(PeerChannelTest, a_deadline_stays_as_it_was) {
  make();
  ASSERT_TRUE(send(writes, due_in(777)));
  EXPECT_EQ(script->last_call.deadline_ms, clock.now_ms() + 777);
}

TEST_F(PeerChannelTest, what_is_too_late_is_not_sent) {
  make();
  EXPECT_EQ(send(reads, due_in(0)).error().code, Code::deadline_exceeded);
  EXPECT_EQ(script->sent, 0);
}

TEST_F(PeerChannelTest, a_read_is_tried_again_and_a_write_is_not) {
  make();
  script->failing = 1;
  EXPECT_TRUE(send(reads));
  EXPECT_EQ(script->sent, 2);
  script->failing = 1;
  const auto write = send(writes);
  ASSERT_FALSE(write);
  EXPECT_EQ(write.error().code, Code::unavailable);
  EXPECT_EQ(script->sent, 3);
  EXPECT_TRUE(has_metric(R"(lyceum_peer_retries_total{peer="runner"} 1)"));
}

TEST_F(PeerChannelTest, a_read_is_sent_three_times_at_most) {
  make({.breaker = {.unreachable_max = 100}});
  script->failing = -1;
  EXPECT_FALSE(send(reads));
  EXPECT_EQ(script->sent, 3);
}

TEST_F(PeerChannelTest, nothing_else_is_tried_again) {
  make();
  for (const auto code :
       {Code::deadline_exceeded, Code::internal, Code::cancelled, Code::resource_exhausted}) {
    script->error = lost(code);
    script->failing = 1;
    EXPECT_FALSE(send(reads));
  }
  script->error = {Code::unavailable, "sandbox_unavailable", "there is no sandbox", {}, 1500};
  script->failing = 1;
  const auto refused = send(reads);
  EXPECT_EQ(refused.error().reason,
            "sandbox_unavailable");  // the service's own word arrives as it was
  EXPECT_EQ(refused.error().retry_after_ms, 1500);
  EXPECT_EQ(script->sent, 5);
}

TEST_F(PeerChannelTest, no_repeat_after_the_deadline) {
  make();
  script->failing = -1;
  script->on_send = [this] { clock.move(1'000); };
  EXPECT_FALSE(send(reads, due_in(1'000)));
  EXPECT_EQ(script->sent, 1);
}

TEST_F(PeerChannelTest, a_storm_of_failing_reads_is_a_tenth_more_and_not_three_times) {
  make({.breaker = {.samples_min = 1'000'000, .unreachable_max = 1'000'000}});
  script->failing = -1;
  for (int i = 0; i < 200; ++i) EXPECT_FALSE(send(reads));
  EXPECT_LE(script->sent, 200 + 20 + 3);
  EXPECT_GT(script->sent, 200);
  EXPECT_FALSE(has_metric(R"(lyceum_peer_retries_suppressed_total{peer="runner"} 0)"));
}

TEST_F(PeerChannelTest, an_open_breaker_refuses_without_sending_and_says_when_to_come_back) {
  make();
  script->failing = -1;
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(send(writes));
  const auto refused = send(writes);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::unavailable);
  EXPECT_EQ(refused.error().reason, "service_unreachable");
  EXPECT_GT(refused.error().retry_after_ms, 0);
  EXPECT_LE(refused.error().retry_after_ms, 5'500);
  EXPECT_EQ(script->sent, 5);
  EXPECT_TRUE(has_metric(R"(lyceum_peer_breaker_state{peer="runner"} 1)"));
  EXPECT_TRUE(has_metric(R"(lyceum_peer_rejected_total{peer="runner",why="breaker_open"} 1)"));
}

TEST_F(PeerChannelTest, refusals_of_the_service_never_open_it) {
  make();
  script->failing = -1;
  for (const auto code :
       {Code::not_found, Code::internal, Code::unavailable, Code::deadline_exceeded}) {
    script->error = {code, "its_own", "its own", {}, 0};
    for (int i = 0; i < 30; ++i) EXPECT_EQ(send(writes).error().reason, "its_own");
  }
  EXPECT_EQ(script->sent, 120);
}

TEST_F(PeerChannelTest, a_slow_peer_opens_it_too) {
  make();
  script->failing = -1;
  script->error = lost(Code::deadline_exceeded);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(send(writes).error().code, Code::deadline_exceeded);
  EXPECT_EQ(send(writes).error().code, Code::unavailable);
  EXPECT_EQ(script->sent, 20);
}

TEST_F(PeerChannelTest, what_a_client_sees_has_no_address) {
  make();
  script->failing = 1;
  EXPECT_EQ(send(writes).error().message.find("10.0.0.7"), std::string::npos);
}

TEST_F(PeerChannelTest, a_peer_that_hangs_holds_no_more_than_its_places) {
  make({.calls = {.places = 2, .waiting_max = 0}});
  script->hang = true;
  const auto start = [&] {
    return boost::asio::co_spawn(loop(), channel->send(Call::of_service(), writes, ""),
                                 boost::asio::use_future);
  };
  auto one = start(), two = start();
  const auto third = send(writes);
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, Code::unavailable);
  EXPECT_EQ(third.error().reason, "service_busy");
  EXPECT_GT(third.error().retry_after_ms, 0);
  script->hang = false;
  EXPECT_TRUE(one.get() && two.get());
  EXPECT_TRUE(send(writes));
  EXPECT_TRUE(has_metric(R"(lyceum_peer_rejected_total{peer="runner",why="bulkhead_full"} 1)"));
}

TEST_F(PeerChannelTest, a_stream_is_never_tried_again) {
  make();
  script->failing = -1;
  script->items = 2;
  int seen = 0;
  const Sink<std::string> sink([&](std::string) -> Task<Result<void>> {
    ++seen;
    co_return Result<void>{};
  });
  const auto done = run(channel->stream(Call::of_service(), reads, "", sink));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().reason, "service_unreachable");
  EXPECT_EQ(seen, 2);
  EXPECT_EQ(script->sent, 1);
}

// The same over a real socket, with a server that goes and comes back.
class Echo final : public testing::PlainRunner {
 public:
  Task<Result<runner::v1::ListLanguagesResponse>> list_languages(
      Call, runner::v1::ListLanguagesRequest) override {
    co_return runner::v1::ListLanguagesResponse();
  }

  Task<Result<runner::v1::RunResult>> run(Call, runner::v1::RunRequest) override {
    co_return runner::v1::RunResult();
  }

  Task<Result<void>> stream_run(Call, runner::v1::RunRequest, Sink<runner::v1::RunEvent>) override {
    co_return Result<void>{};
  }
};

class StoppedPeerTest : public testing::LoopTest {
 protected:
  StoppedPeerTest() {
    runner::v1::publish(table, echo);
    start("127.0.0.1:0");
    address = server->address();
    channel = guard(dial_grpc(address), "runner", {.breaker = {.open_ms = 50, .open_max_ms = 100}},
                    system_clock, metrics);
    api = runner::v1::connect_runner(*channel);
  }

  void start(const std::string& listen) {
    server = serve_grpc(table, [this] { return loop(); }, listen);
  }

  Result<runner::v1::ListLanguagesResponse> call() { return run(api->list_languages(as(1), {})); }

  // Calls until it is answered so. The test's own time limit ends it.
  void until(bool answered) {
    while (call().has_value() != answered) std::this_thread::yield();
  }

  const SystemClock system_clock;
  Echo echo;
  MethodTable table;
  std::unique_ptr<GrpcServer> server;
  std::string address;
  std::unique_ptr<Channel> channel;
  std::unique_ptr<runner::v1::RunnerApi> api;
};

TEST_F(StoppedPeerTest, PLAT_03_it_is_unavailable_while_it_is_away_and_comes_back_by_itself) {
  ASSERT_TRUE(call());
  for (int round = 0; round < 2; ++round) {
    server.reset();
    until(false);
    for (int i = 0; i < 10; ++i) {
      const auto refused = call();
      ASSERT_FALSE(refused);
      EXPECT_EQ(refused.error().code, Code::unavailable);
      EXPECT_EQ(refused.error().reason, "service_unreachable");
      EXPECT_GT(refused.error().retry_after_ms, 0);
    }
    start(address);
    until(true);
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(call());
  }
}

TEST_F(StoppedPeerTest, PLAT_03_the_order_of_starting_does_not_matter) {
  server.reset();
  const auto early = guard(dial_grpc(address), "early",
                           {.breaker = {.open_ms = 50, .open_max_ms = 100}}, system_clock, metrics);
  const auto remote = runner::v1::connect_runner(*early);
  EXPECT_EQ(run(remote->list_languages(as(1), {})).error().code, Code::unavailable);
  start(address);
  while (!run(remote->list_languages(as(1), {}))) std::this_thread::yield();
}

}  // namespace
}  // namespace lyceum::host
