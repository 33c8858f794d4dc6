#include "host/service.h"
#include "services/messages/messages.h"

namespace lyceum::messages {

host::Module module() {
  return host::service<Messages, Config>("messages")
      .needs("authorization", "account")
      .config(&Config::throttle_count, "throttle_count",
              "messages that a user may send in throttle_window_ms; 0: no limit")
      .config(&Config::throttle_window_ms, "throttle_window_ms", "window of throttle_count, ms")
      .config(&Config::people_max, "people_max", "authors whose names are remembered")
      .migrations(migrations)
      .on(&Messages::on_channel_created)
      .on(&Messages::on_person_changed)
      .make([](host::Host& host, Db& db, Config config) {
        return std::make_unique<Messages>(config, db, host.clock(), host.ids(),
                                          host.events("messages"),
                                          host.get<authorization::v1::AuthorizationApi>(),
                                          host.get<account::v1::AccountApi>(), host.metrics());
      })
      .api(api::publish, api::connect_messages);
}

}  // namespace lyceum::messages
