#include "base/id.h"
#include "base/idempotency.h"
#include "services/learning/answers.h"
#include "services/learning/learning.h"
#include "services/learning/rules.h"

namespace lyceum::learning {
namespace {

// Without its answer and results.
api::Submission show(const SubmissionRow& row) {
  api::Submission shown;
  shown.set_id(row.id);
  shown.set_component_id(row.component_id);
  shown.set_content_id(row.content_id);
  shown.set_content_version(static_cast<int>(row.version));
  shown.set_status(row.status);
  shown.set_score(row.score);
  shown.set_points(static_cast<int>(row.points));
  shown.set_language(row.language);
  shown.set_validator_count(static_cast<int>(row.validator_count));
  shown.set_created_at(row.created_at);
  if (row.judged()) shown.set_judged_at(row.judged_at);
  return shown;
}

void show_results(std::map<int, api::ValidatorResult> results,
                  const internal::Component& component,
                  api::Submission& shown) {
  for (auto& [position, result] : results) {
    rules::complete(result, component, position);
    *shown.add_results() = std::move(result);
  }
}

}  // namespace

Task<Result<api::SubmitResponse>> Learning::submit(Call call, api::SubmitRequest request) {
  const auto answer = answer_of(request);
  SubmissionRow row;
  row.id = ids_.next();
  row.user_id = call.user_id();
  row.component_id = request.component_id();
  row.language = request.language();
  row.answer = answer.SerializeAsString();
  row.trace_id = call.trace().trace_id;
  row.span_id = call.trace().span_id;
  row.created_at = clock_.now_ms();
  row.status = "QUEUED";
  co_return co_await db_.write([&](Tx& tx) -> Result<api::SubmitResponse> {
    TRY(auto earlier, idempotency::find<api::SubmitResponse>(tx, call, "Submit", request));
    if (earlier) return *std::move(earlier);
    TRY(const auto component, target(tx, request.component_id()));
    TRY_VOID(rules::check_answer(*component.component, row.language, answer));
    TRY(const auto unfinished, store::unfinished_of(tx, row.user_id));
    if (unfinished >= config_.in_flight_max)
      return fail(Error{Code::resource_exhausted,
                        "submissions_in_flight",
                        "wait until your other submissions are judged",
                        {},
                        1000});
    row.content_id = component.content_id;
    row.version = component.version_number;
    row.validator_count = rules::validator_count(*component.component);
    TRY_VOID(store::insert_submission(tx, row));
    TRY_VOID(store::touch(tx, row.user_id, row.content_id, row.created_at));
    api::SubmitResponse response;
    response.set_id(row.id);
    response.set_status(row.status);
    TRY_VOID(idempotency::keep(tx, call, "Submit", request, response, row.created_at));
    tx.after_commit([this] { judge_.wake(); });
    return response;
  });
}

Task<Result<api::ListSubmissionsResponse>> Learning::list_submissions(
    Call call, api::ListSubmissionsRequest request) {
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
  if (!request.page_token().empty()) {
    const auto id = parse_id(request.page_token());
    if (!id)
      co_return bad_field("page_token", "bad_page_token", "is not a page token of this list");
    before = *id;
  }
  const int limit = request.limit() > 0 ? request.limit() : 20;
  co_return co_await db_.read([&](Tx& tx) -> Result<api::ListSubmissionsResponse> {
    // Also of a component that is no longer there: its submissions stay.
    TRY_VOID(store::component(tx, request.component_id()));
    TRY(const auto rows, store::submissions_before(tx, call.user_id(), request.component_id(),
                                                   request.passed(), before, limit));
    api::ListSubmissionsResponse page;
    for (const auto& row : rows) *page.add_submissions() = show(row);
    if (std::ssize(rows) == limit) page.set_next_page_token(std::to_string(rows.back().id));
    return page;
  });
}

Task<Result<api::Submission>> Learning::get_submission(Call call,
                                                       api::GetSubmissionRequest request) {
  co_return co_await db_.read(
      [&](Tx& tx) { return own_submission(tx, call, request.submission_id()); });
}

Result<api::Submission> Learning::own_submission(Tx& tx, const Call& call, std::int64_t id) {
  TRY(const auto row, store::submission(tx, id));
  if (row.user_id != call.user_id())
    return fail(Code::not_found, "not_found", "there is no such submission");
  TRY(const auto version, versions_.get(tx, row.content_id, row.version));
  const auto* component = version->submittable(row.component_id);
  internal::Answer answer;
  if (!component || !answer.ParseFromString(row.answer))
    return fail(Code::internal, "unreadable_row", "a submission does not fit its content");
  api::Submission shown = show(row);
  show_answer(std::move(answer), shown);
  if (auto live = row.judged() ? std::nullopt : board_.live(id)) {
    shown.set_status("RUNNING");
    if (live->compile) *shown.mutable_compile() = *live->compile;
    show_results(std::move(live->results), *component, shown);
    return shown;
  }
  if (!row.compile.empty()) shown.mutable_compile()->ParseFromString(row.compile);
  internal::GroupScores groups;
  groups.ParseFromString(row.groups);
  for (auto& group : rules::show_groups(groups, *component)) *shown.add_groups() = std::move(group);
  TRY(const auto rows, store::results(tx, id, row.run));
  std::map<int, api::ValidatorResult> results;
  for (const auto& result : rows)
    results[static_cast<int>(result.position)].ParseFromString(result.result);
  show_results(std::move(results), *component, shown);
  return shown;
}

}  // namespace lyceum::learning
