#include <algorithm>

#include "base/log.h"
#include "services/learning/learning.h"

namespace lyceum::learning {
namespace {

void add_states(google::protobuf::RepeatedPtrField<api::Component>& components,
                const std::vector<std::int64_t>& begun,
                const std::vector<std::int64_t>& passed) {
  const auto among = [](const std::vector<std::int64_t>& ids, std::int64_t id) {
    return std::ranges::find(ids, id) != ids.end();
  };
  for (auto& component : components) {
    const auto& type = component.type();
    if (type == "editor" || type == "mcq" || type == "quiz")
      component.set_state(among(passed, component.id())  ? "passed"
                          : among(begun, component.id()) ? "begun"
                                                         : "new");
    add_states(*component.mutable_children(), begun, passed);
  }
}

// The modules above it, and what comes before and after it in its course.
void add_place(api::Content& content, const Outline& outline, const ContentRow& row) {
  for (const auto* module : outline.way_to(row.module_id)) {
    auto& crumb = *content.add_crumbs();
    crumb.set_module_id(module->row.id);
    crumb.set_title(module->row.title);
  }
  const auto order = outline.contents_below(row.top_id);
  const auto here = std::ranges::find(order, row.id);
  if (here != order.begin()) content.set_previous_content_id(*std::prev(here));
  if (std::next(here) != order.end()) content.set_next_content_id(*std::next(here));
}

api::Content show(const Version& version, const ContentRow& row) {
  api::Content content = version.shown;
  content.set_id(row.id);
  content.set_key(row.key);
  content.set_module_id(row.module_id);
  content.set_version(static_cast<int>(row.version));
  content.set_title(row.title);
  content.set_summary(row.summary);
  content.set_kind(row.kind);
  content.set_difficulty(row.difficulty);
  content.set_minutes(static_cast<int>(row.minutes));
  content.set_points(static_cast<int>(row.points));
  return content;
}

}  // namespace

Task<Result<api::Content>> Learning::get_content(Call call, api::GetContentRequest request) {
  const std::int64_t user_id = call.user_id();
  CO_TRY(auto content, co_await db_.read([&](Tx& tx) -> Result<api::Content> {
    TRY(const auto outline, outlines_.get(tx));
    const auto* row = outline->content(request.content_id());
    if (!row) return fail(Code::not_found, "not_found", "there is no such content");
    TRY(const auto version, versions_.get(tx, row->id, row->version));
    TRY(const auto progress, store::progress_of(tx, user_id, row->id));
    TRY(const auto begun, store::begun_components(tx, user_id, row->id));
    TRY(const auto passed, store::passed_components(tx, user_id, row->id));
    api::Content shown = show(*version, *row);
    shown.set_state(!progress ? "new" : progress->passed ? "passed" : "begun");
    add_states(*shown.mutable_components(), begun, passed);
    add_place(shown, *outline, *row);
    return shown;
  }));
  if (content.state() != "new") co_return content;
  // Opening it begins it. Somebody who only wants to read is not turned away when that fails.
  const std::int64_t now = clock_.now_ms();
  const auto begun = co_await db_.write(
      [&](Tx& tx) { return store::touch(tx, user_id, request.content_id(), now); });
  if (begun)
    content.set_state("begun");
  else
    log::warn(call, "cannot note that a content was begun", {{"reason", begun.error().reason}});
  co_return content;
}

Task<Result<api::ContentSummary>> Learning::mark_done(Call call, api::MarkDoneRequest request) {
  co_return co_await db_.write([&](Tx& tx) -> Result<api::ContentSummary> {
    TRY(const auto outline, outlines_.get(tx));
    const auto* row = outline->content(request.content_id());
    if (!row) return fail(Code::not_found, "not_found", "there is no such content");
    TRY(const auto version, versions_.get(tx, row->id, row->version));
    if (!version->submittables.empty())
      return fail(Code::failed_precondition, "has_submittables",
                  "this content is passed by answering what it asks");
    const std::int64_t now = clock_.now_ms();
    TRY_VOID(store::touch(tx, call.user_id(), row->id, now));
    TRY_VOID(store::pass_content(tx, call.user_id(), row->id, now));
    TRY(const auto progress, store::progress_of(tx, call.user_id(), row->id));
    return show_content(*row, standing_of({*progress}));
  });
}

Task<Result<Learning::Target>> Learning::sample_target() {
  co_return co_await db_.read([&](Tx& tx) -> Result<Target> {
    TRY(const auto outline, outlines_.get(tx));
    const auto* row = outline->content(outline->sample_content_id);
    if (!row) return fail(Code::not_found, "no_sample", "there is no exercise for guests here");
    Target target{row->id, row->version, nullptr, nullptr};
    TRY(target.version, versions_.get(tx, row->id, row->version));
    for (const auto* component : target.version->submittables)
      if (!target.component && component->type() == "editor") target.component = component;
    if (!target.component)
      return fail(Code::not_found, "no_sample", "there is no exercise for guests here");
    return target;
  });
}

Task<Result<api::Content>> Learning::get_sample(Call, api::GetSampleRequest) {
  CO_TRY(const auto target, co_await sample_target());
  co_return co_await db_.read([&](Tx& tx) -> Result<api::Content> {
    TRY(const auto outline, outlines_.get(tx));
    const auto* row = outline->content(target.content_id);
    if (!row) return fail(Code::not_found, "no_sample", "there is no exercise for guests here");
    api::Content shown = show(*target.version, *row);
    shown.set_state("new");
    add_states(*shown.mutable_components(), {}, {});
    return shown;
  });
}

}  // namespace lyceum::learning
