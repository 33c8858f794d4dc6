#include "services/learning/answers.h"
#include "services/learning/learning.h"
#include "services/learning/rules.h"

namespace lyceum::learning {

Task<Result<api::Draft>> Learning::get_draft(Call call, api::GetDraftRequest request) {
  co_return co_await db_.read([&](Tx& tx) -> Result<api::Draft> {
    TRY_VOID(target(tx, request.component_id()));
    TRY(const auto row,
        request.language().empty()
            ? store::last_draft(tx, call.user_id(), request.component_id())
            : store::draft(tx, call.user_id(), request.component_id(), request.language()));
    api::Draft draft;
    draft.set_language(row ? row->language : request.language());
    if (!row) return draft;
    draft.set_version(row->version);
    draft.set_saved_at(row->saved_at);
    internal::Answer answer;
    if (!answer.ParseFromString(row->answer))
      return fail(Code::internal, "unreadable_row", "a draft is unreadable");
    show_answer(std::move(answer), draft);
    return draft;
  });
}

Task<Result<api::SaveDraftResponse>> Learning::save_draft(Call call,
                                                          api::SaveDraftRequest request) {
  const auto answer = answer_of(request);
  DraftRow row;
  row.language = request.language();
  row.version = request.base_version() + 1;
  row.answer = answer.SerializeAsString();
  row.saved_at = clock_.now_ms();
  co_return co_await db_.write([&](Tx& tx) -> Result<api::SaveDraftResponse> {
    TRY(const auto component, target(tx, request.component_id()));
    TRY_VOID(rules::check_draft(*component.component, row.language, answer));
    TRY(const bool saved,
        store::save_draft(tx, call.user_id(), request.component_id(), request.base_version(), row));
    api::SaveDraftResponse response;
    response.set_version(row.version);
    response.set_saved_at(row.saved_at);
    if (saved) {
      TRY_VOID(store::touch(tx, call.user_id(), component.content_id, row.saved_at));
      return response;
    }
    // A client that lost our answer sends the same again: that is no conflict with itself.
    TRY(const auto there,
        store::draft(tx, call.user_id(), request.component_id(), request.language()));
    if (!there || there->answer != row.answer)
      return fail(Code::aborted, "draft_conflict",
                  "the draft was changed elsewhere in the meantime");
    response.set_version(there->version);
    response.set_saved_at(there->saved_at);
    return response;
  });
}

}  // namespace lyceum::learning
