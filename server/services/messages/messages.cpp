#include "services/messages/messages.h"

#include "services/messages/store.h"

namespace lyceum::messages {

bool permits(std::int64_t permissions, authorization::v1::Permission needed) {
  return (permissions & (authorization::v1::ADMINISTRATOR | needed)) != 0;
}

Result<void> only_services(const Call& call) {
  if (call.is_service()) return {};
  return fail(Code::permission_denied, "service_only", "only services may ask this");
}

Messages::Messages(Config config,
                   Db& db,
                   const Clock& clock,
                   Ids& ids,
                   Events& events,
                   authorization::v1::AuthorizationApi& authorization,
                   account::v1::AccountApi& account,
                   metrics::Registry& metrics)
    : db_(db),
      clock_(clock),
      ids_(ids),
      events_(events),
      authorization_(authorization),
      people_(clock, account, static_cast<std::size_t>(std::max(config.people_max, 0))),
      throttle_(clock, config.throttle_count, config.throttle_window_ms),
      throttled_(metrics.counter("messages_throttled_total", "messages refused as too many")) {}

Task<Result<std::int64_t>> Messages::permissions(Call call, std::int64_t channel_id) {
  authorization::v1::GetPermissionsRequest request;
  request.set_user_id(call.user_id());
  request.set_channel_id(channel_id);
  CO_TRY(const auto answer, co_await authorization_.get_permissions(Call::of_service(call.trace()),
                                                                    std::move(request)));
  if (!permits(answer.permissions(), authorization::v1::VIEW_CHANNEL))
    co_return fail(Code::not_found, "no_such_channel", "there is no such channel");
  co_return answer.permissions();
}

Task<Result<Messages::Found>> Messages::find(Call call, std::int64_t message_id) {
  CO_TRY(auto message,
         co_await db_.read([&](Tx& tx) { return store::message_by_id(tx, message_id); }));
  const auto allowed = co_await permissions(call, message.channel_id());
  if (!allowed && allowed.error().code == Code::not_found)
    co_return fail(Code::not_found, "no_such_message", "there is no such message");
  if (!allowed) co_return fail(allowed.error());
  co_return Found{std::move(message), *allowed};
}

Task<Result<std::vector<api::Message>>> Messages::with_authors(Call call,
                                                               std::vector<api::Message> messages) {
  std::vector<std::int64_t> authors;
  for (const auto& message : messages) authors.push_back(message.author().id());
  std::ranges::sort(authors);
  authors.erase(std::ranges::unique(authors).begin(), authors.end());
  CO_TRY(const auto people, co_await people_.find(std::move(call), std::move(authors)));
  for (auto& message : messages) *message.mutable_author() = people.at(message.author().id());
  co_return messages;
}

Task<Result<api::Message>> Messages::with_author(Call call, api::Message message) {
  CO_TRY(*message.mutable_author(),
         co_await people_.find_one(std::move(call), message.author().id()));
  co_return message;
}

Result<void> Messages::on_channel_created(Tx& tx,
                                          const Call& /*call*/,
                                          const servers::v1::ChannelCreated& event) {
  if (event.channel().type() != "category") return {};
  return store::close_to_messages(tx, event.channel().id());
}

Result<void> Messages::on_person_changed(Tx& /*tx*/,
                                         const Call& /*call*/,
                                         const account::v1::PersonChanged& event) {
  people_.forget(event.person().id());
  return {};
}

}  // namespace lyceum::messages
