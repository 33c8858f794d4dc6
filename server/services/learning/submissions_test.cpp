#include "services/learning/testing/learning_fixture.h"

namespace lyceum::learning {
namespace {

constexpr std::int64_t ann = 17, bob = 18;

class SubmissionsTest : public LearningTest {
 protected:
  api::ListSubmissionsResponse list(std::int64_t user_id,
                                    api::ListSubmissionsRequest request = {}) {
    request.set_component_id(editor);
    const auto page = run(learning->list_submissions(as(user_id), request));
    EXPECT_TRUE(page) << page.error().message;
    return page ? *page : api::ListSubmissionsResponse{};
  }

  api::SubmitRequest pick(std::vector<std::string> choices) {
    api::SubmitRequest request;
    request.set_component_id(component("choose", "pick"));
    for (auto& choice : choices) request.add_choices(std::move(choice));
    return request;
  }

  api::SubmitRequest quiz(std::map<std::string, std::string> texts) {
    api::SubmitRequest request;
    request.set_component_id(component("ask", "all"));
    for (const auto& [question, text] : texts) {
      auto& answer = *request.add_answers();
      answer.set_question_id(question);
      if (question == "one" || question == "many")
        for (const char c : text) answer.add_choices(std::string(1, c));
      else
        answer.set_text(text);
    }
    return request;
  }

