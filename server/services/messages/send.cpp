#include "base/idempotency.h"
#include "services/messages/messages.h"
#include "services/messages/rules.h"
#include "services/messages/store.h"

namespace lyceum::messages {
namespace {

// Another process may have given the id away that lies one above the last; the next try goes
// farther.
constexpr std::int64_t step_max = 1 << 16;
constexpr const char* id_taken = "id_taken";

}  // namespace

// What is kept by its key is where the message is and not what it says: deleting it deletes it.
Result<std::optional<Messages::Sent>> Messages::earlier(Tx& tx,
                                                        const Call& call,
                                                        const api::SendMessageRequest& request) {
  TRY(const auto kept, idempotency::find<api::Message>(tx, call, "SendMessage", request));
  if (!kept) return std::optional<Sent>();
  TRY(auto message, store::message_by_id(tx, kept->id()));
  if (!request.nonce().empty()) message.set_nonce(request.nonce());
  return std::optional(Sent{std::move(message), true});
}

Result<Messages::Sent> Messages::insert(Tx& tx,
                                        const Call& call,
                                        const api::SendMessageRequest& request,
                                        const lyceum::v1::Person& author,
                                        std::int64_t step) {
  TRY(auto before, earlier(tx, call, request));
  if (before) return *std::move(before);
  TRY(const auto place, store::next_place(tx, request.channel_id(), ids_.next(), step));
  if (!place)
    return fail(Code::failed_precondition, "not_a_text_channel", "nothing is said in a category");

  api::MessageCreated event;
  auto& message = *event.mutable_message();
  message.set_id(place->id);
  message.set_channel_id(request.channel_id());
  *message.mutable_author() = author;
  message.set_content(request.content());
  message.set_seq(place->seq);
  message.set_version(1);
  message.set_created_at(clock_.now_ms());
  if (!request.nonce().empty()) message.set_nonce(request.nonce());
  TRY(const bool inserted, store::insert_message(tx, message));
  if (!inserted) return fail(Code::aborted, id_taken, "the id is taken");
  TRY_VOID(events_.publish(tx, call, event));

  api::Message kept;
  kept.set_id(place->id);
  TRY_VOID(idempotency::keep(tx, call, "SendMessage", request, kept, message.created_at()));
  return Sent{std::move(message), false};
}

Task<Result<Messages::Sent>> Messages::write(Call call,
                                             api::SendMessageRequest request,
                                             lyceum::v1::Person author) {
  for (std::int64_t step = 1;; step *= 2) {
    auto sent = co_await db_.write([&](Tx& tx) { return insert(tx, call, request, author, step); });
    if (sent || sent.error().reason != id_taken || step >= step_max) co_return sent;
  }
}

Task<Result<api::Message>> Messages::send_message(Call call, api::SendMessageRequest request) {
  CO_TRY_VOID(rules::check_content(request.content()));
  CO_TRY_VOID(rules::check_nonce(request.nonce()));
  CO_TRY(const auto allowed, co_await permissions(call, request.channel_id()));
  if (!permits(allowed, authorization::v1::SEND_MESSAGES))
    co_return fail(Code::permission_denied, "may_not_send", "one may not send messages here");
  if (!call.idempotency_key().empty()) {
    CO_TRY(auto before, co_await db_.read([&](Tx& tx) { return earlier(tx, call, request); }));
    if (before) co_return co_await with_author(call, std::move(before->message));
  }

  // A service that writes for somebody (the demo) is no flood.
  auto place = call.is_service() ? Throttle::Place() : throttle_.reserve(call.user_id());
  if (!place) {
    throttled_.add();
    co_return fail(std::move(place).error());
  }
  CO_TRY(auto author, co_await people_.find_one(call, call.user_id()));
  CO_TRY(auto sent, co_await write(call, std::move(request), author));
  if (!sent.repeated) place->keep();
  *sent.message.mutable_author() = std::move(author);
  co_return std::move(sent.message);
}

}  // namespace lyceum::messages
