#include "services/learning/course_folder.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "services/learning/testing/small_course.h"

namespace lyceum::learning {
namespace {

CourseModule parse(const std::vector<v1::CourseFile>& files, Problems& problems) {
  const google::protobuf::RepeatedPtrField<v1::CourseFile> all(files.begin(), files.end());
  const Folder folder(all, problems);
  return read_course("course", folder, problems);
}

std::vector<v1::CourseFile> files_of(const Files& files) {
  std::vector<v1::CourseFile> out;
  for (const auto& [path, content] : files) {
    auto& file = out.emplace_back();
    file.set_path(path);
    file.set_content(content);
  }
  return out;
}

// What could be taken for YAML, or be lost on the way.
std::string any_text() {
  static const std::vector<std::string> pieces = {"a",
                                                  "Z",
                                                  " ",
                                                  "  ",
                                                  "\n",
                                                  "\n\n",
                                                  "\t",
                                                  "\r\n",
                                                  "#",
                                                  ": ",
                                                  "- ",
                                                  "---\n",
                                                  "...\n",
                                                  "'",
                                                  "\"",
                                                  "\\",
                                                  "\\n",
                                                  "%",
                                                  "{",
                                                  "}",
                                                  "[",
                                                  "]",
                                                  "&x",
                                                  "*x",
                                                  "!t",
                                                  "|",
                                                  ">",
                                                  "yes",
                                                  "null",
                                                  "~",
                                                  "1e3",
                                                  "é",
                                                  "…",
                                                  "😀",
                                                  "\x01",
                                                  "\x7f",
                                                  "\xc2\x85",
                                                  "\xe2\x80\xa8",
                                                  "\xef\xbb\xbf",
                                                  "@",
                                                  "`"};
  std::string text;
  for (const auto& piece :
       *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(pieces)))
    text += piece;
  return text;
}

// Not empty, as titles must be, and short.
std::string any_title() {
  return "T" + *rc::gen::elementOf(std::vector<std::string>{"", ": x", " #", "\n", " \"q\"", "\\",
                                                            "é…😀", "- a", "\x01", "\xc2\x85"});
}

void any_program(runner::v1::Validator& program) {
  program.set_language("python");
  program.add_files()->set_path("lib/main.py");
  program.mutable_files(0)->set_content(any_text());
  if (*rc::gen::arbitrary<bool>()) program.set_entry("lib/main.py");
  const int arguments = *rc::gen::inRange(0, 3);
  for (int i = 0; i < arguments; ++i) program.add_arguments(any_title());
}

void any_groups(internal::Editor& editor) {
  for (int i = 0; i < editor.tests_size(); ++i) {
    auto& group = *editor.add_groups();
    group.set_key("g" + std::to_string(i));
    group.set_name(any_title());
    group.set_max_score(*rc::gen::inRange(1, 1000) / 8.0);
    group.set_aggregation(*rc::gen::elementOf(std::vector<std::string>{"", "min", "sum"}));
    if (i > 0) group.add_require_pass("g0");
    editor.mutable_tests(i)->set_group(group.key());
    editor.mutable_tests(i)->set_weight(1);
  }
  editor.mutable_solutions(0)->set_score(*rc::gen::inRange(0, 2) / 8.0);
}

internal::Component any_editor(const std::string& key) {
  internal::Component component;
  component.set_key(key);
  component.set_type("editor");
  component.set_points(*rc::gen::inRange(0, 100));
  auto& editor = *component.mutable_editor();
  auto& starter = *editor.add_starters();
  starter.set_language("python");
  auto& file = *starter.add_files();
  file.set_path("main.py");
  file.set_content(any_text());
  file.set_readonly(*rc::gen::arbitrary<bool>());
  if (*rc::gen::arbitrary<bool>()) editor.mutable_limits()->set_cpu_ms(*rc::gen::inRange(1, 9999));
  const int way = *rc::gen::inRange(0, 4);
  if (way == 1) editor.mutable_compare()->set_float_rel(*rc::gen::inRange(0, 100) / 1000.0);
  if (way == 2) {
    editor.mutable_compare()->set_mode("checker");
    any_program(*editor.mutable_compare()->mutable_checker());
  }
  if (way == 3) any_program(*editor.mutable_interactor());
  const int tests = *rc::gen::inRange(1, 4);
  for (int i = 0; i < tests; ++i) {
    auto& test = *editor.add_tests();
    test.set_key("t" + std::to_string(i));
    test.set_name(any_title());
    test.set_visible(*rc::gen::arbitrary<bool>());
    test.set_stdin(any_text());
    test.set_expected(any_text() + std::string(*rc::gen::inRange(0, 2) * 300, 'x'));
    test.set_weight(*rc::gen::inRange(0, 50) / 8.0);
    test.set_hint(any_text());
  }
  auto& solution = *editor.add_solutions();
  solution.set_language("python");
  solution.set_expect("WA");
  solution.add_files()->set_path("deep/er/main.py");
  solution.mutable_files(0)->set_content(any_text());
  if (*rc::gen::arbitrary<bool>()) any_groups(editor);
  return component;
}

internal::Component any_quiz(const std::string& key) {
  internal::Component component;
  component.set_key(key);
  component.set_type("quiz");
  auto& quiz = *component.mutable_quiz();
  quiz.set_pass(*rc::gen::inRange(1, 101) / 100.0);
  auto& number = *quiz.add_questions();
  number.set_id("n");
  number.set_kind("number");
  number.set_prompt(any_title());
  number.set_number(*rc::gen::arbitrary<int>() / 7.0);
  number.set_tolerance(*rc::gen::inRange(0, 1000) / 3.0);
  auto& text = *quiz.add_questions();
  text.set_id("t");
  text.set_kind("text");
  text.set_prompt(any_title());
  text.add_answers(any_title());
  return component;
}

internal::Tree any_tree() {
  internal::Tree tree;
  tree.set_title(any_title());
  tree.set_summary(any_title());
  tree.set_kind("lesson");
  tree.set_difficulty("hard");
  tree.set_minutes(*rc::gen::inRange(1, 600));
  auto& text = *tree.add_components();
  text.set_key("text");
  text.set_type("markdown");
  text.set_markdown(any_text());
  auto& box = *tree.add_components();
  box.set_key("box");
  box.set_type("container");
  box.set_title(any_title());
  *box.add_children() = any_editor("code");
  *box.add_children() = any_quiz("quiz");
  auto& hint = *box.mutable_children(0)->add_hints();
  hint.set_title(any_title());
  hint.set_text(any_title());
  return tree;
}

RC_GTEST_PROP(CourseFolder, PRA_19_whatever_an_author_wrote_reads_back_as_it_was, ()) {
  CourseModule course{"course", any_title(),     any_title(), any_text(),
                      "easy",   {"tag", "t: 2"}, {},          {}};
  course.contents.push_back({"one", any_tree()});
  course.modules.push_back(
      {"sub", any_title(), any_title(), "", "medium", {}, {{"two", any_tree()}}, {}});
  Problems problems;
  const auto again = parse(write_course(course), problems);
  for (const auto& problem : problems.first()) RC_LOG() << problem.ShortDebugString() << "\n";
  RC_ASSERT(problems.none());
  RC_ASSERT(again.title == course.title);
  RC_ASSERT(again.summary == course.summary);
  RC_ASSERT(again.description == course.description);
  RC_ASSERT(again.tags == course.tags);
  const auto same = [](const internal::Tree& a, const internal::Tree& b) {
    return a.SerializeAsString() == b.SerializeAsString();
  };
  RC_ASSERT(same(again.contents.at(0).tree, course.contents.at(0).tree));
  RC_ASSERT(
      same(again.modules.at(0).contents.at(0).tree, course.modules.at(0).contents.at(0).tree));
}

// Broken anywhere, a course is read to the end without harm: it is good, or its problems are told.
RC_GTEST_PROP(CourseFolder, a_broken_course_is_told_and_harms_nobody, ()) {
  static const std::string bytes = std::string("\0\n \t:-?[]{}&*!|>'\"%@`#,~\\x\xff\xc3", 29);
  auto files = files_of(judged_course());
  const int changes = *rc::gen::inRange(1, 6);
  for (int i = 0; i < changes; ++i) {
    auto& content = *files[*rc::gen::inRange<std::size_t>(0, files.size())].mutable_content();
    if (content.empty()) continue;
    const auto at = *rc::gen::inRange<std::size_t>(0, content.size());
    const auto kind = *rc::gen::inRange(0, 3);
    if (kind == 0) content[at] = *rc::gen::elementOf(bytes);
    if (kind == 1) content.erase(at, *rc::gen::inRange<std::size_t>(1, 30));
    if (kind == 2)
      content.insert(
          at, std::string(*rc::gen::inRange<std::size_t>(1, 40), *rc::gen::elementOf(bytes)));
  }
  Problems problems;
  const auto course = parse(files, problems);
  if (!problems.none()) {
    RC_ASSERT(!problems.first().empty());
    return;
  }
  Problems again;
  parse(write_course(course), again);
  RC_ASSERT(again.none());
}

}  // namespace
}  // namespace lyceum::learning
