#include "base/crypto.h"
#include "base/log.h"
#include "services/identity/claims.h"
#include "services/identity/provider.h"
#include "services/identity/rules.h"

namespace lyceum::identity {

// OpenID Connect RP-Initiated Logout 1.0. Without the ID token of the session at hand the user is
// asked first; a way back is taken only to an address that the client has registered, exactly.
Task<Result<web::Response>> Provider::sign_out(Call call, web::Request request) {
  const auto form = parameters(request);
  const auto language = pages::language_of(request, form ? form->get("ui_locales") : "");
  const auto page = [&](pages::Trouble trouble) {
    return pages::trouble(language, 400, trouble, parts_.config.public_url);
  };
  if (!form || form->any_doubled()) co_return page(pages::Trouble::request_malformed);
  // A POST from another site comes without our cookies: the same once more as GET.
  if (request.method() == "POST")
    co_return web::redirect(parts_.endpoint("logout") + "?" + form->encode());

  std::optional<Claims> hint;
  if (!form->get("id_token_hint").empty()) {
    const auto payload = co_await parts_.keys.verify(form->get("id_token_hint"));
    if (payload) hint = read_claims(*payload);
    const bool named = !form->get("client_id").empty();
    if (!hint || hint->iss != parts_.issuer() || (named && hint->aud != form->get("client_id")))
      co_return page(pages::Trouble::request_malformed);
  }
  std::string back = form->get("post_logout_redirect_uri");
  if (!back.empty()) {
    const Client* client = parts_.client(hint ? hint->aud : form->get("client_id"));
    if (!client || !rules::among(client->post_logout_redirect_uris, back))
      co_return page(pages::Trouble::redirect_unknown);
    back = web::with_query(back, {{"state", form->get("state")}});
  }
  CO_TRY(const auto session, co_await session_of(request));
  const bool meant = session && hint && hint->sid == std::to_string(session->id) &&
                     hint->sub == std::to_string(session->user_id);
  if (!session || meant)
    co_return co_await end(std::move(call), std::move(request), std::move(back));

  std::string browser = web::cookie(request, page_cookie);
  if (browser.empty()) browser = new_secret("");
  CO_TRY(auto flow, co_await make_flow(back, browser));
  auto response = pages::confirm_sign_out(language, flow, rules::origin_of(back));
  web::add_header(response, "set-cookie", web::host_cookie(page_cookie, browser, -1));
  co_return response;
}

Task<Result<web::Response>> Provider::confirm_sign_out(Call call, web::Request request) {
  const auto form = parameters(request);
  const auto language = pages::language_of(request, "");
  const bool elsewhere = web::from_elsewhere(request, rules::origin_of(parts_.config.public_url));
  if (!form || form->any_doubled() || elsewhere)
    co_return pages::trouble(language, 403, pages::Trouble::page_outdated,
                             parts_.config.public_url);
  CO_TRY(const auto flow, co_await flow_of(request, form->get("flow")));
  if (!flow || parts_.clock.now_ms() >= flow->expires_at)
    co_return web::redirect(parts_.endpoint("logout"));
  co_return co_await end(std::move(call), std::move(request), flow->query);
}

Task<Result<web::Response>> Provider::end(Call call, web::Request request, std::string back) {
  CO_TRY(const auto session, co_await session_of(request));
  if (session) {
    CO_TRY_VOID(co_await parts_.db.write([&](Tx& tx) -> Result<void> {
      TRY(const auto ended, store::end_session(tx, session->id));
      return parts_.revoked(tx, call, session->user_id, ended);
    }));
    log::info(call, "signed out", {{"user_id", session->user_id}});
  }
  auto response = back.empty()
                      ? pages::signed_out(pages::language_of(request, ""), parts_.config.public_url)
                      : web::redirect(back);
  web::add_header(response, "set-cookie", web::host_cookie(session_cookie, "", 0));
  co_return response;
}

}  // namespace lyceum::identity
