#include "services/identity/testing/identity_fixture.h"

namespace lyceum::identity {
namespace {

class AppTest : public IdentityFixture {
 protected:
  // Up to the answer that brings the code back to the app.
  std::string callback_url(Browser& browser, const std::string& email = "ann@example.org") {
    auto step = get(browser, header(get(browser, "/auth/login?return_to=/learn"), "location"));
    if (step.status() == 200) step = submit(browser, step, email, good_password);
    EXPECT_EQ(step.status(), 303);
    return header(step, "location");
  }

  static std::string changed(const std::string& url,
                             const std::string& name,
                             const std::string& value) {
    auto form = *web::Form::parse(query_of(url));
    form.set(name, value);
    return url.substr(0, url.find('?') + 1) + form.encode();
  }
};

TEST_P(AppTest, ID_04_a_user_signs_in_and_is_back_where_it_began) {
  const auto ann = add_user("ann@example.org", {"content_creator"});
  Browser browser;
  const auto last = sign_in_app(browser, "ann@example.org", good_password, "/courses/7?tab=2");
  EXPECT_EQ(last.status(), 303);
  EXPECT_EQ(header(last, "location"), public_url + "/courses/7?tab=2");
  const auto me = who(browser);
  ASSERT_TRUE(me);
  EXPECT_EQ(me->user_id(), ann);
  EXPECT_TRUE(me->session());
  EXPECT_EQ(me->scopes(0), "*");
  EXPECT_EQ(me->roles(0), "content_creator");
  EXPECT_NE(me->credential_id(), 0);
  EXPECT_EQ(me->valid_until(), clock.now_ms() + minute_ms);
}

TEST_P(AppTest, ID_04_the_apps_request_is_complete) {
  Browser browser;
  const auto location = header(get(browser, "/auth/login"), "location");
  EXPECT_TRUE(location.starts_with(issuer + "/protocol/openid-connect/auth?"));
  EXPECT_EQ(in_query(location, "code_challenge_method"), "S256");
  for (const auto* name : {"state", "nonce", "code_challenge"})
    EXPECT_EQ(in_query(location, name).size(), 43u) << name;
  EXPECT_EQ(in_query(location, "redirect_uri"), public_url + "/auth/callback");
}

TEST_P(AppTest, ID_04_nobody_is_sent_to_another_site) {
  add_user("ann@example.org");
  for (const std::string to :
       {"https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example",
        "javascript:alert(1)", "learn", "", "/a\r\nLocation: https://evil.example", "/\tx",
        "/auth/login", "/realms/lyceum/x"}) {
    Browser browser;
    EXPECT_EQ(header(sign_in_app(browser, "ann@example.org", good_password, to), "location"),
              public_url + "/")
        << to;
  }
}

TEST_P(AppTest, ID_04_a_callback_counts_only_in_the_browser_that_began) {
  add_user("ann@example.org");
  Browser ann, victim;
  const auto url = callback_url(ann);
  get(victim, "/auth/login");
  for (Browser* other : {&victim}) {
    EXPECT_EQ(get(*other, url).status(), 400);
    EXPECT_FALSE(who(*other));
  }
  Browser bare;
  EXPECT_EQ(get(bare, url).status(), 400);
  EXPECT_EQ(get(ann, url).status(), 303);  // and it is still good for who began
}

TEST_P(AppTest, ID_04_a_callback_with_anything_wrong_signs_nobody_in) {
  add_user("ann@example.org");
  Browser browser;
  const auto url = callback_url(browser);
  EXPECT_EQ(get(browser, changed(url, "state", "x")).status(), 400);
  EXPECT_EQ(get(browser, changed(url, "iss", "https://evil.example")).status(), 400);
  EXPECT_EQ(get(browser, changed(url, "iss", "")).status(), 400);
  EXPECT_EQ(get(browser, url + "&code=x").status(), 400);
  EXPECT_EQ(get(browser, changed(url, "error", "access_denied")).status(), 400);
  EXPECT_FALSE(who(browser));
  EXPECT_EQ(get(browser, changed(url, "code", "x")).status(), 400);
  EXPECT_FALSE(who(browser));
}

TEST_P(AppTest, ID_04_a_callback_is_good_once) {
  add_user("ann@example.org");
  Browser browser;
  const auto url = callback_url(browser);
  EXPECT_EQ(get(browser, url).status(), 303);
  const auto session = browser.cookies["__Host-ly_app"];
  EXPECT_EQ(get(browser, url).status(), 400);
  EXPECT_TRUE(authenticate_session(session));
}

TEST_P(AppTest, ID_04_a_code_from_another_sign_in_is_not_taken) {
  add_user("ann@example.org");
  add_user("eve@example.org");
  Browser ann, eve;
  const auto hers = callback_url(eve, "eve@example.org");
  const auto his = callback_url(ann);
  EXPECT_EQ(get(ann, changed(his, "code", in_query(hers, "code"))).status(), 400);
  EXPECT_FALSE(who(ann));
}

TEST_P(AppTest, ID_04_the_apps_code_is_worth_nothing_at_the_token_endpoint) {
  add_user("ann@example.org");
  Browser browser, thief;
  const auto code = in_query(callback_url(browser), "code");
  const auto answer = send(thief, "POST", connect + "token",
                           "grant_type=authorization_code&client_id=lyceum-web&code=" + code +
                               "&code_verifier=" + std::string(43, 'v'));
  EXPECT_EQ(answer.status(), 400);
  EXPECT_TRUE(answer.body().contains("invalid_grant"));
}

TEST_P(AppTest, ID_04_a_sign_in_that_took_too_long_goes_on_by_itself) {
  add_user("ann@example.org");
  Browser browser;
  const auto url = callback_url(browser);
  clock.move(10 * minute_ms);
  const auto again = get(browser, url);
  ASSERT_EQ(again.status(), 303);
  EXPECT_EQ(header(again, "location"), public_url + "/auth/login?return_to=%2Flearn");
  const auto provider = get(browser, header(again, "location"));
  const auto back =
      get(browser, header(provider, "location"));  // the provider knows the user still
  EXPECT_EQ(header(get(browser, header(back, "location")), "location"), public_url + "/learn");
  EXPECT_TRUE(who(browser));
}

TEST_P(AppTest, ID_04_signing_in_again_changes_the_session_and_ends_the_old_one) {
  add_user("ann@example.org");
  Browser browser;
  sign_in_app(browser, "ann@example.org");
  const auto before = browser.cookies["__Host-ly_app"];
  sign_in_app(browser, "ann@example.org");
  EXPECT_NE(browser.cookies["__Host-ly_app"], before);
  EXPECT_FALSE(authenticate_session(before));
  EXPECT_TRUE(who(browser));
}

TEST_P(AppTest, ID_05_log_out_kills_every_token) {
  add_user("ann@example.org");
  Browser browser, elsewhere;
  sign_in_app(browser, "ann@example.org");
  sign_in_app(elsewhere, "ann@example.org");
  const auto app = who(browser)->credential_id();
  const auto session = browser.cookies["__Host-ly_app"];
  const auto sso = browser.cookies["__Host-ly_sso"];
  const auto answer =
      send(browser, "POST", "/auth/logout", "", {{"sec-fetch-site", "same-origin"}});
  EXPECT_EQ(answer.status(), 204);
  EXPECT_FALSE(browser.cookies.contains("__Host-ly_app"));
  EXPECT_FALSE(browser.cookies.contains("__Host-ly_sso"));
  EXPECT_FALSE(authenticate_session(session));
  Browser thief;
  thief.cookies["__Host-ly_sso"] = sso;
  const auto step = get(thief, header(get(thief, "/auth/login"), "location"));
  EXPECT_EQ(step.status(), 200);  // asked for the password
  EXPECT_TRUE(who(elsewhere));    // another browser is another session

  const auto events = events_of<api::CredentialsRevoked>();
  ASSERT_EQ(events.size(), 1u);
  ASSERT_EQ(events[0].credential_ids_size(), 1);
  EXPECT_EQ(events[0].credential_ids(0), app);
}

TEST_P(AppTest, ID_05_log_out_ends_tokens_that_other_applications_have_from_this_session) {
  add_user("ann@example.org");
  Browser browser;
  sign_in_app(browser, "ann@example.org");
  const std::string verifier(43, 'v');
  const auto step =
      get(browser, connect + "auth?client_id=native&response_type=code&scope=openid&redirect_uri=" +
                       web::percent_encode("http://127.0.0.1:5000/cb") +
                       "&code_challenge_method=S256&code_challenge=" + base64url(sha256(verifier)));
  const auto code = in_query(header(step, "location"), "code");
  const auto tokens = send(
      browser, "POST", connect + "token",
      "grant_type=authorization_code&client_id=native&code=" + code + "&code_verifier=" + verifier);
  const auto token = between(tokens.body(), "\"access_token\":\"", "\"");
  ASSERT_TRUE(authenticate_bearer(token)) << tokens.body();
  send(browser, "POST", "/auth/logout");
  EXPECT_FALSE(authenticate_bearer(token));
}

TEST_P(AppTest, ID_05_log_out_is_not_taken_from_another_site_nor_as_a_link) {
  add_user("ann@example.org");
  Browser browser;
  sign_in_app(browser, "ann@example.org");
  using Headers = std::vector<std::pair<std::string, std::string>>;
  for (const Headers& headers :
       {Headers{{"sec-fetch-site", "cross-site"}}, Headers{{"sec-fetch-site", "same-site"}},
        Headers{{"origin", "https://evil.example"}}, Headers{{"origin", "null"}}})
    EXPECT_EQ(send(browser, "POST", "/auth/logout", "", headers).status(), 403);
  EXPECT_EQ(get(browser, "/auth/logout").status(), 405);
  EXPECT_TRUE(who(browser));
  EXPECT_EQ(send(browser, "POST", "/auth/logout", "x=1", {{"origin", public_url}}).status(), 303);
  EXPECT_FALSE(who(browser));
}

TEST_P(AppTest, ID_05_log_out_without_a_session_is_fine) {
  Browser browser;
  EXPECT_EQ(send(browser, "POST", "/auth/logout").status(), 204);
  EXPECT_TRUE(events_of<api::CredentialsRevoked>().empty());
}

TEST_P(AppTest, a_session_ends_when_idle_for_twelve_hours_and_after_thirty_days) {
  add_user("ann@example.org");
  Browser browser;
  sign_in_app(browser, "ann@example.org");
  for (int i = 0; i < 65; ++i) {  // every 11 hours, almost 30 days
    clock.move(11 * hour_ms);
    ASSERT_TRUE(who(browser)) << i;
    run(service.tidy());
  }
  clock.move(5 * hour_ms);
  EXPECT_FALSE(who(browser));
  Browser idle;
  sign_in_app(idle, "ann@example.org");
  clock.move(12 * hour_ms - 1);
  EXPECT_EQ(who(idle)->valid_until(), clock.now_ms() + 1);
  clock.move(1);
  EXPECT_FALSE(who(idle));
}

TEST_P(AppTest, a_login_link_speaks_the_language_that_is_asked_for) {
  Browser browser;
  const auto step = get(browser, header(get(browser, "/auth/login?ui_locales=fr"), "location"));
  EXPECT_TRUE(step.body().contains("Se connecter"));
}

TEST_P(AppTest, who_came_by_another_name_of_this_host_goes_on_by_the_public_one) {
  Browser browser;
  const auto moved =
      send(browser, "GET", "/auth/login?return_to=/learn", "", {{"host", "localhost:8080"}});
  EXPECT_EQ(header(moved, "location"), public_url + "/auth/login?return_to=%2Flearn&moved=1");
  EXPECT_TRUE(browser.cookies.empty());
  const auto on = [&](const std::string& host) {
    return header(send(browser, "GET", "/auth/login?moved=1", "", {{"host", host}}), "location");
  };
  EXPECT_TRUE(on("localhost:8080").starts_with(issuer));  // a proxy's doing: no loop
  EXPECT_TRUE(
      header(send(browser, "GET", "/auth/login", "", {{"host", "lyceum.example"}}), "location")
          .starts_with(issuer));
}

TEST_P(AppTest, rows_that_are_over_are_deleted) {
  add_user("ann@example.org");
  Browser browser;
  sign_in_app(browser, "ann@example.org");
  get(browser, header(get(browser, "/auth/login"), "location"));
  clock.move(200 * day_ms);
  run(service.tidy());
  for (const std::string table : {"sessions", "app_sessions", "flows", "app_flows", "devices",
                                  "codes", "access_tokens", "mail_tokens", "mail_requests"}) {
    const auto count = run(db->read([&](Tx& tx) {
      return tx.one("SELECT COUNT(*) FROM identity_" + table, {},
                    [](const Row& row) { return row.integer(0); });
    }));
    EXPECT_EQ(*count, 0) << table;
  }
}

INSTANTIATE_TEST_SUITE_P(works, AppTest, testing::both_transports, testing::name);

}  // namespace
}  // namespace lyceum::identity
