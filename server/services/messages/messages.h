#pragma once
// What is said in channels. Who may see and say it is authorization's to know, who said it
// account's.

#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/db.h"
#include "base/events.h"
#include "base/id.h"
#include "base/metrics.h"
#include "base/migration.h"
#include "contract/account.rpc.h"
#include "contract/authorization.rpc.h"
#include "contract/messages.rpc.h"
#include "contract/servers.pb.h"
#include "services/messages/people.h"
#include "services/messages/throttle.h"

namespace lyceum::messages {

namespace api = lyceum::messages::v1;

struct Config {
  int throttle_count = 10;  // messages of a user in the window; 0: no limit
  int throttle_window_ms = 10'000;
  int people_max = 10'000;  // authors that are remembered
};

const std::vector<Migration>& migrations();

class Messages final : public api::MessagesApi {
 public:
  Messages(Config config,
           Db& db,
           const Clock& clock,
           Ids& ids,
           Events& events,
           authorization::v1::AuthorizationApi& authorization,
           account::v1::AccountApi& account,
           metrics::Registry& metrics);

  Task<Result<api::Message>> send_message(Call call, api::SendMessageRequest request) override;

  Task<Result<api::ListMessagesResponse>> list_messages(Call call,
                                                        api::ListMessagesRequest request) override;
  Task<Result<api::Message>> get_message(Call call, api::GetMessageRequest request) override;
  Task<Result<api::ListFromResponse>> list_from(Call call, api::ListFromRequest request) override;

  Task<Result<api::Message>> edit_message(Call call, api::EditMessageRequest request) override;
  Task<Result<lyceum::v1::Empty>> delete_message(Call call,
                                                 api::DeleteMessageRequest request) override;

  Task<Result<api::ReadState>> mark_read(Call call, api::MarkReadRequest request) override;
  Task<Result<api::ListReadStatesResponse>> list_read_states(
      Call call, api::ListReadStatesRequest request) override;

  Result<void> on_channel_created(Tx& tx,
                                  const Call& call,
                                  const servers::v1::ChannelCreated& event);
  Result<void> on_person_changed(Tx& tx, const Call& call, const account::v1::PersonChanged& event);

 private:
  struct Sent {
    api::Message message;
    bool repeated = false;  // it was sent by an earlier call with the same key
  };

  // Of the caller in a channel; not_found "no_such_channel" for whoever may not view it.
  Task<Result<std::int64_t>> permissions(Call call, std::int64_t channel_id);

  struct Found {
    api::Message message;  // deleted, maybe
    std::int64_t permissions = 0;
  };

  // not_found "no_such_message" for whoever may not view its channel, too.
  Task<Result<Found>> find(Call call, std::int64_t message_id);
  // Puts in who the authors are.
  Task<Result<api::Message>> with_author(Call call, api::Message message);
  Task<Result<std::vector<api::Message>>> with_authors(Call call,
                                                       std::vector<api::Message> messages);

  Result<std::optional<Sent>> earlier(Tx& tx,
                                      const Call& call,
                                      const api::SendMessageRequest& request);
  Result<Sent> insert(Tx& tx,
                      const Call& call,
                      const api::SendMessageRequest& request,
                      const lyceum::v1::Person& author,
                      std::int64_t step);
  Task<Result<Sent>> write(Call call, api::SendMessageRequest request, lyceum::v1::Person author);

  Db& db_;
  const Clock& clock_;
  Ids& ids_;
  Events& events_;
  authorization::v1::AuthorizationApi& authorization_;
  People people_;
  Throttle throttle_;
  metrics::Counter& throttled_;
};

// Has the mask this bit, or ADMINISTRATOR?
bool permits(std::int64_t permissions, authorization::v1::Permission needed);
// permission_denied "service_only" for people.
Result<void> only_services(const Call& call);

}  // namespace lyceum::messages
