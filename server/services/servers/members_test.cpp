#include "services/servers/testing/servers_test.h"

namespace lyceum::servers {
namespace {

class MembersTest : public ServersTest {
 protected:
  Task<Result<void>> join_or_leave(std::int64_t user, std::int64_t server_id, bool joins) {
    api::JoinServerRequest in;
    in.set_server_id(server_id);
    api::LeaveServerRequest out;
    out.set_server_id(server_id);
    if (joins) {
      CO_TRY_VOID(co_await servers.join_server(as(user), in));
    } else {
      CO_TRY_VOID(co_await servers.leave_server(as(user), out));
    }
    co_return Result<void>{};
  }
};

TEST_P(MembersTest, SRV_05_joining_makes_a_member_with_permissions_and_is_told) {
  const auto made = create(ann, "A");
  const auto joined = join(bob, made->id());
  ASSERT_TRUE(joined) << joined.error().message;
  EXPECT_TRUE(joined->member());
  EXPECT_EQ(joined->member_count(), 2);
  EXPECT_EQ(joined->permissions(), 1024 | 2048 | 65536);
  EXPECT_TRUE(authorization.is_member(made->id(), bob));
  const auto told = events_of<api::MemberJoined>();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[1].user_id(), bob);
  EXPECT_EQ(told[1].version(), 3);
  EXPECT_EQ(told[0].member_count(), 1);
  EXPECT_EQ(told[1].member_count(), 2);
}

TEST_P(MembersTest, SRV_05_joining_twice_is_joining_once) {
  const auto made = create(ann, "A");
  ASSERT_TRUE(join(bob, made->id()));
  EXPECT_EQ(join(bob, made->id())->member_count(), 2);
  EXPECT_EQ(events_of<api::MemberJoined>().size(), 2U);
  EXPECT_EQ(join(ann, made->id())->member_count(), 2);
}

TEST_P(MembersTest, SRV_05_a_grant_that_fails_leaves_no_member_and_a_repetition_repairs) {
  const auto made = create(ann, "A");
  authorization.fail_after(0);
  EXPECT_EQ(join(bob, made->id()).error().code, Code::unavailable);
  EXPECT_TRUE(mine(bob).empty());
  EXPECT_EQ(get(bob, made->id())->member_count(), 1);
  for (int step = 1; step < 3; ++step) {
    authorization.fail_after(step);
    EXPECT_FALSE(join(bob, made->id()));
  }
  ASSERT_TRUE(join(bob, made->id()));
  EXPECT_TRUE(authorization.is_member(made->id(), bob));
  EXPECT_EQ(get(bob, made->id())->member_count(), 2);
  EXPECT_EQ(events_of<api::MemberJoined>().size(), 2U);
}

TEST_P(MembersTest, SRV_06_leaving_takes_the_permissions_and_is_told_once) {
  const auto made = create(ann, "A");
  ASSERT_TRUE(join(bob, made->id()));
  ASSERT_TRUE(leave(bob, made->id()));
  ASSERT_TRUE(leave(bob, made->id()));
  EXPECT_FALSE(authorization.is_member(made->id(), bob));
  EXPECT_EQ(get(bob, made->id())->member_count(), 1);
  EXPECT_EQ(get(bob, made->id())->permissions(), 0);
  EXPECT_TRUE(mine(bob).empty());
  const auto told = events_of<api::MemberLeft>();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].version(), 4);
  EXPECT_EQ(told[0].member_count(), 1);
  EXPECT_EQ(channels(bob, made->id()).error().reason, "members_only");
}

TEST_P(MembersTest, SRV_06_the_owner_stays) {
  const auto made = create(ann, "A");
  const auto refused = leave(ann, made->id());
  EXPECT_EQ(refused.error().reason, "owner_stays");
  EXPECT_EQ(refused.error().code, Code::failed_precondition);
  EXPECT_TRUE(authorization.is_member(made->id(), ann));
}

