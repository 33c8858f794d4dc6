#pragma once
// The OpenID provider, at Keycloak's paths under /realms/lyceum: authorization code with PKCE, ID
// tokens (RS256), opaque access tokens, and the sign-in and sign-out pages.

#include <optional>
#include <string>

#include "services/identity/pages.h"
#include "services/identity/parts.h"
#include "services/identity/web.h"

namespace lyceum::identity {

// An authorization request whose client and way back are known to be good.
struct AuthRequest {
  const Client* client = nullptr;
  std::string redirect_uri;
  bool redirect_uri_given = true;
  std::string state, nonce, scope, challenge, login_hint, id_token_hint;
  bool prompt_none = false, prompt_login = false;
  std::optional<std::int64_t> max_age_s;
};

// A code and what proves that it may be redeemed.
struct Redemption {
  const Client* client = nullptr;  // authenticated as far as it can be
  std::string code, redirect_uri, verifier;
};

class Provider {
 public:
  explicit Provider(Parts& parts) : parts_(parts) {}

  Task<Result<web::Response>> handle(Call call, web::Request request);

  // Inside a write. An OAuth error word in `error`: the transaction must still be committed, as it
  // counts the failure or ends what a stolen code was used for.
  struct Redeemed {
    std::string error;
    store::Code code;
  };

  Result<Redeemed> redeem(Tx& tx, const Call& call, const Redemption& redemption);

 private:
  using Answer = Result<web::Response>;

  // authorize.cpp
  Task<Answer> authorize(web::Request request);
  Task<Answer> answer(web::Request request, web::Form form, AuthRequest wanted);
  std::optional<web::Response> check_target(const web::Form& form,
                                            pages::Language language,
                                            AuthRequest& wanted) const;
  std::optional<web::Response> check_rest(const web::Form& form, AuthRequest& wanted) const;
  web::Response refuse(const AuthRequest& wanted,
                       std::string_view error,
                       std::string_view description) const;
  web::Response deliver(const AuthRequest& wanted, const std::string& code) const;
  Result<std::string> make_code(Tx& tx, const AuthRequest& wanted, const store::Session& session);
  Task<Result<std::optional<store::Session>>> session_of(web::Request request);
  Task<Result<bool>> hint_fits(std::string hint, std::int64_t user_id);

  // sign_in.cpp
  Task<Answer> show_sign_in(web::Request request, web::Form form, AuthRequest wanted);
  Task<Answer> sign_in(Call call, web::Request request);
  Task<Answer> check_sign_in(
      Call call, web::Request request, web::Form form, store::Flow flow, AuthRequest wanted);
  Task<Answer> signed_in(
      Call call, web::Request request, store::Flow flow, AuthRequest wanted, store::User user);
  Task<Result<std::string>> make_flow(std::string query, std::string browser);
  Task<Result<std::optional<store::Flow>>> flow_of(web::Request request, std::string secret);

  // token_endpoint.cpp
  Task<Answer> token(Call call, web::Request request);
  Task<Answer> issue(store::Code code, std::string access_token);
  Task<Answer> revoke(Call call, web::Request request);
  Task<Answer> userinfo(web::Request request);

  // sign_out.cpp
  Task<Answer> sign_out(Call call, web::Request request);
  Task<Answer> confirm_sign_out(Call call, web::Request request);
  Task<Answer> end(Call call, web::Request request, std::string back);

  // provider.cpp
  web::Response discovery() const;
  Task<Answer> certs();

  Parts& parts_;
};

// The query of a GET, the form of a POST.
Result<web::Form> parameters(const web::Request& request);
// {"error": …} as OAuth wants it.
web::Response oauth_error(int status, std::string_view error, std::string_view description);

}  // namespace lyceum::identity
