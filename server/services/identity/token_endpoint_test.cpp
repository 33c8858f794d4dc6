#include <future>

#include "services/identity/testing/provider_fixture.h"

namespace lyceum::identity {
namespace {

class TokenEndpointTest : public ProviderTest {};

TEST_P(TokenEndpointTest, ID_04_code_and_proof_give_tokens_that_name_the_user) {
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

TEST_P(TokenEndpointTest, ID_04_the_published_key_is_public_and_has_signed_the_token) {
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

TEST_P(TokenEndpointTest, ID_04_a_code_is_good_once_and_a_second_use_kills_what_it_gave) {
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

TEST_P(TokenEndpointTest, ID_04_of_two_redemptions_at_once_one_gets_tokens) {
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

TEST_P(TokenEndpointTest, ID_04_a_code_lives_a_minute) {
  add_user("ann@example.org");
  Browser browser;
  const auto late = code_for(browser);
  clock.move(60 * second_ms);
  expect_token_error(redeem(late), 400, "invalid_grant");
  const auto in_time = code_for(browser);
  clock.move(60 * second_ms - 1);
  EXPECT_EQ(redeem(in_time).status(), 200);
}

TEST_P(TokenEndpointTest, ID_04_a_code_needs_its_proof_its_client_and_its_redirect_uri) {
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

TEST_P(TokenEndpointTest, ID_04_three_wrong_proofs_and_the_code_is_dead) {
  add_user("ann@example.org");
  Browser browser;
  const auto code = code_for(browser);
  for (int i = 0; i < 3; ++i)
    expect_token_error(redeem(code, {{"code_verifier", "wrong"}}), 400, "invalid_grant");
  expect_token_error(redeem(code), 400, "invalid_grant");
}

TEST_P(TokenEndpointTest, ID_04_a_client_without_pkce_must_not_get_a_verifier_slipped_in) {
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

TEST_P(TokenEndpointTest, ID_04_clients_prove_who_they_are_in_one_way) {
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

TEST_P(TokenEndpointTest, ID_04_there_is_one_grant_and_it_comes_as_a_form) {
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

TEST_P(TokenEndpointTest, ID_04_userinfo_wants_one_good_bearer_token) {
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

TEST_P(TokenEndpointTest, ID_04_claims_are_those_of_the_scope) {
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

TEST_P(TokenEndpointTest, ID_04_an_access_token_opens_the_api_only_for_the_scopes_meant_for_it) {
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

TEST_P(TokenEndpointTest, ID_05_a_token_can_be_revoked_by_its_client_alone) {
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

INSTANTIATE_TEST_SUITE_P(works, TokenEndpointTest, testing::both_transports, testing::name);

}  // namespace
}  // namespace lyceum::identity
