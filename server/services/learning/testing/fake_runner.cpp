#include "services/learning/testing/fake_runner.h"

#include <chrono>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace lyceum::learning {

Task<Result<runner::v1::ListLanguagesResponse>> FakeRunner::list_languages(
    Call, runner::v1::ListLanguagesRequest) {
  co_return runner::v1::ListLanguagesResponse{};
}

Task<Result<runner::v1::RunResult>> FakeRunner::run(Call call, runner::v1::RunRequest request) {
  Collected<runner::v1::RunEvent> events;
  CO_TRY_VOID(co_await stream_run(std::move(call), std::move(request), events.sink()));
  runner::v1::RunResult result;
  for (const auto& event : *events.events) {
    if (event.has_compile()) *result.mutable_compile() = event.compile();
    if (event.has_test()) *result.add_tests() = event.test();
    if (event.has_done()) result.set_status(event.done().status());
  }
  co_return result;
}

namespace {

runner::v1::TestResult tested(const std::string& program, const runner::v1::Test& test) {
  runner::v1::TestResult result;
  result.set_id(test.id());
  result.set_cpu_ms(3);
  result.set_wall_ms(4);
  result.set_memory_bytes(1 << 20);
  if (program.starts_with("print ")) result.set_stdout(program.substr(6));
  if (program.starts_with("echo")) result.set_stdout(test.stdin());
  if (program.starts_with("right")) result.set_stdout(test.expected());
  result.set_stderr("said " + program);
  result.set_status(!test.has_expected() || result.stdout() == test.expected() ? "AC" : "WA");
  if (program.starts_with("loop")) result.set_status("TLE");
  if (program.starts_with("crash")) {
    result.set_status("SIG");
    result.set_signal("SIGSEGV");
  }
  return result;
}

}  // namespace

Task<Result<void>> FakeRunner::stream_run(Call,
                                          runner::v1::RunRequest request,
                                          Sink<runner::v1::RunEvent> sink) {
  ++calls_;
  std::string ending;
  {
    const std::scoped_lock lock(mutex_);
    requests_.push_back(request);
    if (!errors_.empty()) {
      auto error = std::move(errors_.front());
      errors_.pop_front();
      co_return fail(std::move(error));
    }
    if (!endings_.empty()) {
      ending = std::move(endings_.front());
      endings_.pop_front();
    }
  }
  std::string program;
  for (const auto& file : request.files())
    if (file.path() != "helper.py") program = file.content();
  std::string worst = program == "broken" ? "CE" : "AC";
  runner::v1::RunEvent compiled;
  compiled.mutable_compile()->set_status(worst);
  compiled.mutable_compile()->set_stderr(program == "broken" ? "no such thing" : "");
  CO_TRY_VOID(co_await sink.send(std::move(compiled)));
  for (const auto& test : request.tests()) {
    if (program == "broken") break;
    co_await wait_for_leave();
    runner::v1::RunEvent event;
    *event.mutable_test() = tested(program, test);
    if (event.test().status() != "AC") worst = event.test().status();
    CO_TRY_VOID(co_await sink.send(std::move(event)));
    if (!ending.empty()) break;
  }
  runner::v1::RunEvent done;
  done.mutable_done()->set_status(ending.empty() ? worst : ending);
  co_return co_await sink.send(std::move(done));
}

void FakeRunner::fail_with(Error error) {
  const std::scoped_lock lock(mutex_);
  errors_.push_back(std::move(error));
}

void FakeRunner::end_with(std::string status) {
  const std::scoped_lock lock(mutex_);
  endings_.push_back(std::move(status));
}

void FakeRunner::hold() {
  leaves_ = 0;
}

void FakeRunner::let_go(int tests) {
  leaves_ += tests;
}

std::vector<runner::v1::RunRequest> FakeRunner::requests() {
  const std::scoped_lock lock(mutex_);
  return requests_;
}

Task<void> FakeRunner::wait_for_leave() {
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
  while (leaves_ <= 0) {
    timer.expires_after(std::chrono::milliseconds(1));
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
  --leaves_;
}

}  // namespace lyceum::learning
