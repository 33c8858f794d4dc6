#include "host/retry.h"

#include <gtest/gtest.h>

#include "contract/account.pb.h"
#include "contract/authorization.pb.h"
#include "contract/identity.pb.h"
#include "contract/messages.pb.h"
#include "contract/servers.pb.h"

namespace lyceum::host {
namespace {

TEST(RetryBudget, PLAT_03_a_storm_is_repeated_by_a_tenth_at_most) {
  RetryBudget budget;
  int repeats = 0;
  for (int i = 0; i < 1000; ++i) {
    budget.called();
    while (budget.take()) ++repeats;
  }
  EXPECT_EQ(repeats, 103);
}

TEST(RetryBudget, a_quiet_time_saves_ten_repeats_and_no_more) {
  RetryBudget budget;
  for (int i = 0; i < 100'000; ++i) budget.called();
  int repeats = 0;
  while (budget.take()) ++repeats;
  EXPECT_EQ(repeats, 10);
}

TEST(Backoff, doubles_up_to_a_quarter_of_a_second) {
  const double most = 0.9999999;
  EXPECT_EQ(backoff_ms(0, most), 24);
  EXPECT_EQ(backoff_ms(1, most), 49);
  EXPECT_EQ(backoff_ms(3, most), 199);
  EXPECT_EQ(backoff_ms(4, most), 249);
  EXPECT_EQ(backoff_ms(1000, most), 249);
}

TEST(Backoff, is_any_time_down_to_none) {
  EXPECT_EQ(backoff_ms(3, 0), 0);
  EXPECT_EQ(backoff_ms(3, 0.5), 100);
}

TEST(SafeToRepeat, what_reads_is_and_what_writes_is_not) {
  (void)account::v1::GetMeRequest::descriptor();  // so that the contract is linked in
  (void)authorization::v1::CheckRequest::descriptor();
  (void)identity::v1::SignUpRequest::descriptor();
  (void)messages::v1::ListFromRequest::descriptor();
  (void)servers::v1::ListMembershipsRequest::descriptor();
  EXPECT_TRUE(safe_to_repeat("/lyceum.account.v1.Account/GetMe"));
  // What services ask each other, without a line of HTTP.
  EXPECT_TRUE(safe_to_repeat("/lyceum.identity.v1.Identity/Authenticate"));
  EXPECT_TRUE(safe_to_repeat("/lyceum.authorization.v1.Authorization/Check"));
  EXPECT_TRUE(safe_to_repeat("/lyceum.authorization.v1.Authorization/ListPermissions"));
  EXPECT_TRUE(safe_to_repeat("/lyceum.servers.v1.Servers/ListMemberships"));
  EXPECT_TRUE(safe_to_repeat("/lyceum.messages.v1.Messages/ListFrom"));
  EXPECT_FALSE(safe_to_repeat("/lyceum.authorization.v1.Authorization/WriteRelationships"));
  EXPECT_FALSE(safe_to_repeat("/lyceum.messages.v1.Messages/SendMessage"));
  EXPECT_FALSE(safe_to_repeat("/lyceum.identity.v1.Identity/SignUp"));
  EXPECT_FALSE(safe_to_repeat("/lyceum.identity.v1.Identity/AddUser"));  // no http at all
  EXPECT_FALSE(safe_to_repeat("/lyceum.nobody.v1.Nobody/Nothing"));
}

}  // namespace
}  // namespace lyceum::host
