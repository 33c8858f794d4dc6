// Submissions and tries of exercises that programs of the author judge.
#include "services/learning/testing/learning_fixture.h"

namespace lyceum::learning {
namespace {

constexpr std::int64_t ann = 17;

class GroupsTest : public LearningTest {
 protected:
  GroupsTest() { EXPECT_EQ(imported.new_versions(), 2); }

  Result<std::vector<api::SubmissionEvent>> tried(std::int64_t component_id,
                                                  const std::string& text,
                                                  const char* own = nullptr) {
    api::TryRequest request;
    request.set_component_id(component_id);
    request.set_language("python");
    *request.mutable_files() = code(component_id, text).files();
    if (own) request.set_stdin(own);
    return try_it(ann, request);
  }

  runner::v1::RunRequest asked() { return runner.requests().back(); }

  const api::ImportCourseResponse imported = import(judged_course());
  const std::int64_t pairs = component("pairs", "code");
  const std::int64_t guess = component("guess", "code");
};

TEST_P(GroupsTest, the_runner_is_told_of_groups_and_checker) {
  judged(ann, code(pairs, "fine"));
  const auto request = asked();
  EXPECT_EQ(request.priority(), "judge");
  EXPECT_EQ(request.compare().mode(), "checker");
  const auto& checker = request.compare().checker();
  EXPECT_EQ(checker.language(), "python");
  EXPECT_EQ(checker.entry(), "check.py");
  EXPECT_EQ(checker.files_size(), 2);
  EXPECT_EQ(checker.arguments(0), "SECRET way");
  ASSERT_EQ(request.groups_size(), 2);
  EXPECT_EQ(request.groups(0).id(), "few");
  EXPECT_EQ(request.groups(0).max_score(), 30);
  EXPECT_EQ(request.groups(1).aggregation(), "sum");
  EXPECT_EQ(request.groups(1).require_pass(0), "few");
  EXPECT_EQ(request.tests(0).group(), "few");
  EXPECT_EQ(request.tests(0).expected(), "SECRET pair");
  EXPECT_EQ(request.tests(2).group(), "many");
  EXPECT_FALSE(request.has_interactor());
}

TEST_P(GroupsTest, the_runner_is_told_of_the_interactor) {
  EXPECT_EQ(judged(ann, code(guess, "fine")).status(), "AC");
  EXPECT_EQ(asked().interactor().language(), "cpp");
  EXPECT_FALSE(asked().compare().has_checker());
  EXPECT_EQ(asked().groups_size(), 0);
}

TEST_P(GroupsTest, SUB_04_the_score_is_what_the_groups_have_of_all_that_there_is) {
  const auto half = judged(ann, code(pairs, "fine 0.5"));
  EXPECT_EQ(half.status(), "AC");
  EXPECT_EQ(half.score(), 0.5);
  ASSERT_EQ(half.groups_size(), 2);
  EXPECT_EQ(half.groups(0).name(), "A few");
  EXPECT_EQ(half.groups(0).status(), "AC");
  EXPECT_EQ(half.groups(0).score(), 15);
  EXPECT_EQ(half.groups(0).max_score(), 30);
  EXPECT_EQ(half.groups(1).score(), 35);
  const auto bad = judged(ann, code(pairs, "bad"));
  EXPECT_EQ(bad.status(), "WA");
  EXPECT_EQ(bad.score(), 0);
  EXPECT_EQ(bad.groups(1).status(), "WA");
  EXPECT_EQ(judged(ann, code(pairs, "fine")).score(), 1);
  EXPECT_EQ(judged(ann, code(pairs, "broken")).groups_size(), 0);
}

TEST_P(GroupsTest, SUB_01_a_watcher_is_told_of_the_groups_at_the_end) {
  const auto id = judged(ann, code(pairs, "bad")).id();
  const auto events = watch(ann, id);
  ASSERT_TRUE(events) << events.error().message;
  EXPECT_EQ((*events)[1].result().group(), "few");
  EXPECT_EQ((*events)[3].result().group(), "many");
  const auto& done = events->back().done();
  ASSERT_EQ(done.groups_size(), 2);
  EXPECT_EQ(done.groups(0).key(), "few");
  EXPECT_EQ(done.groups(0).status(), "WA");
}

TEST_P(GroupsTest, SUB_04_results_may_come_in_any_order) {
  runner.run_backwards();
  const auto seen = judged(ann, code(pairs, "fine 0.5"));
  ASSERT_EQ(seen.results_size(), 3);
  EXPECT_EQ(seen.results(0).name(), "One");
  EXPECT_EQ(seen.results(2).name(), "All");
  EXPECT_EQ(seen.groups(0).key(), "few");
  EXPECT_EQ(seen.score(), 0.5);
}

TEST_P(GroupsTest, groups_outlive_the_process) {
  const auto id = judged(ann, code(pairs, "fine 0.5")).id();
  restart();
  EXPECT_EQ(submission(ann, id)->groups(1).score(), 35);
  api::ListSubmissionsRequest list;
  list.set_component_id(pairs);
  EXPECT_EQ(run(learning->list_submissions(as(ann), list))->submissions(0).score(), 0.5);
}

TEST_P(GroupsTest, a_runner_that_forgets_the_groups_has_given_no_verdict) {
  while (judge_one()) {
  }
  runner.forget_groups();
  const auto id = submit(ann, code(pairs, "fine"))->id();
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(judge_one());
    EXPECT_EQ(submission(ann, id)->status(), "QUEUED");
    clock.move(60'000);
  }
  EXPECT_TRUE(judge_one());
  EXPECT_EQ(submission(ann, id)->status(), "IE");
  EXPECT_TRUE(rewards().empty());
}

TEST_P(GroupsTest, a_checker_that_fails_is_not_the_learners_fault) {
  while (judge_one()) {
  }
  const auto id = submit(ann, code(pairs, "confuse"))->id();
  EXPECT_TRUE(judge_one());
  EXPECT_EQ(submission(ann, id)->status(), "QUEUED") << "it is tried again";
  for (int i = 0; i < 3; ++i) {
    clock.move(60'000);
    EXPECT_TRUE(judge_one());
  }
  EXPECT_EQ(submission(ann, id)->status(), "IE");
  EXPECT_EQ(submission(ann, id)->groups_size(), 0);
  EXPECT_EQ(runner.calls(), 4);
}

TEST_P(GroupsTest, SUB_04_a_learner_sees_the_checkers_words_of_visible_tests_only) {
  const auto seen = judged(ann, code(pairs, "bad"));
  EXPECT_EQ(seen.results(0).message(), "You wrote: bad");
  EXPECT_FALSE(seen.results(1).has_message());
  EXPECT_FALSE(seen.results(2).has_message());
}

TEST_P(GroupsTest, SUB_04_nothing_of_how_it_is_judged_leaves) {
  std::string heap;
  const auto add = [&](const auto& message) { heap += message.DebugString(); };
  for (const auto* key : {"pairs", "guess"}) add(open(ann, key));
  for (const auto id : {pairs, guess}) {
    for (const auto* program : {"fine", "bad", "confuse", "loop", "broken"}) {
      const auto made = judged(ann, code(id, program));
      add(made);
      clock.move(60'000);
      while (judge_one()) clock.move(60'000);
      for (const auto& event : *watch(ann, made.id())) add(event);
      for (const auto& event : *tried(id, program)) add(event);
    }
  }
  EXPECT_EQ(heap.find("SECRET"), std::string::npos) << heap.substr(heap.find("SECRET") - 200, 400);
  EXPECT_NE(heap.find("You wrote: bad"), std::string::npos);
}

TEST_P(GroupsTest, SUB_02_a_try_is_checked_but_scores_nothing) {
  const auto events = tried(pairs, "bad");
  ASSERT_TRUE(events) << events.error().message;
  EXPECT_EQ(asked().priority(), "try");
  EXPECT_EQ(asked().compare().mode(), "checker");
  EXPECT_EQ(asked().groups_size(), 0);
  EXPECT_FALSE(asked().tests(0).has_group());
  EXPECT_EQ((*events)[1].result().group(), "few");
  EXPECT_EQ((*events)[1].result().message(), "You wrote: bad");
  EXPECT_EQ(events->back().done().groups_size(), 0);
}

TEST_P(GroupsTest, SUB_02_own_input_is_the_programs_own) {
  for (const auto id : {pairs, guess}) {
    const auto events = tried(id, "echo", "my input");
    ASSERT_TRUE(events) << events.error().message;
    EXPECT_EQ((*events)[1].result().status(), "AC");
    EXPECT_EQ((*events)[1].result().stdout(), "my input");
    EXPECT_FALSE(asked().compare().has_checker());
    EXPECT_FALSE(asked().has_interactor());
  }
}

INSTANTIATE_TEST_SUITE_P(works, GroupsTest, testing::both_transports, testing::name);

}  // namespace
}  // namespace lyceum::learning
