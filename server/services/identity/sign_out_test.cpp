#include "services/identity/testing/provider_fixture.h"

namespace lyceum::identity {
namespace {

class SignOutTest : public ProviderTest {};

TEST_P(SignOutTest, ID_05_signing_out_with_the_id_token_ends_the_session_and_goes_back) {
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

TEST_P(SignOutTest, ID_05_signing_out_goes_nowhere_that_is_not_registered) {
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

TEST_P(SignOutTest, ID_05_without_an_id_token_signing_out_is_asked_about_first) {
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

INSTANTIATE_TEST_SUITE_P(works, SignOutTest, testing::both_transports, testing::name);

}  // namespace
}  // namespace lyceum::identity
