#pragma once
// Accounts, what signs in with them, and API tokens. Roles are authorization's business: this
// service asks it.

#include "base/migration.h"
#include "services/identity/app.h"
#include "services/identity/parts.h"
#include "services/identity/provider.h"

namespace lyceum::identity {

const std::vector<Migration>& migrations();

class Identity final : public api::IdentityApi {
 public:
  Identity(Config config,
           Db& db,
           const Clock& clock,
           Ids& ids,
           Events& events,
           Cpu& cpu,
           authorization::v1::AuthorizationApi& authorization);

  // sign_up.cpp
  Task<Result<lyceum::v1::Empty>> sign_up(Call call, api::SignUpRequest request) override;
  Task<Result<api::ConfirmEmailResponse>> confirm_email(Call call,
                                                        api::ConfirmEmailRequest request) override;
  Task<Result<lyceum::v1::Empty>> resend_confirmation(
      Call call, api::ResendConfirmationRequest request) override;
  // resets.cpp
  Task<Result<lyceum::v1::Empty>> forgot_password(Call call,
                                                  api::ForgotPasswordRequest request) override;
  Task<Result<lyceum::v1::Empty>> reset_password(Call call,
                                                 api::ResetPasswordRequest request) override;
  // tokens.cpp
  Task<Result<api::ListTokensResponse>> list_tokens(Call call,
                                                    api::ListTokensRequest request) override;
  Task<Result<api::CreateTokenResponse>> create_token(Call call,
                                                      api::CreateTokenRequest request) override;
  Task<Result<lyceum::v1::Empty>> revoke_token(Call call, api::RevokeTokenRequest request) override;
  // provider.cpp, app.cpp
  Task<Result<lyceum::v1::WebResponse>> provider(Call call,
                                                 lyceum::v1::WebRequest request) override;
  Task<Result<lyceum::v1::WebResponse>> app(Call call, lyceum::v1::WebRequest request) override;
  // authenticate.cpp
  Task<Result<api::AuthenticateResponse>> authenticate(Call call,
                                                       api::AuthenticateRequest request) override;
  Task<Result<api::FilterCredentialsResponse>> filter_credentials(
      Call call, api::FilterCredentialsRequest request) override;
  // users.cpp
  Task<Result<api::User>> get_user(Call call, api::GetUserRequest request) override;
  Task<Result<api::User>> add_user(Call call, api::AddUserRequest request) override;
  Task<Result<api::CreateTokenResponse>> add_token(Call call,
                                                   api::AddTokenRequest request) override;

  // Writes what waits in memory and deletes what is over. Run it about every half a minute.
  Task<bool> tidy();

 private:
  Task<Result<std::string>> hash_password(std::string password);
  Task<Result<std::vector<std::string>>> roles_of(Call call, std::int64_t user_id);
  Result<void> allow_mail(Tx& tx, const Call& call, const std::string& email_key);
  Result<void> mail_confirmation(Tx& tx,
                                 const Call& call,
                                 const store::User& user,
                                 const store::MailToken& from);
  Result<void> mail_reset(Tx& tx, const Call& call, const store::User& user);
  Task<Result<api::CreateTokenResponse>> make_token(Call call,
                                                    store::ApiToken token,
                                                    std::vector<std::string> scopes,
                                                    api::CreateTokenRequest request);

  Parts parts_;
  Provider provider_;
  App app_;
};

}  // namespace lyceum::identity
