#include "services/learning/course_import.h"

#include <algorithm>

#include "base/crypto.h"

namespace lyceum::learning {
namespace {

using Components = google::protobuf::RepeatedPtrField<internal::Component>;

std::int64_t points_of(const Components& components) {
  std::int64_t points = 0;
  for (const auto& component : components)
    points += component.points() + points_of(component.children());
  return points;
}

void add_languages(const Components& components, std::vector<std::string>& languages) {
  for (const auto& component : components) {
    for (const auto& starter : component.editor().starters())
      if (std::ranges::find(languages, starter.language()) == languages.end())
        languages.push_back(starter.language());
    add_languages(component.children(), languages);
  }
}

// The row where it was, archived or not; else a fresh one.
template <class T>
T take(std::map<std::string, T>& rows, const std::string& path) {
  const auto node = rows.extract(path);
  return node ? std::move(node.mapped()) : T{};
}

// Finds the ids that a content's components and validators have had before, and makes the others.
class IdGiver {
 public:
  IdGiver(Tx& tx, Ids& ids, std::int64_t content_id)
      : tx_(tx), ids_(ids), content_id_(content_id) {}

  Result<void> read() {
    TRY(const auto components, store::components_of(tx_, content_id_));
    TRY(const auto validators, store::validators_of(tx_, content_id_));
    for (const auto& component : components) components_[component.key] = component.id;
    for (const auto& validator : validators)
      validators_[{validator.parent_id, validator.key}] = validator.id;
    return {};
  }

  Result<void> give(Components& components, const std::string& above) {
    for (auto& component : components) {
      const std::string path = above + component.key();
      auto& id = components_[path];
      if (id == 0) {
        id = ids_.next();
        TRY_VOID(store::insert_component(tx_, {id, content_id_, path}));
      }
      component.set_id(id);
      TRY_VOID(give_validators(component));
      TRY_VOID(give(*component.mutable_children(), path + "/"));
    }
    return {};
  }

 private:
  Result<void> give_validators(internal::Component& component) {
    if (component.has_mcq()) {
      TRY(const auto id, validator(component.id(), "mcq"));
      component.mutable_mcq()->set_id(id);
    }
    if (component.has_quiz()) {
      for (auto& question : *component.mutable_quiz()->mutable_questions()) {
        TRY(const auto id, validator(component.id(), question.id()));
        question.set_validator_id(id);
      }
    }
    if (component.has_editor()) {
      for (auto& test : *component.mutable_editor()->mutable_tests()) {
        TRY(const auto id, validator(component.id(), test.key()));
        test.set_id(id);
      }
    }
    return {};
  }

  Result<std::int64_t> validator(std::int64_t component_id, const std::string& key) {
    auto& id = validators_[{component_id, key}];
    if (id == 0) {
      id = ids_.next();
      TRY_VOID(store::insert_validator(tx_, {id, component_id, key}));
    }
    return id;
  }

  Tx& tx_;
  Ids& ids_;
  const std::int64_t content_id_;
  std::map<std::string, std::int64_t> components_;
  std::map<std::pair<std::int64_t, std::string>, std::int64_t> validators_;
};

}  // namespace

Result<void> CourseImport::apply(const CourseModule& course) {
  TRY_VOID(read_existing());
  is_new = !modules_.contains(course.key);
  TRY_VOID(apply_module(course, course.key, 0, 0));
  TRY_VOID(archive_rest());
  return store::raise_revision(tx_);
}

Result<void> CourseImport::read_existing() {
  TRY(auto modules, store::modules(tx_));
  TRY(auto there, store::contents(tx_));
  for (auto& row : modules) modules_.emplace(row.path, std::move(row));
  for (auto& row : there) contents_.emplace(row.path, std::move(row));
  return {};
}

Result<void> CourseImport::apply_module(const CourseModule& module,
                                        const std::string& path,
                                        std::int64_t parent_id,
                                        std::int64_t position) {
  ModuleRow row = take(modules_, path);
  if (row.id == 0) row.id = ids_.next();
  if (parent_id == 0) module_id = row.id;
  row.parent_id = parent_id;
  row.top_id = module_id;
  row.path = path;
  row.key = module.key;
  row.position = position;
  row.title = module.title;
  row.summary = module.summary;
  row.description = module.description;
  row.difficulty = module.difficulty;
  row.tags = module.tags;
  row.archived_at = 0;
  TRY_VOID(store::save_module(tx_, row));
  for (std::size_t i = 0; i < module.contents.size(); ++i)
    TRY_VOID(apply_content(module.contents[i], row, static_cast<std::int64_t>(i)));
  for (std::size_t i = 0; i < module.modules.size(); ++i)
    TRY_VOID(apply_module(module.modules[i], path + "/" + module.modules[i].key, row.id,
                          static_cast<std::int64_t>(i)));
  return {};
}

Result<void> CourseImport::apply_content(const CourseContent& content,
                                         const ModuleRow& module,
                                         std::int64_t position) {
  const auto& tree = content.tree;
  ContentRow row = take(contents_, module.path + "/" + content.key);
  if (row.id == 0) row.id = ids_.next();
  row.module_id = module.id;
  row.top_id = module.top_id;
  row.path = module.path + "/" + content.key;
  row.key = content.key;
  row.position = position;
  row.title = tree.title();
  row.summary = tree.summary();
  row.kind = tree.kind();
  row.difficulty = tree.difficulty();
  row.minutes = tree.minutes();
  row.points = points_of(tree.components());
  row.languages.clear();
  add_languages(tree.components(), row.languages);
  row.archived_at = 0;
  ++contents;
  if (tree.sample()) sample_content_id = row.id;
  return add_version(row, tree);
}

Result<void> CourseImport::add_version(ContentRow& row, const internal::Tree& tree) {
  const std::string sha256 = sha256_hex(tree.SerializeAsString());
  std::string current;
  if (row.version > 0) {
    TRY(current, store::version_sha(tx_, row.id, row.version));
  }
  const bool differs = current != sha256;
  if (differs) ++row.version;
  TRY_VOID(store::save_content(tx_, row));
  if (!differs) return {};
  ++new_versions;
  internal::Tree with_ids = tree;
  IdGiver giver(tx_, ids_, row.id);
  TRY_VOID(giver.read());
  TRY_VOID(giver.give(*with_ids.mutable_components(), ""));
  return store::insert_version(tx_, row.id, row.version, sha256, with_ids.SerializeAsString(),
                               now_ms_);
}

Result<void> CourseImport::archive_rest() {
  for (auto& [path, row] : contents_) {
    if (row.top_id != module_id || row.archived_at != 0) continue;
    row.archived_at = now_ms_;
    TRY_VOID(store::save_content(tx_, row));
  }
  for (auto& [path, row] : modules_) {
    if (row.top_id != module_id || row.archived_at != 0) continue;
    row.archived_at = now_ms_;
    TRY_VOID(store::save_module(tx_, row));
  }
  return {};
}

}  // namespace lyceum::learning
