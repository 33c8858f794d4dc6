#include "base/crypto.h"
#include "base/log.h"
#include "services/identity/passwords.h"
#include "services/identity/provider.h"
#include "services/identity/rules.h"

namespace lyceum::identity {
namespace {

constexpr std::int64_t device_days = 180;
constexpr std::size_t secret_size = 43;  // 32 bytes in base64url

// The page may send the browser on to where the client takes the code.
pages::SignIn page_for(const AuthRequest& wanted, std::string flow) {
  pages::SignIn page;
  page.flow = std::move(flow);
  page.email = wanted.login_hint;
  page.client_origin = rules::origin_of(wanted.redirect_uri);
  return page;
}

}  // namespace

// One browser may have several sign-in pages open: each is a row, all under the browser's one
// secret.
Task<Result<std::string>> Provider::make_flow(std::string query, std::string browser) {
  const std::string secret = new_secret("");
  store::Flow flow;
  flow.hash = sha256_hex(secret);
  flow.browser_hash = sha256_hex(browser);
  flow.query = std::move(query);
  flow.created_at = parts_.clock.now_ms();
  flow.expires_at = flow.created_at + parts_.config.flow_minutes * minute_ms;
  CO_TRY_VOID(co_await parts_.db.write([&](Tx& tx) { return store::insert_flow(tx, flow); }));
  co_return secret;
}

// The flow's secret is the form's CSRF token: it is good only in the browser that it was shown in.
Task<Result<std::optional<store::Flow>>> Provider::flow_of(web::Request request,
                                                           std::string secret) {
  const std::string browser = web::cookie(request, page_cookie);
  if (secret.empty() || browser.empty()) co_return std::optional<store::Flow>{};
  CO_TRY(auto flow,
         co_await parts_.db.read([&](Tx& tx) { return store::find_flow(tx, sha256_hex(secret)); }));
  if (flow && !equal_constant_time(flow->browser_hash, sha256_hex(browser))) flow.reset();
  co_return flow;
}

Task<Result<web::Response>> Provider::show_sign_in(web::Request request,
                                                   web::Form form,
                                                   AuthRequest wanted) {
  std::string browser = web::cookie(request, page_cookie);
  if (browser.size() != secret_size) browser = new_secret("");
  CO_TRY(auto flow, co_await make_flow(form.encode(), browser));
  const auto language = pages::language_of(request, form.get("ui_locales"));
  auto response = pages::sign_in(language, page_for(wanted, std::move(flow)), 200);
  web::add_header(response, "set-cookie", web::host_cookie(page_cookie, browser, -1));
  co_return response;
}

Task<Result<web::Response>> Provider::sign_in(Call call, web::Request request) {
  const auto form = parameters(request);
  auto language = pages::language_of(request, "");
  const auto page = [&](int status, pages::Trouble trouble) {
    return pages::trouble(language, status, trouble, parts_.config.public_url);
  };
  if (!form || form->any_doubled()) co_return page(400, pages::Trouble::request_malformed);
  if (web::from_elsewhere(request, rules::origin_of(parts_.config.public_url)))
    co_return page(403, pages::Trouble::page_outdated);
  CO_TRY(auto flow, co_await flow_of(request, form->get("flow")));
  if (!flow) co_return page(400, pages::Trouble::page_outdated);
  if (parts_.clock.now_ms() >= flow->expires_at)
    co_return web::redirect(parts_.endpoint("auth") + "?" + flow->query);
  const auto query = web::Form::parse(flow->query);
  AuthRequest wanted;
  if (!query) co_return page(400, pages::Trouble::request_malformed);
  language = pages::language_of(request, query->get("ui_locales"));
  if (auto bad = check_target(*query, language, wanted)) co_return *std::move(bad);
  if (auto refused = check_rest(*query, wanted)) co_return *std::move(refused);
  co_return co_await check_sign_in(std::move(call), std::move(request), *form, *std::move(flow),
                                   std::move(wanted));
}

// Wrong password, unknown address, waiting or disabled account: one answer, one time, one count.
Task<Result<web::Response>> Provider::check_sign_in(
    Call call, web::Request request, web::Form form, store::Flow flow, AuthRequest wanted) {
  const auto query = web::Form::parse(flow.query);
  const auto language = pages::language_of(request, query ? query->get("ui_locales") : "");
  std::string email = form.get("email");
  while (email.ends_with(' ')) email.pop_back();
  email.erase(0, std::min(email.find_first_not_of(' '), email.size()));
  const auto& password = form.get("password");
  pages::SignIn page = page_for(wanted, form.get("flow"));
  page.email = email;

  const std::string device = web::cookie(request, device_cookie);
  bool known_device = false;
  CO_TRY(const auto user,
         co_await parts_.db.read([&](Tx& tx) -> Result<std::optional<store::User>> {
           TRY(auto found, store::find_user(tx, rules::email_key(email)));
           if (found && !device.empty()) {
             TRY(known_device,
                 store::knows_device(tx, sha256_hex(device), found->id, parts_.clock.now_ms()));
           }
           return found;
         }));
  const Throttle::Attempt attempt{rules::email_key(email.substr(0, 254)),
                                  rules::network_of(call.address()), known_device};
  if (const auto wait = parts_.throttle.start(attempt); wait > 0) {
    page.wait_s = (wait + second_ms - 1) / second_ms;
    auto response = pages::sign_in(language, page, 429);
    web::add_header(response, "retry-after", std::to_string(page.wait_s));
    co_return response;
  }
  const passwords::Cost cost{parts_.config.password_memory_kib, parts_.config.password_passes};
  const bool short_enough = rules::count_characters(password) <= 128;
  const std::string phc = user && short_enough ? user->password : "";
  CO_TRY(const bool right, co_await parts_.cpu.run([&]() -> Result<bool> {
    return passwords::verify(phc, short_enough ? password : "", cost);
  }));
  if (!right || !user || user->status != "open") {
    log::warn(call, "sign-in refused", {{"user_id", user ? user->id : 0}});
    page.wrong = true;
    co_return pages::sign_in(language, page, 400);
  }
  parts_.throttle.succeeded(attempt);
  store::User current = *user;
  if (!passwords::made_with(phc, cost)) {
    CO_TRY(const auto better,
           co_await parts_.cpu.run([&] { return passwords::hash(password, cost); }));
    CO_TRY_VOID(co_await parts_.db.write(
        [&](Tx& tx) { return store::rehash_password(tx, current, better); }));
  }
  co_return co_await signed_in(std::move(call), std::move(request), std::move(flow),
                               std::move(wanted), std::move(current));
}

Task<Result<web::Response>> Provider::signed_in(
    Call call, web::Request request, store::Flow flow, AuthRequest wanted, store::User user) {
  CO_TRY(const auto before, co_await session_of(request));
  const auto now = parts_.clock.now_ms();
  const std::string secret = new_secret("");
  std::string device = web::cookie(request, device_cookie);
  store::Session session;
  session.hash = sha256_hex(secret);
  session.user_id = user.id;
  session.signed_in_at = session.seen_at = now;
  session.expires_at = now + parts_.config.session_hours * hour_ms;
  auto code = co_await parts_.db.write([&](Tx& tx) -> Result<std::string> {
    // The password may have been changed while it was being checked.
    TRY(const auto still, store::find_user(tx, user.id));
    if (!still || still->status != "open" || still->password_version != user.password_version)
      return fail(Code::aborted, "account_changed", "the account has just changed");
    TRY(const auto old,
        before ? store::find_session(tx, before->hash) : Result<std::optional<store::Session>>{});
    const bool same = old && old->user_id == user.id;
    if (old && !same) {  // somebody else's, in the same browser
      TRY(const auto ended, store::end_session(tx, old->id));
      TRY_VOID(parts_.revoked(tx, call, old->user_id, ended));
    }
    session.id = same ? old->id : parts_.ids.next();
    TRY_VOID(same ? store::renew_session(tx, session) : store::insert_session(tx, session));
    TRY(const bool known, store::knows_device(tx, sha256_hex(device), user.id, now));
    if (!known) {
      device = new_secret("");
      TRY_VOID(store::insert_device(tx, sha256_hex(device), user.id, now + device_days * day_ms));
    }
    TRY_VOID(store::delete_flow(tx, flow.hash));
    return make_code(tx, wanted, session);
  });
  if (!code && code.error().reason == "account_changed")
    co_return web::redirect(parts_.endpoint("auth") + "?" + flow.query);
  if (!code) co_return fail(code.error());
  log::info(call, "signed in", {{"user_id", user.id}, {"client_id", wanted.client->id}});
  auto response = deliver(wanted, *code);
  web::add_header(response, "set-cookie", web::host_cookie(session_cookie, secret, -1));
  web::add_header(response, "set-cookie",
                  web::host_cookie(device_cookie, device, device_days * 24 * 3600));
  co_return response;
}

}  // namespace lyceum::identity
