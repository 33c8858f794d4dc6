#include <future>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include "services/learning/testing/learning_fixture.h"

namespace lyceum::learning {
namespace {

constexpr std::int64_t ann = 17, bob = 18;

class JudgeTest : public LearningTest {
 protected:
  std::int64_t submitted(std::int64_t user_id, const std::string& text) {
    const auto made = submit(user_id, code(editor, text));
    EXPECT_TRUE(made) << made.error().message;
    return made ? made->id() : 0;
  }

  // Begins a step and leaves it running.
  std::future<bool> begin_step() {
    return boost::asio::co_spawn(loop(), service->judge().step(), boost::asio::use_future);
  }

  // Until so many results of a submission are in the database.
  void wait_for_results(std::int64_t id, std::int64_t wanted) {
    std::int64_t there = -1;
    while (there < wanted)
      there = *read(*db, [&](Tx& tx) {
        return tx.one("SELECT COUNT(*) FROM learning_results WHERE submission_id = $1", {id},
                      [](const Row& row) { return row.integer(0); });
      });
  }

  std::int64_t result_rows(std::int64_t id) {
    return *read(*db, [&](Tx& tx) {
      return tx.one("SELECT COUNT(*) FROM learning_results WHERE submission_id = $1", {id},
                    [](const Row& row) { return row.integer(0); });
    });
  }

  static Error unavailable() {
    return {Code::unavailable, "sandbox_unavailable", "no sandbox", {}, 0};
  }

  void judge_all() {
    while (judge_one()) {
    }
  }

