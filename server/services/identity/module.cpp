#include <chrono>

#include "base/worker.h"
#include "host/service.h"
#include "services/identity/identity.h"

namespace lyceum::identity {

host::Module module() {
  return host::service<Identity, Config>("identity")
      .needs("authorization")
      .config(&Config::key_file, "key_file",
              "key that seals secrets in the database; empty: <data>/identity.key")
      .config(&Config::password_memory_kib, "password_memory_kib", "Argon2id memory, KiB")
      .config(&Config::password_passes, "password_passes", "Argon2id passes")
      .config(&Config::rsa_bits, "rsa_bits", "size of a new key that signs ID tokens")
      .config(&Config::throttle, "throttle", "slow down who guesses passwords")
      .config(&Config::mails_per_address, "mails_per_address",
              "most mails an hour to one address; 0: no limit")
      .config(&Config::mails_per_network, "mails_per_network",
              "most mails an hour asked for from one network; 0: no limit")
      .config(&Config::confirm_hours, "confirm_hours", "life of a confirmation link")
      .config(&Config::reset_minutes, "reset_minutes", "life of a password reset link")
      .config(&Config::flow_minutes, "flow_minutes", "life of an open sign-in page")
      .config(&Config::code_seconds, "code_seconds", "life of an authorization code")
      .config(&Config::access_token_minutes, "access_token_minutes", "life of an access token")
      .config(&Config::session_idle_minutes, "session_idle_minutes",
              "sign-in session: longest pause")
      .config(&Config::session_hours, "session_hours", "sign-in session: longest life")
      .config(&Config::app_session_idle_hours, "app_session_idle_hours",
              "web app session: longest pause")
      .config(&Config::app_session_days, "app_session_days", "web app session: longest life")
      .config(&Config::api_tokens_max, "api_tokens_max", "most API tokens of one user")
      .migrations(migrations)
      .make([](host::Host& h, Db& db, Config config) {
        config.public_url = h.public_url();
        if (config.key_file.empty()) config.key_file = h.settings().data + "/identity.key";
        return std::make_unique<Identity>(std::move(config), db, h.clock(), h.ids(),
                                          h.events("identity"), h.cpu(),
                                          h.get<authorization::v1::AuthorizationApi>());
      })
      .background([](host::Host& h, Identity& identity) -> std::shared_ptr<void> {
        return std::make_shared<Worker>(
            h.next_loop(), [&identity] { return identity.tidy(); }, std::chrono::seconds(30));
      })
      .api(api::publish, api::connect_identity);
}

}  // namespace lyceum::identity
