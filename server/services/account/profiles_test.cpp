#include "services/account/rules.h"
#include "services/account/testing/account_test.h"

namespace lyceum::account {
namespace {

using ProfilesTest = AccountTest;

TEST_P(ProfilesTest, ID_10_a_profile_is_made_when_the_account_opens) {
  ASSERT_TRUE(user_opened(ann, "Ann", "ann@example.org"));
  const auto mine = run(account.get_me(as(ann, {"author"}), {}));
  ASSERT_TRUE(mine) << mine.error().message;
  EXPECT_EQ(mine->id(), ann);
  EXPECT_EQ(mine->email(), "ann@example.org");
  EXPECT_EQ(mine->nickname(), "Ann");
  EXPECT_EQ(mine->first_name(), "");
  EXPECT_EQ(mine->preferences().theme(), "system");
  EXPECT_EQ(mine->preferences().locale(), "en");
  EXPECT_TRUE(mine->preferences().has_default_language());
  EXPECT_EQ(mine->points().balance(), 0);
  EXPECT_EQ(mine->rank(), 1);
  ASSERT_EQ(mine->roles_size(), 1);
  EXPECT_EQ(mine->roles(0), "author");
  EXPECT_EQ(mine->created_at(), clock.now_ms());
  EXPECT_FALSE(mine->has_picture_url());
  EXPECT_EQ(identity.asked, 0);
}

TEST_P(ProfilesTest, opening_twice_changes_nothing) {
  ASSERT_TRUE(user_opened(ann, "Ann"));
  ASSERT_TRUE(user_opened(ann, "Somebody else"));
  EXPECT_EQ(me(ann)->nickname(), "Ann");
}

TEST_P(ProfilesTest, a_profile_is_there_before_its_event) {
  identity.users[ann].set_id(ann);
  identity.users[ann].set_email("ann@example.org");
  identity.users[ann].set_name("Ann");
  identity.users[ann].set_locale("fr");
  identity.users[ann].set_confirmed(true);
  const auto mine = me(ann);
  ASSERT_TRUE(mine) << mine.error().message;
  EXPECT_EQ(mine->nickname(), "Ann");
  EXPECT_EQ(mine->preferences().locale(), "fr");
  ASSERT_TRUE(me(ann));
  EXPECT_EQ(identity.asked, 1);
  ASSERT_TRUE(user_opened(ann, "Late"));
  EXPECT_EQ(me(ann)->nickname(), "Ann");
}

TEST_P(ProfilesTest, nobody_has_no_profile) {
  EXPECT_EQ(me(ann).error().reason, "no_such_user");
  identity.users[ann].set_confirmed(false);
  EXPECT_EQ(me(ann).error().code, Code::not_found);
  identity.down = true;
  EXPECT_EQ(me(ann).error().code, Code::unavailable);
}

TEST_P(ProfilesTest, ID_10_names_and_preferences_change_where_given) {
  ASSERT_TRUE(user_opened(ann, "Ann"));
  api::UpdateMeRequest request;
  request.set_first_name("  Ann ");
  request.set_last_name("O’Neil-Müller");
  request.mutable_preferences()->set_theme("dark");
  request.mutable_preferences()->set_default_language("cpp");
  const auto changed = run(account.update_me(as(ann), request));
  ASSERT_TRUE(changed) << changed.error().message;
  EXPECT_EQ(changed->first_name(), "Ann");
  EXPECT_EQ(changed->last_name(), "O’Neil-Müller");
  EXPECT_EQ(changed->nickname(), "Ann");
  EXPECT_EQ(changed->preferences().theme(), "dark");
  EXPECT_EQ(changed->preferences().locale(), "en");

  request.Clear();
  request.set_first_name("");
  request.set_nickname("🦊 fox");
  request.mutable_preferences()->set_locale("fr");
  ASSERT_TRUE(run(account.update_me(as(ann), request)));
  const auto mine = me(ann);
  EXPECT_EQ(mine->first_name(), "");
  EXPECT_EQ(mine->last_name(), "O’Neil-Müller");
  EXPECT_EQ(mine->nickname(), "🦊 fox");
  EXPECT_EQ(mine->preferences().theme(), "dark");
  EXPECT_EQ(mine->preferences().locale(), "fr");
  EXPECT_EQ(mine->preferences().default_language(), "cpp");

  request.Clear();
  request.mutable_preferences()->set_default_language("");
  ASSERT_TRUE(run(account.update_me(as(ann), request)));
  EXPECT_EQ(me(ann)->preferences().default_language(), "");
}

TEST_P(ProfilesTest, bad_names_are_refused_and_change_nothing) {
  ASSERT_TRUE(user_opened(ann, "Ann"));
  const std::vector<std::pair<std::string, std::string>> table = {
      {"   ", "name_empty"},                 // spaces
      {"\u200B\u2800\u3164", "name_empty"},  // nothing to see
      {"a\nb", "bad_name"},                  // a line break
      {std::string("a\0b", 3), "bad_name"},  // a null
      {"a\u007Fb", "bad_name"},              // delete
      {"a\u0085b", "bad_name"},              // a control of the upper half
      {"a\u202Eb", "bad_name"},              // turns the text around
      {"a\u2028b", "bad_name"},              // a separator of lines
  };
  for (const auto& [name, reason] : table) {
    api::UpdateMeRequest request;
    request.set_first_name("Changed");
    request.set_nickname(name);
    const auto refused = run(account.update_me(as(ann), request));
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().reason, reason) << name;
    EXPECT_EQ(refused.error().field, "nickname");
  }
  EXPECT_EQ(me(ann)->nickname(), "Ann");
  EXPECT_EQ(me(ann)->first_name(), "");
}

TEST_P(ProfilesTest, ID_12_a_public_profile_shows_what_is_public) {
  ASSERT_TRUE(user_opened(ann, "Ann"));
  ASSERT_TRUE(user_opened(bob, "Bob"));
  ASSERT_TRUE(reward(bob, "solve:1:1", 30));
  api::GetProfileRequest request;
  request.set_user_id(bob);
  const auto profile = run(account.get_profile(as(ann), request));
  ASSERT_TRUE(profile) << profile.error().message;
  EXPECT_EQ(profile->id(), bob);
  EXPECT_EQ(profile->nickname(), "Bob");
  EXPECT_EQ(profile->points(), 30);
  EXPECT_EQ(profile->rank(), 1);
  request.set_user_id(4711);
  EXPECT_EQ(run(account.get_profile(as(ann), request)).error().reason, "no_such_user");
}

TEST_P(ProfilesTest, ID_10_a_new_nickname_is_told_and_an_equal_one_is_not) {
  ASSERT_TRUE(user_opened(ann, "Ann"));
  api::UpdateMeRequest request;
  request.set_first_name("Ann");
  request.set_nickname("Ann");
  ASSERT_TRUE(run(account.update_me(as(ann), request)));
  const auto told = [&] {
    return *read(*db, [](Tx& tx) { return testing::published<api::PersonChanged>(tx); });
  };
  EXPECT_TRUE(told().empty());
  request.set_nickname("Annie");
  ASSERT_TRUE(run(account.update_me(as(ann), request)));
  ASSERT_EQ(told().size(), 1U);
  EXPECT_EQ(told()[0].person().id(), ann);
  EXPECT_EQ(told()[0].person().nickname(), "Annie");
}

INSTANTIATE_TEST_SUITE_P(works, ProfilesTest, testing::both_transports, testing::name);

TEST(AccountRules, a_name_is_utf8) {
  for (const std::string name : {"a\xC3(", "a\xED\xA0\x80", "\xC0\xAF", "a\xF0\x9F\xA6"}) {
    const auto refused = checked_name("nickname", name, true);
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().reason, "bad_name");
  }
  EXPECT_EQ(checked_name("nickname", " \uFFFD\U0001F98A", true).value(), "\uFFFD\U0001F98A");
}

