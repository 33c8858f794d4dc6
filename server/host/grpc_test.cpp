#include "host/grpc.h"

#include <future>
#include <gtest/gtest.h>
#include <thread>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

#include "testing/plain_runner.h"
#include "testing/service_test.h"

namespace lyceum::host {
namespace {

using runner::v1::RunEvent;
using runner::v1::RunRequest;
using runner::v1::RunResult;

// Answers with what it was told by whom, and streams as many tests as the request has.
class Echo final : public testing::PlainRunner {
 public:
  Task<Result<runner::v1::ListLanguagesResponse>> list_languages(
      Call, runner::v1::ListLanguagesRequest) override {
    co_return std::unexpected(
        Error{Code::unavailable, "no_sandbox", "none here", "language", 1500, 10, 60'000});
  }

  Task<Result<RunResult>> run(Call call, RunRequest request) override {
    last_call = call.info();
    if (request.language() == waits_for_ever) {
      began.set_value();
      boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
      while (!call.abandoned()) {
        timer.expires_after(std::chrono::milliseconds(5));
        co_await timer.async_wait(boost::asio::use_awaitable);
      }
      ended.set_value();
    }
    RunResult result;
    result.set_id(call.user_id());
    result.set_status(request.language());
    co_return result;
  }

  Task<Result<void>> stream_run(Call, RunRequest request, Sink<RunEvent> sink) override {
    for (const auto& test : request.tests()) {
      RunEvent event;
      event.mutable_test()->set_id(test.id());
      if (auto sent = co_await sink.send(std::move(event)); !sent) {
        stopped_after = sent_.load();
        co_return sent;
      }
      ++sent_;
    }
    if (request.stop_on_failure()) co_return fail(Code::aborted, "stopped", "as asked");
    co_return Result<void>{};
  }

  static constexpr const char* waits_for_ever = "wait";

  std::promise<void> began, ended;
  Call::Info last_call;
  std::atomic<int> stopped_after = -1;

 private:
  std::atomic<int> sent_ = 0;
};

RunRequest request(int tests) {
  RunRequest out;
  out.set_language("cpp");
  auto& file = *out.add_files();
  file.set_path("main.cpp");
  for (int i = 0; i < tests; ++i) out.add_tests()->set_id(std::to_string(i));
  return out;
}

class GrpcTest : public testing::LoopTest {
 protected:
  GrpcTest() { runner::v1::publish(table, echo); }

  Echo echo;
  MethodTable table;
  std::unique_ptr<GrpcServer> server = serve_grpc(table, [this] { return loop(); }, "127.0.0.1:0");
  std::unique_ptr<Channel> channel = dial_grpc(server->address());
  std::unique_ptr<runner::v1::RunnerApi> api = runner::v1::connect_runner(*channel);
};

TEST_F(GrpcTest, PLAT_03_a_call_tells_who_is_behind_it) {
  Call::Info info;
  info.caller = {17, {"administrator"}, {"run"}, 5, true, false};
  info.trace = {"0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"};
  info.deadline_ms = SystemClock().now_ms() + 5000;
  info.idempotency_key = "key-1";
  info.address = "192.0.2.1";
  const auto result = run(api->run(Call(info), request(1)));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->id(), 17);
  EXPECT_EQ(echo.last_call.caller.roles, std::vector<std::string>{"administrator"});
  EXPECT_EQ(echo.last_call.trace.trace_id, info.trace.trace_id);
  EXPECT_EQ(echo.last_call.deadline_ms, info.deadline_ms);
  EXPECT_EQ(echo.last_call.idempotency_key, "key-1");
  EXPECT_EQ(echo.last_call.address, "192.0.2.1");
}

TEST_F(GrpcTest, an_error_arrives_as_it_was) {
  const auto languages = run(api->list_languages(as(1), {}));
  ASSERT_FALSE(languages);
  EXPECT_EQ(languages.error().code, Code::unavailable);
  EXPECT_EQ(languages.error().reason, "no_sandbox");
  EXPECT_EQ(languages.error().field, "language");
  EXPECT_EQ(languages.error().retry_after_ms, 1500);
  EXPECT_EQ(languages.error().quota, 10);
  EXPECT_EQ(languages.error().window_ms, 60'000);
}

TEST_F(GrpcTest, limits_of_the_contract_are_checked_at_the_door) {
  const auto result = run(api->run(as(1), RunRequest{}));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().reason, "required");
  EXPECT_EQ(result.error().field, "language");
}

TEST_F(GrpcTest, a_stream_arrives_whole_and_in_order) {
  std::vector<std::string> seen;
  const Sink<RunEvent> sink([&](RunEvent event) -> Task<Result<void>> {
    seen.push_back(event.test().id());
    co_return Result<void>{};
  });
  const auto done = run(api->stream_run(as(1), request(200), sink));
  ASSERT_TRUE(done) << done.error().message;
  ASSERT_EQ(seen.size(), 200U);
  for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_EQ(seen[i], std::to_string(i));
}

TEST_F(GrpcTest, an_error_after_items_comes_after_them) {
  int seen = 0;
  const Sink<RunEvent> sink([&](RunEvent) -> Task<Result<void>> {
    ++seen;
    co_return Result<void>{};
  });
  auto stopping = request(3);
  stopping.set_stop_on_failure(true);
  const auto done = run(api->stream_run(as(1), stopping, sink));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().reason, "stopped");
  EXPECT_EQ(seen, 3);
}

TEST_F(GrpcTest, a_sink_that_fails_stops_the_far_end) {
  const Sink<RunEvent> sink([](RunEvent) -> Task<Result<void>> {
    co_return fail(Code::cancelled, "gone", "the client has gone");
  });
  const auto done = run(api->stream_run(as(1), request(200), sink));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::cancelled);
}

TEST_F(GrpcTest, a_caller_that_leaves_is_known_at_the_far_end) {
  Call::Info info;
  info.cancellation = std::make_shared<Cancellation>();
  auto waiting = request(1);
  waiting.set_language(Echo::waits_for_ever);
  std::thread leaving([this, cancellation = info.cancellation] {
    echo.began.get_future().wait();
    cancellation->cancel();
  });
  const auto result = run(api->run(Call(info), waiting));
  leaving.join();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::cancelled);
  EXPECT_EQ(echo.ended.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

TEST_F(GrpcTest, a_service_that_is_not_there_is_unavailable) {
  server.reset();
  Call::Info info;
  info.deadline_ms = SystemClock().now_ms() + 2000;
  const auto result = run(api->run(Call(info), request(1)));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::unavailable);
}

}  // namespace
}  // namespace lyceum::host
