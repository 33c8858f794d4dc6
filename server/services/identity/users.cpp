#include "base/log.h"
#include "services/identity/identity.h"
#include "services/identity/rules.h"

namespace lyceum::identity {
namespace {

Result<void> of_service(const Call& call) {
  if (call.is_service()) return {};
  return fail(Code::permission_denied, "service_only", "only services may ask this");
}

api::User shown(const store::User& user) {
  api::User out;
  out.set_id(user.id);
  out.set_email(user.email);
  out.set_name(user.name);
  out.set_locale(user.locale);
  out.set_confirmed(user.status != "waiting");
  return out;
}

authorization::v1::Tuple role_tuple(const std::string& role, std::int64_t user_id) {
  authorization::v1::Tuple tuple;
  tuple.mutable_entity()->set_type("platform");
  tuple.mutable_entity()->set_id("lyceum");
  tuple.set_relation(role);
  tuple.mutable_subject()->set_type("user");
  tuple.mutable_subject()->set_id(std::to_string(user_id));
  return tuple;
}

}  // namespace

Task<Result<api::User>> Identity::get_user(Call call, api::GetUserRequest request) {
  CO_TRY_VOID(of_service(call));
  CO_TRY(const auto user,
         co_await parts_.db.read([&](Tx& tx) { return store::find_user(tx, request.user_id()); }));
  if (!user) co_return fail(Code::not_found, "not_found", "there is no such user");
  co_return shown(*user);
}

Task<Result<api::User>> Identity::add_user(Call call, api::AddUserRequest request) {
  CO_TRY_VOID(of_service(call));
  CO_TRY_VOID(rules::check_email(request.email()));
  CO_TRY_VOID(rules::check_password(request.password()));
  CO_TRY_VOID(rules::check_name(request.name()));
  store::User user;
  user.id = parts_.ids.next();
  // An unknown role must be found out before the account is there.
  for (int i = 0; i < request.roles_size(); ++i) {
    authorization::v1::ListRoleHoldersRequest question;
    question.set_role(request.roles(i));
    question.set_limit(1);
    const auto known = co_await parts_.authorization.list_role_holders(call, std::move(question));
    if (!known && known.error().code == Code::invalid_argument)
      co_return bad_field("roles[" + std::to_string(i) + "]", "unknown_role",
                          "there is no role \"" + request.roles(i) + "\"");
    if (!known) co_return fail(known.error());
  }
  CO_TRY(user.password, co_await hash_password(request.password()));
  const auto now = parts_.clock.now_ms();
  user.email = request.email();
  user.email_key = rules::email_key(request.email());
  user.name = request.name();
  user.locale = "en";
  user.status = request.confirmed() ? "open" : "waiting";
  user.created_at = now;
  CO_TRY_VOID(co_await parts_.db.write([&](Tx& tx) -> Result<void> {
    TRY(const bool added, store::insert_user(tx, user, request.confirmed() ? now : 0));
    if (!added)
      return std::unexpected(Error{Code::already_exists, "email_taken",
                                   "there is an account with this address", "email", 0});
    if (request.confirmed()) return parts_.opened(tx, call, user);
    store::MailToken token;
    token.password = user.password;
    token.name = user.name;
    token.locale = user.locale;
    return mail_confirmation(tx, call, user, token);
  }));
  if (request.roles_size() > 0) {
    authorization::v1::WriteRelationshipsRequest roles;
    for (const auto& role : request.roles()) *roles.add_tuples() = role_tuple(role, user.id);
    CO_TRY_VOID(co_await parts_.authorization.write_relationships(call, std::move(roles)));
  }
  log::info(call, "account added", {{"user_id", user.id}});
  co_return shown(user);
}

Task<Result<api::CreateTokenResponse>> Identity::add_token(Call call,
                                                           api::AddTokenRequest request) {
  CO_TRY_VOID(of_service(call));
  CO_TRY(const auto user, co_await parts_.db.read([&](Tx& tx) {
    return store::find_user(tx, rules::email_key(request.email()));
  }));
  if (!user)
    co_return fail(Code::not_found, "no_such_user", "there is no account with this address");
  if (user->status != "open")
    co_return fail(Code::failed_precondition, "account_not_open",
                   "this account is not confirmed or is disabled");
  CO_TRY(const auto roles, co_await roles_of(call, user->id));
  CO_TRY(auto scopes,
         rules::token_scopes({request.scopes().begin(), request.scopes().end()}, roles));
  store::ApiToken token;
  token.user_id = user->id;
  token.name = request.name().empty() ? "command line" : request.name();
  co_return co_await make_token(std::move(call), std::move(token), std::move(scopes), {});
}

}  // namespace lyceum::identity
