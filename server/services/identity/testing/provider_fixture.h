#pragma once
// What the provider's tests share: right requests to change a little, and what every refusal must
// be.

#include <filesystem>
#include <set>

#include "services/identity/claims.h"
#include "services/identity/testing/identity_fixture.h"

namespace lyceum::identity {

inline const std::string verifier = "a-verifier-that-is-long-enough-to-be-one-0123456789";

// The service's key file is readable here, so that ID tokens can be verified.
inline Config with_key_file() {
  Config config = quick_config();
  config.key_file = ::testing::TempDir() + "identity_" + hex(random_bytes(8)) + ".key";
  return config;
}

class ProviderTest : public IdentityFixture {
 protected:
  ProviderTest() : IdentityFixture(with_key_file()) {
    static const SigningKey key =
        *SigningKey::make(2048);  // making one for each test would take long
    EXPECT_TRUE(run(db->write([&](Tx& tx) {
      return store::insert_key(tx, {key.id(), seal.close(key.der(), key.id()), true},
                               clock.now_ms());
    })));
  }

  ~ProviderTest() override { std::filesystem::remove(config_.key_file); }

  // An authorization request that is right; `changes` replace or (empty) remove parameters.
  static std::string request_of(std::map<std::string, std::string> changes = {}) {
    std::map<std::string, std::string> fields = {
        {"client_id", "other"},
        {"redirect_uri", "https://other.example/cb?keep=1"},
        {"response_type", "code"},
        {"scope", "openid profile email"},
        {"state", "st"},
        {"nonce", "no"},
        {"code_challenge", base64url(sha256(verifier))},
        {"code_challenge_method", "S256"}};
    for (const auto& [name, value] : changes) fields[name] = value;
    web::Form form;
    for (const auto& [name, value] : fields)
      if (!value.empty()) form.set(name, value);
    return form.encode();
  }

  web::Response authorize(Browser& browser,
                          const std::map<std::string, std::string>& changes = {}) {
    return get(browser, connect + "auth?" + request_of(changes));
  }

  // The code for `changes`, signing in where it must.
  std::string code_for(Browser& browser,
                       const std::map<std::string, std::string>& changes = {},
                       const std::string& email = "ann@example.org") {
    auto step = authorize(browser, changes);
    if (step.status() == 200) step = submit(browser, step, email, good_password);
    EXPECT_EQ(step.status(), 303);
    return in_query(header(step, "location"), "code");
  }

  web::Response post(const std::string& endpoint,
                     const web::Form& form,
                     std::vector<std::pair<std::string, std::string>> headers = {}) {
    Browser none;
    return send(none, "POST", connect + endpoint, form.encode(), std::move(headers));
  }

  static web::Form token_form(const std::string& code,
                              std::map<std::string, std::string> changes = {}) {
    std::map<std::string, std::string> fields = {
        {"grant_type", "authorization_code"},
        {"code", code},
        {"client_id", "other"},
        {"redirect_uri", "https://other.example/cb?keep=1"},
        {"code_verifier", verifier}};
    for (const auto& [name, value] : changes) fields[name] = value;
    web::Form form;
    for (const auto& [name, value] : fields)
      if (!value.empty()) form.set(name, value);
    return form;
  }

  web::Response redeem(const std::string& code, std::map<std::string, std::string> changes = {}) {
    return post("token", token_form(code, std::move(changes)));
  }

  static std::string field(const web::Response& response, const std::string& name) {
    return between(response.body(), "\"" + name + "\":\"", "\"");
  }

  static std::string basic(const std::string& id, const std::string& secret) {
    return "Basic " + base64(web::percent_encode(id) + ":" + web::percent_encode(secret));
  }

  web::Response userinfo(const std::string& token) {
    Browser none;
    return send(none, "GET", connect + "userinfo", "", {{"authorization", "Bearer " + token}});
  }

  const Seal seal = Seal::open(config_.key_file);
  Keys service_keys{*db, clock, cpu, seal, 2048};

  static void expect_page(const web::Response& response) {
    EXPECT_EQ(response.status(), 400);
    EXPECT_EQ(header(response, "location"), "");
    EXPECT_TRUE(header(response, "content-type").starts_with("text/html"));
    EXPECT_TRUE(header(response, "content-security-policy").contains("frame-ancestors 'none'"));
    EXPECT_EQ(header(response, "x-frame-options"), "DENY");
  }

  static void expect_error(const web::Response& response, const std::string& error) {
    ASSERT_EQ(response.status(), 303);
    const auto location = header(response, "location");
    EXPECT_TRUE(location.starts_with("https://other.example/cb?keep=1&")) << location;
    EXPECT_EQ(in_query(location, "error"), error);
    EXPECT_EQ(in_query(location, "state"), "st");
    EXPECT_EQ(in_query(location, "iss"), issuer);
    EXPECT_EQ(in_query(location, "code"), "");
  }

  static void expect_token_error(const web::Response& response,
                                 int status,
                                 const std::string& error) {
    EXPECT_EQ(response.status(), status);
    EXPECT_EQ(field(response, "error"), error);
    EXPECT_EQ(header(response, "content-type"), "application/json");
    EXPECT_EQ(header(response, "cache-control"), "no-store");
    EXPECT_FALSE(response.body().contains("access_token"));
  }
};

}  // namespace lyceum::identity
