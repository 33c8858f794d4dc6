#include "services/messages/messages.h"
#include "services/messages/rules.h"
#include "services/messages/store.h"

namespace lyceum::messages {
namespace {

std::unexpected<Error> no_such_message() {
  return fail(Code::not_found, "no_such_message", "there is no such message");
}

}  // namespace

// Who may not send any more may not say something else in an old message either.
Task<Result<api::Message>> Messages::edit_message(Call call, api::EditMessageRequest request) {
  CO_TRY_VOID(rules::check_content(request.content()));
  CO_TRY(const auto found, co_await find(call, request.message_id()));
  if (found.message.deleted()) co_return no_such_message();
  if (found.message.author().id() != call.user_id())
    co_return fail(Code::permission_denied, "not_the_author", "one edits only one's own messages");
  if (!permits(found.permissions, authorization::v1::SEND_MESSAGES))
    co_return fail(Code::permission_denied, "may_not_send", "one may not send messages here");
  CO_TRY(const auto author, co_await people_.find_one(call, call.user_id()));
  co_return co_await db_.write([&](Tx& tx) -> Result<api::Message> {
    TRY(const bool changed,
        store::edit_message(tx, request.message_id(), request.content(), clock_.now_ms()));
    TRY(auto message, store::message_by_id(tx, request.message_id()));
    if (message.deleted()) return no_such_message();
    *message.mutable_author() = author;
    if (!changed) return message;
    api::MessageEdited event;
    *event.mutable_message() = message;
    TRY_VOID(events_.publish(tx, call, event));
    return message;
  });
}

Task<Result<lyceum::v1::Empty>> Messages::delete_message(Call call,
                                                         api::DeleteMessageRequest request) {
  CO_TRY(const auto found, co_await find(call, request.message_id()));
  const bool own = found.message.author().id() == call.user_id();
  if (!own && !permits(found.permissions, authorization::v1::MANAGE_MESSAGES)) {
    if (found.message.deleted()) co_return no_such_message();
    co_return fail(Code::permission_denied, "not_the_author",
                   "deleting the messages of others needs the permission to manage messages");
  }
  if (found.message.deleted()) co_return lyceum::v1::Empty();
  CO_TRY(const auto author, co_await people_.find_one(call, found.message.author().id()));
  CO_TRY_VOID(co_await db_.write([&](Tx& tx) -> Result<void> {
    TRY(const bool deleted, store::delete_message(tx, request.message_id()));
    if (!deleted) return {};
    api::MessageDeleted event;
    TRY(*event.mutable_message(), store::message_by_id(tx, request.message_id()));
    *event.mutable_message()->mutable_author() = author;
    return events_.publish(tx, call, event);
  }));
  co_return lyceum::v1::Empty();
}

}  // namespace lyceum::messages
