#include "host/service.h"
#include "services/servers/servers.h"

namespace lyceum::servers {

host::Module module() {
  return host::service<Servers, Config>("servers")
      .needs("authorization", "account")
      .config(&Config::servers_max, "servers_max", "servers that a user may be a member of")
      .config(&Config::channels_max, "channels_max", "channels that a server may have")
      .migrations(migrations)
      .make([](host::Host& host, Db& db, Config config) {
        return std::make_unique<Servers>(
            config, db, host.clock(), host.ids(), host.events("servers"),
            host.get<authorization::v1::AuthorizationApi>(), host.get<account::v1::AccountApi>());
      })
      .api(api::publish, api::connect_servers);
}

}  // namespace lyceum::servers
