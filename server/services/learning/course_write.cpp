#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "services/learning/course_folder.h"

namespace lyceum::learning {
namespace {

constexpr std::size_t inline_max = 200;  // longer test data becomes a file

// Writes one folder of the course. Texts are quoted, so that any of them reads back as it was.
class Writer {
 public:
  Writer(std::string dir, std::vector<v1::CourseFile>& files)
      : dir_(std::move(dir)), files_(files) {}

  void module(const CourseModule& module);
  void content(const internal::Tree& tree);

 private:
  void file(const std::string& path, std::string content) {
    auto& made = files_.emplace_back();
    made.set_path(dir_.empty() ? path : dir_ + "/" + path);
    made.set_content(std::move(content));
  }

  void text(const char* key, const std::string& value) {
    yaml_ << YAML::Key << key << YAML::Value << YAML::DoubleQuoted << value;
  }

  void text_if(const char* key, const std::string& value) {
    if (!value.empty()) text(key, value);
  }

  void number(const char* key, double value) { word(key, fmt::format("{}", value)); }

  void word(const char* key, const std::string& value) {
    yaml_ << YAML::Key << key << YAML::Value << value;
  }

  template <class Texts>
  void texts(const char* key, const Texts& values) {
    if (values.begin() == values.end()) return;
    yaml_ << YAML::Key << key << YAML::Value << YAML::BeginSeq;
    for (const auto& value : values) yaml_ << YAML::DoubleQuoted << value;
    yaml_ << YAML::EndSeq;
  }

  // `write` puts out the keys of each element.
  template <class Elements, class Write>
  void list(const char* key, const Elements& elements, Write write) {
    yaml_ << YAML::Key << key << YAML::Value << YAML::BeginSeq;
    for (const auto& element : elements) {
      yaml_ << YAML::BeginMap;
      write(element);
      yaml_ << YAML::EndMap;
    }
    yaml_ << YAML::EndSeq;
  }

  template <class Write>
  void below(const char* key, Write write) {
    yaml_ << YAML::Key << key << YAML::Value << YAML::BeginMap;
    write();
    yaml_ << YAML::EndMap;
  }

  void components(const char* key,
                  const google::protobuf::RepeatedPtrField<internal::Component>& components,
                  const std::string& above);
  void component(const internal::Component& component, const std::string& path);
  void editor(const internal::Editor& editor, const std::string& path);
  void starter(const v1::Starter& starter, const std::string& path);
  void compare(const runner::v1::Compare& compare);
  void program(const std::string& key,
               const runner::v1::Validator& program,
               const std::string& path);
  void group(const internal::Group& group);
  void solutions(const internal::Editor& editor, const std::string& path);
  void test(const internal::Test& test, const std::string& path);
  void data(const char* key,
            const char* file_key,
            const std::string& data,
            const std::string& path);
  void options(const google::protobuf::RepeatedPtrField<internal::Option>& options);
  void quiz(const internal::Quiz& quiz);

