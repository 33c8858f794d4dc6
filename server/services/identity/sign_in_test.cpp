#include "services/identity/testing/provider_fixture.h"

namespace lyceum::identity {
namespace {

class SignInTest : public ProviderTest {};

TEST_P(SignInTest, ID_04_one_sign_in_serves_every_application) {
  add_user("ann@example.org");
  Browser browser;
  ASSERT_EQ(sign_in_app(browser, "ann@example.org").status(), 303);
  const auto other = authorize(browser);
  EXPECT_EQ(other.status(), 303);
  EXPECT_EQ(redeem(in_query(header(other, "location"), "code")).status(), 200);
}

TEST_P(SignInTest, the_sign_in_form_works_only_in_the_browser_that_it_was_shown_in) {
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

TEST_P(SignInTest, the_sign_in_form_is_not_taken_from_another_site) {
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

TEST_P(SignInTest, a_sign_in_page_that_was_left_open_for_long_starts_anew) {
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

TEST_P(SignInTest, several_tabs_of_one_browser_can_be_signing_in) {
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

TEST_P(SignInTest, every_refusal_to_sign_in_looks_the_same) {
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

TEST_P(SignInTest, the_page_keeps_what_was_typed_and_escapes_it) {
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

TEST_P(SignInTest, the_page_says_with_headers_what_it_may_do) {
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

TEST_P(SignInTest, the_page_speaks_english_and_french) {
  Browser browser;
  EXPECT_TRUE(authorize(browser).body().contains("<html lang=\"en\">"));
  EXPECT_TRUE(authorize(browser, {{"ui_locales", "de fr-CA"}}).body().contains("Se connecter"));
  browser.headers = {{"accept-language", "de;q=0.9, fr-FR, en;q=0.5"}};
  EXPECT_TRUE(authorize(browser).body().contains("<html lang=\"fr\">"));
  EXPECT_TRUE(authorize(browser, {{"ui_locales", "en"}}).body().contains("<html lang=\"en\">"));
}

TEST_P(SignInTest, cookies_are_for_this_host_secure_and_out_of_reach_of_scripts) {
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

TEST_P(SignInTest, signing_in_again_changes_the_sessions_secret) {
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

TEST_P(SignInTest, somebody_else_signing_in_ends_the_session_of_who_was_there) {
  add_user("ann@example.org");
  add_user("bob@example.org");
  Browser browser;
  const auto token = field(redeem(code_for(browser)), "access_token");
  submit(browser, authorize(browser, {{"prompt", "login"}}), "bob@example.org", good_password);
  EXPECT_EQ(userinfo(token).status(), 401);
}

TEST_P(SignInTest, a_session_cookie_that_an_attacker_chose_is_not_taken) {
  add_user("ann@example.org");
  Browser browser;
  browser.cookies["__Host-ly_sso"] = std::string(43, 'A');
  code_for(browser);
  EXPECT_NE(browser.cookies["__Host-ly_sso"], std::string(43, 'A'));
}

TEST_P(SignInTest, secrets_are_nowhere_in_clear) {
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

INSTANTIATE_TEST_SUITE_P(works, SignInTest, testing::both_transports, testing::name);

}  // namespace
}  // namespace lyceum::identity
