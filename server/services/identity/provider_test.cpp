#include "services/identity/testing/provider_fixture.h"

namespace lyceum::identity {
namespace {

class DiscoveryTest : public ProviderTest {};

TEST_P(DiscoveryTest, ID_04_discovery_says_what_is_there_and_no_more) {
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

TEST_P(DiscoveryTest, what_is_not_there_is_404_and_other_methods_405) {
  Browser browser;
  for (const auto* path :
       {"/realms/lyceum/", "/realms/lyceum/x", "/realms/lyceum/protocol/openid-connect/",
        "/realms/lyceum/protocol/openid-connect/token/introspect"})
    EXPECT_EQ(get(browser, path).status(), 404) << path;
  for (const auto* method : {"PUT", "DELETE", "OPTIONS", "PATCH"})
    EXPECT_EQ(send(browser, method, connect + "auth").status(), 405) << method;
}

TEST_P(DiscoveryTest, ID_04_a_key_that_the_key_file_does_not_open_is_followed_by_another) {
  const auto kid = [](const Result<std::vector<SigningKey>>& keys) { return keys->front().id(); };
  const auto before = kid(run(service_keys.all()));
  const Seal other = Seal::open("");
  Keys later{*db, clock, cpu, other, 2048};
  const auto after = run(later.all());
  ASSERT_TRUE(after) << after.error().reason;
  EXPECT_EQ(after->size(), 1u);
  EXPECT_NE(kid(after), before);
  Keys again{*db, clock, cpu, other, 2048};
  EXPECT_EQ(kid(run(again.all())), kid(after));  // and stays
}

INSTANTIATE_TEST_SUITE_P(works, DiscoveryTest, testing::both_transports, testing::name);

}  // namespace
}  // namespace lyceum::identity
