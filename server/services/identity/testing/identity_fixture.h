#pragma once
// What the tests of this folder share: the service over both transports, its outbox, and a browser
// that keeps cookies and follows nothing by itself.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/crypto.h"
#include "contract/mailer.pb.h"
#include "services/identity/identity.h"
#include "services/identity/rules.h"
#include "testing/service_test.h"

namespace lyceum::identity {

// Knows the roles that a test sets; errors when told to.
class FakeAuthorization final : public authorization::v1::AuthorizationApi {
 public:
  using Empty = lyceum::v1::Empty;

  Task<Result<authorization::v1::CheckResponse>> check(Call,
                                                       authorization::v1::CheckRequest) override {
    co_return fail(Code::unimplemented, "fake", "fake");
  }

  Task<Result<Empty>> write_relationships(
      Call call, authorization::v1::WriteRelationshipsRequest request) override {
    if (!call.is_service()) co_return fail(Code::permission_denied, "fake", "fake");
    for (const auto& tuple : request.tuples())
      roles[std::stoll(tuple.subject().id())].push_back(tuple.relation());
    co_return Empty{};
  }

  Task<Result<Empty>> delete_relationships(Call,
                                           authorization::v1::DeleteRelationshipsRequest) override {
    co_return fail(Code::unimplemented, "fake", "fake");
  }

  Task<Result<authorization::v1::ReadRelationshipsResponse>> read_relationships(
      Call, authorization::v1::ReadRelationshipsRequest) override {
    co_return fail(Code::unimplemented, "fake", "fake");
  }

  Task<Result<authorization::v1::GetPermissionsResponse>> get_permissions(
      Call, authorization::v1::GetPermissionsRequest) override {
    co_return fail(Code::unimplemented, "fake", "fake");
  }

  Task<Result<authorization::v1::ListPermissionsResponse>> list_permissions(
      Call, authorization::v1::ListPermissionsRequest) override {
    co_return fail(Code::unimplemented, "fake", "fake");
  }

  Task<Result<authorization::v1::ListRolesResponse>> list_roles(
      Call call, authorization::v1::ListRolesRequest request) override {
    if (broken) co_return fail(Code::unavailable, "broken", "authorization is down");
    if (!call.is_service()) co_return fail(Code::permission_denied, "fake", "fake");
    authorization::v1::ListRolesResponse response;
    for (const auto& role : roles[request.user_id()]) response.add_roles(role);
    co_return response;
  }

  Task<Result<authorization::v1::ListRoleHoldersResponse>> list_role_holders(
      Call, authorization::v1::ListRoleHoldersRequest request) override {
    if (request.role() != "administrator" && request.role() != "content_creator")
      co_return bad_field("role", "unknown_role", "there is no such role");
    co_return authorization::v1::ListRoleHoldersResponse{};
  }

  Task<Result<Empty>> grant_role(Call, authorization::v1::GrantRoleRequest) override {
    co_return fail(Code::unimplemented, "fake", "fake");
  }

  Task<Result<Empty>> remove_role(Call, authorization::v1::RemoveRoleRequest) override {
    co_return fail(Code::unimplemented, "fake", "fake");
  }

