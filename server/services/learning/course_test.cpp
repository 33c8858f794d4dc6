#include "services/learning/testing/learning_fixture.h"

namespace lyceum::learning {
namespace {

constexpr std::int64_t ann = 17;

class CourseTest : public LearningTest {
 protected:
  // Replaces a text in a file of the small course.
  static Files changed(const std::string& path, const std::string& from, const std::string& to) {
    auto files = small_course();
    auto& text = files.at(path);
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    if (at != std::string::npos) text.replace(at, from.size(), to);
    return files;
  }

  std::string only_problem(const Files& files) {
    const auto all = problems(files);
    EXPECT_EQ(all.size(), 1U);
    for (std::size_t i = 1; i < all.size(); ++i) ADD_FAILURE() << all[i];
    return all.empty() ? "" : all.front();
  }
};

using Strings = std::vector<std::string>;
constexpr auto exercise = "basics/double/content.yaml";

TEST_P(CourseTest, PRA_19_importing_equal_content_makes_no_version) {
  const auto again = import(small_course());
  EXPECT_TRUE(again.problems().empty());
  EXPECT_EQ(again.contents(), 4);
  EXPECT_EQ(again.new_versions(), 0);
  EXPECT_EQ(open(ann, "double").version(), 1);
}

TEST_P(CourseTest, PRA_19_what_is_exported_imports_as_the_same) {
  const auto files = exported();
  const auto again = import(files);
  for (const auto& problem : again.problems())
    ADD_FAILURE() << problem.file() << ": " << problem.field() << " " << problem.message();
  EXPECT_EQ(again.new_versions(), 0);
  EXPECT_EQ(again.contents(), 4);
  EXPECT_EQ(exported(), files);
}

TEST_P(CourseTest, exporting_what_is_not_there_is_not_found) {
  api::ExportCourseRequest request;
  request.set_key("nothing");
  EXPECT_EQ(run(learning->export_course(as_service(), request)).error().code, Code::not_found);
}

TEST_P(CourseTest, a_change_makes_a_version_of_that_content_alone_and_ids_stay) {
  const auto before = open(ann, "double");
  const auto made = import(changed(exercise, "Read a number.", "Read one number."));
  EXPECT_EQ(made.new_versions(), 1);
  const auto after = open(ann, "double");
  EXPECT_EQ(after.id(), before.id());
  EXPECT_EQ(after.version(), 2);
  EXPECT_EQ(after.components(0).markdown(), "Read one number.\n");
  EXPECT_EQ(after.components(1).children(0).id(), before.components(1).children(0).id());
  EXPECT_EQ(after.components(1).children(0).editor().validators(2).id(),
            before.components(1).children(0).editor().validators(2).id());
  EXPECT_EQ(open(ann, "choose").version(), 1);
}

TEST_P(CourseTest, a_change_of_hidden_data_is_a_change) {
  auto files = small_course();
  files["basics/double/tests/big.in"] = "another secret\n";
  EXPECT_EQ(import(files).new_versions(), 1);
}

TEST_P(CourseTest, PRA_16_what_was_passed_stays_passed_in_a_new_version) {
  solved(ann);
  import(changed(exercise, "Read a number.", "Read one number."));
  EXPECT_EQ(open(ann, "double").state(), "passed");
  EXPECT_EQ(open(ann, "double").components(1).children(0).state(), "passed");
  EXPECT_EQ(solved(ann).points(), 0);
  EXPECT_EQ(rewards().size(), 1U);
}

TEST_P(CourseTest, a_removed_content_is_hidden_but_its_submissions_stay) {
  const auto submitted = solved(ann);
  const auto component_id = component("double", "code");
  const auto content_id = content("double");
  auto files = small_course();
  files["basics/module.yaml"] =
      "title: Basics\nsummary: N\ndifficulty: easy\ncontents: [choose, ask]\n";
  EXPECT_TRUE(import(files).problems().empty());
  EXPECT_EQ(course(as(ann)).content_count(), 3);
  EXPECT_EQ(course(as(ann)).points_earned(), 0);
  api::GetContentRequest request;
  request.set_content_id(content_id);
  EXPECT_EQ(run(learning->get_content(as(ann), request)).error().code, Code::not_found);
  EXPECT_EQ(submit(ann, code(component_id, "right")).error().code, Code::not_found);
  EXPECT_EQ(submission(ann, submitted.id())->status(), "AC");
  api::ListSubmissionsRequest list;
  list.set_component_id(component_id);
  EXPECT_EQ(run(learning->list_submissions(as(ann), list))->submissions_size(), 1);

  EXPECT_EQ(import(small_course()).new_versions(), 0) << "it comes back as it was";
  EXPECT_EQ(content("double"), content_id);
  EXPECT_EQ(open(ann, "double").state(), "passed");
}

TEST_P(CourseTest, a_component_that_is_gone_takes_no_answers_but_keeps_them) {
  const auto submitted = solved(ann);
  const auto component_id = component("double", "code");
  import(changed(exercise, "- key: code", "- key: other"));
  EXPECT_EQ(submit(ann, code(component_id, "right")).error().code, Code::not_found);
  EXPECT_EQ(submission(ann, submitted.id())->results_size(), 3);
  EXPECT_NE(component("double", "other"), component_id);
}

TEST_P(CourseTest, checking_changes_nothing) {
  auto files = changed(exercise, "Read a number.", "Read one number.");
  files["module.md"] = "Different.\n";
  const auto checked = import(files, true);
  EXPECT_EQ(checked.new_versions(), 1);
  EXPECT_NE(checked.module_id(), 0);
  EXPECT_EQ(open(ann, "double").version(), 1);
  EXPECT_EQ(course(as(ann)).description(), "You will be able to **double** numbers.\n");
}

TEST_P(CourseTest, with_a_problem_nothing_is_imported) {
  auto files = changed(exercise, "Read a number.", "Read one number.");
  files["welcome/content.yaml"] += "colour: red\n";
  const auto response = import(files);
  EXPECT_EQ(response.problems_size(), 1);
  EXPECT_EQ(response.module_id(), 0);
  EXPECT_EQ(open(ann, "double").version(), 1);
}

TEST_P(CourseTest, a_problem_names_file_line_and_field) {
  EXPECT_EQ(only_problem(changed("welcome/content.yaml", "minutes: 3", "minutes: 3\ncolour: red")),
            "welcome/content.yaml:6: colour: is not a key that belongs here");
  EXPECT_EQ(
      only_problem(changed(exercise, "visible: true, stdin: \"0\", expected: \"4\"",
                           "stdin: \"0\", expected: \"4\"")),
      "basics/double/content.yaml:26: components[1].children[0].tests[1].visible: is missing");
}

TEST_P(CourseTest, each_mistake_of_an_author_is_found) {
  struct Case {
    const char* path;
    const char* from;
    const char* to;
    const char* problem;  // "field: message"
  };

  const Case cases[] = {
      {"module.yaml", "difficulty: easy", "difficulty: trivial",
       "difficulty: must be one of: easy, medium, hard"},
      {"module.yaml", "title: First steps\n", "", "title: is missing"},
      {"module.yaml", "contents: [welcome]", "contents: [welcome, welcome]",
       "contents: \"welcome\" is listed twice"},
      {"module.yaml", "modules: [basics]", "modules: [basics, more]", ": is missing"},
      {"module.yaml", "tags: [start, basics]", "tags: start", "tags: must be a list"},
      {exercise, "kind: exercise", "kind: quiz",
       "kind: is quiz, but there is no component of type quiz"},
      {exercise, "minutes: 10", "minutes: soon", "minutes: must be a whole number from 1 to 600"},
      {exercise, "minutes: 10", "minutes: 0", "minutes: must be a whole number from 1 to 600"},
      {exercise, "title: Double it", "title: Double it\ntitle: Again", "title: is written twice"},
      {exercise, "key: box", "key: text", "components: two components have the key \"text\""},
      {exercise, "key: zero", "key: small",
       "components[1].children[0].tests[1].key: is there twice"},
      {exercise, "type: container", "type: tab",
       "components[1].type: must be one of: markdown, editor, mcq, quiz, container"},
      {exercise, "out: tests/big.out", "out: tests/none.out",
       "components[1].children[0].tests[2].out: names \"tests/none.out\", which is not there"},
      {exercise, "starter: starter/cpp", "starter: starter/java",
       "components[1].children[0].languages[1].starter: names \"starter/java\", which has no "
       "files"},
      {exercise, "readonly: [helper.py]", "readonly: [nobody.py]",
       "components[1].children[0].languages[0].readonly: \"nobody.py\" is no file of the starter"},
      {exercise, "entry: main.py", "entry: start.py",
       "components[1].children[0].languages[0].entry: is no file of the starter"},
      {exercise, "expect: WA", "expect: WRONG",
       "components[1].children[0].solutions[1].expect: must be one of: AC, WA, CE, TLE, WTLE, MLE, "
       "OLE, RE, SIG, SV"},
      {exercise, "cpu_ms: 5000", "cpu_ms: -1",
       "components[1].children[0].limits.cpu_ms: must be a whole number from 1 to 120000"},
      {exercise, "mode: tokens", "mode: fuzzy",
       "components[1].children[0].compare.mode: must be one of: tokens, exact, lines"},
      {exercise, "weight: 2", "weight: heavy",
       "components[1].children[0].tests[2].weight: must be a number from 0 to 1000"},
      {exercise, "points: 10", "points: 10\n        colour: red",
       "components[1].children[0].colour: is not a key that belongs here"},
      {exercise, "type: markdown", "type: markdown\n    points: 3",
       "components[0].points: is not a key that belongs here"},
      {"basics/choose/content.yaml", "multiple: true", "multiple: false",
       "components[0].options: more than one is right, but only one can be chosen"},
      {"basics/choose/content.yaml", "id: three", "id: two",
       "components[0].options[1].id: is there twice"},
      {"basics/choose/content.yaml", "question: Which are even?", "file: question.md",
       "components[0].file: names \"question.md\", which is not there"},
      {"basics/ask/content.yaml", "number: 3.14159, ", "",
       "components[0].questions[3].number: is missing"},
      {"basics/ask/content.yaml", "answers: [SECRET word, other]", "answers: []",
       "components[0].questions[2].answers: needs one at least"},
      {"basics/ask/content.yaml", "pass: 0.75", "pass: 75",
       "components[0].pass: must be a number from 0.01 to 1"},
      {"basics/ask/content.yaml", "tolerance: 0.01", "tolerance: .nan",
       "components[0].questions[3].tolerance: must be a number from 0 to 1e+300"},
  };
  for (const auto& one : cases) {
    const auto problem = only_problem(changed(one.path, one.from, one.to));
    EXPECT_TRUE(problem.ends_with(one.problem)) << problem << "\ninstead of: " << one.problem;
  }
}

TEST_P(CourseTest, hostile_yaml_is_refused) {
  const auto yaml = [&](const std::string& text) {
    auto files = small_course();
    files["welcome/content.yaml"] = text;
    return problems(files);
  };
  EXPECT_EQ(yaml("a: &x [1, 2]\nb: *x\n"),
            Strings{"welcome/content.yaml:1: : no anchors (\"&…\"), please"});
  EXPECT_EQ(yaml("a: !!binary xx\n"),
            Strings{"welcome/content.yaml:1: : no tags (\"!…\"), please"});
  EXPECT_EQ(yaml("a: 1\n---\nb: 2\n"),
            Strings{"welcome/content.yaml:2: : only one document, please: no second \"---\""});
  EXPECT_EQ(yaml("- just\n- a list\n"),
            Strings{"welcome/content.yaml:1: : must have \"key: value\" lines"});
  EXPECT_EQ(yaml("a: [1, 2\n").size(), 1U);
  EXPECT_EQ(yaml("").size(), 1U);
  EXPECT_EQ(yaml("title: \xff\xfe\n"), Strings{"welcome/content.yaml:0: : is not UTF-8"});
  EXPECT_EQ(yaml("a: " + std::string(30, '[') + std::string(30, ']') + "\n"),
            Strings{"welcome/content.yaml:1: : nested too deeply"});
  std::string many = "a:\n";
  for (int i = 0; i < 30'000; ++i) many += " - x\n";
  EXPECT_EQ(yaml(many).size(), 1U);
  EXPECT_EQ(yaml("a: " + std::string(2 << 20, 'x')),
            Strings{"welcome/content.yaml:0: : is longer than 1 MiB"});
}

TEST_P(CourseTest, hostile_paths_are_refused) {
  for (const auto* path :
       {"../up.md", "/etc/passwd", "a/../b.md", "a//b.md", "a/./b", "tab\there", "back\\slash"}) {
    auto files = small_course();
    files[path] = "x";
    EXPECT_EQ(only_problem(files),
              std::string(path) +
                  ":0: : is no good path: relative, without \"..\" and control characters");
  }
  EXPECT_EQ(
      only_problem(changed("welcome/content.yaml", "file: text.md", "file: ../module.md")),
      "welcome/content.yaml:7: components[0].file: names \"../module.md\", which is not there");
}

TEST_P(CourseTest, only_the_first_50_problems_are_told) {
  auto files = small_course();
  for (int i = 0; i < 60; ++i) files["module.yaml"] += "key" + std::to_string(i) + ": x\n";
  EXPECT_EQ(problems(files).size(), 50U);
}

TEST_P(CourseTest, reference_solutions_are_run_and_must_end_as_they_say) {
  api::ImportCourseRequest request;
  request.set_key("course");
  request.set_check_only(true);
  request.set_run_solutions(true);
  const auto check = [&](const Files& files) {
    request.clear_files();
    for (const auto& [path, text] : files) {
      auto& file = *request.add_files();
      file.set_path(path);
      file.set_content(text);
    }
    return *run(learning->import_course(as_service(), request));
  };
  EXPECT_EQ(check(small_course()).problems_size(), 0);
  EXPECT_EQ(runner.calls(), 2);
  const auto wrong = check(changed(exercise, "expect: WA", "expect: AC"));
  ASSERT_EQ(wrong.problems_size(), 1);
  EXPECT_EQ(wrong.problems(0).file(), exercise);
  EXPECT_EQ(wrong.problems(0).field(), "components[1].children[0].solutions[1]");
  EXPECT_EQ(wrong.problems(0).message(), "ends as WA, not AC (test \"small\": WA)");
}

// Everything that leaves the service for people, in one heap.
TEST_P(CourseTest, SUB_04_answer_keys_solutions_and_hidden_data_never_leave) {
  std::string heap;
  const auto add = [&](const auto& message) { heap += message.DebugString(); };
  add(course(as(ann)));
  for (const auto* key : {"welcome", "double", "choose", "ask"}) add(open(ann, key));
  add(*run(learning->get_sample(as_guest(), {})));
  const auto editor = component("double", "code");
  for (const auto* program : {"print 4", "echo", "crash", "loop", "broken"}) {
    const auto made = judged(ann, code(editor, program));
    add(made);
    for (const auto& event : *watch(ann, made.id())) add(event);
  }
  api::TryRequest all;
  all.set_component_id(editor);
  all.set_language("python");
  *all.mutable_files() = code(editor, "echo").files();
  for (const auto& event : *try_it(ann, all)) add(event);
  api::SubmitRequest pick;
  pick.set_component_id(component("choose", "pick"));
  pick.add_choices("three");
  add(judged(ann, pick));
  api::SubmitRequest quiz;
  quiz.set_component_id(component("ask", "all"));
  quiz.add_answers()->set_question_id("word");
  add(judged(ann, quiz));
  add(*run(learning->list_recent(as(ann), {})));
  EXPECT_EQ(heap.find("SECRET"), std::string::npos) << heap.substr(heap.find("SECRET") - 200, 400);
  EXPECT_EQ(heap.find("3.14159"), std::string::npos);
  EXPECT_EQ(heap.find("right"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(works, CourseTest, testing::both_transports, testing::name);

}  // namespace
}  // namespace lyceum::learning
