#pragma once
// What the halves of this service share: the accounts (identity.h), the OpenID provider
// (provider.h) and the web app's side of signing in (app.h).

#include "base/clock.h"
#include "base/cpu.h"
#include "base/db.h"
#include "base/events.h"
#include "base/id.h"
#include "contract/authorization.rpc.h"
#include "contract/identity.rpc.h"
#include "services/identity/config.h"
#include "services/identity/keys.h"
#include "services/identity/seal.h"
#include "services/identity/store.h"
#include "services/identity/throttle.h"
#include "services/identity/touches.h"

namespace lyceum::identity {

namespace api = lyceum::identity::v1;

inline constexpr std::string_view session_cookie = "__Host-ly_sso";  // at the provider
inline constexpr std::string_view page_cookie =
    "__Host-ly_int";  // of who looks at the sign-in page
inline constexpr std::string_view device_cookie = "__Host-ly_dev";  // has signed in before
inline constexpr std::string_view app_session_cookie = "__Host-ly_app";
inline constexpr std::string_view app_flow_cookie = "__Host-ly_flow";

inline constexpr std::string_view access_token_prefix = "ly_at_";
inline constexpr std::string_view api_token_prefix = "ly_pat_";

inline constexpr std::int64_t second_ms = 1000;
inline constexpr std::int64_t minute_ms = 60 * second_ms;
inline constexpr std::int64_t hour_ms = 60 * minute_ms;
inline constexpr std::int64_t day_ms = 24 * hour_ms;

struct Parts {
  Parts(Config config_,
        Db& db_,
        const Clock& clock_,
        Ids& ids_,
        Events& events_,
        Cpu& cpu_,
        authorization::v1::AuthorizationApi& authorization_);

  const Config config;
  Db& db;
  const Clock& clock;
  Ids& ids;
  Events& events;
  Cpu& cpu;
  authorization::v1::AuthorizationApi& authorization;
  const Seal seal;
  Keys keys;
  Throttle throttle;
  Touches touches;

  std::string issuer() const { return config.public_url + "/realms/lyceum"; }

  std::string endpoint(std::string_view name) const {
    return issuer() + "/protocol/openid-connect/" + std::string(name);
  }

  const Client* client(std::string_view id) const;

  bool alive(const store::Session& session) const;  // neither idle too long nor over
  bool alive(const store::AppSession& session) const;

  // What the mails and caches of others must know.
  Result<void> mail(Tx& tx,
                    const Call& call,
                    const store::User& user,
                    std::string_view what,
                    std::initializer_list<std::pair<std::string_view, std::string>> values,
                    std::int64_t drop_after = 0);
  Result<void> opened(Tx& tx, const Call& call, const store::User& user);
  Result<void> revoked(Tx& tx, const Call& call, std::int64_t user_id, const store::Ids& ids);
  Result<void> all_revoked(Tx& tx, const Call& call, std::int64_t user_id);
};

// "Try again in …": too many wrong tries.
std::unexpected<Error> too_many(std::int64_t wait_ms);

}  // namespace lyceum::identity
