#include "services/identity/app.h"

#include "base/crypto.h"
#include "base/log.h"
#include "services/identity/rules.h"

namespace lyceum::identity {
namespace {

constexpr std::string_view client_id = "lyceum-web";
constexpr std::size_t secret_size = 43;

web::Response wrong_method(std::string_view allowed) {
  auto response = web::text(405, "This is done in another way.\n");
  web::add_header(response, "allow", allowed);
  return response;
}

}  // namespace

Task<Result<web::Response>> App::handle(Call call, web::Request request) {
  const bool get = request.method() == "GET";
  if (request.path() == "/auth/login")
    co_return get ? co_await login(std::move(request)) : wrong_method("GET");
  if (request.path() == "/auth/callback")
    co_return get ? co_await callback(std::move(call), std::move(request)) : wrong_method("GET");
  if (request.path() != "/auth/logout") co_return web::text(404, "There is nothing here.\n");
  co_return request.method() == "POST" ? co_await logout(std::move(call), std::move(request))
                                       : wrong_method("POST");
}

// State, nonce and proof key stay here, bound to this browser by a cookie; several tabs may be at
// it.
Task<Result<web::Response>> App::login(web::Request request) {
  const auto form = web::Form::parse(request.query());
  // Cookies belong to a host name: who came by another one (localhost, an alias) goes on by ours.
  // Once only, as a proxy may tell us another name than the browser sees.
  const std::string host = web::header(request, "host");
  if (form && form->get("moved").empty() && !host.empty() &&
      !rules::origin_of(parts_.config.public_url).ends_with("://" + host))
    co_return web::redirect(web::with_query(parts_.config.public_url + "/auth/login",
                                            {{"return_to", form->get("return_to")},
                                             {"ui_locales", form->get("ui_locales")},
                                             {"moved", "1"}}));
  std::string browser = web::cookie(request, app_flow_cookie);
  if (browser.size() != secret_size) browser = new_secret("");
  const std::string state = new_secret("");
  store::AppFlow flow;
  flow.state_hash = sha256_hex(state);
  flow.browser_hash = sha256_hex(browser);
  flow.nonce = new_secret("");
  flow.verifier = new_secret("");
  flow.return_to = rules::safe_return(form ? form->get("return_to") : "");
  flow.created_at = parts_.clock.now_ms();
  flow.expires_at = flow.created_at + parts_.config.flow_minutes * minute_ms;
  CO_TRY_VOID(co_await parts_.db.write([&](Tx& tx) { return store::insert_app_flow(tx, flow); }));
  const std::string locale = form ? form->get("ui_locales") : "";
  auto response = web::redirect(web::with_query(
      parts_.endpoint("auth"), {{"client_id", client_id},
                                {"redirect_uri", parts_.config.public_url + "/auth/callback"},
                                {"response_type", "code"},
                                {"scope", "openid profile email"},
                                {"state", state},
                                {"nonce", flow.nonce},
                                {"code_challenge", base64url(sha256(flow.verifier))},
                                {"code_challenge_method", "S256"},
                                {"ui_locales", locale}}));
  web::add_header(response, "set-cookie", web::host_cookie(app_flow_cookie, browser, 24 * 3600));
  co_return response;
}

Task<Result<web::Response>> App::callback(Call call, web::Request request) {
  const auto form = web::Form::parse(request.query());
  const auto language = pages::language_of(request, "");
  const auto page = [&](pages::Trouble trouble) {
    return pages::trouble(language, 400, trouble, parts_.config.public_url);
  };
  if (!form || form->any_doubled() || form->get("iss") != parts_.issuer())
    co_return page(pages::Trouble::request_malformed);
  const std::string state_hash = sha256_hex(form->get("state"));
  CO_TRY(auto flow,
         co_await parts_.db.read([&](Tx& tx) { return store::find_app_flow(tx, state_hash); }));
  const std::string browser = web::cookie(request, app_flow_cookie);
  if (!flow || !equal_constant_time(flow->browser_hash, sha256_hex(browser)))
    co_return page(pages::Trouble::page_outdated);
  if (parts_.clock.now_ms() >=
      flow->expires_at)  // began too long ago: once more, for the same page
    co_return web::redirect(web::with_query(parts_.config.public_url + "/auth/login",
                                            {{"return_to", flow->return_to}}));
  if (!form->get("error").empty()) co_return page(pages::Trouble::refused);
  co_return co_await exchange(std::move(call), std::move(request), *std::move(flow),
                              form->get("code"));
}

// The token request that another client would send over HTTP; here it and the making of the session
// are one transaction. What an ID token would say stands in the code's row: issuer and audience are
// us, the nonce is compared.
Task<Result<web::Response>> App::exchange(Call call,
                                          web::Request request,
                                          store::AppFlow flow,
                                          std::string code) {
  const Redemption redemption{parts_.client(client_id), std::move(code),
                              parts_.config.public_url + "/auth/callback", flow.verifier};
  const std::string secret = new_secret("");
  const std::string before = web::cookie(request, app_session_cookie);
  const auto now = parts_.clock.now_ms();
  store::AppSession session;
  session.id = parts_.ids.next();
  session.hash = sha256_hex(secret);
  session.created_at = session.seen_at = now;
  session.expires_at = now + parts_.config.app_session_days * day_ms;
  CO_TRY(const bool made, co_await parts_.db.write([&](Tx& tx) -> Result<bool> {
    TRY(const bool first, store::delete_app_flow(tx, flow.state_hash));
    if (!first) return false;
    TRY(const auto redeemed, provider_.redeem(tx, call, redemption));
    if (!redeemed.error.empty()) return false;
    if (!equal_constant_time(redeemed.code.nonce, flow.nonce)) return false;
    session.user_id = redeemed.code.user_id;
    session.session_id = redeemed.code.session_id;
    session.code_hash = redeemed.code.hash;
    TRY_VOID(store::insert_app_session(tx, session));
    TRY(const auto old, store::find_app_session(tx, sha256_hex(before)));
    if (!old) return true;
    TRY(const auto ended, store::end_app_session(tx, old->id));
    TRY_VOID(parts_.revoked(tx, call, old->user_id, ended));
    return true;
  }));
  if (!made)
    co_return pages::trouble(pages::language_of(request, ""), 400, pages::Trouble::page_outdated,
                             parts_.config.public_url);
  auto response = web::redirect(parts_.config.public_url + flow.return_to);
  web::add_header(response, "set-cookie",
                  web::host_cookie(app_session_cookie, secret,
                                   std::int64_t{parts_.config.app_session_days} * 24 * 3600));
  co_return response;
}

// Ends this browser's sessions, here and at the provider, and every token that came from them.
Task<Result<web::Response>> App::logout(Call call, web::Request request) {
  if (web::from_elsewhere(request, rules::origin_of(parts_.config.public_url)))
    co_return web::text(403, "This request came from another site.\n");
  const std::string app_secret = web::cookie(request, app_session_cookie);
  const std::string secret = web::cookie(request, session_cookie);
  std::int64_t user_id = 0;
  CO_TRY_VOID(co_await parts_.db.write([&](Tx& tx) -> Result<void> {
    TRY(const auto app, store::find_app_session(tx, sha256_hex(app_secret)));
    TRY(const auto session, store::find_session(tx, sha256_hex(secret)));
    if (app) {
      user_id = app->user_id;
      TRY(auto ended, store::end_session(tx, app->session_id));
      TRY(const auto itself, store::end_app_session(tx, app->id));
      ended.insert(ended.end(), itself.begin(), itself.end());
      TRY_VOID(parts_.revoked(tx, call, app->user_id, ended));
    }
    if (session) {
      TRY(const auto ended, store::end_session(tx, session->id));
      TRY_VOID(parts_.revoked(tx, call, session->user_id, ended));
    }
    return {};
  }));
  if (user_id != 0) log::info(call, "signed out", {{"user_id", user_id}});
  web::Response response;
  if (web::is_form(request)) {  // a plain form: go somewhere; a script: 204
    response = web::redirect(parts_.config.public_url + "/");
  } else {
    response.set_status(204);
    web::add_header(response, "cache-control", "no-store");
  }
  web::add_header(response, "set-cookie", web::host_cookie(app_session_cookie, "", 0));
  web::add_header(response, "set-cookie", web::host_cookie(session_cookie, "", 0));
  co_return response;
}

}  // namespace lyceum::identity
