#include "base/crypto.h"
#include "base/log.h"
#include "services/identity/provider.h"
#include "services/identity/rules.h"

namespace lyceum::identity {
namespace {

web::Response invalid_client() {
  auto response = oauth_error(401, "invalid_client", "the client is unknown or not authenticated");
  web::add_header(response, "www-authenticate", "Basic realm=\"lyceum\"");
  return response;
}

struct Credentials {
  std::string id, secret;
};

// RFC 6749 §2.3.1: both halves are form-encoded before base64.
std::optional<Credentials> read_basic(std::string_view header) {
  if (rules::email_key(header.substr(0, 6)) != "basic ") return {};
  const auto pair = from_base64(header.substr(6));
  const auto colon = pair ? pair->find(':') : std::string::npos;
  if (colon == std::string::npos) return {};
  auto id = web::form_decode(pair->substr(0, colon));
  auto secret = web::form_decode(pair->substr(colon + 1));
  if (!id || !secret || id->empty()) return {};
  return Credentials{*std::move(id), *std::move(secret)};
}

struct Authenticated {
  const Client* client = nullptr;
  std::optional<web::Response> refused;
};

Authenticated authenticate_client(const Parts& parts,
                                  const web::Request& request,
                                  const web::Form& form) {
  Credentials credentials{form.get("client_id"), form.get("client_secret")};
  const int headers = web::count_headers(request, "authorization");
  if (headers > 0) {
    if (headers > 1 || !credentials.secret.empty())
      return {nullptr, oauth_error(400, "invalid_request", "the client authenticates twice")};
    const auto basic = read_basic(web::header(request, "authorization"));
    if (!basic) return {nullptr, invalid_client()};
    if (!credentials.id.empty() && credentials.id != basic->id)
      return {nullptr, oauth_error(400, "invalid_request", "two different clients are named")};
    credentials = *basic;
  }
  const Client* client = parts.client(credentials.id);
  if (!client) return {nullptr, invalid_client()};
  const bool good = client->secret_hash.empty()
                        ? credentials.secret.empty()
                        : equal_constant_time(sha256_hex(credentials.secret), client->secret_hash);
  if (!good) return {nullptr, invalid_client()};
  return {client, {}};
}

web::Response unauthenticated(std::string_view error) {
  std::string challenge = "Bearer realm=\"lyceum\"";
  if (!error.empty()) challenge += ", error=\"" + std::string(error) + "\"";
  const int status = error == "invalid_request" ? 400 : error == "insufficient_scope" ? 403 : 401;
  auto response =
      error.empty() ? web::text(401, "") : oauth_error(status, error, "see WWW-Authenticate");
  web::add_header(response, "www-authenticate", challenge);
  return response;
}

}  // namespace

Task<Result<web::Response>> Provider::token(Call call, web::Request request) {
  const auto form = parameters(request);
  if (!form) co_return oauth_error(400, "invalid_request", "the form is malformed");
  if (form->any_doubled()) co_return oauth_error(400, "invalid_request", "a parameter comes twice");
  auto [client, refused] = authenticate_client(parts_, request, *form);
  if (refused) co_return *std::move(refused);
  if (form->get("grant_type").empty())
    co_return oauth_error(400, "invalid_request", "grant_type is missing");
  if (form->get("grant_type") != "authorization_code")
    co_return oauth_error(400, "unsupported_grant_type", "only authorization_code is supported");
  if (form->get("code").empty()) co_return oauth_error(400, "invalid_request", "code is missing");

  const Redemption redemption{client, form->get("code"), form->get("redirect_uri"),
                              form->get("code_verifier")};
  const std::string access_token = new_secret(access_token_prefix);
  CO_TRY(const auto redeemed, co_await parts_.db.write([&](Tx& tx) -> Result<Redeemed> {
    TRY(auto outcome, redeem(tx, call, redemption));
    if (!outcome.error.empty()) return outcome;
    store::AccessToken row;
    row.id = parts_.ids.next();
    row.hash = sha256_hex(access_token);
    row.user_id = outcome.code.user_id;
    row.session_id = outcome.code.session_id;
    row.client_id = client->id;
    row.code_hash = outcome.code.hash;
    row.scope = outcome.code.scope;
    row.expires_at = parts_.clock.now_ms() + parts_.config.access_token_minutes * minute_ms;
    TRY_VOID(store::insert_access_token(tx, row));
    return outcome;
  }));
  if (!redeemed.error.empty()) {
    log::warn(call, "code refused", {{"client_id", client->id}, {"error", redeemed.error}});
    co_return oauth_error(400, redeemed.error, "the code cannot be redeemed");
  }
  co_return co_await issue(redeemed.code, access_token);
}

Task<Result<web::Response>> Provider::issue(store::Code code, std::string access_token) {
  std::string body = R"({"access_token":)" + web::json_string(access_token) +
                     R"(,"token_type":"Bearer","expires_in":)" +
                     std::to_string(parts_.config.access_token_minutes * 60) + R"(,"scope":)" +
                     web::json_string(code.scope);
  if (rules::has_word(code.scope, "openid")) {
    const auto now_s = parts_.clock.now_ms() / second_ms;
    const std::string half = sha256(access_token).substr(0, 16);
    std::string claims =
        R"({"iss":)" + web::json_string(parts_.issuer()) + R"(,"sub":")" +
        std::to_string(code.user_id) + R"(","aud":)" + web::json_string(code.client_id) +
        R"(,"iat":)" + std::to_string(now_s) + R"(,"exp":)" +
        std::to_string(now_s + parts_.config.access_token_minutes * 60) + R"(,"auth_time":)" +
        std::to_string(code.signed_in_at / second_ms) + R"(,"at_hash":)" +
        web::json_string(base64url(half)) + R"(,"sid":")" + std::to_string(code.session_id) + '"';
    if (!code.nonce.empty()) claims += R"(,"nonce":)" + web::json_string(code.nonce);
    CO_TRY(const auto id_token, co_await parts_.keys.sign(claims + "}"));
    body += R"(,"id_token":)" + web::json_string(id_token);
  }
  auto response = web::json(200, body + "}");
  web::add_header(response, "pragma", "no-cache");
  co_return response;
}

