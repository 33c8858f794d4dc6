#include "host/service.h"
#include "services/account/account.h"

namespace lyceum::account {

host::Module module() {
  return host::service<Account, Config>("account")
      .needs("identity")
      .config(&Config::picture_side_max, "picture_side_max",
              "pixels that a picture may be wide and high")
      .config(&Config::reward_max, "reward_max", "points that one reward may give")
      .migrations(migrations)
      .on(&Account::on_user_opened)
      .on(&Account::on_reward_earned)
      .make([](host::Host& host, Db& db, Config config) {
        return std::make_unique<Account>(config, db, host.clock(), host.ids(),
                                         host.events("account"), host.cpu(), host.blobs("account"),
                                         host.get<identity::v1::IdentityApi>(), host.metrics());
      })
      .api(api::publish, api::connect_account);
}

}  // namespace lyceum::account