  const std::int64_t editor = component("double", "code");
};

TEST_P(SubmissionsTest, SUB_01_a_submission_is_taken_at_once_and_judged_after) {
  const auto made = submit(ann, code(editor, "right"));
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->status(), "QUEUED");
  EXPECT_EQ(submission(ann, made->id())->status(), "QUEUED");
  while (judge_one()) {
  }
  const auto judged = submission(ann, made->id());
  EXPECT_EQ(judged->status(), "AC");
  EXPECT_EQ(judged->score(), 1);
  EXPECT_EQ(judged->points(), 10);
  EXPECT_EQ(judged->validator_count(), 3);
  EXPECT_EQ(judged->content_version(), 1);
  EXPECT_EQ(judged->files(0).content(), "right");
  EXPECT_EQ(judged->compile().status(), "AC");
  EXPECT_TRUE(judged->has_judged_at());
}

TEST_P(SubmissionsTest, SUB_01_each_validator_has_its_verdict_time_and_memory) {
  const auto judged = this->judged(ann, code(editor, "print 4"));
  EXPECT_EQ(judged.status(), "WA");
  ASSERT_EQ(judged.results_size(), 3);
  EXPECT_EQ(judged.results(0).status(), "AC");
  EXPECT_EQ(judged.results(0).cpu_ms(), 3);
  EXPECT_EQ(judged.results(0).memory_bytes(), 1 << 20);
  EXPECT_EQ(judged.results(0).stdin(), "2");
  EXPECT_EQ(judged.results(0).expected(), "4");
  EXPECT_EQ(judged.results(0).stdout(), "4");
  EXPECT_FALSE(judged.results(0).has_hint());
  EXPECT_EQ(judged.results(2).status(), "WA");
  EXPECT_DOUBLE_EQ(judged.score(), 0.5);  // weights 1, 1 and 2
  EXPECT_EQ(judged.points(), 0);
}

TEST_P(SubmissionsTest, a_visible_validator_that_failed_shows_its_hint) {
  const auto judged = this->judged(ann, code(editor, "print 5"));
  EXPECT_EQ(judged.results(0).hint(), "Twice!");
  EXPECT_FALSE(judged.results(1).has_hint());
}

TEST_P(SubmissionsTest, SUB_04_of_a_hidden_validators_result_nothing_else_is_shown) {
  for (const auto* program : {"right", "print SECRET guess", "crash", "echo"}) {
    const auto judged = this->judged(ann, code(editor, program));
    const auto& hidden = judged.results(2);
    EXPECT_EQ(hidden.name(), "Big");
    EXPECT_NE(hidden.validator_id(), 0);
    EXPECT_FALSE(hidden.visible());
    EXPECT_FALSE(hidden.status().empty());
    api::ValidatorResult bare;
    bare.set_validator_id(hidden.validator_id());
    bare.set_name(hidden.name());
    bare.set_status(hidden.status());
    bare.set_cpu_ms(hidden.cpu_ms());
    bare.set_memory_bytes(hidden.memory_bytes());
    EXPECT_EQ(hidden.SerializeAsString(), bare.SerializeAsString()) << program;
  }
}

TEST_P(SubmissionsTest, what_does_not_compile_is_CE_with_what_the_compiler_says) {
  const auto judged = this->judged(ann, code(editor, "broken"));
  EXPECT_EQ(judged.status(), "CE");
  EXPECT_EQ(judged.compile().stderr(), "no such thing");
  EXPECT_EQ(judged.results_size(), 0);
  EXPECT_EQ(judged.score(), 0);
}

TEST_P(SubmissionsTest, the_worst_of_the_validators_is_the_verdict) {
  EXPECT_EQ(judged(ann, code(editor, "loop")).status(), "TLE");
  const auto crashed = judged(ann, code(editor, "crash"));
  EXPECT_EQ(crashed.status(), "SIG");
  EXPECT_EQ(crashed.results(0).signal(), "SIGSEGV");
}

TEST_P(SubmissionsTest,
       SUB_01_whoever_makes_a_forbidden_call_is_told_which_except_of_hidden_tests) {
  const auto stopped = judged(ann, code(editor, "forbidden"));
  EXPECT_EQ(stopped.status(), "SV");
  EXPECT_EQ(stopped.results(0).forbidden_call(), "ptrace");
  for (const auto& result : stopped.results())
    EXPECT_EQ(result.has_forbidden_call(), result.visible());
}

TEST_P(SubmissionsTest, read_only_files_are_the_authors_whatever_is_sent) {
  auto request = code(editor, "right");
  auto& helper = *request.add_files();
  helper.set_path("helper.py");
  helper.set_content("cheat");
  EXPECT_EQ(judged(ann, request).status(), "AC");
  const auto sent = runner.requests().front();
  ASSERT_EQ(sent.files_size(), 2);
  EXPECT_EQ(sent.files(0).path(), "helper.py");
  EXPECT_EQ(sent.files(0).content(), "# ours\n");
  EXPECT_EQ(sent.entry(), "main.py");
  EXPECT_EQ(sent.limits().cpu_ms(), 5000);
  EXPECT_EQ(sent.compare().float_abs(), 0.001);
  EXPECT_EQ(sent.tests_size(), 3);
}

TEST_P(SubmissionsTest, PRA_16_passing_earns_once_however_often) {
  EXPECT_EQ(judged(ann, code(editor, "right")).points(), 10);
  EXPECT_EQ(judged(ann, code(editor, "right again")).points(), 0);
  ASSERT_EQ(rewards().size(), 1U);
  const auto reward = rewards().front();
  EXPECT_EQ(reward.user_id(), ann);
  EXPECT_EQ(reward.points(), 10);
  EXPECT_EQ(reward.content_id(), content("double"));
  EXPECT_EQ(reward.key(),
            "solve:" + std::to_string(content("double")) + ":" + std::to_string(editor));
  EXPECT_EQ(reward.reason(), "Double it");
  judged(bob, code(editor, "right"));
  EXPECT_EQ(rewards().size(), 2U);
  EXPECT_EQ(open(ann, "double").state(), "passed");
  EXPECT_EQ(course(as(ann)).points_earned(), 10);
}

TEST_P(SubmissionsTest, what_failed_earns_nothing_and_stays_begun) {
  judged(ann, code(editor, "print 4"));
  EXPECT_TRUE(rewards().empty());
  const auto shown = open(ann, "double");
  EXPECT_EQ(shown.state(), "begun");
  EXPECT_EQ(shown.components(1).children(0).state(), "begun");
}

TEST_P(SubmissionsTest, the_same_key_makes_one_submission) {
  const auto first = submit(ann, code(editor, "right"), "k1");
  const auto again = submit(ann, code(editor, "right"), "k1");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(first->id(), again->id());
  EXPECT_EQ(list(ann).submissions_size(), 1);
  const auto other = submit(ann, code(editor, "else"), "k1");
  EXPECT_EQ(other.error().reason, "idempotency_key_reused");
}

TEST_P(SubmissionsTest, at_most_two_of_a_person_wait) {
  ASSERT_TRUE(submit(ann, code(editor, "right")));
  ASSERT_TRUE(submit(ann, code(editor, "right")));
  const auto third = submit(ann, code(editor, "right"));
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, Code::resource_exhausted);
  EXPECT_EQ(third.error().reason, "submissions_in_flight");
  EXPECT_GT(third.error().retry_after_ms, 0);
  EXPECT_TRUE(submit(bob, code(editor, "right")));
  while (judge_one()) {
  }
  EXPECT_TRUE(submit(ann, code(editor, "right")));
}