TEST_P(MembersTest, SRV_06_leaving_half_way_takes_the_rights_first_and_a_repetition_repairs) {
  const auto made = create(ann, "A");
  ASSERT_TRUE(join(bob, made->id()));
  authorization.fail_after(0);
  EXPECT_EQ(leave(bob, made->id()).error().code, Code::unavailable);
  EXPECT_EQ(mine(bob).size(), 1U);
  authorization.fail_after(1);
  EXPECT_FALSE(leave(bob, made->id()));
  EXPECT_FALSE(authorization.is_member(made->id(), bob));
  ASSERT_TRUE(leave(bob, made->id()));
  EXPECT_TRUE(mine(bob).empty());
}

TEST_P(MembersTest, SRV_06_a_place_that_is_left_is_free_again) {
  std::vector<std::int64_t> made;
  made.reserve(5);
  for (int i = 0; i < 5; ++i) made.push_back(create(bob, "B")->id());
  for (const auto id : made) ASSERT_TRUE(join(ann, id));
  EXPECT_EQ(create(ann, "A").error().reason, "too_many_servers");
  ASSERT_TRUE(leave(ann, made[2]));
  EXPECT_TRUE(create(ann, "A"));
}

TEST_P(MembersTest, SRV_05_many_join_at_once_and_each_is_counted_once) {
  const auto made = create(ann, "A");
  api::JoinServerRequest request;
  request.set_server_id(made->id());
  const auto answers = run(
      testing::at_once(60, [&](int i) { return servers.join_server(as(1000 + i % 30), request); }));
  for (const auto& answer : answers) EXPECT_TRUE(answer);
  EXPECT_EQ(get(ann, made->id())->member_count(), 31);
  std::vector<std::int64_t> versions;
  for (const auto& event : events_of<api::MemberJoined>()) versions.push_back(event.version());
  ASSERT_EQ(versions.size(), 31U);
  for (std::size_t i = 1; i < versions.size(); ++i)
    EXPECT_EQ(versions[i], static_cast<std::int64_t>(i) + 2);  // 2 is the channel's
}

TEST_P(MembersTest, SRV_06_joining_and_leaving_at_once_end_with_row_and_tuple_equal) {
  const auto made = create(ann, "A");
  for (int round = 0; round < 10; ++round) {
    const auto answers = run(testing::at_once(
        12 + round % 2, [&](int i) { return join_or_leave(bob, made->id(), i % 2 == 0); }));
    for (const auto& answer : answers) EXPECT_TRUE(answer) << answer.error().message;
    const bool member = !mine(bob).empty();
    EXPECT_EQ(authorization.is_member(made->id(), bob), member);
    EXPECT_EQ(get(ann, made->id())->member_count(), member ? 2 : 1);
  }
}

TEST_P(MembersTest, SRV_15_members_are_listed_in_the_order_of_joining_page_by_page) {
  const auto made = create(ann, "A");
  ASSERT_TRUE(join(cyd, made->id()));
  ASSERT_TRUE(join(bob, made->id()));
  const auto first = members(bob, made->id(), 2);
  ASSERT_TRUE(first) << first.error().message;
  ASSERT_EQ(first->members_size(), 2);
  EXPECT_EQ(first->members(0).user().nickname(), "Ann");
  EXPECT_EQ(first->members(1).user().id(), cyd);  // has no profile yet
  EXPECT_EQ(first->members(1).user().nickname(), "");
  const auto second = members(bob, made->id(), 2, first->next_page_token());
  ASSERT_EQ(second->members_size(), 1);
  EXPECT_EQ(second->members(0).user().nickname(), "Bob");
  EXPECT_FALSE(second->has_next_page_token());
  EXPECT_EQ(members(360, made->id()).error().reason, "members_only");
  EXPECT_EQ(members(ann, made->id(), -3).error().field, "limit");
  EXPECT_EQ(members(ann, made->id(), 0, "-").error().field, "page_token");
}

INSTANTIATE_TEST_SUITE_P(works, MembersTest, testing::both_transports, testing::name);

}  // namespace
}  // namespace lyceum::servers
