#include <fmt/format.h>
#include <set>

#include "base/text.h"
#include "services/learning/course_judging.h"
#include "services/learning/rules.h"
#include "services/learning/text.h"

namespace lyceum::learning {
namespace {

constexpr int text_max = 256 << 10;          // of one markdown file
constexpr int data_max = 1 << 20;            // of one test's input or output, as the runner has it
constexpr int visible_max = 64 << 10;        // of those that are shown
constexpr std::size_t editor_max = 8 << 20;  // of all tests of one editor
constexpr int containers_deep = 4;

using Components = google::protobuf::RepeatedPtrField<internal::Component>;
using Options = google::protobuf::RepeatedPtrField<internal::Option>;

// Reads what belongs to one component: the keys of its mapping, and the files that these name.
class Reader {
 public:
  Reader(const Folder& folder, std::string dir, int depth, Problems& problems)
      : folder_(folder), dir_(std::move(dir)), depth_(depth), problems_(problems) {}

  void component(Fields& fields, internal::Component& out);

 private:
  std::string file(Fields& fields, std::string_view key, std::string_view named, int max);
  std::string text_or_file(
      Fields& fields, std::string_view text, std::string_view file, int max, bool required);
  void submittable(Fields& fields, internal::Component& out);
  void editor(Fields& fields, internal::Editor& out);
  void language(Fields& fields, v1::Starter& out);
  void limits(Fields& fields, runner::v1::Limits& out);
  void compare(Fields& fields, runner::v1::Compare& out);
  void test(Fields& fields, const internal::Editor& editor, internal::Test& out);
  void solution(Fields& fields, const internal::Editor& editor, internal::Solution& out);
  void mcq(Fields& fields, internal::Mcq& out);
  void options(Fields& fields, Options& out, bool multiple);
  void quiz(Fields& fields, internal::Quiz& out);
  void question(Fields& fields, internal::Question& out);