  std::map<std::int64_t, std::vector<std::string>> roles;
  bool broken = false;
};

inline const std::string public_url = "https://lyceum.example";
inline const std::string issuer = public_url + "/realms/lyceum";
inline const std::string connect = "/realms/lyceum/protocol/openid-connect/";
inline const std::string good_password = "correct horse battery";

// Cheap hashes and short keys; no limits, except where a test is about them.
inline Config quick_config() {
  Config config;
  config.public_url = public_url;
  config.password_memory_kib = 64;
  config.password_passes = 1;
  config.rsa_bits = 2048;
  config.throttle = false;
  config.mails_per_address = config.mails_per_network = 0;
  Client other;
  other.id = "other";
  other.redirect_uris = {"https://other.example/cb?keep=1"};
  other.post_logout_redirect_uris = {"https://other.example/bye"};
  other.scopes = "openid profile email api:learn";
  config.clients.push_back(other);
  Client legacy;  // confidential, without PKCE
  legacy.id = "legacy:1";
  legacy.secret_hash = sha256_hex("s3cret/+ %");
  legacy.redirect_uris = {"https://legacy.example/cb", "https://legacy.example/cb2"};
  legacy.require_pkce = false;
  config.clients.push_back(legacy);
  Client native;
  native.id = "native";
  native.redirect_uris = {"http://127.0.0.1/cb"};
  config.clients.push_back(native);
  return config;
}

inline std::string header(const web::Response& response, std::string_view name) {
  for (const auto& h : response.headers())
    if (h.name() == name) return h.value();
  return {};
}

// The value of a hidden field or of the query of a location.
inline std::string between(const std::string& text,
                           const std::string& before,
                           const std::string& after) {
  const auto start = text.find(before);
  if (start == std::string::npos) return {};
  const auto from = start + before.size();
  return text.substr(from, text.find(after, from) - from);
}

inline std::string query_of(const std::string& location) {
  const auto mark = location.find('?');
  return mark == std::string::npos ? "" : location.substr(mark + 1);
}

inline std::string in_query(const std::string& location, const std::string& name) {
  return web::Form::parse(query_of(location))->get(name);
}

class IdentityFixture : public testing::ServiceTest {
 protected:
  explicit IdentityFixture(Config config = quick_config()) : config_(std::move(config)) {}

  struct Browser {
    std::map<std::string, std::string> cookies;
    std::string address = "192.0.2.1";
    std::vector<std::pair<std::string, std::string>> headers;
  };

  web::Response send(Browser& browser,
                     const std::string& method,
                     const std::string& target,
                     const std::string& form = "",
                     std::vector<std::pair<std::string, std::string>> extra = {}) {
    web::Request request;
    request.set_method(method);
    const std::string path =
        target.starts_with(public_url) ? target.substr(public_url.size()) : target;
    request.set_path(path.substr(0, path.find('?')));
    request.set_query(query_of(path));
    request.set_address(browser.address);
    const auto add = [&](const std::string& name, const std::string& value) {
      request.add_headers()->set_name(name);
      request.mutable_headers(request.headers_size() - 1)->set_value(value);
    };
    std::string cookies;
    for (const auto& [name, value] : browser.cookies)
      cookies += (cookies.empty() ? "" : "; ") + name + "=" + value;
    if (!cookies.empty()) add("cookie", cookies);
    if (!form.empty()) add("content-type", "application/x-www-form-urlencoded");
    request.set_body(form);
    for (const auto& [name, value] : browser.headers) add(name, value);
    for (const auto& [name, value] : extra) add(name, value);
    Call::Info info;
    info.address = browser.address;
    auto task = request.path().starts_with("/auth/") ? identity.app(Call(info), request)
                                                     : identity.provider(Call(info), request);
    auto answer = run(std::move(task));
    EXPECT_TRUE(answer) << answer.error().reason << ": " << answer.error().message;
    if (!answer) return {};
    keep_cookies(browser, *answer);
    return *std::move(answer);
  }

  web::Response get(Browser& browser, const std::string& target) {
    return send(browser, "GET", target);
  }

  static void keep_cookies(Browser& browser, const web::Response& response) {
    for (const auto& h : response.headers()) {
      if (h.name() != "set-cookie") continue;
      const auto equals = h.value().find('=');
      const std::string name = h.value().substr(0, equals);
      const std::string value = h.value().substr(equals + 1, h.value().find(';') - equals - 1);
      if (h.value().contains("Max-Age=0"))
        browser.cookies.erase(name);
      else
        browser.cookies[name] = value;
    }
  }

  // The sign-in page's form, sent.
  web::Response submit(Browser& browser,
                       const web::Response& page,
                       const std::string& email,
                       const std::string& password) {
    const std::string flow = between(page.body(), "name=\"flow\" value=\"", "\"");
    return send(browser, "POST", "/realms/lyceum/login-actions/authenticate",
                "flow=" + flow + "&email=" + web::percent_encode(email) +
                    "&password=" + web::percent_encode(password));
  }

