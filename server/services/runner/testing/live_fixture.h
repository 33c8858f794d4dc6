#pragma once
// For tests of live sessions: a socket that keeps what it is sent, and a sandbox whose programs are
// functions of the test, on threads of their own.

#include <condition_variable>
#include <csignal>
#include <future>
#include <gtest/gtest.h>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include "host/json.h"
#include "services/runner/runner.h"
#include "testing/service_test.h"

namespace lyceum::runner {

constexpr auto patience = std::chrono::seconds(20);  // of a test that fails

// What a program has.
struct Console {
  DescriptorPtr in, out, err;

  void print(std::string_view text) const { write_to(*out, text); }

  void complain(std::string_view text) const { write_to(*err, text); }

  // Empty at the end.
  std::string line() const {
    std::string text;
    for (char c = 0; ::read(in->get(), &c, 1) == 1;) {
      text += c;
      if (c == '\n') break;
    }
    return text;
  }

  bool write_to(const Descriptor& end, std::string_view text) const {
    return ::write(end.get(), text.data(), text.size()) == std::ssize(text);
  }
};

using FakeProgram = std::function<JobResult(const Console&)>;

// Shared by the sandbox and the test.
struct FakeLive {
  FakeProgram program = [](const Console&) { return JobResult(); };
  JobResult compiled;
  std::mutex mutex;
  std::condition_variable changed;
  Job job;  // the last
  std::vector<int> signals;
  int now = 0, killed = 0;
  std::vector<std::thread> threads;

  ~FakeLive() {
    for (auto& one : threads) one.join();
  }

  template <class F>
  void change(F f) {
    const std::lock_guard lock(mutex);
    f();
    changed.notify_all();
  }

  bool becomes(const std::function<bool()>& is) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, patience, is);
  }
};

class FakeLiveSandbox final : public Sandbox {
 public:
  explicit FakeLiveSandbox(FakeLive& fake) : fake_(fake) {}

  Task<Result<JobResult>> run(Job job) override {
    if (!job.control) co_return fake_.compiled;
    const auto loop = co_await boost::asio::this_coro::executor;
    const auto state = std::make_shared<State>(loop);
    const Under under{fake_, *state};
    fake_.change([&] { fake_.job = job; });
    const auto control = job.control;
    control->started([state, &fake = fake_](int number) {
      fake.change([&] { fake.signals.push_back(number); });
      if (number != SIGKILL) return;
      JobResult killed;
      killed.end = End::signaled;
      killed.signal = number;
      state->finish(killed);
    });
    begin(state, std::move(job));
    boost::system::error_code ended;
    co_await state->ended.async_wait(
        boost::asio::redirect_error(boost::asio::use_awaitable, ended));
    control->ended();
    if (!state->result) co_return fail(Code::unavailable, "sandbox_unavailable", "killed");
    co_return *state->result;
  }

 private:
  struct State {
    explicit State(const boost::asio::any_io_executor& loop)
        : ended(loop, boost::asio::steady_timer::time_point::max()) {}

    void finish(const JobResult& with) {
      if (!result) result = with;
      ended.cancel();
    }

    boost::asio::steady_timer ended;
    std::optional<JobResult> result;
  };

  struct Under {
    FakeLive& fake;
    State& state;

    Under(FakeLive& f, State& s) : fake(f), state(s) {
      fake.change([this] { ++fake.now; });
    }

    ~Under() {
      fake.change([this] {
        --fake.now;
        if (!state.result) ++fake.killed;
      });
    }
  };

  void begin(const std::shared_ptr<State>& state, Job job) {
    const auto loop = state->ended.get_executor();
    fake_.threads.emplace_back([&fake = fake_, state, loop, j = std::move(job)]() mutable {
      sigset_t broken;  // a pipe whose reader has gone ends the program, not the test
      sigemptyset(&broken);
      sigaddset(&broken, SIGPIPE);
      pthread_sigmask(SIG_BLOCK, &broken, nullptr);
      const Console console = {std::move(j.stdin_pipe), std::move(j.stdout_pipe),
                               std::move(j.stderr_pipe)};
      const auto result = fake.program(console);
      boost::asio::post(loop, [state, result] { state->finish(result); });
    });
  }

  FakeLive& fake_;
};

// Keeps what it is sent. Calls on it are made on the loop; the test looks from outside.
class KeepingSocket final : public Socket {
 public:
  explicit KeepingSocket(boost::asio::any_io_executor loop) : loop_(std::move(loop)) {}