  const Folder& folder_;
  const std::string dir_;
  const int depth_;
  Problems& problems_;
};

// The content of a file beside content.yaml.
std::string Reader::file(Fields& fields, std::string_view key, std::string_view named, int max) {
  const std::string* content = folder_.find(dir_ + "/" + std::string(named));
  if (!content)
    fields.problem(key, fmt::format("names \"{}\", which is not there", named));
  else if (std::ssize(*content) > max)
    fields.problem(key, fmt::format("\"{}\" is longer than {} bytes", named, max));
  else if (!text::is_utf8(*content))
    fields.problem(key, fmt::format("\"{}\" is not UTF-8", named));
  else
    return *content;
  return {};
}

std::string Reader::text_or_file(
    Fields& fields, std::string_view text, std::string_view file_key, int max, bool required) {
  if (fields.has(text) && fields.has(file_key))
    fields.problem(file_key, fmt::format("stands beside \"{}\": one of them, please", text));
  if (!fields.has(file_key)) {
    if (required && !fields.has(text))
      fields.problem("", fmt::format("must have \"{}\" or \"{}\"", text, file_key));
    return fields.text(text, max, false);
  }
  return file(fields, file_key, fields.text(file_key, 200), max);
}

void Reader::component(Fields& fields, internal::Component& out) {
  out.set_key(fields.name("key"));
  out.set_type(fields.one_of("type", {"markdown", "editor", "mcq", "quiz", "container"}));
  out.set_title(fields.text("title", 200, out.type() == "container"));
  if (out.type() == "markdown") {
    out.set_markdown(text_or_file(fields, "text", "file", text_max, true));
  } else if (out.type() == "container") {
    if (!fields.has("children")) fields.problem("children", "is missing");
    if (depth_ == containers_deep) return fields.problem("children", "containers nest too deeply");
    Reader below(folder_, dir_, depth_ + 1, problems_);
    fields.each("children", 50,
                [&](Fields& child) { below.component(child, *out.add_children()); });
  } else if (!out.type().empty()) {
    submittable(fields, out);
  } else {
    fields.skip_rest();
  }
}

void Reader::submittable(Fields& fields, internal::Component& out) {
  out.set_points(static_cast<int>(fields.integer("points", 0, 1000, 0)));
  if (out.type() == "editor") editor(fields, *out.mutable_editor());
  if (out.type() == "mcq") mcq(fields, *out.mutable_mcq());
  if (out.type() == "quiz") quiz(fields, *out.mutable_quiz());
  fields.each("hints", 20, [&](Fields& hint) {
    auto& made = *out.add_hints();
    made.set_title(hint.text("title", 200));
    made.set_text(hint.text("text", text_max));
  });
}

void Reader::editor(Fields& fields, internal::Editor& out) {
  std::set<std::string> languages, tests;
  if (!fields.has("languages")) fields.problem("languages", "is missing");
  if (!fields.has("tests")) fields.problem("tests", "is missing");
  fields.each("languages", 20, [&](Fields& entry) {
    language(entry, *out.add_starters());
    if (!languages.insert(out.starters().rbegin()->language()).second)
      entry.problem("language", "is listed twice");
  });
  fields.below("limits", [&](Fields& entry) { limits(entry, *out.mutable_limits()); });
  fields.below("compare", [&](Fields& entry) { compare(entry, *out.mutable_compare()); });
  read_programs(fields, folder_, dir_, out);
  read_groups(fields, out);
  std::size_t bytes = 0;
  fields.each("tests", 200, [&](Fields& entry) {
    auto& made = *out.add_tests();
    test(entry, out, made);
    bytes += made.stdin().size() + made.expected().size();
    if (!tests.insert(made.key()).second) entry.problem("key", "is there twice");
  });
  if (fields.has("tests") && out.tests().empty())
    fields.problem("tests", "needs at least one test");
  check_groups(fields, out);
  if (fields.has("languages") && languages.empty())
    fields.problem("languages", "needs at least one");
  if (bytes > editor_max) fields.problem("tests", "together are longer than 8 MiB");
  fields.each("solutions", 50, [&](Fields& entry) { solution(entry, out, *out.add_solutions()); });
}

void Reader::language(Fields& fields, v1::Starter& out) {
  out.set_language(fields.name("language"));
  for (const auto& file : read_files(fields, "starter", folder_, dir_)) {
    auto& made = *out.add_files();
    made.set_path(file.path());
    made.set_content(file.content());
  }
  const auto by_path = [&](const std::string& path) {
    return std::ranges::find(*out.mutable_files(), path, &v1::StarterFile::path);
  };
  for (const auto& path : fields.texts("readonly", 50, 200)) {
    if (const auto found = by_path(path); found != out.mutable_files()->end())
      found->set_readonly(true);
    else
      fields.problem("readonly", fmt::format("\"{}\" is no file of the starter", path));
  }
  out.set_entry(fields.text("entry", 200, false));
  if (!out.entry().empty() && by_path(out.entry()) == out.mutable_files()->end())
    fields.problem("entry", "is no file of the starter");
}

void Reader::limits(Fields& fields, runner::v1::Limits& out) {
  const auto read = [&](std::string_view key, std::int64_t max, auto set) {
    if (fields.has(key)) (out.*set)(fields.integer(key, 1, max, 1));
  };
  read("cpu_ms", 120'000, &runner::v1::Limits::set_cpu_ms);
  read("wall_ms", 300'000, &runner::v1::Limits::set_wall_ms);
  read("memory_bytes", std::int64_t{8} << 30, &runner::v1::Limits::set_memory_bytes);
  read("output_bytes", std::int64_t{64} << 20, &runner::v1::Limits::set_output_bytes);
  read("processes", 1024, &runner::v1::Limits::set_processes);
}

void Reader::compare(Fields& fields, runner::v1::Compare& out) {
  out.set_mode(fields.one_of("mode", {"tokens", "exact", "lines"}, false));
  out.set_case_sensitive(fields.boolean("case_sensitive", false));
  if (fields.has("float_abs")) out.set_float_abs(fields.number("float_abs", 0, 1e18, 0));
  if (fields.has("float_rel")) out.set_float_rel(fields.number("float_rel", 0, 1, 0));
}

void Reader::test(Fields& fields, const internal::Editor& editor, internal::Test& out) {
  out.set_key(fields.name("key"));
  out.set_name(fields.text("name", 200));
  // Not left out by accident: what is visible cannot be hidden again.
  if (!fields.has("visible")) fields.problem("visible", "is missing");
  out.set_visible(fields.boolean("visible", false));
  const int max = out.visible() ? visible_max : data_max;
  out.set_stdin(text_or_file(fields, "stdin", "in", max, false));
  out.set_expected(text_or_file(fields, "expected", "out", max, rules::is_compared(editor)));
  read_group(fields, editor, out);
  out.set_hint(fields.text("hint", 2000, false));
}

void Reader::solution(Fields& fields, const internal::Editor& editor, internal::Solution& out) {
  out.set_language(fields.name("language"));
  if (std::ranges::find(editor.starters(), out.language(), &v1::Starter::language) ==
      editor.starters().end())
    fields.problem("language", "is not among the editor's languages");
  const auto files = read_files(fields, "files", folder_, dir_);
  out.mutable_files()->Assign(files.begin(), files.end());
  out.set_expect(
      fields.one_of("expect", {"AC", "WA", "CE", "TLE", "WTLE", "MLE", "OLE", "RE", "SIG", "SV"}));
  if (!fields.has("score")) return;
  double most = 0;
  for (const auto& group : editor.groups()) most += group.max_score();
  out.set_score(fields.number("score", 0, most, 0));
  if (editor.groups().empty()) fields.problem("score", "needs groups: without them there is none");
}

void Reader::mcq(Fields& fields, internal::Mcq& out) {
  out.set_question(text_or_file(fields, "question", "file", text_max, true));
  out.set_multiple(fields.boolean("multiple", false));
  options(fields, *out.mutable_options(), out.multiple());
  out.set_explanation(fields.text("explanation", text_max, false));
}

void Reader::options(Fields& fields, Options& out, bool multiple) {
  std::set<std::string> ids;
  if (!fields.has("options")) return fields.problem("options", "is missing");
  fields.each("options", 50, [&](Fields& entry) {
    auto& made = *out.Add();
    made.set_id(entry.name("id"));
    made.set_text(entry.text("text", 10'000));
    made.set_right(entry.boolean("right", false));
    if (!ids.insert(made.id()).second) entry.problem("id", "is there twice");
  });
  const auto right = std::ranges::count_if(out, &internal::Option::right);
  if (out.size() < 2) fields.problem("options", "needs two at least");
  if (right == 0) fields.problem("options", "none of them is right");
  if (!multiple && right > 1)
    fields.problem("options", "more than one is right, but only one can be chosen");
}

void Reader::quiz(Fields& fields, internal::Quiz& out) {
  std::set<std::string> ids;
  out.set_pass(fields.number("pass", 0.01, 1, 0.8));
  if (!fields.has("questions")) fields.problem("questions", "is missing");
  fields.each("questions", 100, [&](Fields& entry) {
    auto& made = *out.add_questions();
    question(entry, made);
    if (!ids.insert(made.id()).second) entry.problem("id", "is there twice");
  });
  if (fields.has("questions") && out.questions().empty())
    fields.problem("questions", "needs one at least");
}

void Reader::question(Fields& fields, internal::Question& out) {
  out.set_id(fields.name("id"));
  out.set_prompt(fields.text("prompt", 20'000));
  out.set_kind(fields.one_of("kind", {"single", "multiple", "text", "number"}));
  if (out.kind() == "single" || out.kind() == "multiple")
    options(fields, *out.mutable_options(), out.kind() == "multiple");
  if (out.kind() == "text") {
    for (auto& answer : fields.texts("answers", 50, 2000)) out.add_answers(std::move(answer));
    if (out.answers().empty()) fields.problem("answers", "needs one at least");
  }
  if (out.kind() == "number") {
    if (!fields.has("number")) fields.problem("number", "is missing");
    out.set_number(fields.number("number", -1e300, 1e300, 0));
    out.set_tolerance(fields.number("tolerance", 0, 1e300, 0));
  }
}

int count(const Components& components) {
  int all = components.size();
  for (const auto& component : components) all += count(component.children());
  return all;
}

void check_keys(const Fields& fields, std::string_view key, const Components& components) {
  std::set<std::string> keys;
  for (const auto& component : components) {
    if (!component.key().empty() && !keys.insert(component.key()).second)
      fields.problem(key, fmt::format("two components have the key \"{}\"", component.key()));
    check_keys(fields, key, component.children());
  }
}

}  // namespace

void read_components(Fields& fields,
                     std::string_view key,
                     const Folder& folder,
                     const std::string& dir,
                     Components& components,
                     Problems& problems) {
  Reader reader(folder, dir, 1, problems);
  fields.each(key, 50, [&](Fields& entry) { reader.component(entry, *components.Add()); });
  if (fields.has(key) && components.empty()) fields.problem(key, "needs one at least");
  if (count(components) > 100) fields.problem(key, "has more than 100 components");
  check_keys(fields, key, components);
}

}  // namespace lyceum::learning
