#pragma once
// For tests of the runner's own work: a sandbox that runs nothing but answers as the test says.

#include <chrono>
#include <functional>
#include <gtest/gtest.h>
#include <mutex>
#include <string>
#include <unistd.h>
#include <vector>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "services/runner/runner.h"
#include "testing/service_test.h"

namespace lyceum::runner {

// ServiceTest has an End of its own.
constexpr auto over_cpu = End::cpu, over_wall = End::wall, over_output = End::output;

// Does what the test says instead of running anything, and remembers what it was asked.
struct FakeSandbox {
  std::function<Result<JobResult>(const Job&)> answer = [](const Job& job) {
    JobResult out;
    if (job.writes_out) out.artifacts.push_back({"out/main", *Content::of("a program"), true});
    return out;
  };
  std::function<std::chrono::milliseconds(const Job&)> time = [this](const Job&) { return takes; };
  std::chrono::milliseconds takes{0};
  std::mutex mutex;
  std::vector<Job> jobs;
  int now = 0;
  int most = 0;    // at the same time
  int killed = 0;  // were stopped before they had ended

  void begin(const Job& job) {
    const std::lock_guard lock(mutex);
    jobs.push_back(job);
    most = std::max(most, ++now);
  }

  void end(bool by_itself) {
    const std::lock_guard lock(mutex);
    --now;
    if (!by_itself) ++killed;
  }
};

// Once the number of its jobs under way is as wanted; false if that takes too long.
inline bool becomes(FakeSandbox& fake, const std::function<bool(int)>& wanted) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (std::chrono::steady_clock::now() < until) {
    {
      const std::lock_guard lock(fake.mutex);
      if (wanted(fake.now)) return true;
    }
    std::this_thread::yield();
  }
  return false;
}

class FakeEnd final : public Sandbox {
 public:
  explicit FakeEnd(FakeSandbox& fake) : fake_(fake) {}

  Task<Result<JobResult>> run(Job job) override {
    // As the real one: what is destroyed or cancelled is killed.
    struct Under {
      FakeSandbox& fake;
      bool ended = false;

      ~Under() { fake.end(ended); }
    } under{fake_};

    fake_.begin(job);
    const auto time = fake_.time(job);
    if (time.count() > 0) {
      boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, time);
      boost::system::error_code stopped;
      co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, stopped));
      if (stopped) co_return fail(Code::unavailable, "sandbox_unavailable", "killed");
    }
    auto result = fake_.answer(job);
    under.ended = true;
    co_return result;
  }

 private:
  FakeSandbox& fake_;
};

inline JobResult prints(std::string text, int exit_code = 0) {
  JobResult out;
  out.exit_code = exit_code;
  out.out_bytes = std::ssize(text);
  out.out = std::move(text);
  out.cpu_ns = 1'500'000;
  out.memory_bytes = 4096;
  return out;
}

inline JobResult ended(End end) {
  JobResult out;
  out.end = end;
  return out;
}

inline std::string text_of(const ContentPtr& content) {
  std::string out(static_cast<std::size_t>(content->size()), '\0');
  EXPECT_EQ(pread(content->fd(), out.data(), out.size(), 0), std::ssize(out));
  return out;
}

class RunnerTest : public testing::ServiceTest {
 protected:
  static api::RunRequest request(const std::string& language = "python", int tests = 1) {
    api::RunRequest out;
    out.set_language(language);
    auto& file = *out.add_files();
    file.set_path(find_language(language) ? find_language(language)->main : "main.py");
    file.set_content("print(input())");
    for (int i = 1; i <= tests; ++i) {
      auto& test = *out.add_tests();
      test.set_id(std::to_string(i));
      test.set_stdin("in " + std::to_string(i));
      test.set_expected("in " + std::to_string(i));
    }
    return out;
  }

  static JobResult compiles() {
    JobResult out;
    out.artifacts.push_back({"out/main", *Content::of("a program"), true});
    return out;
  }

  static JobResult echo(const Job& job) {
    return job.writes_out ? compiles() : prints(text_of(job.input));
  }

  Result<api::RunResult> ask(api::RunRequest asked) {
    return run(runner.run(as(1), std::move(asked)));
  }

  Error refusal(api::RunRequest asked) {
    auto result = ask(std::move(asked));
    EXPECT_FALSE(result);
    EXPECT_TRUE(fake.jobs.empty());
    return result ? Error() : result.error();
  }

  // "compile AC", "test 1 AC", "done AC"
  std::vector<std::string> stream(api::RunRequest asked,
                                  Result<void>* end = nullptr,
                                  std::size_t stop_after = 100) {
    auto events = std::make_shared<std::vector<std::string>>();
    Sink<api::RunEvent> sink([events, stop_after](api::RunEvent event) -> Task<Result<void>> {
      if (events->size() == stop_after) co_return fail(Code::cancelled, "cancelled", "gone");
      if (event.has_compile()) events->push_back("compile " + event.compile().status());
      if (event.has_test())
        events->push_back("test " + event.test().id() + " " + event.test().status());
      if (event.has_done()) events->push_back("done " + event.done().status());
      co_return Result<void>();
    });
    auto ended = run(runner.stream_run(as(1), std::move(asked), sink));
    if (end) *end = ended;
    return *events;
  }

  Config config{.sandbox = {}, .jobs = 2, .runs_max = 4, .warm = false};
  FakeSandbox fake;
  Runner service{config, std::make_unique<FakeEnd>(fake), clock, ids, metrics};
  api::RunnerApi& runner = reach<api::RunnerApi>(service, api::publish, api::connect_runner);
};

}  // namespace lyceum::runner
