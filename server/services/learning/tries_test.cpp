#include <future>

#include "services/learning/testing/learning_fixture.h"

namespace lyceum::learning {
namespace {

constexpr std::int64_t ann = 17;

class TriesTest : public LearningTest {
 protected:
  api::TryRequest request(const std::string& text) {
    api::TryRequest made;
    made.set_component_id(component("double", "code"));
    made.set_language("python");
    auto& file = *made.add_files();
    file.set_path("main.py");
    file.set_content(text);
    return made;
  }

  std::int64_t validator(int index) {
    return open(999, "double").components(1).children(0).editor().validators(index).id();
  }

  Result<std::vector<api::SubmissionEvent>> sample(const std::string& text,
                                                   const std::string& language = "python") {
    api::SampleRunRequest made;
    made.set_language(language);
    auto& file = *made.add_files();
    file.set_path("main.py");
    file.set_content(text);
    Collected<api::SubmissionEvent> seen;
    const auto ended = run(learning->stream_sample(as_guest(), made, seen.sink()));
    if (!ended) return fail(ended.error());
    return *seen.events;
  }
};

TEST_P(TriesTest, SUB_02_own_input_is_run_and_nothing_is_kept) {
  auto own = request("echo");
  own.set_stdin("my input");
  const auto tried = run(learning->try_(as(ann), own));
  ASSERT_TRUE(tried) << tried.error().message;
  EXPECT_EQ(tried->status(), "AC");
  ASSERT_EQ(tried->results_size(), 1);
  EXPECT_EQ(tried->results(0).stdout(), "my input");
  EXPECT_EQ(tried->results(0).stdin(), "my input");
  EXPECT_FALSE(tried->results(0).has_expected());
  api::ListSubmissionsRequest list;
  list.set_component_id(own.component_id());
  EXPECT_EQ(run(learning->list_submissions(as(ann), list))->submissions_size(), 0);
}

TEST_P(TriesTest, SUB_02_one_visible_validator_is_tried_alone) {
  auto one = request("print 4");
  one.set_validator_id(validator(1));
  const auto events = try_it(ann, one);
  ASSERT_TRUE(events) << events.error().message;
  ASSERT_EQ(events->size(), 3U);
  EXPECT_TRUE((*events)[0].has_compile());
  EXPECT_EQ((*events)[1].result().name(), "Zero");
  EXPECT_EQ((*events)[1].result().validator_id(), validator(1));
  EXPECT_EQ((*events)[2].done().id(), 0);
  EXPECT_EQ((*events)[2].done().status(), "AC");
}

TEST_P(TriesTest, SUB_02_without_choosing_all_visible_ones_are_tried) {
  const auto tried = run(learning->try_(as(ann), request("print 5")));
  ASSERT_EQ(tried->results_size(), 2);
  EXPECT_EQ(tried->status(), "WA");
  EXPECT_EQ(tried->results(0).hint(), "Twice!");
  EXPECT_EQ(runner.requests().front().tests_size(), 2);
}

TEST_P(TriesTest, SUB_02_results_are_in_the_order_of_the_validators_however_they_came) {
  runner.run_backwards();
  const auto tried = run(learning->try_(as(ann), request("print 4")));
  ASSERT_EQ(tried->results_size(), 2);
  EXPECT_EQ(tried->results(0).name(), "Small");
  EXPECT_EQ(tried->results(1).name(), "Zero");
}

TEST_P(TriesTest, SUB_02_a_hidden_validator_cannot_be_tried) {
  auto hidden = request("echo");
  hidden.set_validator_id(validator(2));
  EXPECT_EQ(try_it(ann, hidden).error().code, Code::not_found);
  hidden.set_validator_id(4711);
  EXPECT_EQ(try_it(ann, hidden).error().code, Code::not_found);
  EXPECT_EQ(runner.calls(), 0);
}

TEST_P(TriesTest, a_try_that_makes_no_sense_is_refused) {
  auto both = request("echo");
  both.set_stdin("x");
  both.set_validator_id(validator(0));
  EXPECT_EQ(try_it(ann, both).error().field, "stdin");
  auto cobol = request("echo");
  cobol.set_language("cobol");
  EXPECT_EQ(try_it(ann, cobol).error().field, "language");
  auto mcq = request("echo");
  mcq.set_component_id(component("choose", "pick"));
  EXPECT_EQ(try_it(ann, mcq).error().code, Code::not_found);
}

TEST_P(TriesTest, a_runner_that_is_not_there_is_said_at_once) {
  runner.fail_with({Code::unavailable, "sandbox_unavailable", "no sandbox", {}, 0});
  const auto tried = try_it(ann, request("echo"));
  ASSERT_FALSE(tried);
  EXPECT_EQ(tried.error().reason, "sandbox_unavailable");
}

TEST_P(TriesTest, one_person_runs_two_at_once) {
  runner.hold();
  auto first = std::async(std::launch::async, [&] { return try_it(ann, request("print 4")); });
  auto second = std::async(std::launch::async, [&] { return try_it(ann, request("print 4")); });
  while (runner.calls() < 2) std::this_thread::yield();
  const auto third = try_it(ann, request("print 4"));
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, Code::resource_exhausted);
  EXPECT_EQ(third.error().reason, "too_many_runs");
  runner.let_go(1000);
  EXPECT_TRUE(first.get());
  EXPECT_TRUE(second.get());
  EXPECT_TRUE(try_it(ann, request("print 4")));
}

TEST_P(TriesTest, the_guests_exercise_runs_without_an_account_under_tight_limits) {
  const auto shown = run(learning->get_sample(as_guest(), {}));
  ASSERT_TRUE(shown) << shown.error().message;
  EXPECT_EQ(shown->key(), "double");
  EXPECT_EQ(shown->state(), "new");
  const auto events = sample("print 4");
  ASSERT_TRUE(events) << events.error().message;
  ASSERT_EQ(events->size(), 4U);  // compile, the two visible ones, done
  EXPECT_EQ(events->back().done().status(), "AC");
  const auto limits = runner.requests().front().limits();
  EXPECT_EQ(limits.cpu_ms(), 2000);
  EXPECT_EQ(limits.wall_ms(), 4000);
  EXPECT_EQ(limits.memory_bytes(), 256 << 20);
  EXPECT_EQ(limits.output_bytes(), 64 << 10);
  EXPECT_EQ(sample("x", "cobol").error().field, "language");
}

TEST_P(TriesTest, where_there_is_no_guests_exercise_it_is_not_found) {
  auto files = small_course();
  files["basics/module.yaml"] =
      "title: Basics\nsummary: N\ndifficulty: easy\ncontents: [choose, ask]\n";
  EXPECT_TRUE(import(files).problems().empty());
  EXPECT_EQ(run(learning->get_sample(as_guest(), {})).error().reason, "no_sample");
  EXPECT_EQ(sample("print 4").error().reason, "no_sample");
}

INSTANTIATE_TEST_SUITE_P(works, TriesTest, testing::both_transports, testing::name);

}  // namespace
}  // namespace lyceum::learning