TEST_P(SubmissionsTest, anothers_submission_is_not_there) {
  const auto made = submit(ann, code(editor, "right"));
  EXPECT_EQ(submission(bob, made->id()).error().code, Code::not_found);
  EXPECT_EQ(watch(bob, made->id()).error().code, Code::not_found);
  EXPECT_EQ(submission(bob, 4711).error().code, Code::not_found);
  EXPECT_EQ(list(bob).submissions_size(), 0);
}

TEST_P(SubmissionsTest, SUB_03_the_last_ones_that_passed_are_listed_and_give_their_files) {
  judged(ann, code(editor, "right one"));
  judged(ann, code(editor, "print 0"));
  judged(ann, code(editor, "right two"));
  EXPECT_EQ(list(ann).submissions_size(), 3);
  api::ListSubmissionsRequest passed;
  passed.set_passed(true);
  const auto page = list(ann, passed);
  ASSERT_EQ(page.submissions_size(), 2);
  EXPECT_EQ(page.submissions(0).files_size(), 0);
  EXPECT_EQ(page.submissions(0).results_size(), 0);
  EXPECT_EQ(submission(ann, page.submissions(0).id())->files(0).content(), "right two");
  EXPECT_EQ(submission(ann, page.submissions(1).id())->files(0).content(), "right one");
}

TEST_P(SubmissionsTest, submissions_come_in_pages) {
  for (const auto* text : {"right 1", "right 2", "right 3"}) judged(ann, code(editor, text));
  api::ListSubmissionsRequest request;
  request.set_limit(2);
  const auto newest = list(ann, request);
  ASSERT_EQ(newest.submissions_size(), 2);
  request.set_page_token(newest.next_page_token());
  const auto older = list(ann, request);
  ASSERT_EQ(older.submissions_size(), 1);
  EXPECT_LT(older.submissions(0).id(), newest.submissions(1).id());
  EXPECT_FALSE(older.has_next_page_token());
}

TEST_P(SubmissionsTest, an_mcq_is_right_or_wrong_and_can_be_tried_again) {
  const auto wrong = judged(ann, pick({"two"}));
  EXPECT_EQ(wrong.status(), "WA");
  ASSERT_EQ(wrong.results_size(), 1);
  EXPECT_EQ(wrong.results(0).name(), "Which are even?");
  EXPECT_TRUE(wrong.results(0).visible());
  EXPECT_FALSE(wrong.results(0).has_explanation());
  EXPECT_EQ(wrong.choices(0), "two");
  const auto right = judged(ann, pick({"four", "two"}));
  EXPECT_EQ(right.status(), "AC");
  EXPECT_EQ(right.points(), 5);
  EXPECT_EQ(right.results(0).explanation(), "SECRET explanation");
  EXPECT_EQ(judged(ann, pick({"two", "four"})).points(), 0);
  EXPECT_EQ(rewards().size(), 1U);
  EXPECT_EQ(runner.calls(), 0);
}

