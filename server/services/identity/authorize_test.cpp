#include "services/identity/testing/provider_fixture.h"

namespace lyceum::identity {
namespace {

class AuthorizeTest : public ProviderTest {};

TEST_P(AuthorizeTest, ID_04_a_redirect_uri_that_differs_in_anything_gets_a_page_and_no_redirect) {
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

TEST_P(AuthorizeTest, ID_04_only_the_port_of_a_native_clients_loopback_address_is_free) {
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

TEST_P(AuthorizeTest, ID_04_without_a_redirect_uri_the_only_registered_one_is_taken) {
  add_user("ann@example.org");
  Browser browser;
  const auto code = code_for(browser, {{"redirect_uri", ""}});
  EXPECT_EQ(redeem(code, {{"redirect_uri", ""}}).status(), 200);
  expect_page(authorize(browser, {{"client_id", "legacy:1"}, {"redirect_uri", ""}}));
}

TEST_P(AuthorizeTest, ID_04_an_unknown_client_gets_a_page) {
  Browser browser;
  for (const auto* id : {"", "nobody", "OTHER", "other "})
    expect_page(authorize(browser, {{"client_id", id}}));
}

TEST_P(AuthorizeTest, ID_04_a_parameter_that_comes_twice_is_refused) {
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

TEST_P(AuthorizeTest, ID_04_requests_that_are_wrong_go_back_with_an_error) {
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

TEST_P(AuthorizeTest, ID_04_what_openid_adds_and_we_do_not_know_is_ignored) {
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

TEST_P(AuthorizeTest, ID_04_a_state_comes_back_as_it_was) {
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

TEST_P(AuthorizeTest, ID_04_a_posted_request_goes_on_as_get_so_that_cookies_come) {
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

TEST_P(AuthorizeTest, ID_04_prompt_login_asks_again_and_auth_time_moves) {
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

TEST_P(AuthorizeTest, ID_04_prompt_none_and_max_age_keep_or_refuse_the_session) {
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

TEST_P(AuthorizeTest, ID_04_an_id_token_hint_must_mean_who_is_signed_in) {
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

TEST_P(AuthorizeTest, ID_04_a_session_ends_when_idle_and_after_twelve_hours) {
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

INSTANTIATE_TEST_SUITE_P(works, AuthorizeTest, testing::both_transports, testing::name);

}  // namespace
}  // namespace lyceum::identity
