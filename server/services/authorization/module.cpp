#include "host/service.h"
#include "services/authorization/authorization.h"

namespace lyceum::authorization {

host::Module module() {
  return host::service<Authorization, Config>("authorization")
      .config(&Config::index_max, "index_max",
              "members and channels of servers that are kept in memory; 100,000 take some 12 MB")
      .migrations(migrations)
      .make([](host::Host& h, Db& db, Config config) {
        return std::make_unique<Authorization>(config, db, h.clock(), h.ids(),
                                               h.events("authorization"));
      })
      .api(api::publish, api::connect_authorization);
}

}  // namespace lyceum::authorization
