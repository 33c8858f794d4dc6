#include <fmt/format.h>
#include <set>

#include "base/text.h"
#include "services/learning/course_folder.h"
#include "services/learning/rules.h"
#include "services/learning/text.h"

namespace lyceum::learning {
namespace {

constexpr int files_max = 2000;
constexpr std::size_t course_bytes_max = std::size_t{20} << 20;
constexpr int modules_deep = 4;
constexpr int listed_max = 200;

std::string join(const std::string& dir, const std::string& name) {
  return dir.empty() ? name : dir + "/" + name;
}

struct Reading {
  const Folder& folder;
  Problems& problems;
};

// `modules:` or `contents:` of a module: names of folders beside its module.yaml, each once.
std::vector<std::string> listed(Fields& fields, std::string_view key) {
  std::vector<std::string> names = fields.texts(key, listed_max, 64);
  std::set<std::string> seen;
  for (const auto& name : names) {
    if (!is_name(name))
      fields.problem(
          key,
          fmt::format("\"{}\" is no name of a folder: small letters, digits, \"-\", \"_\"", name));
    else if (!seen.insert(name).second)
      fields.problem(key, fmt::format("\"{}\" is listed twice", name));
  }
  std::erase_if(names, [](const auto& name) { return !is_name(name); });
  return names;
}

bool has_type(const google::protobuf::RepeatedPtrField<internal::Component>& components,
              std::string_view type) {
  return std::ranges::any_of(components, [&](const auto& component) {
    return component.type() == type || has_type(component.children(), type);
  });
}

void check_kind(const Fields& fields, const internal::Tree& tree) {
  const std::string needs = tree.kind() == "exercise" ? "editor" : tree.kind();
  if ((needs == "editor" || needs == "mcq" || needs == "quiz") &&
      !has_type(tree.components(), needs))
    fields.problem("kind",
                   fmt::format("is {}, but there is no component of type {}", tree.kind(), needs));
  if (tree.sample() && !has_type(tree.components(), "editor"))
    fields.problem("sample", "needs a component of type editor");
}

CourseContent read_content(const std::string& key, const std::string& dir, const Reading& reading) {
  CourseContent content{key, {}};
  const std::string file = join(dir, "content.yaml");
  const std::string* text = reading.folder.find(file);
  if (!text) {
    reading.problems.add(file, 0, "", "is missing");
    return content;
  }
  auto fields = Fields::parse(file, *text, reading.problems);
  if (!fields) return content;
  auto& tree = content.tree;
  const int before = reading.problems.count();
  tree.set_title(fields->text("title", 200));
  tree.set_summary(fields->text("summary", 500));
  tree.set_kind(fields->one_of("kind", {"lesson", "exercise", "mcq", "quiz"}));
  tree.set_difficulty(fields->one_of("difficulty", {"easy", "medium", "hard"}));
  if (!fields->has("minutes")) fields->problem("minutes", "is missing");
  tree.set_minutes(static_cast<int>(fields->integer("minutes", 1, 600, 1)));
  for (auto& tag : fields->texts("tags", 20, 40)) tree.add_tags(std::move(tag));
  tree.set_sample(fields->boolean("sample", false));
  if (!fields->has("components")) fields->problem("components", "is missing");
  read_components(*fields, "components", reading.folder, dir, *tree.mutable_components(),
                  reading.problems);
  // What is wrong already would only be said twice.
  if (reading.problems.count() == before) check_kind(*fields, tree);
  fields->done();
  return content;
}

CourseModule read_module(const std::string& key,
                         const std::string& dir,
                         int depth,
                         const Reading& reading) {
  CourseModule module;
  module.key = key;
  const std::string file = join(dir, "module.yaml");
  const std::string* text = reading.folder.find(file);
  if (!text) {
    reading.problems.add(file, 0, "", "is missing");
    return module;
  }
  auto fields = Fields::parse(file, *text, reading.problems);
  if (!fields) return module;
  module.title = fields->text("title", 200);
  module.summary = fields->text("summary", 500);
  module.difficulty = fields->one_of("difficulty", {"easy", "medium", "hard"});
  module.tags = fields->texts("tags", 20, 40);
  const auto contents = listed(*fields, "contents");
  const auto modules = listed(*fields, "modules");
  if (contents.empty() && modules.empty())
    fields->problem("", "must list its folders under \"modules\" or \"contents\"");
  fields->done();
  if (const auto* description = reading.folder.find(join(dir, "module.md"))) {
    if (text::is_utf8(*description) && description->size() <= (64 << 10))
      module.description = *description;
    else
      reading.problems.add(join(dir, "module.md"), 0, "", "must be UTF-8 text of at most 64 KiB");
  }
  for (const auto& name : contents)
    module.contents.push_back(read_content(name, join(dir, name), reading));
  if (depth == modules_deep && !modules.empty())
    fields->problem("modules", fmt::format("modules are at most {} deep", modules_deep));
  else
    for (const auto& name : modules)
      module.modules.push_back(read_module(name, join(dir, name), depth + 1, reading));
  return module;
}

int samples(const CourseModule& module) {
  int count = 0;
  for (const auto& content : module.contents) count += content.tree.sample() ? 1 : 0;
  for (const auto& below : module.modules) count += samples(below);
  return count;
}

}  // namespace

Folder::Folder(const google::protobuf::RepeatedPtrField<v1::CourseFile>& files,
               Problems& problems) {
  if (files.size() > files_max) {
    problems.add("", 0, "", fmt::format("a course has at most {} files", files_max));
    return;
  }
  std::size_t bytes = 0;
  for (const auto& file : files) {
    bytes += file.content().size();
    if (!rules::is_safe_path(file.path(), 1000))
      problems.add(file.path(), 0, "",
                   "is no good path: relative, without \"..\" and control characters");
    else if (!files_.emplace(file.path(), &file.content()).second)
      problems.add(file.path(), 0, "", "is there twice");
  }
  if (bytes > course_bytes_max) {
    problems.add("", 0, "", "a course has at most 20 MiB");
    files_.clear();
  }
}

const std::string* Folder::find(const std::string& path) const {
  const auto found = files_.find(path);
  return found == files_.end() ? nullptr : found->second;
}

std::map<std::string, const std::string*> Folder::below(const std::string& folder) const {
  std::map<std::string, const std::string*> found;
  const std::string start = folder + "/";
  for (auto it = files_.lower_bound(start); it != files_.end() && it->first.starts_with(start);
       ++it)
    found.emplace(it->first.substr(start.size()), it->second);
  return found;
}

CourseModule read_course(const std::string& key, const Folder& folder, Problems& problems) {
  if (!is_name(key))
    problems.add("", 0, "key",
                 "the course's folder must be named by small letters, digits, \"-\", \"_\"");
  CourseModule course = read_module(key, "", 1, {folder, problems});
  if (samples(course) > 1)
    problems.add("", 0, "sample", "only one content may be the guests' exercise");
  return course;
}

}  // namespace lyceum::learning
