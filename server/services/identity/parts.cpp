#include "services/identity/parts.h"

#include "contract/mailer.pb.h"
#include "services/identity/rules.h"

namespace lyceum::identity {
namespace {

// The web app is a client of the provider like any other. It has no secret, as its code is public,
// but its proof key (PKCE) never leaves this process.
Config with_web_app(Config config) {
  Client app;
  app.id = "lyceum-web";
  app.redirect_uris = {config.public_url + "/auth/callback"};
  app.post_logout_redirect_uris = {config.public_url + "/"};
  config.clients.insert(config.clients.begin(), std::move(app));
  return config;
}

}  // namespace

Parts::Parts(Config config_,
             Db& db_,
             const Clock& clock_,
             Ids& ids_,
             Events& events_,
             Cpu& cpu_,
             authorization::v1::AuthorizationApi& authorization_)
    : config(with_web_app(std::move(config_))),
      db(db_),
      clock(clock_),
      ids(ids_),
      events(events_),
      cpu(cpu_),
      authorization(authorization_),
      seal(Seal::open(config.key_file)),
      keys(db, clock, cpu, seal, config.rsa_bits),
      throttle(clock, config.throttle) {}

const Client* Parts::client(std::string_view id) const {
  for (const auto& client : config.clients)
    if (client.id == id) return &client;
  return nullptr;
}

bool Parts::alive(const store::Session& session) const {
  const auto now = clock.now_ms();
  return now < session.expires_at &&
         now < session.seen_at + config.session_idle_minutes * minute_ms;
}

bool Parts::alive(const store::AppSession& session) const {
  const auto now = clock.now_ms();
  return now < session.expires_at &&
         now < session.seen_at + config.app_session_idle_hours * hour_ms;
}

Result<void> Parts::mail(Tx& tx,
                         const Call& call,
                         const store::User& user,
                         std::string_view what,
                         std::initializer_list<std::pair<std::string_view, std::string>> values,
                         std::int64_t drop_after) {
  mailer::v1::MailWanted wanted;
  wanted.set_key("identity:" + std::to_string(ids.next()));
  wanted.set_template_(std::string(what));
  wanted.set_to(user.email);
  wanted.set_locale(user.locale);
  wanted.set_drop_after(drop_after);
  (*wanted.mutable_values())["name"] = user.name;
  for (const auto& [name, value] : values) (*wanted.mutable_values())[std::string(name)] = value;
  return events.publish(tx, call, wanted);
}

Result<void> Parts::opened(Tx& tx, const Call& call, const store::User& user) {
  api::UserOpened event;
  event.set_user_id(user.id);
  event.set_email(user.email);
  event.set_name(user.name);
  event.set_locale(user.locale);
  TRY_VOID(events.publish(tx, call, event));
  return mail(tx, call, user, "welcome", {{"link", config.public_url + "/"}});
}

Result<void> Parts::revoked(Tx& tx,
                            const Call& call,
                            std::int64_t user_id,
                            const store::Ids& credentials) {
  if (credentials.empty()) return {};  // an empty list would mean all of them
  api::CredentialsRevoked event;
  event.set_user_id(user_id);
  for (const auto id : credentials) event.add_credential_ids(id);
  return events.publish(tx, call, event);
}

Result<void> Parts::all_revoked(Tx& tx, const Call& call, std::int64_t user_id) {
  api::CredentialsRevoked event;
  event.set_user_id(user_id);
  return events.publish(tx, call, event);
}

std::unexpected<Error> too_many(std::int64_t wait_ms) {
  return std::unexpected(Error{Code::resource_exhausted,
                               "too_many_attempts",
                               "too many attempts; wait a while",
                               {},
                               wait_ms});
}

}  // namespace lyceum::identity
