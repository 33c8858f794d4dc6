#include "services/messages/messages.h"
#include "services/messages/store.h"

namespace lyceum::messages {

Task<Result<api::ReadState>> Messages::mark_read(Call call, api::MarkReadRequest request) {
  CO_TRY_VOID(co_await permissions(call, request.channel_id()));
  bool farther = false;
  const auto look = [&](Tx& tx) -> Result<api::ReadState> {
    TRY(const bool here, store::has_message(tx, request.channel_id(), request.message_id()));
    if (!here) return bad_field("message_id", "no_such_message", "the channel has no such message");
    TRY(auto state, store::read_state(tx, call.user_id(), request.channel_id()));
    farther = state.last_read_id() < request.message_id();
    return state;
  };
  CO_TRY(auto before, co_await db_.read(look));
  if (!farther) co_return before;
  co_return co_await db_.write([&](Tx& tx) -> Result<api::ReadState> {
    TRY(const bool marked,
        store::mark_read(tx, call.user_id(), request.channel_id(), request.message_id()));
    TRY(auto state, store::read_state(tx, call.user_id(), request.channel_id()));
    if (!marked) return state;
    api::ChannelRead event;
    event.set_user_id(call.user_id());
    *event.mutable_state() = state;
    TRY_VOID(events_.publish(tx, call, event));
    return state;
  });
}

Task<Result<api::ListReadStatesResponse>> Messages::list_read_states(
    Call call, api::ListReadStatesRequest request) {
  CO_TRY_VOID(only_services(call));
  co_return co_await db_.read_long([&](Tx& tx) -> Result<api::ListReadStatesResponse> {
    api::ListReadStatesResponse response;
    for (const auto& user : request.users()) {
      auto& found = *response.add_users();
      found.set_user_id(user.user_id());
      for (const auto channel_id : user.channel_ids()) {
        TRY(auto state, store::read_state(tx, user.user_id(), channel_id));
        if (state.last_seq() > 0) *found.add_states() = std::move(state);
      }
    }
    return response;
  });
}

}  // namespace lyceum::messages
