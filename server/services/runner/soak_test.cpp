// Many thousand programs one after the other and side by side, a third of them hostile: every
// verdict is what it must be, and nothing is left of any of them.

#include <array>
#include <future>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include "services/runner/testing/holdings.h"
#include "services/runner/testing/hostile_fixture.h"

namespace lyceum::runner {
namespace {

using Steady = std::chrono::steady_clock;

constexpr int workers = 4;  // twice as many as there are places, so that somebody always waits
constexpr int window = 1000;

struct Kind {
  std::string verdict;
  std::string body;  // of main(), in C; or a whole program of the shell
  api::Limits limits = {};
  bool in_shell = false;
};

class Soak : public Hostile {
 protected:
  void SetUp() override {
    if (!std::getenv("LYCEUM_LONG_TESTS"))
      GTEST_SKIP() << "20,000 programs: set LYCEUM_LONG_TESTS, and LYCEUM_SOAK_RUNS for fewer";
    if (geteuid() != 0) GTEST_SKIP() << "only root sees what the sandbox holds";
    Hostile::SetUp();
    if (const char* said = std::getenv("LYCEUM_SOAK_RUNS"))
      runs_ = std::max(2 * window, atoi(said));
  }

  // Runs from..to, shared among the workers.
  void play(int from, int to) {
    std::atomic<int> next = from;
    std::array<std::future<void>, workers> all;
    for (auto& one : all)
      one = boost::asio::co_spawn(loop(), work(next, to), boost::asio::use_future);
    for (auto& one : all) one.get();
  }

  // Once all slots have two sandboxes that stand ready, and nothing dies any more: as `wanted`, if
  // that is given. As it is when that takes too long.
  static Holdings at_rest(const Holdings* wanted = nullptr) {
    const auto until = Steady::now() + std::chrono::seconds(20);
    for (;;) {
      const auto now = Holder::measure();
      const bool rests = now.slots > 0 && now.processes == 1 + now.slots * (1 + standby_count);
      if ((rests && (!wanted || now.same_counts(*wanted))) || Steady::now() > until) return now;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }

  // Of the usual program that does no harm, between the runs `from` and `to`.
  double median_ms(int from, int to) const {
    std::vector<double> all;
    for (const auto& [i, ms] : canary_ms_)
      if (i >= from && i < to) all.push_back(ms);
    std::ranges::sort(all);
    return all.empty() ? 0 : all[all.size() / 2];
  }

  int runs_ = 20'000;

 private:
  static constexpr int standby_count = 2;  // sandbox/standby.c

  static std::vector<Kind> harmless() {
    return {{"AC", "puts(\"right\"); return 0;"},
            {"WA", "puts(\"wrong\"); return 0;"},
            {"RE", "puts(\"right\"); return 3;"},
            {"SIG", "abort();"},
            {"AC", "echo right", {}, true}};
  }

  static std::vector<Kind> hostile() {
    auto flood = none();
    flood.set_output_bytes(10'000);
    return {{"TLE", "for (;;) fork();", cpu(50)},
            {"MLE", "for (;;) memset(malloc(1 << 20), 1, 1 << 20);", memory(32)},
            {"OLE", "for (;;) puts(\"x\");", flood},
            {"SV", "mount(\"x\", \"/tmp\", \"tmpfs\", 0, 0);"},
            {"TLE", "for (;;) {}", cpu(20)},
            {"AC",
             "int f = open(\"/w/x\", O_CREAT | O_WRONLY, 0644); static char b[65536]; while "
             "(write(f, b, sizeof b) > 0) {} if (errno == ENOSPC) puts(\"right\"); return 0;",
             memory(32)},
            {"AC",
             "if (fork() == 0) { setsid(); close(1); if (fork() == 0) for (;;) usleep(1000); "
             "_exit(0); } puts(\"right\"); return 0;"},
            {"WTLE", "for (;;) pause();", wall(30)}};
  }

  // One source for all, so that it is compiled once.
  std::string source() const {
    std::string out = headers +
                      "int main(void) { int n = -1; if (scanf(\"%d\", &n) != 1) return "
                      "99; switch (n) {";
    for (std::size_t i = 0; i < kinds_.size(); ++i)
      if (!kinds_[i].in_shell) out += fmt::format("case {}: {{{}}} break;\n", i, kinds_[i].body);
    return out + "} return 98; }";
  }

  std::size_t kind_of(int i) const {
    const auto n = static_cast<std::size_t>(i);
    return n % 3 == 2 ? harmless_.size() + n / 3 % hostile_.size() : n % harmless_.size();
  }

  api::RunRequest request(std::size_t kind) const {
    const auto& its = kinds_[kind];
    auto out = program(its.in_shell ? "bash" : "c", its.in_shell ? its.body : source_);
    out.mutable_limits()->MergeFrom(its.limits);
    out.mutable_tests(0)->set_stdin(std::to_string(kind));
    out.mutable_tests(0)->set_expected("right");
    return out;
  }

  Task<void> work(std::atomic<int>& next, int to) {
    for (int i = next++; i < to && !HasFailure(); i = next++) {
      const auto kind = kind_of(i);
      const auto began = Steady::now();
      const auto result = co_await runner.run(as(1 + i % 7), request(kind));
      const std::chrono::duration<double, std::milli> took = Steady::now() - began;
      if (!result) {
        ADD_FAILURE() << "run " << i << ": " << result.error().reason << " "
                      << result.error().message;
        co_return;
      }
      EXPECT_EQ(result->status(), kinds_[kind].verdict)
          << "run " << i << ": " << kinds_[kind].body << result->DebugString();
      if (kind == 0) canary_ms_.emplace_back(i, took.count());
    }
  }

  const std::vector<Kind> harmless_ = harmless(), hostile_ = hostile();
  const std::vector<Kind> kinds_ = [&] {
    auto all = harmless_;
    all.insert(all.end(), hostile_.begin(), hostile_.end());
    return all;
  }();
  const std::string source_ = source();
  std::vector<std::pair<int, double>> canary_ms_;  // run, time; of the loop alone
};

TEST_F(Soak, many_thousand_programs_leave_nothing_behind_which_takes_too_long_for_every_day) {
  play(0, window);
  const auto before = at_rest();
  const auto began = Steady::now();
  play(window, runs_);
  const std::chrono::duration<double> took = Steady::now() - began;
  const auto after = at_rest(&before);
  fmt::print("after {} programs: {}\nafter {}: {}\n", window, before.text(), runs_, after.text());
  fmt::print(
      "{:.0f} a second; median of the usual one {:.1f} ms in the first {}, {:.1f} in the last\n",
      (runs_ - window) / took.count(), median_ms(0, window), window,
      median_ms(runs_ - window, runs_));
  EXPECT_TRUE(after.same_counts(before));
  // A sandbox that stands ready is a new copy of its slot, and which pages it has touched differs:
  // four of each at most. A slot that lost 16 bytes a program would have 150 KiB more.
  EXPECT_LE(after.kib, before.kib + 16 * after.processes);
  // Here the allocator keeps some that is free; 64 bytes a program would be more.
  EXPECT_LE(after.own_kib, before.own_kib + 1024);
}

}  // namespace
}  // namespace lyceum::runner
