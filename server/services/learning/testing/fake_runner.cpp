#include "services/learning/testing/fake_runner.h"

#include <chrono>
#include <map>

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
    if (!event.has_done()) continue;
    result.set_status(event.done().status());
    if (event.done().has_score()) result.set_score(event.done().score());
    *result.mutable_groups() = event.done().groups();
  }
  co_return result;
}

namespace {

using runner::v1::RunRequest;

// A checker or interactor refuses what does not begin with "fine"; it gives "fine 0.5" half of it.
void check(runner::v1::TestResult& result, const std::string& program) {
  result.set_status(program.starts_with("fine") ? "AC" : "WA");
  result.set_message("You wrote: " + program);
  result.set_judge_message("SECRET of the checker");
  if (program.starts_with("fine ")) result.set_score(std::stod(program.substr(5)));
  if (program.starts_with("confuse")) result.set_status("IE");
}

runner::v1::TestResult tested(const RunRequest& request,
                              const std::string& program,
                              const runner::v1::Test& test) {
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
  if (request.compare().has_checker() || request.has_interactor()) check(result, program);
  if (program.starts_with("loop")) result.set_status("TLE");
  if (program.starts_with("crash")) {
    result.set_status("SIG");
    result.set_signal("SIGSEGV");
  }
  if (program.starts_with("forbidden")) {
    result.set_status("SV");
    result.set_signal("SIGSYS");
    result.set_forbidden_call("ptrace");
  }
  return result;
}

// Each test is worth its share, whatever the aggregation.
void add_groups(const RunRequest& request,
                const std::map<std::string, runner::v1::TestResult>& results,
                runner::v1::RunDone& done) {
  for (const auto& group : request.groups()) {
    auto& made = *done.add_groups();
    made.set_id(group.id());
    made.set_status("AC");
    double got = 0, all = 0;
    for (const auto& test : request.tests()) {
      if (test.group() != group.id()) continue;
      const auto& result = results.at(test.id());
      all += 1;
      if (result.status() == "AC")
        got += result.has_score() ? result.score() : 1;
      else
        made.set_status(result.status());
    }
    made.set_score(group.max_score() * got / all);
    done.set_score(done.score() + made.score());
  }
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
  std::map<std::string, runner::v1::TestResult> results;
  const int count = request.tests_size();
  for (int i = 0; i < count && program != "broken"; ++i) {
    const auto& test = request.tests(backwards_ ? count - 1 - i : i);
    co_await wait_for_leave();
    runner::v1::RunEvent event;
    *event.mutable_test() = tested(request, program, test);
    results[test.id()] = event.test();
    if (event.test().status() != "AC") worst = event.test().status();
    CO_TRY_VOID(co_await sink.send(std::move(event)));
    if (!ending.empty()) break;
  }
  runner::v1::RunEvent done;
  done.mutable_done()->set_status(ending.empty() ? worst : ending);
  if (results.size() == static_cast<std::size_t>(request.tests_size()) && !forgets_groups_)
    add_groups(request, results, *done.mutable_done());
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
