#include "services/identity/testing/identity_fixture.h"

namespace lyceum::identity {
namespace {

// As in production: few mails, slow guesses.
class LimitsTest : public IdentityFixture {
 protected:
  static Config limited() {
    Config config = quick_config();
    config.throttle = true;
    config.mails_per_address = 3;
    config.mails_per_network = 10;
    return config;
  }

  LimitsTest() : IdentityFixture(limited()) {}
};

TEST_P(LimitsTest, an_address_gets_three_mails_an_hour_whether_it_has_an_account_or_not) {
  add_user("ann@example.org");
  for (const auto* email : {"ann@example.org", "nobody@example.org"}) {
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(forgot(email)) << email;
    const auto refused = forgot(email);
    EXPECT_EQ(refused.error().code, Code::resource_exhausted) << email;
    EXPECT_EQ(refused.error().reason, "too_many_mails") << email;
    EXPECT_EQ(sign_up(email).error().reason, "too_many_mails") << email;
  }
  clock.move(hour_ms);
  EXPECT_TRUE(forgot("ann@example.org"));
}

TEST_P(LimitsTest, a_network_asks_for_ten_mails_an_hour) {
  const auto from = [&](const std::string& address, const std::string& email) {
    Call::Info info;
    info.address = address;
    api::SignUpRequest request;
    request.set_email(email);
    request.set_password(good_password);
    return run(identity.sign_up(Call(info), request));
  };
  for (int i = 0; i < 10; ++i)
    EXPECT_TRUE(
        from("2001:db8::" + std::to_string(i), "user" + std::to_string(i) + "@example.org"));
  EXPECT_EQ(from("2001:db8::99", "ann@example.org").error().reason, "too_many_mails");
  EXPECT_TRUE(from("2001:db8:0:1::1", "ann@example.org"));
  for (int i = 0; i < 12; ++i)  // this machine itself has no such limit
    EXPECT_TRUE(from("127.0.0.1", "local" + std::to_string(i) + "@example.org"));
  clock.move(hour_ms);
  EXPECT_TRUE(from("2001:db8::99", "bob@example.org"));
}

TEST_P(LimitsTest, guessing_mailed_secrets_gets_slow) {
  for (int i = 0; i < 10; ++i) EXPECT_EQ(confirm("guess").error().reason, "token_invalid");
  const auto slowed = confirm("guess");
  EXPECT_EQ(slowed.error().reason, "too_many_attempts");
  EXPECT_GT(slowed.error().retry_after_ms, 0);
  clock.move(slowed.error().retry_after_ms);
  EXPECT_EQ(confirm("guess").error().reason, "token_invalid");
}

TEST_P(LimitsTest, guessing_passwords_gets_slow_and_the_right_one_waits_too) {
  add_user("ann@example.org");
  Browser browser;
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(sign_in_app(browser, "ann@example.org", "wrong guess").status(), 400);
  const auto slowed = sign_in_app(browser, "ann@example.org");
  EXPECT_EQ(slowed.status(), 429);
  EXPECT_EQ(header(slowed, "retry-after"), "1");
  clock.move(second_ms);
  EXPECT_EQ(sign_in_app(browser, "ann@example.org").status(), 303);
}

TEST_P(LimitsTest, an_unknown_address_is_slowed_down_just_the_same) {
  Browser browser;
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(sign_in_app(browser, "nobody@example.org", "wrong guess").status(), 400);
  EXPECT_EQ(sign_in_app(browser, "NOBODY@example.org", "wrong guess").status(), 429);
}

TEST_P(LimitsTest, a_success_clears_the_count) {
  add_user("ann@example.org");
  for (int round = 0; round < 3; ++round) {
    Browser browser;
    for (int i = 0; i < 2; ++i)
      EXPECT_EQ(sign_in_app(browser, "ann@example.org", "wrong guess").status(), 400);
    EXPECT_EQ(sign_in_app(browser, "ann@example.org").status(), 303);
  }
}

TEST_P(LimitsTest, a_reset_by_mail_gets_the_owner_in_at_once) {
  add_user("ann@example.org");
  Browser browser;
  for (int i = 0; i < 3; ++i) sign_in_app(browser, "ann@example.org", "wrong guess");
  EXPECT_EQ(sign_in_app(browser, "ann@example.org").status(), 429);
  ASSERT_TRUE(forgot("ann@example.org"));
  ASSERT_TRUE(reset(mailed_token("password_reset"), "a new password"));
  EXPECT_EQ(sign_in_app(browser, "ann@example.org", "a new password").status(), 303);
}

TEST_P(LimitsTest, guesses_from_elsewhere_do_not_keep_the_owner_out_of_a_known_browser) {
  add_user("ann@example.org");
  Browser owner;
  ASSERT_EQ(sign_in_app(owner, "ann@example.org").status(), 303);
  owner.cookies.erase("__Host-ly_sso");
  for (int i = 0; i < 40; ++i) {
    Browser thief;
    thief.address = "198.51.100." + std::to_string(i);
    sign_in_app(thief, "ann@example.org", "wrong guess");
  }
  Browser stranger;
  stranger.address = "203.0.113.9";
  EXPECT_EQ(sign_in_app(stranger, "ann@example.org").status(), 429);
  EXPECT_EQ(sign_in_app(owner, "ann@example.org").status(), 303);
}

INSTANTIATE_TEST_SUITE_P(works, LimitsTest, testing::both_transports, testing::name);

}  // namespace
}  // namespace lyceum::identity
