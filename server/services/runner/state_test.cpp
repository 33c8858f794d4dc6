#include <future>

#include "services/runner/testing/runner_fixture.h"

namespace lyceum::runner {
namespace {

class RunnerStateTest : public RunnerTest {
 protected:
  api::RunnerState state() {
    auto known = run(runner.get_runner(as(9, {"administrator"}), {}));
    EXPECT_TRUE(known);
    return known ? *known : api::RunnerState();
  }

  api::RecentRun only_run() {
    const auto known = state();
    EXPECT_EQ(known.runs_size(), 1);
    return known.runs_size() == 1 ? known.runs(0) : api::RecentRun();
  }

  // Once the state is as wanted; false if that takes too long.
  bool becomes_so(const std::function<bool(const api::RunnerState&)>& wanted) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < until) {
      if (wanted(state())) return true;
      std::this_thread::yield();
    }
    return false;
  }

  static int waiting(const api::RunnerState& known) {
    int out = 0;
    for (const auto& queue : known.queues()) out += static_cast<int>(queue.waiting());
    return out;
  }

  bool said(const std::string& line) const {
    return ("\n" + metrics.text()).contains("\n" + line + "\n");
  }
};

TEST_P(RunnerStateTest, ADM_03_an_administrator_sees_slots_queues_and_cache_at_rest) {
  const auto known = state();
  EXPECT_EQ(known.sandbox().status(), "unknown");
  ASSERT_EQ(known.slots_size(), 2);
  EXPECT_EQ(known.slots(1).number(), 2);
  EXPECT_FALSE(known.slots(1).busy());
  ASSERT_EQ(known.queues_size(), 3);
  EXPECT_EQ(known.queues(0).priority(), "try");
  EXPECT_EQ(known.queues(2).priority(), "rejudge");
  EXPECT_EQ(known.queues(2).waiting(), 0);
  EXPECT_EQ(known.cache().bytes_max(), config.cache_bytes);
  EXPECT_EQ(known.runs_size(), 0);
}

TEST_P(RunnerStateTest, ADM_03_a_run_that_ended_is_told_without_what_it_was_or_said) {
  fake.answer = echo;
  auto asked = request("cpp", 3);
  asked.mutable_files(0)->set_content("SOURCE");
  asked.mutable_tests(0)->set_stdin("INPUT");
  asked.set_priority("judge");
  ASSERT_TRUE(ask(asked));
  const auto known = only_run();
  EXPECT_GT(known.id(), 0);
  EXPECT_EQ(known.user_id(), 1);
  EXPECT_EQ(known.language(), "cpp");
  EXPECT_EQ(known.priority(), "judge");
  EXPECT_EQ(known.status(), "WA");
  EXPECT_FALSE(known.has_error());
  EXPECT_EQ(known.tests(), 3);
  EXPECT_EQ(known.tests_done(), 3);
  EXPECT_EQ(known.started_at(), clock.now_ms());
  EXPECT_TRUE(known.has_queue_ms());
  EXPECT_TRUE(known.has_run_ms());
  EXPECT_EQ(known.cpu_ms(), 5);  // three tests of 1.5 ms
  EXPECT_FALSE(known.cached());
  for (const auto* secret : {"SOURCE", "INPUT", "in 2"})
    EXPECT_FALSE(state().SerializeAsString().contains(secret)) << secret;
}

TEST_P(RunnerStateTest, ADM_03_what_runs_is_seen_in_its_slot_and_what_waits_in_its_queue) {
  fake.takes = std::chrono::hours(1);
  auto left = std::make_shared<Cancellation>();
  std::vector<std::future<void>> runs;
  for (const std::int64_t user : {1, 2, 3})
    runs.push_back(std::async(std::launch::async, [&, user] {
      Call::Info info = as(user).info();
      info.cancellation = left;
      auto asked = request();
      asked.set_priority(user == 3 ? "rejudge" : "try");
      EXPECT_FALSE(run(runner.run(Call(std::move(info)), asked)));
    }));
  ASSERT_TRUE(becomes(fake, [](int now) { return now == 2; }));
  ASSERT_TRUE(becomes_so([](const auto& known) { return waiting(known) == 1; }));
  const auto known = state();
  EXPECT_EQ(known.runs_size(), 3);
  int running = 0;
  for (const auto& each : known.runs()) {
    running += each.status() == "RUNNING";
    EXPECT_FALSE(each.has_run_ms());
    EXPECT_EQ(each.has_queue_ms(), each.status() == "RUNNING");
  }
  EXPECT_EQ(running, 2);
  for (const auto& slot : known.slots()) {
    EXPECT_TRUE(slot.busy());
    EXPECT_EQ(slot.language(), "python");
    EXPECT_TRUE(slot.has_run_id());
  }
  EXPECT_TRUE(said("runner_slots 2"));
  EXPECT_TRUE(said("runner_slots_in_use 2"));
  left->cancel();
  for (auto& each : runs) each.get();
  ASSERT_TRUE(becomes_so([](const auto& after) {
    return std::ranges::all_of(after.runs(),
                               [](const auto& each) { return each.status() == "CANCELED"; });
  }));
  ASSERT_TRUE(becomes_so([](const auto& after) {
    return std::ranges::none_of(after.slots(), &api::RunnerSlot::busy);
  }));
  EXPECT_EQ(waiting(state()), 0);
  EXPECT_TRUE(said("runner_slots_in_use 0"));
  EXPECT_TRUE(said(R"(runner_queue_length{priority="rejudge"} 0)"));
  EXPECT_TRUE(said(R"(runner_runs_total{status="CANCELED"} 3)"));
}

