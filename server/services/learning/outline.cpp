#include "services/learning/outline.h"

#include <algorithm>

#include "services/learning/text.h"

namespace lyceum::learning {
namespace {

void add_languages(Outline& outline, const ContentRow& content) {
  for (auto id = content.module_id; id != 0; id = outline.modules.at(id).row.parent_id) {
    auto& languages = outline.modules.at(id).languages;
    for (const auto& language : content.languages)
      if (std::ranges::find(languages, language) == languages.end()) languages.push_back(language);
  }
}

void add_module(Outline& outline, ModuleRow row) {
  Outline::Module module;
  module.search = lower(row.title + "\n" + row.summary + "\n" + row.description);
  module.row = std::move(row);
  const auto id = module.row.id;
  outline.modules.emplace(id, std::move(module));
}

Result<OutlinePtr> read_outline(Tx& tx, std::int64_t revision) {
  auto outline = std::make_shared<Outline>();
  outline->revision = revision;
  TRY(auto modules, store::modules(tx));
  TRY(auto contents, store::contents(tx));
  TRY(outline->sample_content_id, store::sample_content(tx));
  std::erase_if(modules, [](const auto& row) { return row.archived_at != 0; });
  std::erase_if(contents, [](const auto& row) { return row.archived_at != 0; });
  for (const auto& row : modules) add_module(*outline, row);
  for (const auto& row : modules) {
    if (row.parent_id == 0)
      outline->tops.push_back(row.id);
    else
      outline->modules.at(row.parent_id).modules.push_back(row.id);
  }
  std::ranges::sort(outline->tops, std::greater{});
  for (auto& row : contents) {
    outline->modules.at(row.module_id).contents.push_back(row.id);
    add_languages(*outline, row);
    const auto id = row.id;
    outline->contents.emplace(id, std::move(row));
  }
  return outline;
}

void collect(const Outline& outline, std::int64_t module_id, std::vector<std::int64_t>& out) {
  const auto& module = outline.modules.at(module_id);
  out.insert(out.end(), module.contents.begin(), module.contents.end());
  for (const auto id : module.modules) collect(outline, id, out);
}

}  // namespace

const Outline::Module* Outline::module(std::int64_t id) const {
  const auto found = modules.find(id);
  return found == modules.end() ? nullptr : &found->second;
}

const ContentRow* Outline::content(std::int64_t id) const {
  const auto found = contents.find(id);
  return found == contents.end() ? nullptr : &found->second;
}

std::vector<std::int64_t> Outline::contents_below(std::int64_t module_id) const {
  std::vector<std::int64_t> all;
  collect(*this, module_id, all);
  return all;
}

std::vector<const Outline::Module*> Outline::way_to(std::int64_t module_id) const {
  std::vector<const Module*> way;
  for (const auto* step = module(module_id); step; step = module(step->row.parent_id))
    way.insert(way.begin(), step);
  return way;
}

Result<OutlinePtr> Outlines::get(Tx& tx) {
  TRY(const auto revision, store::revision(tx));
  {
    const std::scoped_lock lock(mutex_);
    if (current_ && current_->revision == revision) return current_;
  }
  TRY(auto outline, read_outline(tx, revision));
  const std::scoped_lock lock(mutex_);
  if (!current_ || current_->revision < revision) current_ = outline;
  return outline;
}

Standing standing_of(std::vector<ProgressRow> rows) {
  Standing standing;
  for (auto& row : rows) standing.emplace(row.content_id, row);
  return standing;
}

std::string state_of(const Standing& standing, std::int64_t content_id) {
  const auto found = standing.find(content_id);
  if (found == standing.end()) return "new";
  return found->second.passed ? "passed" : "begun";
}

v1::ContentSummary show_content(const ContentRow& content, const Standing& standing) {
  v1::ContentSummary shown;
  shown.set_id(content.id);
  shown.set_key(content.key);
  shown.set_module_id(content.module_id);
  shown.set_title(content.title);
  shown.set_summary(content.summary);
  shown.set_kind(content.kind);
  shown.set_difficulty(content.difficulty);
  shown.set_minutes(static_cast<int>(content.minutes));
  shown.set_points(static_cast<int>(content.points));
  shown.set_state(state_of(standing, content.id));
  return shown;
}

v1::Module show_module(const Outline& outline,
                       const Outline::Module& module,
                       const Standing& standing,
                       bool below) {
  v1::Module shown;
  shown.set_id(module.row.id);
  shown.set_key(module.row.key);
  if (module.row.parent_id != 0) shown.set_parent_id(module.row.parent_id);
  shown.set_title(module.row.title);
  shown.set_summary(module.row.summary);
  shown.set_description(module.row.description);
  shown.set_difficulty(module.row.difficulty);
  for (const auto& tag : module.row.tags) shown.add_tags(tag);
  for (const auto& language : module.languages) shown.add_languages(language);
  bool begun = false;
  for (const auto id : outline.contents_below(module.row.id)) {
    const auto& content = outline.contents.at(id);
    shown.set_content_count(shown.content_count() + 1);
    shown.set_points(shown.points() + static_cast<int>(content.points));
    shown.set_minutes(shown.minutes() + static_cast<int>(content.minutes));
    const auto done = standing.find(id);
    if (done == standing.end()) continue;
    begun = true;
    shown.set_points_earned(shown.points_earned() + static_cast<int>(done->second.points));
    if (done->second.passed) shown.set_passed_count(shown.passed_count() + 1);
  }
  const bool passed = begun && shown.passed_count() == shown.content_count();
  shown.set_state(passed ? "passed" : begun ? "begun" : "new");
  if (!below) return shown;
  for (const auto id : module.contents)
    *shown.add_contents() = show_content(outline.contents.at(id), standing);
  for (const auto id : module.modules)
    *shown.add_modules() = show_module(outline, outline.modules.at(id), standing, true);
  return shown;
}

}  // namespace lyceum::learning
