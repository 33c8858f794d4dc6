#include "base/crypto.h"
#include "services/identity/claims.h"
#include "services/identity/provider.h"
#include "services/identity/rules.h"

namespace lyceum::identity {
namespace {

bool good_challenge(std::string_view text) {
  return text.size() == 43 && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  c == '-' || c == '_';
         });
}

std::optional<std::int64_t> parse_seconds(std::string_view text) {
  if (text.empty() || text.size() > 9) return {};
  std::int64_t seconds = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return {};
    seconds = seconds * 10 + (c - '0');
  }
  return seconds;
}

// Of what was asked for, that which this client may have. Unknown scopes are left out, as OpenID
// says.
std::string granted_scopes(const Client& client, std::string_view asked) {
  std::vector<std::string> granted;
  for (const auto& scope : rules::split(asked, ' '))
    if (rules::has_word(client.scopes, scope) && !rules::among(granted, scope))
      granted.push_back(scope);
  return rules::join(granted, " ");
}

}  // namespace

// Whom we would answer, and where. While that is not sure, nothing is sent there: only a page is
// shown.
std::optional<web::Response> Provider::check_target(const web::Form& form,
                                                    pages::Language language,
                                                    AuthRequest& wanted) const {
  const auto page = [&](pages::Trouble trouble) {
    return pages::trouble(language, 400, trouble, parts_.config.public_url);
  };
  if (form.doubled("client_id") || form.doubled("redirect_uri"))
    return page(pages::Trouble::request_malformed);
  wanted.client = parts_.client(form.get("client_id"));
  if (!wanted.client) return page(pages::Trouble::client_unknown);
  const auto& registered = wanted.client->redirect_uris;
  wanted.redirect_uri = form.get("redirect_uri");
  wanted.redirect_uri_given = !wanted.redirect_uri.empty();
  if (!wanted.redirect_uri_given) {
    if (registered.size() != 1) return page(pages::Trouble::redirect_unknown);
    wanted.redirect_uri = registered.front();
    return {};
  }
  for (const auto& uri : registered)
    if (rules::redirect_matches(uri, wanted.redirect_uri)) return {};
  return page(pages::Trouble::redirect_unknown);
}

std::optional<web::Response> Provider::check_rest(const web::Form& form,
                                                  AuthRequest& wanted) const {
  if (!form.doubled("state")) wanted.state = form.get("state");
  const auto refused = [&](std::string_view error, std::string_view description) {
    return refuse(wanted, error, description);
  };
  if (form.any_doubled()) return refused("invalid_request", "a parameter comes twice");
  for (const std::string_view name : {"request", "request_uri", "registration"})
    if (!form.get(name).empty())
      return refused(std::string(name) + "_not_supported", "this parameter is not supported");
  if (form.get("response_type").empty())
    return refused("invalid_request", "response_type is missing");
  if (form.get("response_type") != "code")
    return refused("unsupported_response_type", "only response_type=code is supported");
  if (const auto& mode = form.get("response_mode"); !mode.empty() && mode != "query")
    return refused("invalid_request", "only response_mode=query is supported");

  wanted.challenge = form.get("code_challenge");
  const auto& method = form.get("code_challenge_method");
  const bool confidential = !wanted.client->secret_hash.empty();
  if (wanted.challenge.empty() && !method.empty())
    return refused("invalid_request", "code_challenge is missing");
  if (wanted.challenge.empty() && (wanted.client->require_pkce || !confidential))
    return refused("invalid_request", "code_challenge is missing");
  if (!wanted.challenge.empty() && method != "S256")
    return refused("invalid_request", "only code_challenge_method=S256 is supported");
  if (!wanted.challenge.empty() && !good_challenge(wanted.challenge))
    return refused("invalid_request", "code_challenge is malformed");

  const auto prompts = rules::split(form.get("prompt"), ' ');
  for (const auto& prompt : prompts) {
    if (prompt == "none")
      wanted.prompt_none = true;
    else if (prompt == "login" || prompt == "select_account")
      wanted.prompt_login = true;
    else if (prompt != "consent")
      return refused("invalid_request", "prompt is unknown");
  }
  if (wanted.prompt_none && prompts.size() > 1)
    return refused("invalid_request", "prompt=none stands alone");
  if (const auto& age = form.get("max_age"); !age.empty()) {
    wanted.max_age_s = parse_seconds(age);
    if (!wanted.max_age_s) return refused("invalid_request", "max_age is not a number of seconds");
  }
  wanted.scope = granted_scopes(*wanted.client, form.get("scope"));
  if (wanted.scope.empty()) return refused("invalid_scope", "no scope that this client may have");
  wanted.nonce = form.get("nonce");
  wanted.login_hint = form.get("login_hint");
  wanted.id_token_hint = form.get("id_token_hint");
  if (wanted.nonce.size() > 1000 || wanted.state.size() > 4000)
    return refused("invalid_request", "state or nonce is too long");
  return {};
}

web::Response Provider::refuse(const AuthRequest& wanted,
                               std::string_view error,
                               std::string_view description) const {
  return web::redirect(web::with_query(wanted.redirect_uri, {{"error", error},
                                                             {"error_description", description},
                                                             {"state", wanted.state},
                                                             {"iss", parts_.issuer()}}));
}

web::Response Provider::deliver(const AuthRequest& wanted, const std::string& code) const {
  return web::redirect(web::with_query(
      wanted.redirect_uri, {{"code", code}, {"state", wanted.state}, {"iss", parts_.issuer()}}));
}

