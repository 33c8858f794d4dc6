#include "host/service.h"
#include "services/authorization/authorization.h"

namespace lyceum::authorization {
namespace {

struct Config {};

}  // namespace

host::Module module() {
  return host::service<Authorization, Config>("authorization")
      .migrations(migrations)
      .make([](host::Host& h, Db& db, Config) {
        return std::make_unique<Authorization>(db, h.clock(), h.ids(), h.events("authorization"));
      })
      .api(api::publish, api::connect_authorization);
}

}  // namespace lyceum::authorization
