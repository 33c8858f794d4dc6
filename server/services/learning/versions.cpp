#include "services/learning/versions.h"

#include "services/learning/rules.h"
#include "services/learning/store.h"

namespace lyceum::learning {
namespace {

void show_options(const google::protobuf::RepeatedPtrField<internal::Option>& options,
                  google::protobuf::RepeatedPtrField<v1::Option>& out) {
  for (const auto& option : options) {
    auto& shown = *out.Add();
    shown.set_id(option.id());
    shown.set_text(option.text());
  }
}

void show_editor(const internal::Editor& editor, v1::Editor& out) {
  *out.mutable_starters() = editor.starters();
  *out.mutable_limits() = editor.limits();
  out.set_interactive(editor.has_interactor());
  for (const auto& group : editor.groups()) {
    auto& shown = *out.add_groups();
    shown.set_key(group.key());
    shown.set_name(group.name());
    shown.set_max_score(group.max_score());
  }
  for (const auto& test : editor.tests()) {
    auto& shown = *out.add_validators();
    shown.set_id(test.id());
    shown.set_name(test.name());
    shown.set_visible(test.visible());
    if (!test.group().empty()) shown.set_group(test.group());
    if (!test.visible()) continue;
    shown.set_stdin(test.stdin());
    if (rules::is_compared(editor)) shown.set_expected(test.expected());
  }
}

void show_quiz(const internal::Quiz& quiz, v1::Quiz& out) {
  for (const auto& question : quiz.questions()) {
    auto& shown = *out.add_questions();
    shown.set_id(question.id());
    shown.set_prompt(question.prompt());
    shown.set_kind(question.kind());
    show_options(question.options(), *shown.mutable_options());
  }
}

// Field by field, so that a new internal field is not shown by accident.
void show(const internal::Component& component, v1::Component& out) {
  out.set_id(component.id());
  out.set_key(component.key());
  out.set_type(component.type());
  out.set_title(component.title());
  out.set_points(component.points());
  *out.mutable_hints() = component.hints();
  if (component.type() == "markdown") out.set_markdown(component.markdown());
  if (component.type() == "editor") show_editor(component.editor(), *out.mutable_editor());
  if (component.type() == "quiz") show_quiz(component.quiz(), *out.mutable_quiz());
  if (component.type() == "mcq") {
    out.mutable_mcq()->set_question(component.mcq().question());
    out.mutable_mcq()->set_multiple(component.mcq().multiple());
    show_options(component.mcq().options(), *out.mutable_mcq()->mutable_options());
  }
  for (const auto& child : component.children()) show(child, *out.add_children());
}

void collect(const google::protobuf::RepeatedPtrField<internal::Component>& components,
             std::vector<const internal::Component*>& out) {
  for (const auto& component : components) {
    if (rules::is_submittable(component)) out.push_back(&component);
    collect(component.children(), out);
  }
}

}  // namespace

const internal::Component* Version::submittable(std::int64_t component_id) const {
  for (const auto* component : submittables)
    if (component->id() == component_id) return component;
  return nullptr;
}

VersionPtr make_version(internal::Tree tree) {
  auto version = std::make_shared<Version>();
  version->tree = std::move(tree);
  for (const auto& component : version->tree.components())
    show(component, *version->shown.add_components());
  collect(version->tree.components(), version->submittables);
  version->bytes = version->tree.SpaceUsedLong() + version->shown.SpaceUsedLong();
  return version;
}

Versions::Versions(std::size_t bytes_max, metrics::Registry& metrics)
    : bytes_max_(bytes_max),
      misses_(metrics.counter("lyceum_learning_version_misses_total",
                              "Contents that had to be read from the database and parsed")) {}

Result<VersionPtr> Versions::get(Tx& tx, std::int64_t content_id, std::int64_t number) {
  const Key key{content_id, number};
  if (auto found = find(key)) return found;
  misses_.add();
  TRY(const auto bytes, store::version_tree(tx, content_id, number));
  internal::Tree tree;
  if (!tree.ParseFromString(bytes))
    return fail(Code::internal, "unreadable_row", "a content's version is unreadable");
  auto version = make_version(std::move(tree));
  keep(key, version);
  return version;
}

VersionPtr Versions::find(const Key& key) {
  const std::scoped_lock lock(mutex_);
  const auto place = places_.find(key);
  if (place == places_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, place->second);
  return place->second->second;
}

void Versions::keep(const Key& key, const VersionPtr& version) {
  const std::scoped_lock lock(mutex_);
  if (version->bytes > bytes_max_ || places_.contains(key)) return;
  entries_.emplace_front(key, version);
  places_.emplace(key, entries_.begin());
  bytes_ += version->bytes;
  while (bytes_ > bytes_max_) {
    bytes_ -= entries_.back().second->bytes;
    places_.erase(entries_.back().first);
    entries_.pop_back();
  }
}

}  // namespace lyceum::learning