  // From the web app's link to the cookie of its session; gives the last answer.
  web::Response sign_in_app(Browser& browser,
                            const std::string& email,
                            const std::string& password = good_password,
                            const std::string& return_to = "/learn") {
    auto step = get(browser, "/auth/login?return_to=" + web::percent_encode(return_to));
    step = get(browser, header(step, "location"));
    if (step.status() == 200) step = submit(browser, step, email, password);
    if (step.status() != 303) return step;
    return get(browser, header(step, "location"));
  }

  std::int64_t add_user(const std::string& email,
                        std::vector<std::string> roles = {},
                        bool confirmed = true,
                        const std::string& password = good_password) {
    api::AddUserRequest request;
    request.set_email(email);
    request.set_password(password);
    request.set_name("Ann");
    request.set_confirmed(confirmed);
    for (const auto& role : roles) request.add_roles(role);
    const auto user = run(identity.add_user(as_service(), request));
    EXPECT_TRUE(user) << user.error().reason;
    return user ? user->id() : 0;
  }

  Result<api::AuthenticateResponse> authenticate_session(const std::string& session) {
    api::AuthenticateRequest request;
    request.set_session(session);
    return run(identity.authenticate(as_service(), request));
  }

  Result<api::AuthenticateResponse> authenticate_bearer(const std::string& bearer) {
    api::AuthenticateRequest request;
    request.set_bearer(bearer);
    return run(identity.authenticate(as_service(), request));
  }

  Result<api::AuthenticateResponse> who(const Browser& browser) {
    const auto found = browser.cookies.find("__Host-ly_app");
    return authenticate_session(found == browser.cookies.end() ? "none" : found->second);
  }

  template <class Event>
  std::vector<Event> events_of() {
    const auto rows = run(db->read([&](Tx& tx) {
      return tx.all("SELECT payload FROM outbox WHERE type = $1 ORDER BY id",
                    {Event::descriptor()->full_name()}, [](const Row& row) { return row.text(0); });
    }));
    EXPECT_TRUE(rows);
    std::vector<Event> found;
    for (const auto& bytes : *rows) EXPECT_TRUE(found.emplace_back().ParseFromString(bytes));
    return found;
  }

  std::vector<mailer::v1::MailWanted> mails(const std::string& to = "") {
    auto all = events_of<mailer::v1::MailWanted>();
    if (!to.empty()) std::erase_if(all, [&](const auto& mail) { return mail.to() != to; });
    return all;
  }

  // The token in the link of the newest mail of this kind.
  std::string mailed_token(const std::string& kind) {
    std::string token;
    for (const auto& mail : mails())
      if (mail.template_() == kind) token = between(mail.values().at("link") + "&", "?token=", "&");
    EXPECT_FALSE(token.empty());
    return token;
  }

  Result<lyceum::v1::Empty> sign_up(const std::string& email,
                                    const std::string& password = good_password,
                                    const std::string& name = "Ann") {
    api::SignUpRequest request;
    request.set_email(email);
    request.set_password(password);
    request.set_name(name);
    return run(identity.sign_up(as_guest(), request));
  }

  Result<api::ConfirmEmailResponse> confirm(const std::string& token) {
    api::ConfirmEmailRequest request;
    request.set_token(token);
    return run(identity.confirm_email(as_guest(), request));
  }

  Result<lyceum::v1::Empty> forgot(const std::string& email) {
    api::ForgotPasswordRequest request;
    request.set_email(email);
    return run(identity.forgot_password(as_guest(), request));
  }

  Result<lyceum::v1::Empty> reset(const std::string& token, const std::string& password) {
    api::ResetPasswordRequest request;
    request.set_token(token);
    request.set_password(password);
    return run(identity.reset_password(as_guest(), request));
  }

  Result<lyceum::v1::Empty> resend(const std::string& email) {
    api::ResendConfirmationRequest request;
    request.set_email(email);
    return run(identity.resend_confirmation(as_guest(), request));
  }

  const Config config_;
  std::unique_ptr<Db> db = open_temporary_sqlite(migrations());
  FakeAuthorization authorization;
  Identity service{config_, *db, clock, ids, events, cpu, authorization};
  api::IdentityApi& identity =
      reach<api::IdentityApi>(service, api::publish, api::connect_identity);
};

}  // namespace lyceum::identity
