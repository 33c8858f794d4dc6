#include "base/crypto.h"
#include "base/idempotency.h"
#include "base/log.h"
#include "services/identity/identity.h"
#include "services/identity/rules.h"

namespace lyceum::identity {
namespace {

Result<void> of_session(const Call& call) {
  if (!call.signed_in()) return fail(Code::unauthenticated, "sign_in", "sign in first");
  if (!call.info().caller.session)
    return fail(Code::permission_denied, "session_needed",
                "a token cannot make tokens; sign in with a browser");
  return {};
}

api::Token shown(const store::ApiToken& token) {
  api::Token out;
  out.set_id(token.id);
  out.set_name(token.name);
  for (const auto& scope : rules::split(token.scopes, ' ')) out.add_scopes(scope);
  out.set_created_at(token.created_at);
  if (token.expires_at != 0) out.set_expires_at(token.expires_at);
  if (token.used_at != 0) out.set_used_at(token.used_at);
  return out;
}

}  // namespace

Task<Result<api::ListTokensResponse>> Identity::list_tokens(Call call, api::ListTokensRequest) {
  if (!call.signed_in()) co_return fail(Code::unauthenticated, "sign_in", "sign in first");
  CO_TRY(const auto tokens,
         co_await parts_.db.read([&](Tx& tx) { return store::api_tokens_of(tx, call.user_id()); }));
  api::ListTokensResponse response;
  for (const auto& token : tokens) *response.add_tokens() = shown(token);
  co_return response;
}

Task<Result<api::CreateTokenResponse>> Identity::create_token(Call call,
                                                              api::CreateTokenRequest request) {
  CO_TRY_VOID(of_session(call));
  CO_TRY(const auto roles, co_await roles_of(call, call.user_id()));
  CO_TRY(auto scopes,
         rules::token_scopes({request.scopes().begin(), request.scopes().end()}, roles));
  if (request.has_expires_at() && request.expires_at() <= parts_.clock.now_ms())
    co_return bad_field("expires_at", "expires_in_the_past", "that time is over");
  store::ApiToken token;
  token.user_id = call.user_id();
  token.name = request.name();
  token.expires_at = request.expires_at();
  co_return co_await make_token(std::move(call), std::move(token), std::move(scopes),
                                std::move(request));
}

// The answer that a repeated Idempotency-Key gets holds the token, so it is kept sealed.
Task<Result<api::CreateTokenResponse>> Identity::make_token(Call call,
                                                            store::ApiToken token,
                                                            std::vector<std::string> scopes,
                                                            api::CreateTokenRequest request) {
  CO_TRY_VOID(rules::check_name(token.name));
  const std::string secret = new_secret(api_token_prefix);
  token.id = parts_.ids.next();
  token.hash = sha256_hex(secret);
  token.scopes = rules::join(scopes, " ");
  token.created_at = parts_.clock.now_ms();
  const auto session = call.info().caller.session ? call.info().caller.credential_id : 0;
  auto made = co_await parts_.db.write([&](Tx& tx) -> Result<api::CreateTokenResponse> {
    TRY(auto earlier,
        idempotency::find<api::CreateTokenResponse>(tx, call, "CreateToken", request));
    if (earlier) {
      TRY(*earlier->mutable_token(),
          parts_.seal.open(earlier->token(), std::to_string(earlier->id())));
      return *std::move(earlier);
    }
    if (session != 0) {  // may have ended since the edge looked
      TRY(const bool alive, store::has_app_session(tx, session));
      if (!alive) return fail(Code::unauthenticated, "sign_in", "sign in again");
    }
    TRY(const auto existing, store::api_tokens_of(tx, token.user_id));
    if (static_cast<int>(existing.size()) >= parts_.config.api_tokens_max)
      return fail(
          Code::failed_precondition, "too_many_tokens",
          "revoke a token first; there may be " + std::to_string(parts_.config.api_tokens_max));
    TRY_VOID(store::insert_api_token(tx, token));
    api::CreateTokenResponse response;
    response.set_id(token.id);
    for (const auto& scope : scopes) response.add_scopes(scope);
    response.set_token(parts_.seal.close(secret, std::to_string(token.id)));
    TRY_VOID(idempotency::keep(tx, call, "CreateToken", request, response, token.created_at));
    response.set_token(secret);
    return response;
  });
  if (made)
    log::info(call, "api token created", {{"user_id", token.user_id}, {"token_id", made->id()}});
  co_return made;
}

Task<Result<lyceum::v1::Empty>> Identity::revoke_token(Call call, api::RevokeTokenRequest request) {
  if (!call.signed_in()) co_return fail(Code::unauthenticated, "sign_in", "sign in first");
  auto done = co_await parts_.db.write([&](Tx& tx) -> Result<lyceum::v1::Empty> {
    TRY(const bool deleted, store::delete_api_token(tx, call.user_id(), request.token_id()));
    if (!deleted) return fail(Code::not_found, "not_found", "you have no such token");
    TRY_VOID(parts_.revoked(tx, call, call.user_id(), {request.token_id()}));
    return lyceum::v1::Empty{};
  });
  if (done)
    log::info(call, "api token revoked",
              {{"user_id", call.user_id()}, {"token_id", request.token_id()}});
  co_return done;
}

}  // namespace lyceum::identity
