#include "services/learning/testing/learning_fixture.h"

namespace lyceum::learning {
namespace {

constexpr std::int64_t ann = 17, bob = 18;

class DraftsTest : public LearningTest {
 protected:
  api::SaveDraftRequest draft(const std::string& text,
                              std::int64_t base_version,
                              const std::string& language = "python") {
    api::SaveDraftRequest request;
    request.set_component_id(editor);
    request.set_base_version(base_version);
    request.set_language(language);
    auto& file = *request.add_files();
    file.set_path("main.py");
    file.set_content(text);
    return request;
  }

  Result<api::SaveDraftResponse> save(std::int64_t user_id, const api::SaveDraftRequest& request) {
    return run(learning->save_draft(as(user_id), request));
  }

  Result<api::Draft> get(std::int64_t user_id,
                         const std::string& language = "",
                         std::int64_t id = 0) {
    api::GetDraftRequest request;
    request.set_component_id(id == 0 ? editor : id);
    request.set_language(language);
    return run(learning->get_draft(as(user_id), request));
  }

  const std::int64_t editor = component("double", "code");
};

TEST_P(DraftsTest, PRA_18_what_was_typed_is_there_again) {
  const auto saved = save(ann, draft("x = 1", 0));
  ASSERT_TRUE(saved) << saved.error().message;
  EXPECT_EQ(saved->version(), 1);
  EXPECT_EQ(saved->saved_at(), clock.now_ms());
  restart();
  const auto there = get(ann, "python");
  ASSERT_TRUE(there);
  EXPECT_EQ(there->version(), 1);
  EXPECT_EQ(there->files(0).content(), "x = 1");
}

TEST_P(DraftsTest, where_nothing_was_saved_the_draft_is_empty) {
  const auto none = get(ann, "python");
  ASSERT_TRUE(none);
  EXPECT_EQ(none->version(), 0);
  EXPECT_EQ(none->files_size(), 0);
}

TEST_P(DraftsTest, PRA_18_each_language_has_a_draft_and_the_last_one_comes_first) {
  ASSERT_TRUE(save(ann, draft("python", 0)));
  clock.move(10);
  ASSERT_TRUE(save(ann, draft("cpp", 0, "cpp")));
  EXPECT_EQ(get(ann)->language(), "cpp");
  clock.move(10);
  ASSERT_TRUE(save(ann, draft("python 2", 1)));
  EXPECT_EQ(get(ann)->files(0).content(), "python 2");
  EXPECT_EQ(get(ann, "cpp")->files(0).content(), "cpp");
}

TEST_P(DraftsTest, PRA_14_PRA_15_files_come_and_go_and_change_their_names) {
  auto two = draft("main", 0);
  auto& more = *two.add_files();
  more.set_path("lib/util.py");
  more.set_content("util");
  ASSERT_TRUE(save(ann, two));
  EXPECT_EQ(get(ann)->files_size(), 2);
  two.mutable_files(1)->set_path("lib/tools.py");
  two.set_base_version(1);
  ASSERT_TRUE(save(ann, two));
  EXPECT_EQ(get(ann)->files(1).path(), "lib/tools.py");
  ASSERT_TRUE(save(ann, draft("main", 2)));
  EXPECT_EQ(get(ann)->files_size(), 1);
}

TEST_P(DraftsTest, PRA_18_of_two_tabs_the_second_is_told_and_nothing_is_lost) {
  ASSERT_TRUE(save(ann, draft("both", 0)));
  ASSERT_TRUE(save(ann, draft("first tab", 1)));
  const auto second = save(ann, draft("second tab", 1));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::aborted);
  EXPECT_EQ(second.error().reason, "draft_conflict");
  EXPECT_EQ(get(ann)->files(0).content(), "first tab");
  EXPECT_EQ(get(ann)->version(), 2);
}

TEST_P(DraftsTest, a_first_save_where_there_is_a_draft_is_a_conflict) {
  ASSERT_TRUE(save(ann, draft("one", 0)));
  EXPECT_EQ(save(ann, draft("two", 0)).error().reason, "draft_conflict");
  EXPECT_EQ(save(ann, draft("three", 7)).error().reason, "draft_conflict");
}

TEST_P(DraftsTest, sending_the_same_again_is_no_conflict_with_oneself) {
  ASSERT_TRUE(save(ann, draft("one", 0)));
  const auto again = save(ann, draft("one", 0));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->version(), 1);
}

TEST_P(DraftsTest, nobody_sees_anothers_draft) {
  ASSERT_TRUE(save(ann, draft("mine", 0)));
  EXPECT_EQ(get(bob)->version(), 0);
  ASSERT_TRUE(save(bob, draft("his", 0)));
  EXPECT_EQ(get(ann)->files(0).content(), "mine");
}

TEST_P(DraftsTest, a_choice_and_answers_are_drafts_too) {
  api::SaveDraftRequest request;
  request.set_component_id(component("choose", "pick"));
  request.add_choices("two");
  ASSERT_TRUE(save(ann, request));
  EXPECT_EQ(get(ann, "", request.component_id())->choices(0), "two");
  api::SaveDraftRequest quiz;
  quiz.set_component_id(component("ask", "all"));
  quiz.add_answers()->set_question_id("word");
  quiz.mutable_answers(0)->set_text("hm");
  ASSERT_TRUE(save(ann, quiz));
  EXPECT_EQ(get(ann, "", quiz.component_id())->answers(0).text(), "hm");
  EXPECT_EQ(open(ann, "choose").components(0).state(), "begun");
}

TEST_P(DraftsTest, a_draft_that_is_wrong_is_refused_with_its_field) {
  struct Case {
    const char* field;
    std::function<void(api::SaveDraftRequest&)> spoil;
  };

  const Case cases[] = {
      {"language", [](auto& r) { r.set_language("cobol"); }},
      {"language", [](auto& r) { r.clear_language(); }},
      {"choices", [](auto& r) { r.add_choices("two"); }},
      {"answers", [](auto& r) { r.add_answers()->set_question_id("one"); }},
      {"files[0].path", [](auto& r) { r.mutable_files(0)->set_path("../secret"); }},
      {"files[0].path", [](auto& r) { r.mutable_files(0)->set_path("/etc/passwd"); }},
      {"files[0].path", [](auto& r) { r.mutable_files(0)->set_path("a//b"); }},
      {"files",
       [](auto& r) { r.mutable_files(0)->set_content(std::string((256 << 10) + 1, 'x')); }},
  };
  for (const auto& one : cases) {
    auto request = draft("fine", 0);
    one.spoil(request);
    const auto saved = save(ann, request);
    ASSERT_FALSE(saved) << one.field;
    EXPECT_EQ(saved.error().code, Code::invalid_argument) << one.field;
    EXPECT_EQ(saved.error().field, one.field) << saved.error().message;
  }
  EXPECT_EQ(get(ann)->version(), 0);
}

TEST_P(DraftsTest, a_component_that_takes_no_answer_has_no_draft) {
  auto request = draft("x", 0);
  request.set_component_id(component("double", "text"));
  EXPECT_EQ(save(ann, request).error().code, Code::not_found);
  request.set_component_id(4711);
  EXPECT_EQ(save(ann, request).error().code, Code::not_found);
  EXPECT_EQ(get(ann, "", 4711).error().code, Code::not_found);
}

INSTANTIATE_TEST_SUITE_P(works, DraftsTest, testing::both_transports, testing::name);

}  // namespace
}  // namespace lyceum::learning