TEST(AccountRules, the_first_nickname_is_never_empty_and_never_too_long) {
  EXPECT_EQ(first_nickname(" Ann\n", 1), "Ann");
  EXPECT_EQ(first_nickname("Ann\tSmith", 1), "Ann Smith");
  EXPECT_EQ(first_nickname(std::string(60, 'a'), 1), std::string(40, 'a'));
  EXPECT_EQ(first_nickname("a\xC3(b\xED\xA0\x80", 1), "a (b");  // what is no UTF-8 is as a control
  EXPECT_EQ(first_nickname("", std::int64_t{12345} << 22U).substr(0, 8), "learner-");
  EXPECT_EQ(first_nickname("\u200B", 1).substr(0, 8), "learner-");
  std::string foxes;
  for (int i = 0; i < 50; ++i) foxes += "🦊";
  EXPECT_EQ(first_nickname(foxes, 1).size(), 40U * 4);
}

TEST(AccountRules, shortening_cuts_between_characters) {
  EXPECT_EQ(shortened("né", 2), "né");
  EXPECT_EQ(shortened("née", 2), "né");
  EXPECT_EQ(shortened("", 2), "");
  EXPECT_EQ(shortened("\xC3", 1), "\xC3");  // cut UTF-8 does not lead astray
}

}  // namespace
}  // namespace lyceum::account