// RFC 7009. A token that is not there is gone as wished.
Task<Result<web::Response>> Provider::revoke(Call call, web::Request request) {
  const auto form = parameters(request);
  if (!form || form->any_doubled() || form->get("token").empty())
    co_return oauth_error(400, "invalid_request", "the form is malformed or has no token");
  auto [client, refused] = authenticate_client(parts_, request, *form);
  if (refused) co_return *std::move(refused);
  const std::string hash = sha256_hex(form->get("token"));
  CO_TRY_VOID(co_await parts_.db.write([&](Tx& tx) -> Result<void> {
    TRY(const auto token, store::find_access_token(tx, hash));
    if (!token || token->client_id != client->id) return {};
    TRY_VOID(store::delete_access_token(tx, token->id));
    return parts_.revoked(tx, call, token->user_id, {token->id});
  }));
  auto response = web::text(200, "");
  co_return response;
}

Task<Result<web::Response>> Provider::userinfo(web::Request request) {
  const int headers = web::count_headers(request, "authorization");
  std::string token = web::header(request, "authorization");
  if (rules::email_key(token.substr(0, 7)) == "bearer ")
    token = token.substr(7);
  else
    token.clear();
  if (request.method() == "POST" && web::is_form(request)) {
    const auto form = parameters(request);
    if (!form || form->any_doubled()) co_return unauthenticated("invalid_request");
    const auto& in_body = form->get("access_token");
    if (!in_body.empty() && headers > 0) co_return unauthenticated("invalid_request");
    if (!in_body.empty()) token = in_body;
  }
  if (headers > 1) co_return unauthenticated("invalid_request");
  if (token.empty()) co_return unauthenticated("");
  std::optional<store::User> user;
  CO_TRY(const auto found,
         co_await parts_.db.read([&](Tx& tx) -> Result<std::optional<store::AccessToken>> {
           TRY(auto row, store::find_access_token(tx, sha256_hex(token)));
           if (row) {
             TRY(user, store::find_user(tx, row->user_id));
           }
           return row;
         }));
  if (!found || !user || found->expires_at <= parts_.clock.now_ms())
    co_return unauthenticated("invalid_token");
  if (!rules::has_word(found->scope, "openid")) co_return unauthenticated("insufficient_scope");
  std::string body = R"({"sub":")" + std::to_string(user->id) + '"';
  if (rules::has_word(found->scope, "profile"))
    body += R"(,"name":)" + web::json_string(user->name) + R"(,"locale":)" +
            web::json_string(user->locale);
  if (rules::has_word(found->scope, "email"))
    body += R"(,"email":)" + web::json_string(user->email) + R"(,"email_verified":true)";
  co_return web::json(200, body + "}");
}

}  // namespace lyceum::identity
