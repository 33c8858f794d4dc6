// Groups, checkers and interactors in a course's folder.
#include "services/learning/testing/learning_fixture.h"

namespace lyceum::learning {
namespace {

constexpr std::int64_t ann = 17;

class CourseJudgingTest : public LearningTest {
 protected:
  static Files changed(const std::string& path, const std::string& from, const std::string& to) {
    auto files = judged_course();
    auto& text = files.at(path);
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    if (at != std::string::npos) text.replace(at, from.size(), to);
    return files;
  }

  api::ImportCourseResponse check_with_solutions(const Files& files) {
    api::ImportCourseRequest request;
    request.set_key("course");
    request.set_check_only(true);
    request.set_run_solutions(true);
    for (const auto& [path, text] : files) {
      auto& file = *request.add_files();
      file.set_path(path);
      file.set_content(text);
    }
    return *run(learning->import_course(as_service(), request));
  }
};

constexpr auto exercise = "basics/double/content.yaml";
constexpr auto pairs = "basics/pairs/content.yaml";
constexpr auto guess = "basics/guess/content.yaml";

TEST_P(CourseJudgingTest, PRA_19_with_groups_and_programs_equal_content_makes_no_version) {
  EXPECT_EQ(problems(judged_course()), std::vector<std::string>{});
  EXPECT_EQ(import(judged_course()).new_versions(), 2);
  EXPECT_EQ(import(judged_course()).new_versions(), 0);
  const auto files = exported();
  EXPECT_EQ(import(files).new_versions(), 0);
  EXPECT_EQ(exported(), files);
}

TEST_P(CourseJudgingTest, PRA_19_a_change_of_how_it_is_judged_makes_a_version) {
  import(judged_course());
  auto files = judged_course();
  files["basics/pairs/checker/lib/read.py"] = "other\n";
  EXPECT_EQ(import(files).new_versions(), 1);
  EXPECT_EQ(import(changed(pairs, "max_score: 30", "max_score: 31")).new_versions(), 1);
  EXPECT_EQ(import(judged_course()).new_versions(), 1);
  files = judged_course();
  files["basics/guess/interactor/main.cpp"] = "other\n";
  EXPECT_EQ(import(files).new_versions(), 1);
}

TEST_P(CourseJudgingTest, a_page_knows_the_groups_and_which_test_is_in_which) {
  import(judged_course());
  const auto editor = open(ann, "pairs").components(0).editor();
  ASSERT_EQ(editor.groups_size(), 2);
  EXPECT_EQ(editor.groups(1).key(), "many");
  EXPECT_EQ(editor.groups(1).name(), "Many");
  EXPECT_EQ(editor.groups(1).max_score(), 70);
  EXPECT_FALSE(editor.interactive());
  EXPECT_EQ(editor.validators(0).group(), "few");
  EXPECT_EQ(editor.validators(2).group(), "many");
  EXPECT_TRUE(open(ann, "guess").components(0).editor().interactive());
  EXPECT_FALSE(open(ann, "double").components(1).children(0).editor().validators(0).has_group());
}

TEST_P(CourseJudgingTest, each_mistake_of_an_author_is_found) {
  struct Case {
    const char* path;
    const char* from;
    const char* to;
    const char* problem;  // "field: message", without the component
  };

  const Case cases[] = {
      {pairs, "max_score: 30", "max_score: 0",
       "groups[0].max_score: must be a number from 0.01 to 1000000"},
      {pairs, ", max_score: 30", "", "groups[0].max_score: is missing"},
      {pairs, "name: A few, ", "", "groups[0].name: is missing"},
      {pairs, "aggregation: sum", "aggregation: best",
       "groups[1].aggregation: must be one of: pass_fail, sum, min"},
      {pairs, "require_pass: [few]", "require_pass: [many]",
       "groups[1].require_pass: \"many\" is no group before this one"},
      {pairs, "require_pass: [few]", "require_pass: few", "groups[1].require_pass: must be a list"},
      {pairs, "max_score: 30", "max_score: 30, colour: red",
       "groups[0].colour: is not a key that belongs here"},
      {pairs, "{key: many, name: Many", "{key: few, name: Many", "groups[1].key: is there twice"},
      {pairs, "SECRET two, group: few", "SECRET two",
       "tests[1].group: is missing: where there are groups, each test is in one"},
      {pairs, "SECRET two, group: few", "SECRET two, group: fewer",
       "tests[1].group: \"fewer\" is none of the editor's groups"},
      {pairs, "SECRET two, group: few", "SECRET two, group: few, weight: 2",
       "tests[1].weight: stands beside groups: all tests of a group weigh the same"},
      {pairs, "SECRET all, group: many", "SECRET all, group: few", "groups: \"many\" has no tests"},
      {guess, "stdin: \"7\"", "stdin: \"7\", group: few",
       "tests[0].group: \"few\" is none of the editor's groups"},
      {pairs, "score: 100", "score: 101", "solutions[0].score: must be a number from 0 to 100"},
      {pairs, "files: checker/", "files: nothing",
       "checker.files: names \"nothing\", which has no files"},
      {pairs, "entry: check.py", "entry: main.py", "checker.entry: is none of its files"},
      {pairs, "checker: {language: python, ", "checker: {", "checker.language: is missing"},
      {pairs, "arguments: [SECRET way]", "arguments: way", "checker.arguments: must be a list"},
      {pairs, "arguments: [SECRET way]", "argument: way",
       "checker.argument: is not a key that belongs here"},
      {pairs, "    groups:", "    compare: {mode: lines}\n    groups:",
       "checker: stands beside \"compare\": one of them, please"},
      {guess, "    tests:", "    checker: {language: cpp, files: interactor}\n    tests:",
       "interactor: stands beside \"checker\": one of them, please"},
      {guess, "    interactor: {language: cpp, files: interactor}\n", "",
       "tests[0]: must have \"expected\" or \"out\""},
      {guess, "files: interactor}", "file: interactor}", "interactor.files: is missing"},
  };
  for (const auto& one : cases) {
    const auto all = problems(changed(one.path, one.from, one.to));
    const std::string wanted = std::string("components[0].") + one.problem;
    const bool found = std::ranges::any_of(all, [&](const auto& problem) {
      return problem.starts_with(one.path) && problem.ends_with(": " + wanted);
    });
    EXPECT_TRUE(found) << "not told: " << wanted;
    for (const auto& problem : all)
      if (!found) ADD_FAILURE() << problem;
  }
}

TEST_P(CourseJudgingTest, what_is_required_is_tested_first) {
  auto files = judged_course();
  files[pairs].replace(files[pairs].find("    solutions:"), std::string::npos,
                       "      - {key: late, name: Late, visible: false, group: few}\n");
  const auto all = problems(files);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_TRUE(
      all[0].ends_with(": components[0].tests[3].group: a test of \"few\" comes after one of "
                       "\"many\", which requires it"))
      << all[0];
}

TEST_P(CourseJudgingTest, a_file_of_a_checker_has_no_name_of_what_it_is_given) {
  auto files = judged_course();
  files["basics/pairs/checker/judge_answer/x"] = "x";
  const auto all = problems(files);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_TRUE(all[0].ends_with(
      ": components[0].checker.files: \"judge_answer\" is the name of what it is given"))
      << all[0];
}

TEST_P(CourseJudgingTest, what_the_runner_refuses_is_said_of_the_solution) {
  runner.fail_with({Code::invalid_argument, "entry_missing", "say which file to begin with",
                    "compare.checker.entry", 0});
  const auto wrong = check_with_solutions(judged_course());
  ASSERT_EQ(wrong.problems_size(), 1);
  EXPECT_EQ(wrong.problems(0).file(), exercise);
  EXPECT_EQ(wrong.problems(0).field(), "components[1].children[0].solutions[0]");
  EXPECT_EQ(wrong.problems(0).message(),
            "cannot be run: compare.checker.entry: say which file to begin with");
}

TEST_P(CourseJudgingTest, a_score_needs_groups) {
  auto files = judged_course();
  auto& yaml = files[guess];
  yaml += "    solutions:\n      - {language: python, files: starter, expect: WA, score: 0}\n";
  const auto all = problems(files);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_TRUE(all[0].ends_with(
      ": components[0].solutions[0].score: needs groups: without them there is none"))
      << all[0];
}

TEST_P(CourseJudgingTest, reference_solutions_must_get_their_scores_too) {
  EXPECT_EQ(check_with_solutions(judged_course()).problems_size(), 0);
  const auto wrong = check_with_solutions(changed(pairs, "score: 50", "score: 60"));
  ASSERT_EQ(wrong.problems_size(), 1);
  EXPECT_EQ(wrong.problems(0).file(), pairs);
  EXPECT_EQ(wrong.problems(0).field(), "components[0].solutions[1]");
  EXPECT_EQ(wrong.problems(0).message(), "scores 50, not 60");
  for (const auto& request : runner.requests()) EXPECT_EQ(request.priority(), "rejudge");
}

TEST_P(CourseJudgingTest, an_author_is_told_what_the_checker_says_to_them) {
  auto files = judged_course();
  files["basics/pairs/solutions/fine/main.py"] = "confuse";
  const auto wrong = check_with_solutions(files);
  ASSERT_EQ(wrong.problems_size(), 1);
  EXPECT_EQ(wrong.problems(0).message(),
            "ends as IE, not AC (test \"one\": IE: SECRET of the checker)");
}

INSTANTIATE_TEST_SUITE_P(works, CourseJudgingTest, testing::both_transports, testing::name);

}  // namespace
}  // namespace lyceum::learning
