#pragma once
// The live side of Beep: a WebSocket gateway shaped like Discord's. Takes events as they are
// committed, gives each to the sessions that may see it, and lets clients resume. Keeps nothing on
// disk.

#include "base/socket.h"
#include "contract/authorization.pb.h"
#include "contract/realtime.rpc.h"
#include "services/realtime/gateway.h"

namespace lyceum::realtime {

namespace api = lyceum::realtime::v1;

class Realtime final : public api::RealtimeApi {
 public:
  Realtime(Config config,
           const Clock& clock,
           identity::v1::IdentityApi& identity,
           servers::v1::ServersApi& servers,
           messages::v1::MessagesApi& messages,
           metrics::Registry& metrics,
           Json json,
           const std::vector<boost::asio::any_io_executor>& loops);
  ~Realtime() override;
  Realtime(const Realtime&) = delete;
  Realtime& operator=(const Realtime&) = delete;

  // Where the host brings sockets.
  SocketDoor door() const;

  // No service is called after this. Not on a loop.
  void stop() { gateway_->stop(); }

  Task<Result<api::Statistics>> get_statistics(Call call,
                                               api::GetStatisticsRequest request) override;

  void on_message_created(const Call& call, const messages::v1::MessageCreated& event);
  void on_message_edited(const Call& call, const messages::v1::MessageEdited& event);
  void on_message_deleted(const Call& call, const messages::v1::MessageDeleted& event);
  void on_channel_read(const Call& call, const messages::v1::ChannelRead& event);
  void on_channel_created(const Call& call, const servers::v1::ChannelCreated& event);
  void on_member_joined(const Call& call, const servers::v1::MemberJoined& event);
  void on_member_left(const Call& call, const servers::v1::MemberLeft& event);
  void on_permissions_changed(const Call& call, const authorization::v1::PermissionsChanged& event);
  void on_credentials_revoked(const Call& call, const identity::v1::CredentialsRevoked& event);

  // Some of these may not have come: all begin anew.
  void on_events_missed();

 private:
  const std::shared_ptr<Gateway> gateway_;  // shared: with what is posted to the loops
};

}  // namespace lyceum::realtime