Task<Result<web::Response>> Provider::authorize(web::Request request) {
  const auto form = parameters(request);
  const auto language = pages::language_of(request, form ? form->get("ui_locales") : "");
  if (!form)
    co_return pages::trouble(language, 400, pages::Trouble::request_malformed,
                             parts_.config.public_url);
  AuthRequest wanted;
  if (auto page = check_target(*form, language, wanted)) co_return *std::move(page);
  // A POST from another site comes without our cookies (SameSite=Lax): the same once more as GET.
  if (request.method() == "POST" && !form->any_doubled())
    co_return web::redirect(parts_.endpoint("auth") + "?" + form->encode());
  if (auto refused = check_rest(*form, wanted)) co_return *std::move(refused);
  co_return co_await answer(std::move(request), *form, std::move(wanted));
}

Task<Result<web::Response>> Provider::answer(web::Request request,
                                             web::Form form,
                                             AuthRequest wanted) {
  CO_TRY(const auto session, co_await session_of(request));
  const auto now = parts_.clock.now_ms();
  bool ask = !session || wanted.prompt_login;
  if (session && wanted.max_age_s)
    ask = ask || now - session->signed_in_at >= *wanted.max_age_s * second_ms;
  if (session && !wanted.id_token_hint.empty()) {
    CO_TRY(const bool fits, co_await hint_fits(wanted.id_token_hint, session->user_id));
    ask = ask || !fits;
  }
  if (ask && wanted.prompt_none) co_return refuse(wanted, "login_required", "nobody is signed in");
  if (ask) co_return co_await show_sign_in(std::move(request), std::move(form), std::move(wanted));
  parts_.touches.note(store::Kind::session, session->id, session->seen_at, now);
  const auto code = co_await parts_.db.write([&](Tx& tx) -> Result<std::string> {
    // May have ended since we looked; then the code must not outlive it.
    TRY(const auto still, store::find_session(tx, session->hash));
    if (!still) return fail(Code::aborted, "session_ended", "the session has just ended");
    return make_code(tx, wanted, *session);
  });
  if (!code && code.error().reason == "session_ended")
    co_return web::redirect(parts_.endpoint("auth") + "?" + form.encode());
  if (!code) co_return fail(code.error());
  co_return deliver(wanted, *code);
}

Result<std::string> Provider::make_code(Tx& tx,
                                        const AuthRequest& wanted,
                                        const store::Session& session) {
  const std::string secret = new_secret("");
  store::Code code;
  code.hash = sha256_hex(secret);
  code.client_id = wanted.client->id;
  code.redirect_uri = wanted.redirect_uri;
  code.redirect_uri_given = wanted.redirect_uri_given;
  code.user_id = session.user_id;
  code.session_id = session.id;
  code.scope = wanted.scope;
  code.nonce = wanted.nonce;
  code.challenge = wanted.challenge;
  code.signed_in_at = session.signed_in_at;
  code.expires_at = parts_.clock.now_ms() + parts_.config.code_seconds * second_ms;
  TRY_VOID(store::insert_code(tx, code));
  return secret;
}

Task<Result<std::optional<store::Session>>> Provider::session_of(web::Request request) {
  const std::string secret = web::cookie(request, session_cookie);
  if (secret.empty()) co_return std::optional<store::Session>{};
  CO_TRY(auto session, co_await parts_.db.read(
                           [&](Tx& tx) { return store::find_session(tx, sha256_hex(secret)); }));
  if (session && !parts_.alive(*session)) session.reset();
  co_return session;
}

// An ID token of ours says who is meant; that it is old does not matter.
Task<Result<bool>> Provider::hint_fits(std::string hint, std::int64_t user_id) {
  const auto payload = co_await parts_.keys.verify(std::move(hint));
  if (!payload) co_return false;
  const auto claims = read_claims(*payload);
  co_return claims && claims->sub == std::to_string(user_id) && claims->iss == parts_.issuer();
}

Result<Provider::Redeemed> Provider::redeem(Tx& tx,
                                            const Call& call,
                                            const Redemption& redemption) {
  const std::string hash = sha256_hex(redemption.code);
  TRY(const auto code, store::find_code(tx, hash));
  // Somebody else's code: no harm to the one it belongs to.
  if (!code || code->client_id != redemption.client->id) return Redeemed{"invalid_grant", {}};
  const bool same_uri = redemption.redirect_uri == code->redirect_uri;
  const bool uri_needed = code->challenge.empty() && code->redirect_uri_given;
  if (redemption.redirect_uri.empty() ? uri_needed : !same_uri)
    return Redeemed{"invalid_grant", {}};
  if (code->challenge.empty() && !redemption.verifier.empty())
    return Redeemed{"invalid_request", {}};
  if (!code->challenge.empty() &&
      !equal_constant_time(base64url(sha256(redemption.verifier)), code->challenge)) {
    TRY_VOID(store::count_code_failure(tx, hash));
    return Redeemed{"invalid_grant", {}};
  }
  if (code->failures >= 3) return Redeemed{"invalid_grant", {}};
  const auto now = parts_.clock.now_ms();
  TRY(const bool first, store::use_code(tx, hash, now));
  if (!first) {  // stolen, or its owner's was: what it gave ends
    TRY(const auto ended, store::end_code(tx, hash));
    TRY_VOID(parts_.revoked(tx, call, code->user_id, ended));
    return Redeemed{"invalid_grant", {}};
  }
  TRY(const auto user, store::find_user(tx, code->user_id));
  if (now >= code->expires_at || !user || user->status != "open")
    return Redeemed{"invalid_grant", {}};
  return Redeemed{"", *code};
}

}  // namespace lyceum::identity