  bool send(SharedText, std::string_view own) override {
    const std::lock_guard lock(mutex);
    if (code != 0 || full) return false;
    sent.emplace_back(own);
    changed.notify_all();
    return true;
  }

  void close(std::uint16_t with, std::string_view) override {
    const std::lock_guard lock(mutex);
    if (code == 0) code = with;
    changed.notify_all();
  }

  std::size_t queued_bytes() const override { return queued; }

  boost::asio::any_io_executor loop() const override { return loop_; }

  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> sent;
  std::uint16_t code = 0;
  bool full = false;
  std::atomic<std::size_t> queued = 0;

 private:
  const boost::asio::any_io_executor loop_;
};

// One connection to the door.
class LiveClient {
 public:
  LiveClient(const SocketDoor& door, const boost::asio::any_io_executor& loop, Call call)
      : socket(std::make_shared<KeepingSocket>(loop)) {
    on_loop([&] { listener_ = door.open(std::move(call), socket); });
  }

  ~LiveClient() { hang_up(); }

  LiveClient(const LiveClient&) = delete;
  LiveClient& operator=(const LiveClient&) = delete;

  void send(const std::string& text) {
    on_loop([&] { listener_->received(text); });
  }

  void run(const std::string& more = "", const std::string& language = "bash") {
    send(R"({"op":"run","d":{"language":")" + language +
         R"(","files":[{"path":"main.sh","content":""}])" + more + "}}");
  }

  void hang_up() {
    if (!listener_) return;
    on_loop([&] { listener_->closed(); });
    listener_ = nullptr;
  }

  void drain() {
    on_loop([&] { listener_->draining(); });
  }

  // The next message; "closed 1000" when none comes any more.
  std::string next() {
    std::unique_lock lock(socket->mutex);
    socket->changed.wait_for(lock, patience,
                             [&] { return read_ < socket->sent.size() || socket->code != 0; });
    if (read_ < socket->sent.size()) return socket->sent[read_++];
    return "closed " + std::to_string(socket->code);
  }

  // What comes up to the end, the code last.
  std::vector<std::string> rest() {
    std::vector<std::string> all;
    do all.push_back(next());
    while (!all.back().starts_with("closed"));
    return all;
  }

  const std::shared_ptr<KeepingSocket> socket;

 private:
  template <class F>
  void on_loop(F f) {
    boost::asio::co_spawn(
        socket->loop(),
        [&]() -> Task<void> {
          f();
          co_return;
        },
        boost::asio::use_future)
        .get();
  }

  std::shared_ptr<SocketListener> listener_;
  std::size_t read_ = 0;
};

class LiveTest : public testing::LoopTest {
 protected:
  // What a test sees of a run's end comes before its last steps on the loop.
  void TearDown() override {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (gauge("runner_runs") > 0 && std::chrono::steady_clock::now() < until)
      std::this_thread::yield();
    run(nothing());
  }

  static Task<bool> nothing() { co_return true; }

  static Result<api::RunRequest> read_request(std::string json) {
    api::RunRequest out;
    TRY_VOID(host::from_json(std::move(json), out));
    out.add_tests()->set_id("live");
    return out;
  }

  std::unique_ptr<LiveClient> connect(std::int64_t user_id = 1) {
    return std::make_unique<LiveClient>(door(), loop(), as(user_id));
  }

  // Connected, and its program has begun.
  std::unique_ptr<LiveClient> begin(const std::string& more = "") {
    auto client = connect();
    client->run(more);
    EXPECT_TRUE(client->next().starts_with(R"({"op":"compile","d":{"status":"AC")"));
    EXPECT_EQ(client->next(), R"({"op":"started","d":null})");
    return client;
  }

  const SocketDoor& door() {
    if (!runner_) {
      runner_ = std::make_unique<Runner>(config, std::make_unique<FakeLiveSandbox>(fake), clock,
                                         ids, metrics);
      door_ = runner_->live_door({read_request, host::to_json, host::json_string});
    }
    return door_;
  }

  std::int64_t gauge(std::string_view name) { return metrics.gauge(name, "").value(); }

  FakeLive fake;
  Config config{.sandbox = {}, .jobs = 4};

 private:
  std::unique_ptr<Runner> runner_;
  SocketDoor door_;
};

}  // namespace lyceum::runner
