#include "base/crypto.h"
#include "base/log.h"
#include "services/identity/identity.h"
#include "services/identity/rules.h"

namespace lyceum::identity {

// Counts this wish for a mail, whether there is an account behind the address or not: the answer
// tells nothing, and the write takes as long.
Result<void> Identity::allow_mail(Tx& tx, const Call& call, const std::string& email_key) {
  const auto now = parts_.clock.now_ms();
  const std::string email_hash = sha256_hex(email_key);
  const std::string network = rules::network_of(call.address());
  const bool own =
      network.empty() || rules::is_loopback(network);  // the command line, this machine
  TRY(const auto counted, store::count_mail_requests(tx, email_hash, network, now - hour_ms));
  const auto over = [](std::int64_t count, int limit) { return limit > 0 && count >= limit; };
  if (over(counted.by_email, parts_.config.mails_per_address) ||
      (!own && over(counted.by_address, parts_.config.mails_per_network)))
    return std::unexpected(Error{Code::resource_exhausted,
                                 "too_many_mails",
                                 "too many mails were asked for; try again in an hour",
                                 {},
                                 hour_ms});
  return store::insert_mail_request(tx, parts_.ids.next(), email_hash, network, now);
}

// The link opens the account with the password and name of the sign-up that it was mailed for:
// whoever signed up with somebody else's address before does not get in with his.
Result<void> Identity::mail_confirmation(Tx& tx,
                                         const Call& call,
                                         const store::User& user,
                                         const store::MailToken& from) {
  const std::string secret = new_secret("");
  store::MailToken token = from;
  token.hash = sha256_hex(secret);
  token.user_id = user.id;
  token.purpose = "confirm";
  token.email_key = user.email_key;
  token.password_version = user.password_version;
  token.created_at = parts_.clock.now_ms();
  token.expires_at = token.created_at + parts_.config.confirm_hours * hour_ms;
  TRY_VOID(store::insert_mail_token(tx, token));
  store::User reader = user;
  reader.name = token.name;
  reader.locale = token.locale;
  return parts_.mail(tx, call, reader, "confirm_email",
                     {{"link", parts_.config.public_url + "/confirm?token=" + secret},
                      {"hours", std::to_string(parts_.config.confirm_hours)}},
                     token.expires_at);
}

Task<Result<lyceum::v1::Empty>> Identity::sign_up(Call call, api::SignUpRequest request) {
  CO_TRY_VOID(rules::check_email(request.email()));
  CO_TRY_VOID(rules::check_password(request.password()));
  CO_TRY_VOID(rules::check_name(request.name()));
  CO_TRY(const auto phc, co_await hash_password(request.password()));
  store::User fresh;
  fresh.id = parts_.ids.next();
  fresh.email = request.email();
  fresh.email_key = rules::email_key(request.email());
  fresh.name = request.name();
  fresh.locale = request.locale() == "fr" ? "fr" : "en";
  fresh.password = phc;
  fresh.status = "waiting";
  fresh.created_at = parts_.clock.now_ms();
  CO_TRY_VOID(co_await parts_.db.write([&](Tx& tx) -> Result<void> {
    TRY_VOID(allow_mail(tx, call, fresh.email_key));
    TRY_VOID(store::insert_user(tx, fresh, 0));
    TRY(const auto user, store::find_user(tx, fresh.email_key));
    if (user && user->status == "waiting") {
      store::MailToken token;
      token.password = phc;
      token.name = fresh.name;
      token.locale = fresh.locale;
      return mail_confirmation(tx, call, *user, token);
    }
    if (user && user->status == "open")
      return parts_.mail(tx, call, *user, "address_taken",
                         {{"link", parts_.config.public_url + "/auth/login"},
                          {"reset_link", parts_.config.public_url + "/forgot"}});
    return {};
  }));
  co_return lyceum::v1::Empty{};
}

Task<Result<lyceum::v1::Empty>> Identity::resend_confirmation(
    Call call, api::ResendConfirmationRequest request) {
  CO_TRY_VOID(rules::check_email(request.email()));
  const std::string key = rules::email_key(request.email());
  co_return co_await parts_.db.write([&](Tx& tx) -> Result<lyceum::v1::Empty> {
    TRY_VOID(allow_mail(tx, call, key));
    TRY(const auto user, store::find_user(tx, key));
    if (!user || user->status != "waiting") return lyceum::v1::Empty{};
    TRY(auto newest, store::newest_mail_token(tx, user->id, "confirm"));
    if (!newest) {
      newest.emplace();
      newest->password = user->password;
      newest->name = user->name;
      newest->locale = user->locale;
    }
    TRY_VOID(mail_confirmation(tx, call, *user, *newest));
    return lyceum::v1::Empty{};
  });
}

Task<Result<api::ConfirmEmailResponse>> Identity::confirm_email(Call call,
                                                                api::ConfirmEmailRequest request) {
  const std::string network = rules::network_of(call.address());
  if (const auto wait = parts_.throttle.wait_ms(network); wait > 0) co_return too_many(wait);
  const std::string hash = sha256_hex(request.token());
  const auto now = parts_.clock.now_ms();
  std::int64_t user_id = 0;
  auto confirmed = co_await parts_.db.write([&](Tx& tx) -> Result<api::ConfirmEmailResponse> {
    TRY(const auto token, store::find_mail_token(tx, hash, "confirm"));
    if (!token) return bad_field("token", "token_invalid", "this link is not one of ours");
    TRY(auto user, store::find_user(tx, token->user_id));
    if (token->used_at != 0 || !user || user->status != "waiting")
      return fail(Code::failed_precondition, "token_used", "this link was used before");
    if (now >= token->expires_at)
      return fail(Code::failed_precondition, "token_expired",
                  "this link is too old; ask for another");
    if (token->email_key != user->email_key || token->password_version != user->password_version)
      return bad_field("token", "token_invalid", "this link is not one of ours");
    user->password = token->password;
    user->name = token->name;
    user->locale = token->locale;
    TRY_VOID(store::use_mail_tokens(tx, user->id, "confirm", now));
    TRY_VOID(store::open_user(tx, *user, now));
    TRY_VOID(parts_.opened(tx, call, *user));
    user_id = user->id;
    api::ConfirmEmailResponse response;
    response.set_email(user->email);
    return response;
  });
  if (confirmed)
    log::info(call, "account opened", {{"user_id", user_id}});
  else if (confirmed.error().reason == "token_invalid")
    parts_.throttle.failed(network);
  co_return confirmed;
}

}  // namespace lyceum::identity
