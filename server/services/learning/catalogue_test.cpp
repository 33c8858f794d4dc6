#include "services/learning/testing/learning_fixture.h"

namespace lyceum::learning {
namespace {

constexpr std::int64_t ann = 17, bob = 18;

class CatalogueTest : public LearningTest {
 protected:
  api::ListModulesResponse list(Call call, const api::ListModulesRequest& request = {}) {
    const auto page = run(learning->list_modules(std::move(call), request));
    EXPECT_TRUE(page) << page.error().message;
    return page ? *page : api::ListModulesResponse{};
  }

  std::vector<std::string> titles(Call call, const api::ListModulesRequest& request = {}) {
    std::vector<std::string> out;
    for (const auto& module : list(std::move(call), request).modules())
      out.push_back(module.title());
    return out;
  }

  // Another course with one lesson.
  void add_course(const std::string& key,
                  const std::string& title,
                  const std::string& difficulty = "hard") {
    clock.move(1000);
    api::ImportCourseRequest request;
    request.set_key(key);
    const Files files = {{"module.yaml", "title: " + title + "\nsummary: S\ndifficulty: " +
                                             difficulty + "\ntags: [extra]\ncontents: [one]\n"},
                         {"one/content.yaml",
                          "title: One\nsummary: S\nkind: lesson\ndifficulty: easy\nminutes: 1\n"
                          "components: [{key: text, type: markdown, text: Read}]\n"}};
    for (const auto& [path, text] : files) {
      auto& file = *request.add_files();
      file.set_path(path);
      file.set_content(text);
    }
    const auto made = run(learning->import_course(as_service(), request));
    ASSERT_TRUE(made && made->problems().empty());
  }

