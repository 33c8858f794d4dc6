#include "base/crypto.h"
#include "base/log.h"
#include "services/identity/identity.h"
#include "services/identity/rules.h"

namespace lyceum::identity {
namespace {

struct Found {
  store::MailToken token;
  store::User user;
};

Result<Found> find_reset(Tx& tx, const std::string& hash, std::int64_t now) {
  TRY(const auto token, store::find_mail_token(tx, hash, "reset"));
  if (!token) return bad_field("token", "token_invalid", "this link is not one of ours");
  TRY(const auto user, store::find_user(tx, token->user_id));
  // A password that was changed meanwhile, by another link, ends the older ones.
  if (token->used_at != 0 || !user || user->password_version != token->password_version)
    return fail(Code::failed_precondition, "token_used", "this link was used before");
  if (now >= token->expires_at)
    return fail(Code::failed_precondition, "token_expired",
                "this link is too old; ask for another");
  if (token->email_key != user->email_key || user->status == "disabled")
    return bad_field("token", "token_invalid", "this link is not one of ours");
  return Found{*token, *user};
}

}  // namespace

Result<void> Identity::mail_reset(Tx& tx, const Call& call, const store::User& user) {
  const std::string secret = new_secret("");
  store::MailToken token;
  token.hash = sha256_hex(secret);
  token.user_id = user.id;
  token.purpose = "reset";
  token.email_key = user.email_key;
  token.password_version = user.password_version;
  token.created_at = parts_.clock.now_ms();
  token.expires_at = token.created_at + parts_.config.reset_minutes * minute_ms;
  TRY_VOID(store::insert_mail_token(tx, token));
  return parts_.mail(tx, call, user, "password_reset",
                     {{"link", parts_.config.public_url + "/reset?token=" + secret},
                      {"minutes", std::to_string(parts_.config.reset_minutes)}},
                     token.expires_at);
}

Task<Result<lyceum::v1::Empty>> Identity::forgot_password(Call call,
                                                          api::ForgotPasswordRequest request) {
  CO_TRY_VOID(rules::check_email(request.email()));
  const std::string key = rules::email_key(request.email());
  co_return co_await parts_.db.write([&](Tx& tx) -> Result<lyceum::v1::Empty> {
    TRY_VOID(allow_mail(tx, call, key));
    TRY(const auto user, store::find_user(tx, key));
    if (user && user->status != "disabled") TRY_VOID(mail_reset(tx, call, *user));
    return lyceum::v1::Empty{};
  });
}

// Whoever has the mail owns the address, so this also opens an account that waits for confirmation.
// Nobody is signed in by it.
Task<Result<lyceum::v1::Empty>> Identity::reset_password(Call call,
                                                         api::ResetPasswordRequest request) {
  CO_TRY_VOID(rules::check_password(request.password()));
  const std::string network = rules::network_of(call.address());
  if (const auto wait = parts_.throttle.wait_ms(network); wait > 0) co_return too_many(wait);
  const std::string hash = sha256_hex(request.token());
  const auto now = parts_.clock.now_ms();
  const auto before = co_await parts_.db.read([&](Tx& tx) { return find_reset(tx, hash, now); });
  if (!before) {
    if (before.error().reason == "token_invalid") parts_.throttle.failed(network);
    co_return fail(before.error());
  }
  CO_TRY(const auto phc, co_await hash_password(request.password()));
  CO_TRY_VOID(co_await parts_.db.write([&](Tx& tx) -> Result<void> {
    TRY(auto found, find_reset(tx, hash, now));
    store::User& user = found.user;
    user.password = phc;
    TRY_VOID(store::use_mail_tokens(tx, user.id, "reset", now));
    TRY_VOID(store::use_mail_tokens(tx, user.id, "confirm", now));
    if (user.status == "waiting") {
      TRY_VOID(store::open_user(tx, user, now));
      return parts_.opened(tx, call, user);
    }
    TRY_VOID(store::set_password(tx, user.id, phc));
    TRY_VOID(store::end_user(tx, user.id));
    TRY_VOID(parts_.all_revoked(tx, call, user.id));
    return parts_.mail(tx, call, user, "password_changed",
                       {{"link", parts_.config.public_url + "/forgot"}});
  }));
  parts_.throttle.forgive(before->user.email_key);
  log::info(call, "password reset", {{"user_id", before->user.id}});
  co_return lyceum::v1::Empty{};
}

}  // namespace lyceum::identity
