#include "base/crypto.h"
#include "services/identity/identity.h"
#include "services/identity/rules.h"

namespace lyceum::identity {
namespace {

// How long the edge may go on without asking again.
constexpr std::int64_t valid_ms = minute_ms;

std::unexpected<Error> nobody() {
  return fail(Code::unauthenticated, "credentials_invalid", "sign in again");
}

// Scopes of OpenID are about the ID token; those for our API are asked for as "api:learn".
std::vector<std::string> api_scopes_of(const std::string& scope) {
  std::vector<std::string> scopes;
  for (const auto& word : rules::split(scope, ' '))
    if (word.starts_with("api:")) scopes.push_back(word.substr(4));
  return scopes;
}

}  // namespace

Task<Result<std::vector<std::string>>> Identity::roles_of(Call call, std::int64_t user_id) {
  authorization::v1::ListRolesRequest question;
  question.set_user_id(user_id);
  CO_TRY(const auto answer, co_await parts_.authorization.list_roles(Call::of_service(call.trace()),
                                                                     std::move(question)));
  co_return std::vector<std::string>{answer.roles().begin(), answer.roles().end()};
}

Task<Result<api::AuthenticateResponse>> Identity::authenticate(Call call,
                                                               api::AuthenticateRequest request) {
  const bool by_session = !request.session().empty();
  const bool by_access_token = !by_session && request.bearer().starts_with(access_token_prefix);
  if (by_session ? !request.bearer().empty()
                 : !by_access_token && !request.bearer().starts_with(api_token_prefix))
    co_return nobody();
  const std::string hash = sha256_hex(by_session ? request.session() : request.bearer());
  CO_TRY(const auto found, co_await parts_.db.read([&](Tx& tx) {
    return by_session        ? store::app_session_credential(tx, hash)
           : by_access_token ? store::access_token_credential(tx, hash)
                             : store::api_token_credential(tx, hash);
  }));
  if (!found) co_return nobody();
  const auto now = parts_.clock.now_ms();
  std::int64_t until = now + valid_ms;
  if (found->expires_at != 0) until = std::min(until, found->expires_at);
  if (by_session)
    until = std::min(until, found->seen_at + parts_.config.app_session_idle_hours * hour_ms);
  if (until <= now) co_return nobody();

  api::AuthenticateResponse response;
  CO_TRY(const auto roles, co_await roles_of(call, found->user_id));
  response.set_user_id(found->user_id);
  response.set_credential_id(found->id);
  response.set_session(by_session);
  response.set_valid_until(until);
  for (const auto& role : roles) response.add_roles(role);
  for (auto& scope :
       by_access_token ? api_scopes_of(found->scopes) : rules::split(found->scopes, ' ')) {
    // Who is administrator no more keeps the token, not the right.
    if (scope != "admin" || response.session() || rules::among(roles, rules::administrator))
      response.add_scopes(std::move(scope));
  }
  if (by_session)
    parts_.touches.note(store::Kind::app_session, found->id, found->seen_at, now);
  else if (!by_access_token)
    parts_.touches.note(store::Kind::api_token, found->id, found->seen_at, now);
  co_return response;
}

Task<Result<api::FilterCredentialsResponse>> Identity::filter_credentials(
    Call call, api::FilterCredentialsRequest request) {
  if (!call.is_service())
    co_return fail(Code::permission_denied, "service_only", "only services may ask this");
  const auto now = parts_.clock.now_ms();
  const auto seen_since = now - parts_.config.app_session_idle_hours * hour_ms;
  co_return co_await parts_.db.read_long([&](Tx& tx) -> Result<api::FilterCredentialsResponse> {
    api::FilterCredentialsResponse response;
    for (const auto id : request.credential_ids()) {
      TRY(const bool holds, store::credential_holds(tx, id, now, seen_since));
      if (holds) response.add_credential_ids(id);
    }
    return response;
  });
}

}  // namespace lyceum::identity
