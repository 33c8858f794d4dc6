#include "host/json.h"
#include "host/service.h"
#include "services/realtime/realtime.h"

namespace lyceum::realtime {
namespace {

std::vector<boost::asio::any_io_executor> loops(host::Host& host) {
  std::vector<boost::asio::any_io_executor> all;
  for (std::size_t i = 0; i < host.loop_count(); ++i) all.emplace_back(host.loop(i).get_executor());
  return all;
}

}  // namespace

host::Module module() {
  return host::service<Realtime, Config>("realtime")
      .needs("identity", "messages", "servers")
      .config(&Config::heartbeat_interval_ms, "heartbeat_interval_ms",
              "how often clients show that they are there")
      .config(&Config::identify_timeout_ms, "identify_timeout_ms",
              "how long a client may take to identify or resume")
      .config(&Config::resume_ms, "resume_ms",
              "how long a session waits for its client to come back")
      .config(&Config::replay_events, "replay_events",
              "events of a session that are kept to be sent again")
      .config(&Config::replay_bytes, "replay_bytes", "bytes of these events at most")
      .config(&Config::client_messages, "client_messages",
              "messages a minute that a client may send")
      .config(&Config::gap_ms, "gap_ms",
              "how long a missing message is waited for before it is asked for")
      .config(&Config::early_max, "early_max", "messages of a channel that are held meanwhile")
      .config(&Config::check_ms, "check_ms",
              "how often identity is asked whether the sign-ins of connections still hold")
      .config(&Config::drain_ms, "drain_ms",
              "at the end: from telling clients to reconnect to closing; below 2000")
      .on(&Realtime::on_message_created)
      .on(&Realtime::on_message_edited)
      .on(&Realtime::on_message_deleted)
      .on(&Realtime::on_channel_read)
      .on(&Realtime::on_channel_created)
      .on(&Realtime::on_member_joined)
      .on(&Realtime::on_member_left)
      .on(&Realtime::on_permissions_changed)
      .on(&Realtime::on_credentials_revoked)
      .on_missed(&Realtime::on_events_missed)
      .make([](host::Host& host, Config config) {
        auto made = std::make_unique<Realtime>(
            config, host.clock(), host.get<identity::v1::IdentityApi>(),
            host.get<servers::v1::ServersApi>(), host.get<messages::v1::MessagesApi>(),
            host.metrics(), host::to_json, loops(host));
        host.serve_sockets(made->door());
        return made;
      })
      .background([](host::Host&, Realtime& realtime) -> std::shared_ptr<void> {
        return {nullptr, [&realtime](void*) { realtime.stop(); }};
      })
      .api(api::publish, api::connect_realtime);
}

}  // namespace lyceum::realtime