  Result<api::ContentSummary> mark_done(std::int64_t user_id, const std::string& key) {
    api::MarkDoneRequest request;
    request.set_content_id(content(key));
    return run(learning->mark_done(as(user_id), request));
  }
};

using Titles = std::vector<std::string>;

TEST_P(CatalogueTest, PRA_09_the_catalogue_lists_top_modules_with_what_is_in_them) {
  const auto page = list(as(ann));
  ASSERT_EQ(page.modules_size(), 1);
  const auto& module = page.modules(0);
  EXPECT_EQ(module.key(), "course");
  EXPECT_EQ(module.state(), "new");
  EXPECT_EQ(module.content_count(), 4);
  EXPECT_EQ(module.points(), 22);
  EXPECT_EQ(module.minutes(), 20);
  EXPECT_EQ(module.languages_size(), 2);
  EXPECT_EQ(module.modules_size(), 0);
  EXPECT_FALSE(module.has_parent_id());
}

TEST_P(CatalogueTest, PRA_09_filters_add_up) {
  add_course("other", "Graph theory");
  const auto filtered = [&](auto set) {
    api::ListModulesRequest request;
    set(request);
    return titles(as(ann), request);
  };
  EXPECT_EQ(filtered([](auto& r) { r.set_q("GRAPH"); }), Titles{"Graph theory"});
  EXPECT_EQ(filtered([](auto& r) { r.set_q("**double**"); }), Titles{"First steps"});
  EXPECT_EQ(filtered([](auto& r) { r.set_tag("extra"); }), Titles{"Graph theory"});
  EXPECT_EQ(filtered([](auto& r) { r.set_language("cpp"); }), Titles{"First steps"});
  EXPECT_EQ(filtered([](auto& r) { r.set_difficulty("hard"); }), Titles{"Graph theory"});
  EXPECT_EQ(filtered([](auto& r) { r.set_state("begun"); }), Titles{});
  EXPECT_EQ(filtered([](auto& r) { r.set_state("new"); }).size(), 2U);
  EXPECT_EQ(filtered([](auto& r) {
              r.set_q("graph");
              r.set_language("cpp");
            }),
            Titles{});
}

TEST_P(CatalogueTest, PRA_13_modules_never_begun_come_first_and_newest_first) {
  add_course("second", "Second");
  add_course("third", "Third");
  EXPECT_EQ(titles(as(ann)), (Titles{"Third", "Second", "First steps"}));
  api::GetContentRequest request;
  for (const auto& module : list(as(ann)).modules()) {
    if (module.title() != "Third") continue;
    api::GetModuleRequest get;
    get.set_module_id(module.id());
    request.set_content_id(run(learning->get_module(as(ann), get))->contents(0).id());
  }
  ASSERT_TRUE(run(learning->get_content(as(ann), request)));
  EXPECT_EQ(titles(as(ann)), (Titles{"Second", "First steps", "Third"}));
  EXPECT_EQ(titles(as(bob)), (Titles{"Third", "Second", "First steps"}));
}

TEST_P(CatalogueTest, pages_follow_each_other_without_gap_or_repeat) {
  for (int i = 0; i < 5; ++i) add_course("more" + std::to_string(i), "More " + std::to_string(i));
  ASSERT_EQ(open(ann, "welcome").state(), "begun");
  Titles all;
  api::ListModulesRequest request;
  request.set_limit(2);
  while (true) {
    const auto page = list(as(ann), request);
    for (const auto& module : page.modules()) all.push_back(module.title());
    if (!page.has_next_page_token()) break;
    request.set_page_token(page.next_page_token());
  }
  EXPECT_EQ(all, (Titles{"More 4", "More 3", "More 2", "More 1", "More 0", "First steps"}));
  request.set_page_token("zebra");
  EXPECT_EQ(run(learning->list_modules(as(ann), request)).error().field, "page_token");
}

TEST_P(CatalogueTest, PRA_10_PRA_11_a_module_shows_its_description_and_all_below_it_in_order) {
  const auto module = course(as(ann));
  EXPECT_EQ(module.description(), "You will be able to **double** numbers.\n");
  ASSERT_EQ(module.contents_size(), 1);
  EXPECT_EQ(module.contents(0).title(), "Welcome");
  ASSERT_EQ(module.modules_size(), 1);
  const auto& basics = module.modules(0);
  EXPECT_EQ(basics.parent_id(), module.id());
  ASSERT_EQ(basics.contents_size(), 3);
  EXPECT_EQ(basics.contents(0).key(), "double");
  EXPECT_EQ(basics.contents(0).kind(), "exercise");
  EXPECT_EQ(basics.contents(0).points(), 10);
  EXPECT_EQ(basics.contents(2).key(), "ask");
}

TEST_P(CatalogueTest, a_module_that_is_not_there_is_not_found) {
  api::GetModuleRequest request;
  request.set_module_id(42);
  EXPECT_EQ(run(learning->get_module(as(ann), request)).error().code, Code::not_found);
  api::GetContentRequest get;
  get.set_content_id(42);
  EXPECT_EQ(run(learning->get_content(as(ann), get)).error().code, Code::not_found);
}

TEST_P(CatalogueTest, PRA_12_a_content_shows_its_components_and_where_it_stands) {
  const auto shown = open(ann, "double");
  EXPECT_EQ(shown.version(), 1);
  ASSERT_EQ(shown.components_size(), 2);
  EXPECT_EQ(shown.components(0).markdown(), "Read a number.\n");
  EXPECT_EQ(shown.components(0).state(), "");
  const auto& code = shown.components(1).children(0);
  EXPECT_EQ(code.state(), "new");
  EXPECT_EQ(code.points(), 10);
  ASSERT_EQ(code.editor().starters_size(), 2);
  EXPECT_EQ(code.editor().starters(0).entry(), "main.py");
  EXPECT_TRUE(code.editor().starters(0).files(0).readonly());
  EXPECT_EQ(code.editor().limits().cpu_ms(), 5000);
  EXPECT_EQ(code.hints(0).text(), "Use a star.");
  ASSERT_EQ(shown.crumbs_size(), 2);
  EXPECT_EQ(shown.crumbs(0).title(), "First steps");
  EXPECT_EQ(shown.crumbs(1).title(), "Basics");
  EXPECT_EQ(shown.previous_content_id(), content("welcome"));
  EXPECT_EQ(shown.next_content_id(), content("choose"));
  EXPECT_FALSE(open(ann, "welcome").has_previous_content_id());
  EXPECT_FALSE(open(ann, "ask").has_next_content_id());
}

TEST_P(CatalogueTest, SUB_04_of_a_hidden_validator_only_id_name_and_visibility_are_shown) {
  const auto shown = open(ann, "double");
  const auto& validators = shown.components(1).children(0).editor().validators();
  ASSERT_EQ(validators.size(), 3);
  EXPECT_EQ(validators[0].stdin(), "2");
  EXPECT_EQ(validators[0].expected(), "4");
  EXPECT_EQ(validators[2].name(), "Big");
  EXPECT_FALSE(validators[2].visible());
  EXPECT_FALSE(validators[2].has_stdin());
  EXPECT_FALSE(validators[2].has_expected());
}

TEST_P(CatalogueTest, PRA_16_opening_begins_a_content_and_its_modules) {
  EXPECT_EQ(course(as(ann)).state(), "new");
  EXPECT_EQ(open(ann, "double").state(), "begun");
  const auto module = course(as(ann));
  EXPECT_EQ(module.state(), "begun");
  EXPECT_EQ(module.modules(0).contents(0).state(), "begun");
  EXPECT_EQ(course(as(bob)).state(), "new");
  EXPECT_EQ(course(as_guest()).state(), "new");
}

TEST_P(CatalogueTest, PRA_16_a_lesson_is_passed_by_saying_so_as_often_as_one_likes) {
  ASSERT_TRUE(mark_done(ann, "welcome"));
  const auto again = mark_done(ann, "welcome");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->state(), "passed");
  EXPECT_EQ(course(as(ann)).passed_count(), 1);
  EXPECT_TRUE(rewards().empty());
}

TEST_P(CatalogueTest, what_asks_something_is_not_passed_by_saying_so) {
  const auto said = mark_done(ann, "double");
  ASSERT_FALSE(said);
  EXPECT_EQ(said.error().reason, "has_submittables");
  EXPECT_EQ(course(as(ann)).passed_count(), 0);
}

TEST_P(CatalogueTest, PRA_16_a_module_is_passed_when_all_of_it_is) {
  ASSERT_TRUE(mark_done(ann, "welcome"));
  solved(ann);
  api::SubmitRequest pick;
  pick.set_component_id(component("choose", "pick"));
  pick.add_choices("two");
  pick.add_choices("four");
  EXPECT_EQ(judged(ann, pick).status(), "AC");
  EXPECT_EQ(course(as(ann)).state(), "begun");
  api::SubmitRequest quiz;
  quiz.set_component_id(component("ask", "all"));
  auto& one = *quiz.add_answers();
  one.set_question_id("one");
  one.add_choices("a");
  auto& word = *quiz.add_answers();
  word.set_question_id("word");
  word.set_text("Other");
  auto& pi = *quiz.add_answers();
  pi.set_question_id("pi");
  pi.set_text("3.14");
  EXPECT_EQ(judged(ann, quiz).status(), "AC");
  const auto module = course(as(ann));
  EXPECT_EQ(module.state(), "passed");
  EXPECT_EQ(module.passed_count(), 4);
  EXPECT_EQ(module.points_earned(), 22);
  EXPECT_EQ(module.modules(0).state(), "passed");
}

TEST_P(CatalogueTest, recent_is_what_was_worked_on_last_and_is_not_done) {
  open(ann, "double");
  clock.move(1000);
  open(ann, "choose");
  clock.move(1000);
  ASSERT_TRUE(mark_done(ann, "welcome"));
  const auto recent = run(learning->list_recent(as(ann), {}));
  ASSERT_EQ(recent->recent_size(), 2);
  EXPECT_EQ(recent->recent(0).content().key(), "choose");
  EXPECT_EQ(recent->recent(1).content().key(), "double");
  EXPECT_EQ(recent->recent(0).module().key(), "course");
  EXPECT_EQ(recent->recent(0).worked_at(), clock.now_ms() - 1000);
  EXPECT_EQ(run(learning->list_recent(as(bob), {}))->recent_size(), 0);
}

INSTANTIATE_TEST_SUITE_P(works, CatalogueTest, testing::both_transports, testing::name);

}  // namespace
}  // namespace lyceum::learning