  const std::string dir_;
  std::vector<v1::CourseFile>& files_;
  YAML::Emitter yaml_;
};

void Writer::module(const CourseModule& module) {
  yaml_ << YAML::BeginMap;
  text("title", module.title);
  text("summary", module.summary);
  word("difficulty", module.difficulty);
  texts("tags", module.tags);
  std::vector<std::string> contents, modules;
  for (const auto& content : module.contents) contents.push_back(content.key);
  for (const auto& below : module.modules) modules.push_back(below.key);
  texts("contents", contents);
  texts("modules", modules);
  yaml_ << YAML::EndMap;
  file("module.yaml", std::string(yaml_.c_str()) + "\n");
  if (!module.description.empty()) file("module.md", module.description);
}

void Writer::content(const internal::Tree& tree) {
  yaml_ << YAML::BeginMap;
  text("title", tree.title());
  text("summary", tree.summary());
  word("kind", tree.kind());
  word("difficulty", tree.difficulty());
  yaml_ << YAML::Key << "minutes" << YAML::Value << tree.minutes();
  texts("tags", tree.tags());
  if (tree.sample()) word("sample", "true");
  components("components", tree.components(), "");
  yaml_ << YAML::EndMap;
  file("content.yaml", std::string(yaml_.c_str()) + "\n");
}

void Writer::components(const char* key,
                        const google::protobuf::RepeatedPtrField<internal::Component>& components,
                        const std::string& above) {
  list(key, components, [&](const auto& one) { component(one, above + one.key()); });
}

// `path`: keys from the top of the content; the component's files are named by it.
void Writer::component(const internal::Component& component, const std::string& path) {
  const std::string text_file = "text/" + path + ".md";
  text("key", component.key());
  word("type", component.type());
  text_if("title", component.title());
  if (component.points() != 0) yaml_ << YAML::Key << "points" << YAML::Value << component.points();
  if (component.type() == "markdown") {
    text("file", text_file);
    file(text_file, component.markdown());
  } else if (component.type() == "mcq") {
    text("file", text_file);
    file(text_file, component.mcq().question());
    if (component.mcq().multiple()) word("multiple", "true");
    options(component.mcq().options());
    text_if("explanation", component.mcq().explanation());
  } else if (component.type() == "editor") {
    editor(component.editor(), path);
  } else if (component.type() == "quiz") {
    quiz(component.quiz());
  } else {
    components("children", component.children(), path + "/");
  }
  if (component.hints().empty()) return;
  list("hints", component.hints(), [&](const v1::Hint& hint) {
    text("title", hint.title());
    text("text", hint.text());
  });
}

void Writer::editor(const internal::Editor& editor, const std::string& path) {
  list("languages", editor.starters(), [&](const v1::Starter& one) { starter(one, path); });
  if (editor.has_limits()) {
    const auto& limits = editor.limits();
    below("limits", [&] {
      const auto number_if = [&](bool has, const char* key, std::int64_t value) {
        if (has) yaml_ << YAML::Key << key << YAML::Value << value;
      };
      number_if(limits.has_cpu_ms(), "cpu_ms", limits.cpu_ms());
      number_if(limits.has_wall_ms(), "wall_ms", limits.wall_ms());
      number_if(limits.has_memory_bytes(), "memory_bytes", limits.memory_bytes());
      number_if(limits.has_output_bytes(), "output_bytes", limits.output_bytes());
      number_if(limits.has_processes(), "processes", limits.processes());
    });
  }
  if (editor.compare().has_checker())
    program("checker", editor.compare().checker(), path);
  else if (editor.has_compare())
    below("compare", [&] { compare(editor.compare()); });
  if (editor.has_interactor()) program("interactor", editor.interactor(), path);
  if (!editor.groups().empty())
    list("groups", editor.groups(), [&](const internal::Group& one) { group(one); });
  list("tests", editor.tests(), [&](const internal::Test& one) { test(one, path); });
  if (!editor.solutions().empty()) solutions(editor, path);
}

void Writer::compare(const runner::v1::Compare& compare) {
  if (!compare.mode().empty()) word("mode", compare.mode());
  if (compare.case_sensitive()) word("case_sensitive", "true");
  if (compare.has_float_abs()) number("float_abs", compare.float_abs());
  if (compare.has_float_rel()) number("float_rel", compare.float_rel());
}

void Writer::program(const std::string& key,
                     const runner::v1::Validator& program,
                     const std::string& path) {
  const std::string folder = key + "/" + path;
  below(key.c_str(), [&] {
    text("language", program.language());
    text("files", folder);
    text_if("entry", program.entry());
    texts("arguments", program.arguments());
  });
  for (const auto& one : program.files()) file(folder + "/" + one.path(), one.content());
}

void Writer::group(const internal::Group& group) {
  text("key", group.key());
  text("name", group.name());
  number("max_score", group.max_score());
  if (!group.aggregation().empty()) word("aggregation", group.aggregation());
  texts("require_pass", group.require_pass());
}

void Writer::solutions(const internal::Editor& editor, const std::string& path) {
  int index = 0;
  list("solutions", editor.solutions(), [&](const internal::Solution& solution) {
    const std::string folder =
        fmt::format("solutions/{}/{}-{}", path, ++index, solution.language());
    text("language", solution.language());
    text("files", folder);
    word("expect", solution.expect());
    if (solution.has_score()) number("score", solution.score());
    for (const auto& one : solution.files()) file(folder + "/" + one.path(), one.content());
  });
}

void Writer::starter(const v1::Starter& starter, const std::string& path) {
  const std::string folder = "starter/" + path + "/" + starter.language();
  std::vector<std::string> readonly;
  text("language", starter.language());
  text("starter", folder);
  text_if("entry", starter.entry());
  for (const auto& one : starter.files()) {
    file(folder + "/" + one.path(), one.content());
    if (one.readonly()) readonly.push_back(one.path());
  }
  texts("readonly", readonly);
}

void Writer::test(const internal::Test& test, const std::string& path) {
  const std::string name = "tests/" + path + "/" + test.key();
  text("key", test.key());
  text("name", test.name());
  word("visible", test.visible() ? "true" : "false");
  data("stdin", "in", test.stdin(), name + ".in");
  data("expected", "out", test.expected(), name + ".out");
  text_if("group", test.group());
  if (test.weight() != 1) number("weight", test.weight());
  text_if("hint", test.hint());
}

void Writer::data(const char* key,
                  const char* file_key,
                  const std::string& data,
                  const std::string& path) {
  if (data.size() <= inline_max) return text(key, data);
  text(file_key, path);
  file(path, data);
}

void Writer::options(const google::protobuf::RepeatedPtrField<internal::Option>& options) {
  list("options", options, [&](const internal::Option& option) {
    text("id", option.id());
    text("text", option.text());
    if (option.right()) word("right", "true");
  });
}

void Writer::quiz(const internal::Quiz& quiz) {
  number("pass", quiz.pass());
  list("questions", quiz.questions(), [&](const internal::Question& question) {
    text("id", question.id());
    text("prompt", question.prompt());
    word("kind", question.kind());
    if (!question.options().empty()) options(question.options());
    texts("answers", question.answers());
    if (question.kind() != "number") return;
    number("number", question.number());
    if (question.tolerance() != 0) number("tolerance", question.tolerance());
  });
}

void write_module(const CourseModule& module,
                  const std::string& dir,
                  std::vector<v1::CourseFile>& files) {
  const auto below = [&](const std::string& key) { return dir.empty() ? key : dir + "/" + key; };
  Writer(dir, files).module(module);
  for (const auto& content : module.contents)
    Writer(below(content.key), files).content(content.tree);
  for (const auto& one : module.modules) write_module(one, below(one.key), files);
}

}  // namespace

std::vector<v1::CourseFile> write_course(const CourseModule& course) {
  std::vector<v1::CourseFile> files;
  write_module(course, "", files);
  return files;
}

}  // namespace lyceum::learning
