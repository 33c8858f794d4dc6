// What needs no service: rules, throttle, sealing, signing, forms.
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/crypto.h"
#include "services/identity/jws.h"
#include "services/identity/pages.h"
#include "services/identity/passwords.h"
#include "services/identity/rules.h"
#include "services/identity/seal.h"
#include "services/identity/throttle.h"
#include "services/identity/web.h"
#include "testing/service_test.h"

namespace lyceum::identity {
namespace {

TEST(IdentityRules, addresses_are_compared_without_the_case_of_ascii_letters) {
  EXPECT_EQ(rules::email_key("Ann@EXAMPLE.org"), "ann@example.org");
  EXPECT_EQ(rules::email_key("Ünal@example.org"), "Ünal@example.org");
}

TEST(IdentityRules, everyday_addresses_are_accepted) {
  for (const auto* email :
       {"ann@example.org", "a.b+tag@sub.example.co.uk", "o'neil@example.org",
        "x@xn--bcher-kva.example", "ünal@bücher.example", "1234@example.org", "a-b_c@ex-ample.org"})
    EXPECT_TRUE(rules::check_email(email)) << email;
  EXPECT_TRUE(rules::check_email(std::string(64, 'a') + "@example.org"));
  EXPECT_FALSE(rules::check_email(std::string(65, 'a') + "@example.org"));
  EXPECT_FALSE(rules::check_email("a@" + std::string(64, 'b') + ".org"));
}

TEST(IdentityRules, networks_are_an_ipv4_address_or_64_bits_of_ipv6) {
  EXPECT_EQ(rules::network_of("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(rules::network_of("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(rules::network_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_TRUE(rules::is_loopback(rules::network_of("127.0.0.1")));
  EXPECT_TRUE(rules::is_loopback(rules::network_of("::1")));
  EXPECT_FALSE(rules::is_loopback(rules::network_of("2001:db8::1")));
  EXPECT_EQ(rules::network_of("2001:db8:1:2::9"), rules::network_of("2001:db8:1:2:ffff::1"));
}

TEST(IdentityRules, an_origin_has_nothing_that_could_end_a_directive) {
  EXPECT_EQ(rules::origin_of("https://a.example:8443/cb?x=1"), "https://a.example:8443");
  EXPECT_EQ(rules::origin_of("http://[::1]:80/"), "http://[::1]:80");
  EXPECT_EQ(rules::origin_of("https://a.example;script-src *"), "");
  EXPECT_EQ(rules::origin_of("javascript:alert(1)"), "");
}

TEST(IdentityForms, are_decoded_once_and_strictly) {
  const auto form = web::Form::parse("a=1%262&b=x+y%2B&c=%25252F&d&e=");
  ASSERT_TRUE(form);
  EXPECT_EQ(form->get("a"), "1&2");
  EXPECT_EQ(form->get("b"), "x y+");
  EXPECT_EQ(form->get("c"), "%252F");
  EXPECT_EQ(form->get("d"), "");
  for (const auto* broken :
       {"a=%", "a=%2", "a=%zz", "a=%ff", "a=%c0%af", "a=%ed%a0%80", "a=%00", "%ff=a", "a=\xff"})
    EXPECT_FALSE(web::Form::parse(broken)) << broken;
  EXPECT_TRUE(web::Form::parse("a=1&b=2&a=1")->doubled("a"));
  EXPECT_TRUE(web::Form::parse("a=1&%61=2")->doubled("a"));
}

TEST(IdentityForms, a_cookie_is_found_by_its_whole_name) {
  web::Request request;
  auto& h = *request.add_headers();
  h.set_name("cookie");
  h.set_value("x__Host-ly_app=no; __Host-ly_app2=no; __Host-ly_app=yes=; other=1");
  EXPECT_EQ(web::cookie(request, "__Host-ly_app"), "yes=");
  EXPECT_EQ(web::cookie(request, "ly_app"), "");
}

TEST(IdentityPasswords, verify_what_was_hashed_and_nothing_else) {
  const passwords::Cost cost{64, 1};
  const auto phc = passwords::hash("pässword ✓", cost);
  ASSERT_TRUE(phc);
  EXPECT_TRUE(passwords::verify(*phc, "pässword ✓", cost));
  EXPECT_FALSE(passwords::verify(*phc, "pässword ✓ ", cost));
  EXPECT_FALSE(passwords::verify("", "", cost));
  EXPECT_FALSE(passwords::verify("$argon2id$broken", "x", cost));
  EXPECT_NE(*phc, *passwords::hash("pässword ✓", cost));
  EXPECT_TRUE(passwords::made_with(*phc, cost));
  EXPECT_FALSE(passwords::made_with(*phc, {65, 1}));
}

TEST(IdentityPasswords, an_unknown_user_costs_as_much_as_a_wrong_password) {
  const passwords::Cost cost{128, 3};
  const auto phc = passwords::nobodys(cost);
  EXPECT_TRUE(passwords::made_with(phc, cost));
  EXPECT_EQ(phc.size(), passwords::hash("some password", cost)->size());
  EXPECT_FALSE(passwords::verify(phc, "", cost));
}

class SealTest : public ::testing::Test {
 protected:
  ~SealTest() override { std::filesystem::remove(path); }

  const std::string path = ::testing::TempDir() + "seal_" + hex(random_bytes(8));
};

TEST_F(SealTest, what_is_closed_opens_again_after_a_restart_and_only_for_its_row) {
  const auto sealed = Seal::open(path).close("secret", "row 1");
  EXPECT_FALSE(sealed.contains("secret"));
  const Seal later = Seal::open(path);
  EXPECT_EQ(*later.open(sealed, "row 1"), "secret");
  EXPECT_FALSE(later.open(sealed, "row 2"));
  auto broken = sealed;
  broken[20] = broken[20] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(later.open(broken, "row 1"));
  EXPECT_FALSE(later.open("", "row 1"));
  EXPECT_FALSE(Seal::open("").open(sealed, "row 1"));
}

TEST_F(SealTest, the_key_file_is_for_its_owner_alone) {
  Seal::open(path);
  struct stat about{};
  ASSERT_EQ(::stat(path.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0400u);
  for (const int mode : {0440, 0404, 0604, 0420}) {
    ::chmod(path.c_str(), static_cast<mode_t>(mode));
    EXPECT_THROW(Seal::open(path), std::runtime_error) << mode;
  }
}

TEST_F(SealTest, a_file_that_is_no_key_stops_the_start) {
  std::ofstream(path) << "short";
  ::chmod(path.c_str(), 0400);
  EXPECT_THROW(Seal::open(path), std::runtime_error);
  EXPECT_THROW(Seal::open("/nowhere/at/all.key"), std::runtime_error);
}

TEST(IdentityJws, only_what_this_key_signed_is_verified) {
  const auto key = SigningKey::make(2048), other = SigningKey::make(2048);
  const auto token = key->sign(R"({"sub":"1"})");
  ASSERT_TRUE(token);
  EXPECT_EQ(*key->verify(*token), R"({"sub":"1"})");
  EXPECT_FALSE(other->verify(*token));
  const auto head = token->substr(0, token->find('.'));
  const auto rest = token->substr(token->find('.'));
  EXPECT_FALSE(key->verify(base64url(R"({"alg":"none"})") + rest.substr(0, rest.rfind('.') + 1)));
  EXPECT_FALSE(
      key->verify(head + "." + base64url(R"({"sub":"2"})") + rest.substr(rest.rfind('.'))));
  EXPECT_FALSE(key->verify(*token + "A"));
  EXPECT_FALSE(key->verify(head));
  EXPECT_FALSE(key->verify(""));
  EXPECT_EQ(SigningKey::from_der(key->der())->id(), key->id());
}

TEST(IdentityThrottle, waits_grow_with_failures_and_end) {
  testing::ManualClock clock;
  Throttle throttle(clock);
  const Throttle::Attempt attempt{"ann@example.org", "192.0.2.1"};
  std::vector<std::int64_t> waits;
  for (int i = 0; i < 12; ++i) {
    const auto wait = throttle.start(attempt);
    if (wait > 0) clock.move(wait);
    waits.push_back(wait / 1000);
    if (wait > 0) EXPECT_EQ(throttle.start(attempt), 0);
  }
  EXPECT_EQ(waits, (std::vector<std::int64_t>{0, 0, 0, 1, 2, 4, 8, 16, 30, 30, 900, 900}));
  clock.move(24 * 3600 * 1000);
  EXPECT_EQ(throttle.start(attempt), 0);
  EXPECT_EQ(throttle.start(attempt), 0);
}

TEST(IdentityThrottle, who_waits_is_not_counted) {
  testing::ManualClock clock;
  Throttle throttle(clock);
  const Throttle::Attempt attempt{"ann@example.org", "192.0.2.1"};
  for (int i = 0; i < 3; ++i) throttle.start(attempt);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(throttle.start(attempt), 1000);
  clock.move(1000);
  EXPECT_EQ(throttle.start(attempt), 0);
}

TEST(IdentityThrottle, many_networks_guessing_at_one_account_are_slowed_down_together) {
  testing::ManualClock clock;
  Throttle throttle(clock);
  int free = 0;
  for (int i = 0; i < 100; ++i)
    free += throttle.start({"ann@example.org", "n" + std::to_string(i)}) == 0;
  EXPECT_EQ(free, 10);
  EXPECT_EQ(throttle.start({"bob@example.org", "n1"}), 0);
}

TEST(IdentityThrottle, one_network_guessing_at_many_accounts_is_slowed_down) {
  testing::ManualClock clock;
  Throttle throttle(clock);
  int free = 0;
  for (int i = 0; i < 200; ++i)
    free += throttle.start({"user" + std::to_string(i), "192.0.2.1"}) == 0;
  EXPECT_EQ(free, 50);
  throttle.succeeded({"user1", "192.0.2.1"});  // an account of one's own does not clear that
  throttle.start({"user300", "192.0.2.1"});
  EXPECT_GT(throttle.start({"user301", "192.0.2.1"}), 0);
}

TEST(IdentityThrottle, memory_is_bounded_and_the_oldest_go_first) {
  testing::ManualClock clock;
  Throttle throttle(clock, true, 300);
  const Throttle::Attempt attempt{"ann@example.org", "192.0.2.1"};
  for (int i = 0; i < 3; ++i) throttle.start(attempt);
  EXPECT_GT(throttle.start(attempt), 0);
  for (int i = 0; i < 100; ++i)
    throttle.start({"user" + std::to_string(i), "m" + std::to_string(i)});
  EXPECT_EQ(throttle.start(attempt), 0);
}

TEST(IdentityThrottle, off_is_off) {
  testing::ManualClock clock;
  Throttle throttle(clock, false);
  for (int i = 0; i < 200; ++i) EXPECT_EQ(throttle.start({"ann@example.org", "192.0.2.1"}), 0);
}

}  // namespace
}  // namespace lyceum::identity
