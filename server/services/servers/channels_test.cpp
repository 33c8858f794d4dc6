#include "services/servers/testing/servers_test.h"

namespace lyceum::servers {
namespace {

class ChannelsTest : public ServersTest {
 protected:
  ChannelsTest() { EXPECT_TRUE(join(bob, server)); }

  const std::int64_t server = create(ann, "A")->id();
};

TEST_P(ChannelsTest, CHA_01_a_channel_is_made_in_a_category_and_stands_behind_the_others) {
  const auto category = create(ann, channel(server, "Lessons", "category"));
  ASSERT_TRUE(category) << category.error().message;
  auto request = channel(server, " homework ");
  request.set_topic("Ask first");
  request.set_parent_id(category->id());
  const auto made = create(ann, request);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->name(), "homework");
  EXPECT_EQ(made->topic(), "Ask first");
  EXPECT_EQ(made->parent_id(), category->id());
  EXPECT_EQ(made->permissions(), testing::FakeAuthorization::all);
  const auto listed = channels(bob, server);
  ASSERT_EQ(listed->channels_size(), 3);
  EXPECT_EQ(listed->channels(0).name(), "general");
  EXPECT_EQ(listed->channels(1).name(), "Lessons");
  EXPECT_EQ(listed->channels(2).name(), "homework");
  EXPECT_EQ(listed->channels(2).permissions(), 1024 | 2048 | 65536);
  const auto told = events_of<api::ChannelCreated>();
  ASSERT_EQ(told.size(), 3U);
  EXPECT_EQ(told[2].version(), 5);
  EXPECT_EQ(told[2].channel().name(), "homework");
}

TEST_P(ChannelsTest, CHA_01_what_is_wrong_is_named) {
  EXPECT_EQ(create(ann, channel(server, "\t")).error().field, "name");
  EXPECT_EQ(create(ann, channel(server, "x", "voice")).error().field, "type");
  auto request = channel(server, "x");
  request.set_topic(std::string(1025, 'x'));
  EXPECT_EQ(create(ann, request).error().field, "topic");
  request.set_topic("");
  request.set_parent_id(channels(ann, server)->channels(0).id());
  EXPECT_EQ(create(ann, request).error().reason, "no_such_category");
  request.set_type("category");
  EXPECT_EQ(create(ann, request).error().reason, "category_in_category");
}

TEST_P(ChannelsTest, CHA_01_a_category_of_another_server_is_none) {
  const auto other = create(bob, "B");
  const auto category = create(bob, channel(other->id(), "Lessons", "category"));
  auto request = channel(server, "x");
  request.set_parent_id(category->id());
  const auto tuples = authorization.size();
  EXPECT_EQ(create(ann, request).error().reason, "no_such_category");
  EXPECT_EQ(authorization.size(), tuples);
}

TEST_P(ChannelsTest, CHA_01_only_who_may_manage_channels_makes_one) {
  const auto refused = create(bob, channel(server, "x"));
  EXPECT_EQ(refused.error().reason, "may_not_manage_channels");
  EXPECT_EQ(refused.error().code, Code::permission_denied);
  EXPECT_EQ(create(cyd, channel(server, "x")).error().reason, "members_only");
  authorization.put({"server", std::to_string(server), "base_manage_channels", "role",
                     std::to_string(server), "assignee"});
  EXPECT_TRUE(create(bob, channel(server, "x")));
}

TEST_P(ChannelsTest, CHA_01_a_server_has_at_most_so_many_channels) {
  for (int i = 1; i < 6; ++i) ASSERT_TRUE(create(ann, channel(server, "x")));
  const auto tuples = authorization.size();
  EXPECT_EQ(create(ann, channel(server, "x")).error().reason, "too_many_channels");
  EXPECT_EQ(authorization.size(), tuples);
  const auto told = events_of<api::ChannelCreated>();
  EXPECT_EQ(told.back().version(), 3 + 5) << "a refusal takes no version";
}

TEST_P(ChannelsTest, CHA_01_the_same_key_makes_one_channel) {
  const auto first = create(ann, channel(server, "x"), "key");
  EXPECT_EQ(create(ann, channel(server, "x"), "key")->id(), first->id());
  EXPECT_EQ(create(ann, channel(server, "y"), "key").error().reason, "idempotency_key_reused");
  EXPECT_EQ(channels(ann, server)->channels_size(), 2);
}

TEST_P(ChannelsTest, CHA_01_authorization_failing_at_any_step_leaves_no_channel) {
  const auto tuples = authorization.size();
  for (int step = 0; step < 3; ++step) {
    authorization.fail_after(step);
    EXPECT_EQ(create(ann, channel(server, "x")).error().code, Code::unavailable);
    EXPECT_EQ(channels(ann, server)->channels_size(), 1);
    EXPECT_EQ(authorization.size(), tuples);
  }
  EXPECT_TRUE(create(ann, channel(server, "x")));
}

TEST_P(ChannelsTest, CHA_01_what_one_may_not_view_is_not_listed) {
  const auto hidden = create(ann, channel(server, "hidden"));
  authorization.put({"channel", std::to_string(hidden->id()), "ev_deny_view_channel", "role",
                     std::to_string(server), "assignee"});
  EXPECT_EQ(channels(bob, server)->channels_size(), 1);
  EXPECT_EQ(channels(ann, server)->channels_size(), 2);
  authorization.fail_after(0);
  EXPECT_EQ(channels(ann, server).error().code, Code::unavailable);
}

INSTANTIATE_TEST_SUITE_P(works, ChannelsTest, testing::both_transports, testing::name);

}  // namespace
}  // namespace lyceum::servers