  const std::int64_t editor = component("double", "code");
};

TEST_P(JudgeTest, without_a_runner_a_submission_waits_and_is_judged_later) {
  judge_all();
  for (int i = 0; i < 6; ++i) runner.fail_with(unavailable());
  const auto id = submitted(ann, "right");
  std::int64_t waited = 0;
  for (int i = 0; i < 6; ++i) {
    EXPECT_TRUE(judge_one());
    EXPECT_EQ(submission(ann, id)->status(), "QUEUED");
    EXPECT_FALSE(judge_one()) << "it is not due before its delay is over";
    const std::int64_t delay = std::int64_t{1000} << i;
    clock.move(delay - 1);
    EXPECT_FALSE(judge_one());
    clock.move(1);
    waited += delay;
  }
  EXPECT_EQ(waited, 63'000);
  EXPECT_TRUE(judge_one());
  EXPECT_EQ(submission(ann, id)->status(), "AC");
  EXPECT_EQ(runner.calls(), 7);
}

TEST_P(JudgeTest, an_overload_in_the_middle_is_no_verdict) {
  judge_all();
  runner.end_with("OVERLOAD");
  const auto id = submitted(ann, "right");
  EXPECT_TRUE(judge_one());
  EXPECT_EQ(submission(ann, id)->status(), "QUEUED");
  EXPECT_EQ(submission(ann, id)->results_size(), 0);
  clock.move(1000);
  EXPECT_TRUE(judge_one());
  EXPECT_EQ(submission(ann, id)->status(), "AC");
  EXPECT_EQ(result_rows(id), 3);
}

TEST_P(JudgeTest, a_runner_that_fails_is_asked_three_times_more_then_it_is_IE) {
  judge_all();
  for (int i = 0; i < 4; ++i) runner.end_with("IE");
  const auto id = submitted(ann, "right");
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(judge_one());
    EXPECT_EQ(submission(ann, id)->status(), "QUEUED") << i;
    clock.move(60'000);
  }
  EXPECT_TRUE(judge_one());
  EXPECT_EQ(submission(ann, id)->status(), "IE");
  EXPECT_EQ(runner.calls(), 4);
  EXPECT_TRUE(rewards().empty());
  EXPECT_FALSE(judge_one());
}

TEST_P(JudgeTest, a_runner_that_refuses_counts_as_failed) {
  judge_all();
  for (int i = 0; i < 4; ++i)
    runner.fail_with({Code::invalid_argument, "limit_too_high", "over the maximum", {}, 0});
  const auto id = submitted(ann, "right");
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE(judge_one());
    clock.move(60'000);
  }
  EXPECT_EQ(submission(ann, id)->status(), "IE");
}

TEST_P(JudgeTest, the_oldest_is_judged_first) {
  judge_all();
  const auto first = submitted(ann, "right");
  clock.move(5);
  const auto second = submitted(bob, "right");
  EXPECT_TRUE(judge_one());
  EXPECT_EQ(submission(ann, first)->status(), "AC");
  EXPECT_EQ(submission(bob, second)->status(), "QUEUED");
}

TEST_P(JudgeTest, a_version_is_pinned_when_it_is_submitted) {
  const auto id = submitted(ann, "right");
  auto files = small_course();
  auto& yaml = files["basics/double/content.yaml"];
  yaml.replace(yaml.find("name: Small"), 11, "name: Other");
  EXPECT_EQ(import(files).new_versions(), 1);
  judge_all();
  const auto judged = submission(ann, id);
  EXPECT_EQ(judged->content_version(), 1);
  EXPECT_EQ(judged->results(0).name(), "Small");
  EXPECT_EQ(open(ann, "double").state(), "passed");
}

TEST_P(JudgeTest, a_killed_process_loses_nothing_and_nothing_is_judged_twice) {
  judge_all();
  runner.hold();
  const auto cut_off = submitted(ann, "right");
  clock.move(1);
  const auto waiting = submitted(bob, "right");
  auto dead = begin_step();
  runner.let_go(2);
  wait_for_results(cut_off, 2);
  EXPECT_EQ(submission(ann, cut_off)->status(), "RUNNING");

  restart();  // the dead one still hangs in its runner: it must not have its say any more
  EXPECT_TRUE(judge_one()) << "takes back what was cut off";
  EXPECT_EQ(submission(ann, cut_off)->status(), "QUEUED");
  auto alive = begin_step();
  runner.let_go(1000);
  EXPECT_TRUE(dead.get());
  EXPECT_TRUE(alive.get());
  judge_all();
  EXPECT_EQ(submission(ann, cut_off)->status(), "AC");
  EXPECT_EQ(submission(bob, waiting)->status(), "AC");
  EXPECT_EQ(result_rows(cut_off), 3);
  EXPECT_EQ(result_rows(waiting), 3);
  EXPECT_EQ(rewards().size(), 2U);
  EXPECT_EQ(course(as(ann)).points_earned(), 10);
}

TEST_P(JudgeTest, SUB_01_results_are_there_before_the_verdict) {
  judge_all();
  runner.hold();
  const auto id = submitted(ann, "print 4");
  auto step = begin_step();
  runner.let_go(1);
  wait_for_results(id, 1);
  const auto half = submission(ann, id);
  EXPECT_EQ(half->status(), "RUNNING");
  ASSERT_EQ(half->results_size(), 1);
  EXPECT_EQ(half->results(0).name(), "Small");
  EXPECT_EQ(half->compile().status(), "AC");
  EXPECT_FALSE(half->has_judged_at());
  runner.let_go(2);
  EXPECT_TRUE(step.get());
  EXPECT_EQ(submission(ann, id)->status(), "WA");
}

TEST_P(JudgeTest, SUB_01_a_watcher_gets_each_result_as_it_comes) {
  judge_all();
  runner.hold();
  const auto id = submitted(ann, "right");
  auto step = begin_step();
  runner.let_go(1);
  wait_for_results(id, 1);

  api::GetSubmissionRequest request;
  request.set_submission_id(id);
  Collected<api::SubmissionEvent> seen;
  // The next test is let go only when the result before it has arrived: without news nothing ends.
  Sink<api::SubmissionEvent> sink([&, all = seen.events](api::SubmissionEvent event) {
    if (event.has_result()) runner.let_go(1);
    return Collected<api::SubmissionEvent>::keep(all, std::move(event));
  });
  ASSERT_TRUE(run(learning->watch_submission(as(ann), request, sink)));
  EXPECT_TRUE(step.get());
  const auto& events = *seen.events;
  ASSERT_EQ(events.size(), 5U);
  EXPECT_TRUE(events[0].has_compile());
  EXPECT_EQ(events[1].result().name(), "Small");
  EXPECT_EQ(events[2].result().name(), "Zero");
  EXPECT_EQ(events[3].result().name(), "Big");
  EXPECT_FALSE(events[3].result().has_stdout());
  EXPECT_EQ(events[4].done().status(), "AC");
  EXPECT_EQ(events[4].done().points(), 10);
  EXPECT_EQ(events[4].done().score(), 1);
  EXPECT_TRUE(events[4].done().content_passed());
}

TEST_P(JudgeTest, watching_what_is_judged_gives_all_of_it_at_once) {
  const auto id = judged(ann, code(editor, "print 4")).id();
  const auto events = watch(ann, id);
  ASSERT_TRUE(events) << events.error().message;
  ASSERT_EQ(events->size(), 5U);
  EXPECT_EQ(events->back().done().status(), "WA");
  EXPECT_FALSE(events->back().done().content_passed());
}

TEST_P(JudgeTest, a_watcher_that_waits_in_the_queue_is_woken_too) {
  judge_all();
  const auto id = submitted(ann, "right");
  auto watching = std::async(std::launch::async, [&] { return watch(ann, id); });
  judge_all();
  const auto events = watching.get();
  ASSERT_TRUE(events) << events.error().message;
  EXPECT_EQ(events->back().done().status(), "AC");
}

TEST_P(JudgeTest, the_workers_judge_by_themselves_when_something_is_submitted) {
  const auto working = service->judge().start(loop());
  for (int i = 0; i < 5; ++i) {
    const auto id = submitted(ann, "right " + std::to_string(i));
    const auto events = watch(ann, id);
    ASSERT_TRUE(events) << events.error().message;
    EXPECT_EQ(events->back().done().status(), "AC");
  }
  EXPECT_EQ(rewards().size(), 1U);
}

TEST_P(JudgeTest, many_at_once_are_each_judged_once) {
  const auto working = service->judge().start(loop());
  std::vector<std::pair<std::int64_t, std::int64_t>> all;
  for (std::int64_t user = 100; user < 120; ++user)
    all.emplace_back(user, submitted(user, "right"));
  for (const auto& [user, id] : all) {
    ASSERT_TRUE(watch(user, id));
    EXPECT_EQ(result_rows(id), 3);
  }
  EXPECT_EQ(runner.calls(), 20);
  EXPECT_EQ(rewards().size(), 20U);
}

TEST_P(JudgeTest, what_a_program_writes_is_kept_up_to_a_limit) {
  const auto result = judged(ann, code(editor, "print " + std::string(100'000, 'x'))).results(0);
  EXPECT_EQ(result.stdout().size(), 16U << 10);
  EXPECT_TRUE(result.truncated());
  EXPECT_FALSE(judged(ann, code(editor, "print 4")).results(0).truncated());
}

TEST_P(JudgeTest, one_submission_is_watched_by_sixteen_at_the_most) {
  judge_all();
  const auto id = submitted(ann, "right");
  std::vector<std::future<Result<std::vector<api::SubmissionEvent>>>> watching;
  for (int i = 0; i < 20; ++i)
    watching.push_back(std::async(std::launch::async, [&] { return watch(ann, id); }));
  // The four that were refused are back at once, the others wait for the verdict.
  const auto refused = [&] {
    return std::ranges::count_if(watching, [](auto& one) {
      return one.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
    });
  };
  while (refused() < 4) std::this_thread::yield();
  judge_all();
  int seen = 0;
  for (auto& one : watching) {
    const auto events = one.get();
    if (events) ++seen;
    if (!events) EXPECT_EQ(events.error().reason, "too_many_watchers");
  }
  EXPECT_EQ(seen, 16);
}

INSTANTIATE_TEST_SUITE_P(works, JudgeTest, testing::both_transports, testing::name);

}  // namespace
}  // namespace lyceum::learning
