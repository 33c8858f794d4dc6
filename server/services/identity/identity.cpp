#include "services/identity/identity.h"

#include "base/log.h"
#include "services/identity/passwords.h"

namespace lyceum::identity {

Identity::Identity(Config config,
                   Db& db,
                   const Clock& clock,
                   Ids& ids,
                   Events& events,
                   Cpu& cpu,
                   authorization::v1::AuthorizationApi& authorization)
    : parts_(std::move(config), db, clock, ids, events, cpu, authorization),
      provider_(parts_),
      app_(parts_, provider_) {}

Task<Result<lyceum::v1::WebResponse>> Identity::provider(Call call,
                                                         lyceum::v1::WebRequest request) {
  co_return co_await provider_.handle(std::move(call), std::move(request));
}

Task<Result<lyceum::v1::WebResponse>> Identity::app(Call call, lyceum::v1::WebRequest request) {
  co_return co_await app_.handle(std::move(call), std::move(request));
}

Task<Result<std::string>> Identity::hash_password(std::string password) {
  const passwords::Cost cost{parts_.config.password_memory_kib, parts_.config.password_passes};
  co_return co_await parts_.cpu.run([&] { return passwords::hash(password, cost); });
}

Task<bool> Identity::tidy() {
  const auto now = parts_.clock.now_ms();
  const auto touched = parts_.touches.take();
  const auto done = co_await parts_.db.write([&](Tx& tx) -> Result<void> {
    for (const auto& [what, when] : touched)
      TRY_VOID(store::touch(tx, what.first, what.second, when));
    return store::delete_expired(tx, now);
  });
  if (!done) log::warn("identity could not tidy up", {{"reason", done.error().reason}});
  co_return false;
}

}  // namespace lyceum::identity