TEST_P(RunnerStateTest, ADM_03_where_there_is_no_sandbox_the_run_says_so) {
  fake.answer = [](const Job&) -> Result<JobResult> {
    return fail(Code::unavailable, "sandbox_unavailable", "there is none");
  };
  EXPECT_FALSE(ask(request()));
  EXPECT_EQ(only_run().status(), "IE");
  EXPECT_EQ(only_run().error(), "sandbox_unavailable");
  EXPECT_TRUE(said("runner_unavailable_total 1"));
  EXPECT_TRUE(said(R"(runner_runs_total{status="IE"} 1)"));
}

TEST_P(RunnerStateTest, PLAT_10_a_program_that_ran_shows_that_the_sandbox_works) {
  EXPECT_FALSE(service.ready());
  ASSERT_TRUE(ask(request()));
  EXPECT_TRUE(service.ready());
  EXPECT_EQ(state().sandbox().status(), "ok");
  EXPECT_TRUE(said("runner_sandbox_up 1"));
}

TEST_P(RunnerStateTest, PLAT_10_a_process_tries_its_sandbox_by_itself) {
  fake.answer = [](const Job&) -> Result<JobResult> {
    return fail(Code::unavailable, "sandbox_unavailable", "there is none");
  };
  const auto trying = service.try_sandbox_now_and_then(loop());
  ASSERT_TRUE(becomes_so([](const auto& known) { return known.sandbox().status() != "unknown"; }));
  EXPECT_EQ(state().sandbox().status(), "unavailable");
  EXPECT_EQ(state().sandbox().message(), "there is none");
  EXPECT_EQ(service.ready().error().reason, "sandbox_unavailable");
}

TEST_P(RunnerStateTest, PLAT_10_the_cache_counts_hits_and_misses_by_language) {
  fake.answer = echo;
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(ask(request("cpp")));
  ASSERT_TRUE(ask(request("c")));
  const auto cache = state().cache();
  EXPECT_EQ(cache.hits(), 2);
  EXPECT_EQ(cache.misses(), 2);
  EXPECT_EQ(cache.programs(), 2);
  EXPECT_GT(cache.bytes(), 0);
  EXPECT_TRUE(state().runs(1).cached());
  EXPECT_FALSE(state().runs(0).cached());
  EXPECT_TRUE(said(R"(runner_compiles_total{language="cpp",cached="true"} 2)"));
  EXPECT_TRUE(said(R"(runner_compiles_total{language="cpp",cached="false"} 1)"));
  EXPECT_TRUE(said(R"(runner_compiles_total{language="c",cached="false"} 1)"));
  EXPECT_TRUE(said("runner_cache_bytes " + std::to_string(cache.bytes())));
  EXPECT_TRUE(said("runner_cache_programs 2"));
}

TEST_P(RunnerStateTest, PLAT_10_waits_times_and_verdicts_are_counted) {
  fake.answer = echo;
  ASSERT_TRUE(ask(request("python", 3)));
  auto judged = request("cpp", 2);
  judged.set_priority("judge");
  judged.mutable_tests(1)->set_expected("other");
  ASSERT_TRUE(ask(judged));
  EXPECT_TRUE(said(R"(runner_queue_wait_seconds_count{priority="try"} 3)"));
  EXPECT_TRUE(said(R"(runner_queue_wait_seconds_count{priority="judge"} 3)"));
  EXPECT_TRUE(said(R"(runner_queue_wait_seconds_count{priority="rejudge"} 0)"));
  EXPECT_TRUE(said("runner_run_seconds_count 2"));
  EXPECT_TRUE(said("runner_job_seconds_count 6"));
  EXPECT_TRUE(said(R"(runner_tests_total{status="AC"} 4)"));
  EXPECT_TRUE(said(R"(runner_tests_total{status="WA"} 1)"));
  EXPECT_TRUE(said(R"(runner_runs_total{status="AC"} 1)"));
  EXPECT_TRUE(said(R"(runner_runs_total{status="WA"} 1)"));
}

TEST_P(RunnerStateTest, ADM_03_whoever_watches_is_told_at_once_and_when_something_has_changed) {
  auto states = std::make_shared<std::vector<api::RunnerState>>();
  std::promise<void> first;
  Sink<api::RunnerEvent> sink([&, states](api::RunnerEvent event) -> Task<Result<void>> {
    states->push_back(event.state());
    if (states->size() == 1) first.set_value();
    if (states->back().runs_size() == 0) co_return Result<void>();
    co_return fail(Code::cancelled, "cancelled", "gone");
  });
  auto watching = std::async(std::launch::async, [&] {
    return run(runner.watch_runner(as(9, {"administrator"}), {}, sink));
  });
  first.get_future().wait();
  ASSERT_TRUE(ask(request()));
  EXPECT_FALSE(watching.get());
  EXPECT_GE(states->size(), 2U);
  EXPECT_EQ(states->front().runs_size(), 0);
  EXPECT_EQ(states->back().runs_size(), 1);
}

TEST_P(RunnerStateTest, ADM_03_a_watch_ends_when_its_time_is_over_and_when_its_reader_leaves) {
  for (const bool leaves : {false, true}) {
    Call::Info info = as(9, {"administrator"}).info();
    info.cancellation = std::make_shared<Cancellation>();
    Sink<api::RunnerEvent> sink([&](api::RunnerEvent) -> Task<Result<void>> {
      if (leaves)
        info.cancellation->cancel();
      else
        clock.move(3'600'000);
      co_return Result<void>();
    });
    const auto end = run(runner.watch_runner(Call(info), {}, sink));
    if (!leaves) EXPECT_TRUE(end) << end.error().message;
  }
}

INSTANTIATE_TEST_SUITE_P(works, RunnerStateTest, testing::both_transports, testing::name);

}  // namespace
}  // namespace lyceum::runner
