#include "services/realtime/realtime.h"

#include <fmt/format.h>

#include "services/realtime/frames.h"
#include "services/realtime/hub.h"
#include "services/realtime/sequencer.h"

namespace lyceum::realtime {
namespace {

constexpr std::size_t first_frame_max = 4 << 20;  // READY of somebody who is everywhere

template <class Event>
MemberChange change_of(const Event& event) {
  return {event.server_id(), event.user_id(), event.version(), event.member_count()};
}

}  // namespace

Realtime::Realtime(Config config,
                   const Clock& clock,
                   identity::v1::IdentityApi& identity,
                   servers::v1::ServersApi& servers,
                   messages::v1::MessagesApi& messages,
                   metrics::Registry& metrics,
                   Json json,
                   const std::vector<boost::asio::any_io_executor>& loops)
    : gateway_(Gateway::make(
          config, clock, identity, servers, messages, metrics, std::move(json), loops)) {}

Realtime::~Realtime() {
  gateway_->stop();
}

SocketDoor Realtime::door() const {
  SocketDoor door;
  door.path = "/api/v1/gateway";
  door.scope = "talk";
  door.message_max = 4'096;
  door.queue_bytes_max = first_frame_max + static_cast<std::size_t>(gateway_->config.replay_bytes);
  door.queue_messages_max = 2 * static_cast<std::size_t>(gateway_->config.replay_events) + 100;
  door.open = [gateway = gateway_](Call call, std::shared_ptr<Socket> socket) {
    auto& hub = gateway->hub_of(socket->loop());
    return hub.open(std::move(call), std::move(socket));
  };
  return door;
}

Task<Result<api::Statistics>> Realtime::get_statistics(Call /*call*/,
                                                       api::GetStatisticsRequest /*request*/) {
  const auto& counters = gateway_->counters;
  api::Statistics statistics;
  statistics.set_sessions(counters.sessions.value());
  statistics.set_connections(counters.connections.value());
  statistics.set_events(counters.events.value());
  statistics.set_deliveries(counters.deliveries.value());
  statistics.set_slow_closed(counters.slow_closed.value());
  statistics.set_resumed(counters.resumed.value());
  co_return statistics;
}

void Realtime::on_message_created(const Call& /*call*/, const messages::v1::MessageCreated& event) {
  gateway_->sequencer->take(
      [message = event.message()](Sequencer& s) { s.message_created(message); });
}

void Realtime::on_message_edited(const Call& /*call*/, const messages::v1::MessageEdited& event) {
  gateway_->sequencer->take(
      [message = event.message()](Sequencer& s) { s.message_changed(message); });
}

void Realtime::on_message_deleted(const Call& /*call*/, const messages::v1::MessageDeleted& event) {
  gateway_->sequencer->take([message = event.message()](Sequencer& s) {
    auto deleted = message;
    deleted.set_deleted(true);
    s.message_changed(deleted);
  });
}

void Realtime::on_channel_read(const Call& /*call*/, const messages::v1::ChannelRead& event) {
  gateway_->sequencer->take(
      [event](Sequencer& s) { s.channel_read(event.user_id(), event.state()); });
}

void Realtime::on_channel_created(const Call& /*call*/, const servers::v1::ChannelCreated& event) {
  gateway_->sequencer->take(
      [id = event.channel().server_id()](Sequencer& s) { s.structure(id, 0); });
}

void Realtime::on_member_joined(const Call& /*call*/, const servers::v1::MemberJoined& event) {
  gateway_->sequencer->take([event](Sequencer& s) {
    s.member(change_of(event), "SERVER_MEMBER_ADD",
             fmt::format(R"({{"server_id":"{}","user":{{"id":"{}"}},"joined_at":{}}})",
                         event.server_id(), event.user_id(), event.joined_at()));
  });
}

void Realtime::on_member_left(const Call& /*call*/, const servers::v1::MemberLeft& event) {
  gateway_->sequencer->take([event](Sequencer& s) {
    s.member(change_of(event), "SERVER_MEMBER_REMOVE",
             fmt::format(R"({{"server_id":"{}","user":{{"id":"{}"}}}})", event.server_id(),
                         event.user_id()));
  });
}

void Realtime::on_permissions_changed(const Call& /*call*/,
                                      const authorization::v1::PermissionsChanged& event) {
  gateway_->sequencer->take(
      [event](Sequencer& s) { s.structure(event.server_id(), event.user_id()); });
}

void Realtime::on_credentials_revoked(const Call& /*call*/,
                                      const identity::v1::CredentialsRevoked& event) {
  gateway_->sequencer->take([event](Sequencer& s) {
    s.revoked(event.user_id(), {event.credential_ids().begin(), event.credential_ids().end()});
  });
}

void Realtime::on_events_missed() {
  gateway_->sequencer->take([](Sequencer& s) { s.missed(); });
}

}  // namespace lyceum::realtime
