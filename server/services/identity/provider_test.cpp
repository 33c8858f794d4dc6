#include <filesystem>
#include <set>

#include "services/identity/claims.h"
#include "services/identity/fixture.h"

namespace lyceum::identity {
namespace {

const std::string verifier = "a-verifier-that-is-long-enough-to-be-one-0123456789";

// The service's key file is readable here, so that ID tokens can be verified.
Config with_key_file() {
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

TEST_P(ProviderTest, ID_04_discovery_says_what_is_there_and_no_more) {
  Browser browser;
  const auto found = get(browser, "/realms/lyceum/.well-known/openid-configuration");
  EXPECT_EQ(found.status(), 200);
  EXPECT_EQ(header(found, "content-type"), "application/json");
  EXPECT_EQ(header(found, "access-control-allow-origin"), "*");
  EXPECT_EQ(field(found, "issuer"), issuer);
  for (const auto* endpoint : {"authorization_endpoint", "token_endpoint", "userinfo_endpoint",
                               "jwks_uri", "revocation_endpoint", "end_session_endpoint"}) {
    Browser other;
    const auto url = field(found, endpoint);
    EXPECT_TRUE(url.starts_with(issuer + "/protocol/openid-connect/")) << endpoint;
    EXPECT_NE(get(other, url).status(), 404) << endpoint;
  }
  EXPECT_FALSE(found.body().contains("refresh_token"));
  EXPECT_FALSE(found.body().contains("plain"));
  EXPECT_TRUE(found.body().contains(R"("code_challenge_methods_supported":["S256"])"));
  EXPECT_TRUE(found.body().contains(R"("authorization_response_iss_parameter_supported":true)"));
}

TEST_P(ProviderTest, ID_04_code_and_proof_give_tokens_that_name_the_user) {
  const auto ann = add_user("ann@example.org");
  Browser browser;
  const auto page = authorize(browser);
  ASSERT_EQ(page.status(), 200);
  const auto answer = submit(browser, page, "ann@example.org", good_password);
  ASSERT_EQ(answer.status(), 303);
  const auto location = header(answer, "location");
  EXPECT_EQ(in_query(location, "state"), "st");
  EXPECT_EQ(in_query(location, "iss"), issuer);
  EXPECT_EQ(in_query(location, "keep"), "1");
  clock.move(second_ms);
  const auto tokens = redeem(in_query(location, "code"));
  ASSERT_EQ(tokens.status(), 200) << tokens.body();
  EXPECT_EQ(header(tokens, "cache-control"), "no-store");
  EXPECT_EQ(field(tokens, "token_type"), "Bearer");
  EXPECT_TRUE(field(tokens, "access_token").starts_with("ly_at_"));

  const auto payload = run(service_keys.verify(field(tokens, "id_token")));
  ASSERT_TRUE(payload);
  const auto now_s = std::to_string(clock.now_ms() / 1000);
  const auto claims = read_claims(*payload);
  EXPECT_EQ(claims->iss, issuer);
  EXPECT_EQ(claims->sub, std::to_string(ann));
  EXPECT_EQ(claims->aud, "other");
  EXPECT_TRUE(payload->contains(R"("nonce":"no")"));
  EXPECT_TRUE(payload->contains("\"iat\":" + now_s + ","));
  EXPECT_TRUE(
      payload->contains("\"auth_time\":" + std::to_string(clock.now_ms() / 1000 - 1) + ","));
  EXPECT_TRUE(payload->contains(
      R"("at_hash":")" + base64url(sha256(field(tokens, "access_token")).substr(0, 16)) + '"'));
  EXPECT_FALSE(payload->contains("email"));  // those are for userinfo

  const auto info = userinfo(field(tokens, "access_token"));
  EXPECT_EQ(info.status(), 200);
  EXPECT_EQ(field(info, "sub"), std::to_string(ann));
  EXPECT_EQ(field(info, "email"), "ann@example.org");
  EXPECT_EQ(field(info, "name"), "Ann");
}

TEST_P(ProviderTest, ID_04_the_published_key_is_public_and_has_signed_the_token) {
  add_user("ann@example.org");
  Browser browser;
  const auto tokens = redeem(code_for(browser));
  const auto certs = get(browser, connect + "certs");
  EXPECT_EQ(header(certs, "access-control-allow-origin"), "*");
  const auto head =
      from_base64url(field(tokens, "id_token").substr(0, field(tokens, "id_token").find('.')));
  EXPECT_EQ(between(*head, R"("kid":")", "\""), field(certs, "kid"));
  EXPECT_EQ(field(certs, "alg"), "RS256");
  for (const auto* secret : {"\"d\"", "\"p\"", "\"q\"", "\"dp\"", "\"k\""})
    EXPECT_FALSE(certs.body().contains(secret));
}

TEST_P(ProviderTest, ID_04_one_sign_in_serves_every_application) {
  add_user("ann@example.org");
  Browser browser;
  ASSERT_EQ(sign_in_app(browser, "ann@example.org").status(), 303);
  const auto other = authorize(browser);
  EXPECT_EQ(other.status(), 303);
  EXPECT_EQ(redeem(in_query(header(other, "location"), "code")).status(), 200);
}

TEST_P(ProviderTest, ID_04_a_redirect_uri_that_differs_in_anything_gets_a_page_and_no_redirect) {
  Browser browser;
  for (const std::string uri :
       {"https://other.example/cb?keep=1/", "https://other.example/cb/?keep=1",
        "https://OTHER.example/cb?keep=1", "https://other.example/CB?keep=1",
        "https://other.example:443/cb?keep=1", "https://other.example/cb?keep=1&x=2",
        "https://other.example/%63b?keep=1", "https://other.example/%2563b?keep=1",
        "https://other.example/x/../cb?keep=1", "https://other.example/..;/cb?keep=1",
        "https://other.example@evil.example/cb?keep=1",
        "https://other.example\\@evil.example/cb?keep=1", "https://other.example//cb?keep=1",
        "https://other.example/cb?keep=1#f", "http://other.example/cb?keep=1",
        "//other.example/cb?keep=1", "https://оther.example/cb?keep=1", "javascript:alert(1)",
        "https://other.example/cb"})
    expect_page(authorize(browser, {{"redirect_uri", uri}}));
}

TEST_P(ProviderTest, ID_04_only_the_port_of_a_native_clients_loopback_address_is_free) {
  Browser browser;
  const auto with = [&](const std::string& uri) {
    return authorize(browser, {{"client_id", "native"}, {"redirect_uri", uri}}).status();
  };
  EXPECT_EQ(with("http://127.0.0.1:49152/cb"), 200);
  EXPECT_EQ(with("http://127.0.0.1/cb"), 200);
  for (const auto* uri :
       {"http://127.0.0.1:49152/cb2", "http://127.0.0.1:x/cb", "http://127.0.0.1:/cb",
        "http://localhost:49152/cb", "http://127.0.0.1.evil.example/cb",
        "http://127.0.0.1:1@evil.example/cb", "https://127.0.0.1:1/cb", "http://[::1]:1/cb"})
    EXPECT_EQ(with(uri), 400) << uri;
}

TEST_P(ProviderTest, ID_04_without_a_redirect_uri_the_only_registered_one_is_taken) {
  add_user("ann@example.org");
  Browser browser;
  const auto code = code_for(browser, {{"redirect_uri", ""}});
  EXPECT_EQ(redeem(code, {{"redirect_uri", ""}}).status(), 200);
  expect_page(authorize(browser, {{"client_id", "legacy:1"}, {"redirect_uri", ""}}));
}

TEST_P(ProviderTest, ID_04_an_unknown_client_gets_a_page) {
  Browser browser;
  for (const auto* id : {"", "nobody", "OTHER", "other "})
    expect_page(authorize(browser, {{"client_id", id}}));
}

TEST_P(ProviderTest, ID_04_a_parameter_that_comes_twice_is_refused) {
  Browser browser;
  for (const std::string name : {"client_id", "redirect_uri"})
    expect_page(get(browser, connect + "auth?" + request_of() + "&" + name + "=x"));
  for (const std::string name :
       {"scope", "response_type", "code_challenge", "nonce", "prompt", "prompt"})
    expect_error(
        get(browser, connect + "auth?" + request_of({{"prompt", "login"}}) + "&" + name + "=x"),
        "invalid_request");
  const auto twice = get(browser, connect + "auth?" + request_of() + "&state=other");
  EXPECT_EQ(in_query(header(twice, "location"), "error"), "invalid_request");
}

TEST_P(ProviderTest, ID_04_requests_that_are_wrong_go_back_with_an_error) {
  Browser browser;
  const std::vector<std::pair<std::map<std::string, std::string>, std::string>> rows = {
      {{{"response_type", ""}}, "invalid_request"},
      {{{"response_type", "token"}}, "unsupported_response_type"},
      {{{"response_type", "id_token token"}}, "unsupported_response_type"},
      {{{"response_type", "code id_token"}}, "unsupported_response_type"},
      {{{"response_mode", "fragment"}}, "invalid_request"},
      {{{"code_challenge", ""}, {"code_challenge_method", ""}}, "invalid_request"},
      {{{"code_challenge", ""}}, "invalid_request"},
      {{{"code_challenge_method", "plain"}}, "invalid_request"},
      {{{"code_challenge_method", ""}}, "invalid_request"},
      {{{"code_challenge", std::string(42, 'a')}}, "invalid_request"},
      {{{"code_challenge", std::string(129, 'a')}}, "invalid_request"},
      {{{"code_challenge", std::string(42, 'a') + "="}}, "invalid_request"},
      {{{"request", "x.y.z"}}, "request_not_supported"},
      {{{"request_uri", "https://evil.example/r"}}, "request_uri_not_supported"},
      {{{"registration", "{}"}}, "registration_not_supported"},
      {{{"prompt", "none login"}}, "invalid_request"},
      {{{"prompt", "dance"}}, "invalid_request"},
      {{{"max_age", "soon"}}, "invalid_request"},
      {{{"max_age", "-1"}}, "invalid_request"},
      {{{"scope", ""}}, "invalid_scope"},
      {{{"scope", "api:admin"}}, "invalid_scope"},
      {{{"prompt", "none"}}, "login_required"},
  };
  for (const auto& [changes, error] : rows) {
    SCOPED_TRACE(changes.begin()->first + "=" + changes.begin()->second);
    expect_error(authorize(browser, changes), error);
  }
}

TEST_P(ProviderTest, ID_04_what_openid_adds_and_we_do_not_know_is_ignored) {
  Browser browser;
  for (const std::pair<const std::string, std::string>& extra :
       {std::pair<const std::string, std::string>{"extra", "foobar"},
        {"display", "popup"},
        {"ui_locales", "se"},
        {"claims_locales", "se"},
        {"acr_values", "1 2"},
        {"claims", "{\"userinfo\":{}}"},
        {"prompt", "login"}})
    EXPECT_EQ(authorize(browser, {extra}).status(), 200) << extra.first;
}

TEST_P(ProviderTest, ID_04_a_state_comes_back_as_it_was) {
  add_user("ann@example.org");
  Browser browser;
  sign_in_app(browser, "ann@example.org");
  for (const std::string& state :
       {std::string(500, 's'), std::string("a&b=c%20d+e ü\"<script>'#?;")}) {
    const auto answer = authorize(browser, {{"state", state}});
    EXPECT_EQ(in_query(header(answer, "location"), "state"), state);
    const auto refused = authorize(browser, {{"state", state}, {"response_type", "token"}});
    EXPECT_EQ(in_query(header(refused, "location"), "state"), state);
  }
}

TEST_P(ProviderTest, ID_04_a_posted_request_goes_on_as_get_so_that_cookies_come) {
  add_user("ann@example.org");
  Browser browser;
  sign_in_app(browser, "ann@example.org");
  Browser crossing;  // no Lax cookies on a POST from another site
  const auto bounced =
      send(crossing, "POST", connect + "auth", request_of(), {{"sec-fetch-site", "cross-site"}});
  ASSERT_EQ(bounced.status(), 303);
  const auto location = header(bounced, "location");
  EXPECT_TRUE(location.starts_with(issuer + "/protocol/openid-connect/auth?"));
  EXPECT_EQ(get(browser, location).status(), 303);
}

TEST_P(ProviderTest, ID_04_prompt_login_asks_again_and_auth_time_moves) {
  add_user("ann@example.org");
  Browser browser;
  redeem(code_for(browser));
  clock.move(minute_ms);
  const auto page = authorize(browser, {{"prompt", "login"}});
  ASSERT_EQ(page.status(), 200);
  const auto answer = submit(browser, page, "ann@example.org", good_password);
  const auto tokens = redeem(in_query(header(answer, "location"), "code"));
  const auto payload = run(service_keys.verify(field(tokens, "id_token")));
  EXPECT_TRUE(payload->contains("\"auth_time\":" + std::to_string(clock.now_ms() / 1000) + ","));
}

TEST_P(ProviderTest, ID_04_prompt_none_and_max_age_keep_or_refuse_the_session) {
  add_user("ann@example.org");
  Browser browser;
  code_for(browser);
  const auto signed_in_s = clock.now_ms() / 1000;
  clock.move(10 * second_ms);
  const auto tokens = redeem(in_query(
      header(authorize(browser, {{"prompt", "none"}, {"max_age", "10000"}}), "location"), "code"));
  const auto payload = run(service_keys.verify(field(tokens, "id_token")));
  EXPECT_TRUE(payload->contains("\"auth_time\":" + std::to_string(signed_in_s) + ","));
  EXPECT_EQ(authorize(browser, {{"max_age", "5"}}).status(), 200);
  expect_error(authorize(browser, {{"max_age", "5"}, {"prompt", "none"}}), "login_required");
}

TEST_P(ProviderTest, ID_04_an_id_token_hint_must_mean_who_is_signed_in) {
  add_user("ann@example.org");
  add_user("bob@example.org");
  Browser ann, bob;
  const auto hint = field(redeem(code_for(ann)), "id_token");
  code_for(bob, {}, "bob@example.org");
  clock.move(20 * minute_ms);  // an old hint is good, too
  EXPECT_NE(
      in_query(header(authorize(ann, {{"prompt", "none"}, {"id_token_hint", hint}}), "location"),
               "code"),
      "");
  expect_error(authorize(bob, {{"prompt", "none"}, {"id_token_hint", hint}}), "login_required");
  expect_error(authorize(ann, {{"prompt", "none"}, {"id_token_hint", hint + "x"}}),
               "login_required");
  const auto unsigned_hint = base64url(R"({"alg":"none"})") +
                             hint.substr(hint.find('.'), hint.rfind('.') - hint.find('.') + 1);
  expect_error(authorize(ann, {{"prompt", "none"}, {"id_token_hint", unsigned_hint}}),
               "login_required");
}

TEST_P(ProviderTest, ID_04_a_session_ends_when_idle_and_after_twelve_hours) {
  add_user("ann@example.org");
  Browser browser;
  code_for(browser);
  for (int i = 0; i < 24; ++i) {  // used every 29 minutes: 11 h 36 min
    clock.move(29 * minute_ms);
    ASSERT_EQ(authorize(browser).status(), 303) << i;
    run(service.tidy());
  }
  clock.move(25 * minute_ms);
  EXPECT_EQ(authorize(browser).status(), 200);  // over, though not idle
  Browser idle;
  code_for(idle);
  clock.move(30 * minute_ms);
  EXPECT_EQ(authorize(idle).status(), 200);
}

TEST_P(ProviderTest, ID_04_a_code_is_good_once_and_a_second_use_kills_what_it_gave) {
  add_user("ann@example.org");
  Browser browser;
  const auto code = code_for(browser);
  const auto token = field(redeem(code), "access_token");
  EXPECT_EQ(userinfo(token).status(), 200);
  expect_token_error(redeem(code, {{"code_verifier", verifier + "x"}}), 400, "invalid_grant");
  EXPECT_EQ(userinfo(token).status(), 200);  // that was no proof of theft
  clock.move(hour_ms / 120);
  expect_token_error(redeem(code), 400, "invalid_grant");
  EXPECT_EQ(userinfo(token).status(), 401);
  EXPECT_EQ(events_of<api::CredentialsRevoked>().size(), 1u);
}

TEST_P(ProviderTest, ID_04_of_two_redemptions_at_once_one_gets_tokens) {
  add_user("ann@example.org");
  for (int round = 0; round < 5; ++round) {
    Browser browser;
    const auto code = code_for(browser);
    std::vector<std::future<int>> both;
    for (int i = 0; i < 4; ++i)
      both.push_back(std::async(std::launch::async, [&] { return redeem(code).status(); }));
    int good = 0;
    for (auto& one : both) good += one.get() == 200;
    EXPECT_EQ(good, 1);
  }
}

TEST_P(ProviderTest, ID_04_a_code_lives_a_minute) {
  add_user("ann@example.org");
  Browser browser;
  const auto late = code_for(browser);
  clock.move(60 * second_ms);
  expect_token_error(redeem(late), 400, "invalid_grant");
  const auto in_time = code_for(browser);
  clock.move(60 * second_ms - 1);
  EXPECT_EQ(redeem(in_time).status(), 200);
}

TEST_P(ProviderTest, ID_04_a_code_needs_its_proof_its_client_and_its_redirect_uri) {
  add_user("ann@example.org");
  Browser browser;
  const auto code = code_for(browser);
  expect_token_error(redeem("made-up"), 400, "invalid_grant");
  expect_token_error(redeem(""), 400, "invalid_request");
  expect_token_error(redeem(code, {{"client_id", "native"}}), 400, "invalid_grant");
  expect_token_error(redeem(code, {{"redirect_uri", "https://other.example/cb"}}), 400,
                     "invalid_grant");
  expect_token_error(redeem(code, {{"code_verifier", ""}}), 400, "invalid_grant");
  EXPECT_EQ(redeem(code).status(), 200);  // none of that used it up
}

TEST_P(ProviderTest, ID_04_three_wrong_proofs_and_the_code_is_dead) {
  add_user("ann@example.org");
  Browser browser;
  const auto code = code_for(browser);
  for (int i = 0; i < 3; ++i)
    expect_token_error(redeem(code, {{"code_verifier", "wrong"}}), 400, "invalid_grant");
  expect_token_error(redeem(code), 400, "invalid_grant");
}

TEST_P(ProviderTest, ID_04_a_client_without_pkce_must_not_get_a_verifier_slipped_in) {
  add_user("ann@example.org");
  Browser browser;
  const std::map<std::string, std::string> legacy = {{"client_id", "legacy:1"},
                                                     {"redirect_uri", "https://legacy.example/cb"},
                                                     {"code_challenge", ""},
                                                     {"code_challenge_method", ""}};
  const auto auth = basic("legacy:1", "s3cret/+ %");
  auto code = code_for(browser, legacy);
  auto form = token_form(code, {{"client_id", ""}, {"redirect_uri", "https://legacy.example/cb"}});
  expect_token_error(post("token", form, {{"authorization", auth}}), 400, "invalid_request");
  form.remove("code_verifier");
  form.remove("redirect_uri");
  expect_token_error(post("token", form, {{"authorization", auth}}), 400, "invalid_grant");
  form.set("redirect_uri", "https://legacy.example/cb2");
  expect_token_error(post("token", form, {{"authorization", auth}}), 400, "invalid_grant");
  form.set("redirect_uri", "https://legacy.example/cb");
  EXPECT_EQ(post("token", form, {{"authorization", auth}}).status(), 200);
}

TEST_P(ProviderTest, ID_04_clients_prove_who_they_are_in_one_way) {
  const auto form = token_form("x", {{"client_id", ""}});
  auto in_body = form;
  in_body.set("client_id", "legacy:1");
  const std::vector<std::pair<std::string, std::string>> good = {
      {"authorization", basic("legacy:1", "s3cret/+ %")}};
  expect_token_error(post("token", form, good), 400,
                     "invalid_grant");  // known, but the code is none
  auto twice = in_body;
  twice.set("client_secret", "s3cret/+ %");
  expect_token_error(post("token", twice), 400, "invalid_grant");
  expect_token_error(post("token", twice, good), 400, "invalid_request");
  expect_token_error(post("token", in_body), 401, "invalid_client");
  auto secretive = token_form("x");
  secretive.set("client_secret", "something");
  expect_token_error(post("token", secretive), 401, "invalid_client");
  for (const auto& wrong :
       {std::string("Basic !!!"), "Basic " + base64("legacy:1"), "Basic " + base64("legacy%3A1"),
        "Basic " + base64("legacy%3A1:wrong"), "Basic " + base64("legacy%3A1:s3cret/+ %"),
        "Basic " + base64("legacy%3A1:s3cret%2F%2B%20%25") + "=", std::string("Bearer x"),
        std::string("Basic")}) {
    const auto refused = post("token", form, {{"authorization", wrong}});
    expect_token_error(refused, 401, "invalid_client");
    EXPECT_TRUE(header(refused, "www-authenticate").starts_with("Basic"));
  }
  expect_token_error(post("token", form, {good[0], good[0]}), 400, "invalid_request");
  expect_token_error(post("token", token_form("x", {{"client_id", "nobody"}})), 401,
                     "invalid_client");
}

TEST_P(ProviderTest, ID_04_there_is_one_grant_and_it_comes_as_a_form) {
  for (const auto* grant : {"password", "implicit", "refresh_token", "client_credentials", "x"})
    expect_token_error(redeem("x", {{"grant_type", grant}}), 400, "unsupported_grant_type");
  expect_token_error(redeem("x", {{"grant_type", ""}}), 400, "invalid_request");
  Browser none;
  expect_token_error(send(none, "POST", connect + "token", token_form("x").encode() + "&code=y"),
                     400, "invalid_request");
  const auto json =
      send(none, "POST", connect + "token", "", {{"content-type", "application/json"}});
  expect_token_error(json, 400, "invalid_request");
  EXPECT_EQ(get(none, connect + "token?" + token_form("x").encode()).status(), 405);
  EXPECT_EQ(header(redeem("x"), "access-control-allow-origin"), "");
}

TEST_P(ProviderTest, ID_04_userinfo_wants_one_good_bearer_token) {
  add_user("ann@example.org");
  Browser browser, none;
  const auto token = field(redeem(code_for(browser)), "access_token");
  const auto with = [&](std::vector<std::pair<std::string, std::string>> headers,
                        const std::string& form = "") {
    return send(none, form.empty() ? "GET" : "POST", connect + "userinfo", form,
                std::move(headers));
  };
  EXPECT_EQ(with({{"authorization", "bearer " + token}}).status(), 200);
  EXPECT_EQ(with({{"authorization", "BEARER " + token}}).status(), 200);
  EXPECT_EQ(with({}, "access_token=" + token).status(), 200);
  EXPECT_EQ(with({{"authorization", "Bearer " + token}}, "access_token=" + token).status(), 400);
  const auto in_query = get(none, connect + "userinfo?access_token=" + token);
  EXPECT_EQ(in_query.status(), 401);
  EXPECT_FALSE(header(in_query, "www-authenticate").contains("error"));
  const auto garbage = with({{"authorization", "Bearer ly_at_x"}});
  EXPECT_EQ(garbage.status(), 401);
  EXPECT_TRUE(header(garbage, "www-authenticate").contains("error=\"invalid_token\""));
  clock.move(10 * minute_ms);
  EXPECT_EQ(userinfo(token).status(), 401);
}

TEST_P(ProviderTest, ID_04_claims_are_those_of_the_scope) {
  add_user("ann@example.org");
  Browser browser;
  const auto thin =
      userinfo(field(redeem(code_for(browser, {{"scope", "openid"}})), "access_token"));
  EXPECT_EQ(thin.status(), 200);
  EXPECT_FALSE(thin.body().contains("email"));
  EXPECT_FALSE(thin.body().contains("name"));
  const auto no_openid = redeem(code_for(browser, {{"scope", "email"}}));
  EXPECT_FALSE(no_openid.body().contains("id_token"));
  EXPECT_EQ(userinfo(field(no_openid, "access_token")).status(), 403);
}

TEST_P(ProviderTest, ID_04_an_access_token_opens_the_api_only_for_the_scopes_meant_for_it) {
  const auto ann = add_user("ann@example.org");
  Browser browser;
  const auto token = field(
      redeem(code_for(browser, {{"scope", "openid profile api:learn api:admin"}})), "access_token");
  const auto who = authenticate_bearer(token);
  ASSERT_TRUE(who);
  EXPECT_EQ(who->user_id(), ann);
  ASSERT_EQ(who->scopes_size(), 1);  // "profile" was about claims, "api:admin" is not this client's
  EXPECT_EQ(who->scopes(0), "learn");
  clock.move(10 * minute_ms);
  EXPECT_FALSE(authenticate_bearer(token));
}

TEST_P(ProviderTest, ID_05_a_token_can_be_revoked_by_its_client_alone) {
  add_user("ann@example.org");
  Browser browser;
  const auto token = field(redeem(code_for(browser)), "access_token");
  web::Form form;
  form.set("token", token);
  form.set("client_id", "native");
  EXPECT_EQ(post("revoke", form).status(), 200);
  EXPECT_EQ(userinfo(token).status(), 200);
  form.set("client_id", "other");
  form.set("token_type_hint", "refresh_token");
  EXPECT_EQ(post("revoke", form).status(), 200);
  EXPECT_EQ(userinfo(token).status(), 401);
  EXPECT_EQ(post("revoke", form).status(), 200);
  EXPECT_EQ(events_of<api::CredentialsRevoked>().size(), 1u);
  form.set("client_id", "nobody");
  EXPECT_EQ(post("revoke", form).status(), 401);
  form.remove("token");
  EXPECT_EQ(post("revoke", form).status(), 400);
}

TEST_P(ProviderTest, ID_05_signing_out_with_the_id_token_ends_the_session_and_goes_back) {
  add_user("ann@example.org");
  Browser browser;
  sign_in_app(browser, "ann@example.org");
  const auto tokens = redeem(code_for(browser));
  const auto unused = code_for(browser);
  web::Form form;
  form.set("id_token_hint", field(tokens, "id_token"));
  form.set("post_logout_redirect_uri", "https://other.example/bye");
  form.set("state", std::string(128, 's'));
  clock.move(11 * minute_ms);  // the ID token is old
  const auto answer = get(browser, connect + "logout?" + form.encode());
  EXPECT_EQ(header(answer, "location"), "https://other.example/bye?state=" + std::string(128, 's'));
  expect_error(authorize(browser, {{"prompt", "none"}}), "login_required");
  EXPECT_FALSE(who(browser));
  EXPECT_EQ(userinfo(field(tokens, "access_token")).status(), 401);
  expect_token_error(redeem(unused), 400, "invalid_grant");
  EXPECT_FALSE(events_of<api::CredentialsRevoked>().empty());
}

TEST_P(ProviderTest, ID_05_signing_out_goes_nowhere_that_is_not_registered) {
  add_user("ann@example.org");
  Browser browser;
  const auto hint = field(redeem(code_for(browser)), "id_token");
  const auto out = [&](std::map<std::string, std::string> fields) {
    web::Form form;
    for (const auto& [name, value] : fields) form.set(name, value);
    return get(browser, connect + "logout?" + form.encode());
  };
  const std::string bye = "https://other.example/bye";
  expect_page(
      out({{"id_token_hint", hint}, {"post_logout_redirect_uri", "https://evil.example/"}}));
  expect_page(out({{"id_token_hint", hint}, {"post_logout_redirect_uri", bye + "?foo=bar"}}));
  expect_page(out({{"id_token_hint", hint + "x"}, {"post_logout_redirect_uri", bye}}));
  const auto body = hint.substr(hint.find('.'), hint.rfind('.') - hint.find('.') + 1);
  expect_page(out({{"id_token_hint", base64url(R"({"alg":"none"})") + body},
                   {"post_logout_redirect_uri", bye}}));
  expect_page(
      out({{"id_token_hint", hint}, {"client_id", "native"}, {"post_logout_redirect_uri", bye}}));
  expect_page(out({{"post_logout_redirect_uri", bye}}));
  EXPECT_EQ(authorize(browser, {{"prompt", "none"}}).status(), 303);
  EXPECT_NE(in_query(header(authorize(browser, {{"prompt", "none"}}), "location"), "code"),
            "");  // still in
}

TEST_P(ProviderTest, ID_05_without_an_id_token_signing_out_is_asked_about_first) {
  add_user("ann@example.org");
  Browser browser, thief;
  code_for(browser);
  const auto page = get(browser, connect + "logout");
  ASSERT_EQ(page.status(), 200);
  const auto flow = "flow=" + between(page.body(), "name=\"flow\" value=\"", "\"");
  const auto confirm_url = std::string("/realms/lyceum/login-actions/logout-confirm");
  send(thief, "POST", confirm_url, flow);
  send(browser, "POST", confirm_url, flow, {{"sec-fetch-site", "cross-site"}});
  send(browser, "POST", confirm_url, "flow=x");
  EXPECT_NE(in_query(header(authorize(browser, {{"prompt", "none"}}), "location"), "code"), "");
  EXPECT_EQ(send(browser, "POST", confirm_url, flow).status(), 200);
  expect_error(authorize(browser, {{"prompt", "none"}}), "login_required");
}

TEST_P(ProviderTest, the_sign_in_form_works_only_in_the_browser_that_it_was_shown_in) {
  add_user("ann@example.org");
  Browser browser, other;
  const auto page = authorize(browser);
  authorize(other);
  expect_page(submit(other, page, "ann@example.org", good_password));
  Browser bare;
  expect_page(submit(bare, page, "ann@example.org", good_password));
  EXPECT_EQ(submit(browser, page, "ann@example.org", good_password).status(), 303);
  expect_page(submit(browser, page, "ann@example.org", good_password));  // a form is good once
}

TEST_P(ProviderTest, the_sign_in_form_is_not_taken_from_another_site) {
  add_user("ann@example.org");
  Browser browser;
  const auto page = authorize(browser);
  const auto form = "flow=" + between(page.body(), "name=\"flow\" value=\"", "\"") +
                    "&email=ann%40example.org&password=" + web::percent_encode(good_password);
  const std::string target = "/realms/lyceum/login-actions/authenticate";
  using Headers = std::vector<std::pair<std::string, std::string>>;
  for (const Headers& headers :
       {Headers{{"sec-fetch-site", "cross-site"}}, Headers{{"sec-fetch-site", "same-site"}},
        Headers{{"origin", "https://evil.example"}}, Headers{{"origin", "null"}},
        Headers{{"origin", "https://lyceum.example.evil.example"}}})
    EXPECT_EQ(send(browser, "POST", target, form, headers).status(), 403);
  // What Chromium sends from a page with no-referrer.
  EXPECT_EQ(
      send(browser, "POST", target, form, {{"sec-fetch-site", "same-origin"}, {"origin", "null"}})
          .status(),
      303);
}

TEST_P(ProviderTest, a_sign_in_page_that_was_left_open_for_long_starts_anew) {
  add_user("ann@example.org");
  Browser browser;
  const auto page = authorize(browser);
  clock.move(10 * minute_ms);
  const auto again = submit(browser, page, "ann@example.org", good_password);
  ASSERT_EQ(again.status(), 303);
  const auto fresh = get(browser, header(again, "location"));
  ASSERT_EQ(fresh.status(), 200);
  EXPECT_EQ(in_query(header(submit(browser, fresh, "ann@example.org", good_password), "location"),
                     "state"),
            "st");
}

TEST_P(ProviderTest, several_tabs_of_one_browser_can_be_signing_in) {
  add_user("ann@example.org");
  Browser browser;
  const auto first = authorize(browser, {{"state", "one"}});
  const auto second = authorize(browser, {{"state", "two"}});
  EXPECT_EQ(in_query(header(submit(browser, first, "ann@example.org", good_password), "location"),
                     "state"),
            "one");
  EXPECT_EQ(in_query(header(submit(browser, second, "ann@example.org", good_password), "location"),
                     "state"),
            "two");
}

TEST_P(ProviderTest, every_refusal_to_sign_in_looks_the_same) {
  add_user("ann@example.org");
  ASSERT_TRUE(sign_up("waiting@example.org"));
  const auto disabled = add_user("disabled@example.org");
  ASSERT_TRUE(run(db->write([&](Tx& tx) {
    return tx.exec("UPDATE identity_users SET status = 'disabled' WHERE id = $1", {disabled});
  })));
  std::set<std::string> answers;
  for (const std::string email :
       {"ann@example.org", "nobody@example.org", "waiting@example.org", "disabled@example.org"}) {
    Browser browser;
    const auto page = authorize(browser);
    auto answer =
        submit(browser, page, email, email.starts_with("ann") ? "wrong guess" : good_password);
    EXPECT_EQ(answer.status(), 400);
    std::string body = answer.body();
    body.replace(body.find(email), email.size(), "EMAIL");
    const auto flow = between(body, "name=\"flow\" value=\"", "\"");
    body.replace(body.find(flow), flow.size(), "FLOW");
    answer.set_body(body);
    answers.insert(answer.SerializeAsString());
  }
  EXPECT_EQ(answers.size(), 1u);
}

TEST_P(ProviderTest, the_page_keeps_what_was_typed_and_escapes_it) {
  Browser browser;
  const auto page = authorize(browser, {{"login_hint", "\"><script>alert(1)</script>"}});
  EXPECT_TRUE(page.body().contains("value=\"&quot;&gt;&lt;script&gt;"));
  const auto again = submit(browser, page, "<b>&'\"@example.org", "wrong guess");
  EXPECT_TRUE(again.body().contains("value=\"&lt;b&gt;&amp;&#39;&quot;@example.org\""));
  EXPECT_FALSE(again.body().contains("<b>"));
  EXPECT_FALSE(again.body().contains("wrong guess"));
  const auto hostile =
      authorize(browser, {{"client_id", "<script>"}, {"redirect_uri", "https://x/<script>"}});
  EXPECT_FALSE(hostile.body().contains("<script>"));
}

TEST_P(ProviderTest, the_page_says_with_headers_what_it_may_do) {
  Browser browser;
  const auto page = authorize(browser);
  const auto policy = header(page, "content-security-policy");
  EXPECT_TRUE(policy.starts_with("default-src 'none';"));
  EXPECT_TRUE(policy.ends_with("form-action 'self' https://other.example")) << policy;
  EXPECT_TRUE(policy.contains("frame-ancestors 'none'"));
  EXPECT_EQ(header(page, "referrer-policy"), "no-referrer");
  EXPECT_EQ(header(page, "cache-control"), "no-store");
  EXPECT_EQ(header(page, "access-control-allow-origin"), "");
  EXPECT_FALSE(page.body().contains("<script"));
  const auto style = get(browser, between(page.body(), "rel=\"stylesheet\" href=\"", "\""));
  EXPECT_EQ(style.status(), 200);
  EXPECT_TRUE(style.body().contains("prefers-color-scheme: dark"));
}

TEST_P(ProviderTest, the_page_speaks_english_and_french) {
  Browser browser;
  EXPECT_TRUE(authorize(browser).body().contains("<html lang=\"en\">"));
  EXPECT_TRUE(authorize(browser, {{"ui_locales", "de fr-CA"}}).body().contains("Se connecter"));
  browser.headers = {{"accept-language", "de;q=0.9, fr-FR, en;q=0.5"}};
  EXPECT_TRUE(authorize(browser).body().contains("<html lang=\"fr\">"));
  EXPECT_TRUE(authorize(browser, {{"ui_locales", "en"}}).body().contains("<html lang=\"en\">"));
}

TEST_P(ProviderTest, cookies_are_for_this_host_secure_and_out_of_reach_of_scripts) {
  add_user("ann@example.org");
  Browser browser;
  const auto page = authorize(browser);
  const auto answer = submit(browser, page, "ann@example.org", good_password);
  int cookies = 0;
  for (const auto& response : {page, answer})
    for (const auto& h : response.headers()) {
      if (h.name() != "set-cookie") continue;
      ++cookies;
      EXPECT_TRUE(h.value().starts_with("__Host-ly_"));
      EXPECT_TRUE(h.value().contains("; Path=/; Secure; HttpOnly; SameSite=Lax"));
      EXPECT_FALSE(h.value().contains("Domain"));
    }
  EXPECT_EQ(cookies, 3);
}

TEST_P(ProviderTest, signing_in_again_changes_the_sessions_secret) {
  add_user("ann@example.org");
  Browser browser;
  code_for(browser);
  const auto before = browser.cookies["__Host-ly_sso"];
  submit(browser, authorize(browser, {{"prompt", "login"}}), "ann@example.org", good_password);
  EXPECT_NE(browser.cookies["__Host-ly_sso"], before);
  Browser old;
  old.cookies["__Host-ly_sso"] = before;
  expect_error(authorize(old, {{"prompt", "none"}}), "login_required");
}

TEST_P(ProviderTest, somebody_else_signing_in_ends_the_session_of_who_was_there) {
  add_user("ann@example.org");
  add_user("bob@example.org");
  Browser browser;
  const auto token = field(redeem(code_for(browser)), "access_token");
  submit(browser, authorize(browser, {{"prompt", "login"}}), "bob@example.org", good_password);
  EXPECT_EQ(userinfo(token).status(), 401);
}

TEST_P(ProviderTest, a_session_cookie_that_an_attacker_chose_is_not_taken) {
  add_user("ann@example.org");
  Browser browser;
  browser.cookies["__Host-ly_sso"] = std::string(43, 'A');
  code_for(browser);
  EXPECT_NE(browser.cookies["__Host-ly_sso"], std::string(43, 'A'));
}

TEST_P(ProviderTest, secrets_are_nowhere_in_clear) {
  add_user("ann@example.org");
  Browser browser;
  sign_in_app(browser, "ann@example.org");
  const auto code = code_for(browser);
  const auto token = field(redeem(code), "access_token");
  for (const std::string& secret :
       {browser.cookies["__Host-ly_sso"], browser.cookies["__Host-ly_app"],
        browser.cookies["__Host-ly_int"], browser.cookies["__Host-ly_dev"], code, token}) {
    ASSERT_FALSE(secret.empty());
    for (const std::string table :
         {"sessions", "app_sessions", "flows", "devices", "codes", "access_tokens"}) {
      const auto rows = run(db->read([&](Tx& tx) {
        return tx.all("SELECT * FROM identity_" + table, {}, [&](const Row& row) {
          return row.text(0) == secret || row.text(1) == secret || row.text(2) == secret;
        });
      }));
      for (const bool hit : *rows) EXPECT_FALSE(hit) << table;
    }
  }
}

TEST_P(ProviderTest, what_is_not_there_is_404_and_other_methods_405) {
  Browser browser;
  for (const auto* path :
       {"/realms/lyceum/", "/realms/lyceum/x", "/realms/lyceum/protocol/openid-connect/",
        "/realms/lyceum/protocol/openid-connect/token/introspect"})
    EXPECT_EQ(get(browser, path).status(), 404) << path;
  for (const auto* method : {"PUT", "DELETE", "OPTIONS", "PATCH"})
    EXPECT_EQ(send(browser, method, connect + "auth").status(), 405) << method;
}

INSTANTIATE_TEST_SUITE_P(works, ProviderTest, testing::both_transports, testing::name);

}  // namespace
}  // namespace lyceum::identity
