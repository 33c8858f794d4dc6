#include "services/identity/provider.h"

#include "services/identity/rules.h"

namespace lyceum::identity {
namespace {

constexpr std::string_view root = "/realms/lyceum/";
constexpr std::string_view connect = "protocol/openid-connect/";

web::Response not_found() {
  return web::text(404, "There is nothing here.\n");
}

web::Response wrong_method(std::string_view allowed) {
  auto response = web::text(405, "This is done in another way.\n");
  web::add_header(response, "allow", allowed);
  return response;
}

// For what everybody may read from anywhere.
web::Response open_to_all(web::Response response, std::string_view cache) {
  for (auto& h : *response.mutable_headers())
    if (h.name() == "cache-control") h.set_value(std::string(cache));
  web::add_header(response, "access-control-allow-origin", "*");
  return response;
}

}  // namespace

Result<web::Form> parameters(const web::Request& request) {
  if (request.method() == "GET") return web::Form::parse(request.query());
  if (!web::is_form(request))
    return fail(Code::invalid_argument, "form_malformed", "this is not a form");
  return web::Form::parse(request.body());
}

web::Response oauth_error(int status, std::string_view error, std::string_view description) {
  auto response =
      web::json(status, R"({"error":)" + web::json_string(error) + R"(,"error_description":)" +
                            web::json_string(description) + "}");
  web::add_header(response, "pragma", "no-cache");
  return response;
}

Task<Result<web::Response>> Provider::handle(Call call, web::Request request) {
  std::string_view path = request.path();
  if (!path.starts_with(root)) co_return not_found();
  path.remove_prefix(root.size());
  const bool get = request.method() == "GET", post = request.method() == "POST";
  if (!get && !post) co_return wrong_method("GET, POST");
  if (path == ".well-known/openid-configuration")
    co_return get ? open_to_all(discovery(), "max-age=300") : wrong_method("GET");
  if (path == "pages.css") co_return get ? pages::style() : wrong_method("GET");
  if (path == "login-actions/authenticate") {
    // Somebody who reloads or comes back to it starts anew.
    if (get) co_return web::redirect(parts_.config.public_url + "/auth/login");
    co_return co_await sign_in(std::move(call), std::move(request));
  }
  if (path == "login-actions/logout-confirm") {
    if (get) co_return web::redirect(parts_.endpoint("logout"));
    co_return co_await confirm_sign_out(std::move(call), std::move(request));
  }
  if (!path.starts_with(connect)) co_return not_found();
  path.remove_prefix(connect.size());
  if (path == "auth") co_return co_await authorize(std::move(request));
  if (path == "logout") co_return co_await sign_out(std::move(call), std::move(request));
  if (path == "userinfo") co_return co_await userinfo(std::move(request));
  if (path == "certs") {
    if (!get) co_return wrong_method("GET");
    CO_TRY(auto keys, co_await certs());
    co_return open_to_all(std::move(keys), "max-age=300");
  }
  if (path != "token" && path != "revoke") co_return not_found();
  if (!post) co_return wrong_method("POST");
  if (path == "token") co_return co_await token(std::move(call), std::move(request));
  co_return co_await revoke(std::move(call), std::move(request));
}

web::Response Provider::discovery() const {
  const auto url = [&](std::string_view name) { return web::json_string(parts_.endpoint(name)); };
  return web::json(
      200, R"({"issuer":)" + web::json_string(parts_.issuer()) + R"(,"authorization_endpoint":)" +
               url("auth") + R"(,"token_endpoint":)" + url("token") + R"(,"userinfo_endpoint":)" +
               url("userinfo") + R"(,"jwks_uri":)" + url("certs") + R"(,"revocation_endpoint":)" +
               url("revoke") + R"(,"end_session_endpoint":)" + url("logout") +
               R"(,"response_types_supported":["code"])"
               R"(,"response_modes_supported":["query"])"
               R"(,"grant_types_supported":["authorization_code"])"
               R"(,"subject_types_supported":["public"])"
               R"(,"id_token_signing_alg_values_supported":["RS256"])"
               R"(,"scopes_supported":["openid","profile","email"])"
               R"(,"token_endpoint_auth_methods_supported":)"
               R"(["none","client_secret_basic","client_secret_post"])"
               R"(,"revocation_endpoint_auth_methods_supported":)"
               R"(["none","client_secret_basic","client_secret_post"])"
               R"(,"claims_supported":["iss","sub","aud","exp","iat","auth_time",)"
               R"("nonce","at_hash","sid","name","locale","email","email_verified"])"
               R"(,"code_challenge_methods_supported":["S256"])"
               R"(,"prompt_values_supported":["none","login"])"
               R"(,"ui_locales_supported":["en","fr"])"
               R"(,"authorization_response_iss_parameter_supported":true)"
               R"(,"claims_parameter_supported":false)"
               R"(,"request_parameter_supported":false)"
               R"(,"request_uri_parameter_supported":false})");
}

Task<Result<web::Response>> Provider::certs() {
  CO_TRY(const auto keys, co_await parts_.keys.all());
  std::string list;
  for (const auto& key : keys) list += (list.empty() ? "" : ",") + key.jwk();
  co_return web::json(200, R"({"keys":[)" + list + "]}");
}

}  // namespace lyceum::identity
