#include <future>

#include "base/crypto.h"
#include "services/identity/testing/identity_fixture.h"

namespace lyceum::identity {
namespace {

class AccountsTest : public IdentityFixture {};

TEST_P(AccountsTest, ID_01_the_account_opens_only_after_the_mailed_confirmation) {
  ASSERT_TRUE(sign_up("Ann@Example.org"));
  Browser browser;
  EXPECT_EQ(sign_in_app(browser, "ann@example.org").status(), 400);
  EXPECT_TRUE(events_of<api::UserOpened>().empty());

  const auto confirmed = confirm(mailed_token("confirm_email"));
  ASSERT_TRUE(confirmed) << confirmed.error().reason;
  EXPECT_EQ(confirmed->email(), "Ann@Example.org");
  const auto opened = events_of<api::UserOpened>();
  ASSERT_EQ(opened.size(), 1u);
  EXPECT_EQ(opened[0].email(), "Ann@Example.org");
  EXPECT_EQ(opened[0].name(), "Ann");
  EXPECT_EQ(sign_in_app(browser, "ANN@example.ORG").status(), 303);
  EXPECT_EQ(who(browser)->user_id(), opened[0].user_id());
}

TEST_P(AccountsTest, ID_01_a_confirmation_link_works_once_and_for_a_day) {
  ASSERT_TRUE(sign_up("ann@example.org"));
  const auto token = mailed_token("confirm_email");
  clock.move(24 * hour_ms);
  EXPECT_EQ(confirm(token).error().reason, "token_expired");
  clock.move(-1);
  ASSERT_TRUE(confirm(token));
  EXPECT_EQ(confirm(token).error().reason, "token_used");
  EXPECT_EQ(events_of<api::UserOpened>().size(), 1u);
}

TEST_P(AccountsTest, ID_01_a_made_up_link_is_refused) {
  ASSERT_TRUE(sign_up("ann@example.org"));
  const auto token = mailed_token("confirm_email");
  EXPECT_EQ(confirm("x").error().reason, "token_invalid");
  EXPECT_EQ(confirm(token + "A").error().reason, "token_invalid");
  EXPECT_EQ(confirm(sha256_hex(token)).error().reason, "token_invalid");
}

TEST_P(AccountsTest, ID_01_the_token_itself_is_not_in_the_table) {
  ASSERT_TRUE(sign_up("ann@example.org"));
  const auto hash = run(db->read([&](Tx& tx) {
    return tx.one("SELECT hash FROM identity_mail_tokens", {},
                  [](const Row& row) { return row.text(0); });
  }));
  EXPECT_EQ(*hash, sha256_hex(mailed_token("confirm_email")));
}

TEST_P(AccountsTest, ID_01_an_address_that_is_taken_gets_the_same_answer_and_another_mail) {
  add_user("ann@example.org");
  const auto taken = sign_up("ANN@example.org", "another password");
  const auto free = sign_up("bob@example.org", "another password");
  ASSERT_TRUE(taken && free);
  EXPECT_EQ(taken->SerializeAsString(), free->SerializeAsString());
  ASSERT_EQ(mails("ann@example.org").size(), 2u);  // welcome, then this
  EXPECT_EQ(mails("ann@example.org")[1].template_(), "address_taken");
  EXPECT_EQ(mails("bob@example.org")[0].template_(), "confirm_email");
  Browser browser;
  EXPECT_EQ(sign_in_app(browser, "ann@example.org").status(), 303);  // the password is the old one
}

TEST_P(AccountsTest, ID_01_each_link_opens_the_account_with_the_password_of_its_own_sign_up) {
  ASSERT_TRUE(sign_up("ann@example.org", "the thief's password", "Thief"));
  ASSERT_TRUE(sign_up("ann@example.org", "the owner's password", "Ann"));
  ASSERT_TRUE(confirm(mailed_token("confirm_email")));
  Browser browser;
  EXPECT_EQ(sign_in_app(browser, "ann@example.org", "the thief's password").status(), 400);
  EXPECT_EQ(sign_in_app(browser, "ann@example.org", "the owner's password").status(), 303);
  EXPECT_EQ(events_of<api::UserOpened>()[0].name(), "Ann");
}

TEST_P(AccountsTest, ID_01_the_link_that_was_not_followed_dies_with_the_one_that_was) {
  ASSERT_TRUE(sign_up("ann@example.org", "first password"));
  const auto first = mailed_token("confirm_email");
  ASSERT_TRUE(sign_up("ann@example.org", "second password"));
  ASSERT_TRUE(confirm(mailed_token("confirm_email")));
  EXPECT_EQ(confirm(first).error().reason, "token_used");
}

TEST_P(AccountsTest, ID_01_links_come_again_while_the_account_waits_and_only_then) {
  ASSERT_TRUE(sign_up("ann@example.org"));
  ASSERT_TRUE(resend("ann@example.org"));
  ASSERT_TRUE(resend("nobody@example.org"));
  ASSERT_EQ(mails().size(), 2u);
  ASSERT_TRUE(confirm(mailed_token("confirm_email")));
  ASSERT_TRUE(resend("ann@example.org"));
  EXPECT_EQ(mails().size(), 3u);  // the third is the welcome
  Browser browser;
  EXPECT_EQ(sign_in_app(browser, "ann@example.org").status(), 303);
}

TEST_P(AccountsTest, ID_01_addresses_that_are_none_are_refused) {
  for (const auto* email :
       {"ann", "@example.org", "ann@", "ann@example", "a b@example.org", "ann@exa mple.org",
        "ann@@example.org", "ann@-example.org", "ann@example..org", ".ann@example.org",
        "ann.@example.org", "a..b@example.org", "ann@example.org\r\nBcc: x", "<ann@example.org>",
        "ann@example.org,bob@example.org", "\"ann\"@example.org"})
    EXPECT_EQ(sign_up(email).error().reason, "email_malformed") << email;
  EXPECT_TRUE(mails().empty());
}

TEST_P(AccountsTest, ID_01_passwords_are_8_to_128_characters_of_any_kind_and_not_common) {
  EXPECT_EQ(sign_up("a@example.org", "seven77").error().code, Code::invalid_argument);
  EXPECT_EQ(sign_up("a@example.org", std::string(129, 'x')).error().code, Code::invalid_argument);
  EXPECT_EQ(sign_up("a@example.org", "password1").error().reason, "password_common");
  EXPECT_EQ(sign_up("a@example.org", "PassWord1").error().reason, "password_common");
  std::string wide;
  for (int i = 0; i < 128; ++i) wide += "é";
  EXPECT_TRUE(sign_up("a@example.org", wide));
  EXPECT_TRUE(sign_up("b@example.org", "  spaces kept  "));
  ASSERT_TRUE(confirm(mailed_token("confirm_email")));
  Browser browser;
  EXPECT_EQ(sign_in_app(browser, "b@example.org", "spaces kept").status(), 400);
  EXPECT_EQ(sign_in_app(browser, "b@example.org", "  spaces kept  ").status(), 303);
}

TEST_P(AccountsTest, passwords_are_kept_as_argon2id_and_never_in_clear) {
  add_user("ann@example.org");
  const auto phc = run(db->read([&](Tx& tx) {
    return tx.one("SELECT password FROM identity_users", {},
                  [](const Row& row) { return row.text(0); });
  }));
  EXPECT_TRUE(phc->starts_with("$argon2id$v=19$m=64,t=1,p=1$"));
}

TEST_P(AccountsTest, a_password_of_another_cost_is_hashed_anew_at_sign_in) {
  const auto id = add_user("ann@example.org");
  Config stronger = quick_config();
  stronger.password_memory_kib = 128;
  Identity later{stronger, *db, clock, ids, events, cpu, authorization};
  Browser browser;
  web::Request login;
  login.set_method("GET");
  login.set_path("/realms/lyceum/protocol/openid-connect/auth");
  login.set_query(
      "client_id=lyceum-web&response_type=code&scope=openid&code_challenge_method=S256&code_"
      "challenge=" +
      base64url(sha256("v")));
  const auto page = run(later.provider(as_guest(), login));
  keep_cookies(browser, *page);
  web::Request post;
  post.set_method("POST");
  post.set_path("/realms/lyceum/login-actions/authenticate");
  post.add_headers()->set_name("cookie");
  post.mutable_headers(0)->set_value("__Host-ly_int=" + browser.cookies["__Host-ly_int"]);
  post.add_headers()->set_name("content-type");
  post.mutable_headers(1)->set_value("application/x-www-form-urlencoded");
  post.set_body("flow=" + between(page->body(), "name=\"flow\" value=\"", "\"") +
                "&email=ann%40example.org&password=" + web::percent_encode(good_password));
  EXPECT_EQ(run(later.provider(as_guest(), post))->status(), 303);
  const auto user = run(db->read([&](Tx& tx) { return store::find_user(tx, id); }));
  EXPECT_TRUE((*user)->password.starts_with("$argon2id$v=19$m=128,t=1,p=1$"));
  EXPECT_EQ((*user)->password_version, 1);
}

TEST_P(AccountsTest, ID_06_a_forgotten_password_is_reset_by_a_mailed_link) {
  add_user("ann@example.org");
  ASSERT_TRUE(forgot("Ann@example.org"));
  ASSERT_TRUE(reset(mailed_token("password_reset"), "a new password"));
  Browser browser;
  EXPECT_EQ(sign_in_app(browser, "ann@example.org", good_password).status(), 400);
  EXPECT_EQ(sign_in_app(browser, "ann@example.org", "a new password").status(), 303);
  EXPECT_EQ(mails().back().template_(), "password_changed");
}

TEST_P(AccountsTest, ID_06_a_reset_link_works_once_and_for_half_an_hour) {
  add_user("ann@example.org");
  ASSERT_TRUE(forgot("ann@example.org"));
  const auto token = mailed_token("password_reset");
  clock.move(30 * minute_ms);
  EXPECT_EQ(reset(token, "a new password").error().reason, "token_expired");
  clock.move(-1);
  ASSERT_TRUE(reset(token, "a new password"));
  EXPECT_EQ(reset(token, "another password").error().reason, "token_used");
}

TEST_P(AccountsTest, ID_06_a_reset_ends_the_links_sessions_and_tokens_from_before) {
  const auto id = add_user("ann@example.org");
  Browser browser;
  sign_in_app(browser, "ann@example.org");
  ASSERT_TRUE(who(browser));
  api::CreateTokenRequest wanted;
  wanted.set_name("laptop");
  const auto token = run(identity.create_token(as(id), wanted));
  ASSERT_TRUE(authenticate_bearer(token->token()));
  ASSERT_TRUE(forgot("ann@example.org"));
  const auto older = mailed_token("password_reset");
  ASSERT_TRUE(forgot("ann@example.org"));
  ASSERT_TRUE(reset(mailed_token("password_reset"), "a new password"));

  EXPECT_EQ(who(browser).error().code, Code::unauthenticated);
  EXPECT_EQ(authenticate_bearer(token->token()).error().code, Code::unauthenticated);
  EXPECT_EQ(reset(older, "another password").error().reason, "token_used");
  EXPECT_EQ(sign_in_app(browser, "ann@example.org").status(), 400);  // the provider's session too
  const auto revoked = events_of<api::CredentialsRevoked>();
  ASSERT_FALSE(revoked.empty());
  EXPECT_EQ(revoked.back().user_id(), id);
  EXPECT_EQ(revoked.back().credential_ids_size(), 0);
}

TEST_P(AccountsTest, ID_06_links_are_good_for_their_own_purpose_only) {
  add_user("ann@example.org");
  ASSERT_TRUE(sign_up("bob@example.org"));
  ASSERT_TRUE(forgot("ann@example.org"));
  EXPECT_EQ(confirm(mailed_token("password_reset")).error().reason, "token_invalid");
  EXPECT_EQ(reset(mailed_token("confirm_email"), "a new password").error().reason, "token_invalid");
}

TEST_P(AccountsTest, ID_06_who_asks_learns_nothing_about_the_address) {
  add_user("ann@example.org");
  EXPECT_EQ(forgot("ann@example.org")->SerializeAsString(),
            forgot("nobody@example.org")->SerializeAsString());
  EXPECT_EQ(mails("nobody@example.org").size(), 0u);
}

TEST_P(AccountsTest, ID_06_a_weak_new_password_does_not_use_up_the_link) {
  add_user("ann@example.org");
  ASSERT_TRUE(forgot("ann@example.org"));
  const auto token = mailed_token("password_reset");
  EXPECT_EQ(reset(token, "password1").error().reason, "password_common");
  EXPECT_TRUE(reset(token, "a new password"));
}

TEST_P(AccountsTest, ID_06_a_reset_opens_an_account_that_waits_as_the_mail_has_arrived) {
  ASSERT_TRUE(sign_up("ann@example.org", "the thief's password"));
  ASSERT_TRUE(forgot("ann@example.org"));
  ASSERT_TRUE(reset(mailed_token("password_reset"), "a new password"));
  EXPECT_EQ(events_of<api::UserOpened>().size(), 1u);
  EXPECT_EQ(confirm(mailed_token("confirm_email")).error().reason, "token_used");
  Browser browser;
  EXPECT_EQ(sign_in_app(browser, "ann@example.org", "a new password").status(), 303);
}

TEST_P(AccountsTest, ID_06_of_two_resets_at_once_one_wins) {
  add_user("ann@example.org");
  ASSERT_TRUE(forgot("ann@example.org"));
  const auto token = mailed_token("password_reset");
  api::ResetPasswordRequest request;
  request.set_token(token);
  request.set_password("a new password");
  std::vector<std::future<Result<lyceum::v1::Empty>>> both;
  for (int i = 0; i < 2; ++i)
    both.push_back(std::async(std::launch::async,
                              [&] { return run(identity.reset_password(as_guest(), request)); }));
  int won = 0;
  for (auto& one : both) won += one.get().has_value();
  EXPECT_EQ(won, 1);
}

TEST_P(AccountsTest, the_command_line_adds_accounts_and_outsiders_cannot) {
  const auto id = add_user("ann@example.org", {"administrator"});
  EXPECT_EQ(authorization.roles[id], std::vector<std::string>{"administrator"});
  EXPECT_EQ(events_of<api::UserOpened>().size(), 1u);
  api::AddUserRequest request;
  request.set_email("ANN@example.org");
  request.set_password(good_password);
  const auto again = run(identity.add_user(as_service(), request));
  EXPECT_EQ(again.error().code, Code::already_exists);
  EXPECT_EQ(again.error().reason, "email_taken");
  request.set_email("eve@example.org");
  EXPECT_EQ(run(identity.add_user(as(id, {"administrator"}), request)).error().code,
            Code::permission_denied);
  request.set_password("password1");
  EXPECT_EQ(run(identity.add_user(as_service(), request)).error().reason, "password_common");
  request.set_password(good_password);
  request.add_roles("emperor");
  EXPECT_EQ(run(identity.add_user(as_service(), request)).error().reason, "unknown_role");
  request.clear_roles();
  EXPECT_TRUE(run(identity.add_user(as_service(), request)));  // the failure left nothing behind
}

TEST_P(AccountsTest, an_account_added_without_confirmation_waits_for_its_mail) {
  add_user("ann@example.org", {}, false);
  Browser browser;
  EXPECT_EQ(sign_in_app(browser, "ann@example.org").status(), 400);
  ASSERT_TRUE(confirm(mailed_token("confirm_email")));
  EXPECT_EQ(sign_in_app(browser, "ann@example.org").status(), 303);
}

TEST_P(AccountsTest, services_can_look_up_an_account_and_people_cannot) {
  const auto id = add_user("ann@example.org");
  api::GetUserRequest request;
  request.set_user_id(id);
  const auto user = run(identity.get_user(as_service(), request));
  EXPECT_EQ(user->email(), "ann@example.org");
  EXPECT_TRUE(user->confirmed());
  EXPECT_EQ(run(identity.get_user(as(id), request)).error().code, Code::permission_denied);
  request.set_user_id(id + 1);
  EXPECT_EQ(run(identity.get_user(as_service(), request)).error().code, Code::not_found);
}

INSTANTIATE_TEST_SUITE_P(works, AccountsTest, testing::both_transports, testing::name);

}  // namespace
}  // namespace lyceum::identity
