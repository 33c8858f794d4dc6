#include "services/learning/course_judging.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.h"
#include "services/learning/rules.h"
#include "services/learning/text.h"

namespace lyceum::learning {
namespace {

constexpr int groups_max = 50;
constexpr double score_max = 1e6;  // of one group, as the runner has it

void read_program(Fields& fields,
                  const Folder& folder,
                  const std::string& dir,
                  runner::v1::Validator& out) {
  out.set_language(fields.name("language"));
  const auto files = read_files(fields, "files", folder, dir);
  for (const char* own : {"input", "judge_answer"})
    if (std::ranges::any_of(files, [&](const auto& file) {
          return file.path() == own || file.path().starts_with(std::string(own) + "/");
        }))
      fields.problem("files", fmt::format("\"{}\" is the name of what it is given", own));
  out.mutable_files()->Assign(files.begin(), files.end());
  if (const auto entry = fields.text("entry", 200, false); !entry.empty()) {
    out.set_entry(entry);
    if (std::ranges::find(files, entry, &runner::v1::File::path) == files.end())
      fields.problem("entry", "is none of its files");
  }
  for (auto& argument : fields.texts("arguments", 20, 200)) out.add_arguments(std::move(argument));
}

const internal::Group* find_group(const internal::Editor& editor, const std::string& key) {
  const auto found = std::ranges::find(editor.groups(), key, &internal::Group::key);
  return found == editor.groups().end() ? nullptr : &*found;
}

// The runner knows what is required before it comes to what requires it.
void check_order(const Fields& test, const internal::Editor& editor, const std::string& key) {
  for (const auto& before : editor.tests()) {
    const auto* group = find_group(editor, before.group());
    if (!group || std::ranges::find(group->require_pass(), key) == group->require_pass().end())
      continue;
    return test.problem("group", fmt::format("a test of \"{}\" comes after one of \"{}\", which "
                                             "requires it",
                                             key, group->key()));
  }
}

void read_one_group(Fields& fields, const internal::Editor& before, internal::Group& out) {
  out.set_key(fields.name("key"));
  out.set_name(fields.text("name", 200));
  if (!fields.has("max_score")) fields.problem("max_score", "is missing");
  out.set_max_score(fields.number("max_score", 0.01, score_max, 1));
  out.set_aggregation(fields.one_of("aggregation", {"pass_fail", "sum", "min"}, false));
  for (auto& key : fields.texts("require_pass", groups_max, 64)) {
    if (!find_group(before, key))
      fields.problem("require_pass", fmt::format("\"{}\" is no group before this one", key));
    out.add_require_pass(std::move(key));
  }
  if (find_group(before, out.key())) fields.problem("key", "is there twice");
}

}  // namespace

std::vector<runner::v1::File> read_files(Fields& fields,
                                         std::string_view key,
                                         const Folder& folder,
                                         const std::string& dir) {
  std::string name = fields.text(key, 200);
  if (name.ends_with('/')) name.pop_back();
  std::vector<runner::v1::File> files;
  for (const auto& [path, content] : folder.below(dir + "/" + name)) {
    auto& made = files.emplace_back();
    made.set_path(path);
    if (text::is_utf8(*content))
      made.set_content(*content);
    else
      fields.problem(key, fmt::format("\"{}\" is not UTF-8", path));
  }
  if (files.empty() && !name.empty())
    fields.problem(key, fmt::format("names \"{}\", which has no files", name));
  else if (const auto bad = rules::files_problem(files); bad && !files.empty())
    fields.problem(key, bad->message);
  return files;
}

void read_groups(Fields& editor, internal::Editor& out) {
  editor.each("groups", groups_max, [&](Fields& entry) {
    internal::Group group;
    read_one_group(entry, out, group);
    *out.add_groups() = std::move(group);
  });
}

void read_group(Fields& test, const internal::Editor& editor, internal::Test& out) {
  const bool weighed = test.has("weight");
  out.set_weight(test.number("weight", 0, 1000, 1));
  if (test.has("group")) {
    out.set_group(test.name("group"));
    if (!out.group().empty() && !find_group(editor, out.group()))
      test.problem("group", fmt::format("\"{}\" is none of the editor's groups", out.group()));
    check_order(test, editor, out.group());
  } else if (!editor.groups().empty()) {
    test.problem("group", "is missing: where there are groups, each test is in one");
  }
  if (weighed && !editor.groups().empty())
    test.problem("weight", "stands beside groups: all tests of a group weigh the same");
}

void check_groups(const Fields& fields, const internal::Editor& editor) {
  for (const auto& group : editor.groups())
    if (std::ranges::find(editor.tests(), group.key(), &internal::Test::group) ==
        editor.tests().end())
      fields.problem("groups", fmt::format("\"{}\" has no tests", group.key()));
}

void read_programs(Fields& editor,
                   const Folder& folder,
                   const std::string& dir,
                   internal::Editor& out) {
  const char* first = nullptr;
  for (const char* key : {"compare", "checker", "interactor"}) {
    if (!editor.has(key)) continue;
    if (first) editor.problem(key, fmt::format("stands beside \"{}\": one of them, please", first));
    if (!first) first = key;
  }
  editor.below("checker", [&](Fields& entry) {
    out.mutable_compare()->set_mode("checker");
    read_program(entry, folder, dir, *out.mutable_compare()->mutable_checker());
  });
  editor.below("interactor",
               [&](Fields& entry) { read_program(entry, folder, dir, *out.mutable_interactor()); });
}

}  // namespace lyceum::learning