TEST_P(SubmissionsTest, a_quiz_is_passed_with_enough_right_answers) {
  const auto half =
      judged(ann, quiz({{"one", "a"}, {"many", "a"}, {"word", " secret  WORD "}, {"pi", "4"}}));
  EXPECT_EQ(half.status(), "WA");
  EXPECT_DOUBLE_EQ(half.score(), 0.5);
  ASSERT_EQ(half.results_size(), 4);
  EXPECT_EQ(half.results(0).status(), "AC");
  EXPECT_EQ(half.results(1).status(), "WA");
  EXPECT_EQ(half.results(2).status(), "AC");
  EXPECT_EQ(half.results(3).status(), "WA");
  const auto enough = judged(ann, quiz({{"one", "a"}, {"many", "ab"}, {"pi", "3.145"}}));
  EXPECT_EQ(enough.status(), "AC");
  EXPECT_DOUBLE_EQ(enough.score(), 0.75);
  EXPECT_EQ(enough.points(), 7);
}

TEST_P(SubmissionsTest, an_answer_that_is_wrong_in_itself_is_refused_with_its_field) {
  struct Case {
    api::SubmitRequest request;
    const char* field;
    const char* reason;
  };

  auto no_language = code(editor, "x", "");
  auto cobol = code(editor, "x", "cobol");
  auto no_files = code(editor, "x");
  no_files.clear_files();
  auto up = code(editor, "x");
  up.mutable_files(0)->set_path("a/../../b");
  auto twice = code(editor, "x");
  *twice.add_files() = twice.files(0);
  auto folder = code(editor, "x");
  folder.add_files()->set_path("main.py/inner");
  auto large = code(editor, std::string(256 << 10, 'x'));
  auto entry = code(editor, "x");
  entry.set_entry("nowhere.py");
  auto choices = code(editor, "x");
  choices.add_choices("two");
  auto code_for_mcq = code(component("choose", "pick"), "x");
  auto repeated = quiz({{"one", "a"}});
  *repeated.add_answers() = repeated.answers(0);
  const Case cases[] = {
      {no_language, "language", "language_not_offered"},
      {cobol, "language", "language_not_offered"},
      {no_files, "files", "missing"},
      {up, "files[0].path", "bad_path"},
      {twice, "files[1].path", "path_twice"},
      {folder, "files[0].path", "bad_path"},
      {large, "files", "answer_too_large"},
      {entry, "entry", "no_such_file"},
      {choices, "choices", "wrong_kind_of_answer"},
      {code_for_mcq, "language", "wrong_kind_of_answer"},
      {pick({}), "choices", "missing"},
      {pick({"five"}), "choices", "no_such_option"},
      {pick({"two", "two"}), "choices", "chosen_twice"},
      {quiz({}), "answers", "missing"},
      {quiz({{"what", "a"}}), "answers[0].question_id", "no_such_question"},
      {quiz({{"one", "z"}}), "answers[0].choices", "no_such_option"},
      {quiz({{"one", "ab"}}), "answers[0].choices", "too_many_choices"},
      {repeated, "answers[1].question_id", "answered_twice"},
  };
  for (const auto& one : cases) {
    const auto made = submit(ann, one.request);
    ASSERT_FALSE(made) << one.field;
    EXPECT_EQ(made.error().code, Code::invalid_argument) << one.field;
    EXPECT_EQ(made.error().field, one.field) << made.error().message;
    EXPECT_EQ(made.error().reason, one.reason);
  }
  EXPECT_FALSE(judge_one() && judge_one());
}

TEST_P(SubmissionsTest, only_what_takes_an_answer_can_be_answered) {
  EXPECT_EQ(submit(ann, code(4711, "x")).error().code, Code::not_found);
  EXPECT_EQ(submit(ann, code(component("double", "text"), "x")).error().code, Code::not_found);
  EXPECT_EQ(submit(ann, code(component("double", "box"), "x")).error().code, Code::not_found);
}

INSTANTIATE_TEST_SUITE_P(works, SubmissionsTest, testing::both_transports, testing::name);

}  // namespace
}  // namespace lyceum::learning
