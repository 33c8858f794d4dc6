#include "services/authorization/testing/permissions_fixture.h"

namespace lyceum::authorization {
namespace {

using testing::send;
using testing::tuple;
using testing::view;

class TuplesTest : public testing::PermissionsFixture {};

TEST_P(TuplesTest, SRV_13_tuples_that_mean_nothing_are_refused_by_field) {
  ASSERT_TRUE(write(server_one()));
  const auto refused = [this](const api::Tuple& one) {
    const auto done = write({tuple("server:1", "member", "user:18"), one});
    return done ? ""
                : done.error().field.substr(std::string("tuples[1].").size()) + " " +
                      done.error().reason;
  };
  EXPECT_EQ(refused(tuple("planet:1", "member", "user:18")), "entity.type unknown_entity_type");
  EXPECT_EQ(refused(tuple("server:x", "member", "user:18")), "entity.id bad_id");
  EXPECT_EQ(refused(tuple("server:1", "base_fly", "role:1#assignee")), "relation unknown_relation");
  EXPECT_EQ(refused(tuple("server:1", "base_no_permission", "role:1#assignee")),
            "relation unknown_relation");
  EXPECT_EQ(refused(tuple("channel:11", "ev_allow_", "role:1#assignee")),
            "relation unknown_relation");
  EXPECT_EQ(refused(tuple("server:1", "member", "role:5#assignee")),
            "subject.type unknown_subject_type");
  EXPECT_EQ(refused(tuple("server:1", "base_view_channel", "user:18")),
            "subject.type unknown_subject_type");
  EXPECT_EQ(refused(tuple("server:1", "base_view_channel", "role:5")),
            "subject.relation unknown_relation");
  EXPECT_EQ(refused(tuple("channel:11", "mem_allow_view_channel", "user:0")), "subject.id bad_id");
  EXPECT_EQ(refused(tuple("channel:11", "server", "server:1#member")),
            "subject.relation unknown_relation");
  EXPECT_EQ(refused(tuple("role:5", "assignee", "server:1#member")), "subject.id not_everyone");
  EXPECT_EQ(refused(tuple("role:1", "assignee", "server:1")), "subject.relation unknown_relation");
  EXPECT_EQ(refused(tuple("platform:lyceum", "administrator", "server:1#member")),
            "subject.type unknown_subject_type");
}

TEST_P(TuplesTest, SRV_13_tuples_do_not_reach_from_one_server_into_another) {
  ASSERT_TRUE(write(server_one()));
  ASSERT_TRUE(
      write({tuple("server:2", "owner", "user:20"), tuple("role:6", "server", "server:2")}));
  const auto refused = [this](const api::Tuple& one) {
    const auto done = write({one});
    return done ? "" : done.error().field + " " + done.error().reason;
  };
  EXPECT_EQ(refused(tuple("role:6", "server", "server:1")), "tuples[0].subject.id other_server");
  EXPECT_EQ(refused(tuple("channel:11", "server", "server:2")),
            "tuples[0].subject.id other_server");
  EXPECT_EQ(refused(tuple("server:1", "administrator", "role:6#assignee")),
            "tuples[0].subject.id unknown_role");
  EXPECT_EQ(refused(tuple("channel:11", "role_allow_view_channel", "role:6#assignee")),
            "tuples[0].subject.id unknown_role");
  EXPECT_EQ(refused(tuple("channel:11", "role_allow_view_channel", "role:1#assignee")),
            "tuples[0].subject.id everyone");
  EXPECT_EQ(refused(tuple("channel:11", "ev_allow_view_channel", "role:5#assignee")),
            "tuples[0].subject.id not_everyone");
  EXPECT_EQ(refused(tuple("role:404", "assignee", "user:18")), "tuples[0].entity.id unknown_role");
  EXPECT_EQ(refused(tuple("channel:404", "mem_allow_view_channel", "user:18")),
            "tuples[0].entity.id unknown_channel");
  EXPECT_EQ(in_channel(20), 0);
}

TEST_P(TuplesTest, SRV_13_of_a_refused_request_nothing_reaches_the_masks) {
  ASSERT_TRUE(write(server_one()));
  EXPECT_EQ(in_channel(19), 0);
  EXPECT_FALSE(
      write({tuple("server:1", "member", "user:19"), tuple("role:404", "assignee", "user:19")}));
  EXPECT_EQ(in_channel(19), 0);
}

TEST_P(TuplesTest, SRV_05_the_same_tuple_twice_is_one_and_removing_what_is_not_there_is_nothing) {
  ASSERT_TRUE(write(server_one()));
  ASSERT_EQ(in_channel(18), view | send);
  (void)events_since();
  ASSERT_TRUE(
      write({tuple("server:1", "member", "user:18"), tuple("server:1", "member", "user:18")}));
  ASSERT_TRUE(remove("server:1", "member", "user:404"));
  ASSERT_TRUE(remove("channel:404"));
  EXPECT_TRUE(events_since().empty());
  ASSERT_TRUE(remove("server:1", "member", "user:18"));
  EXPECT_EQ(in_channel(18), 0);
  EXPECT_EQ(events_since(), std::vector<std::string>{"1 0 18"});
}

TEST_P(TuplesTest, SRV_13_nothing_removes_the_members_of_all_servers) {
  ASSERT_TRUE(write(server_one()));
  for (const std::string of : {"server:", "role:", "channel:"})
    EXPECT_EQ(remove(of).error().field, "filter.entity_id") << of;
  EXPECT_EQ(remove("server:", "member").error().reason, "filter_too_wide");
  EXPECT_EQ(remove("server:1", "fly").error().field, "filter.relation");
  EXPECT_EQ(remove("server:1", "", "channel:11").error().field, "filter.subject_type");
  EXPECT_EQ(remove("server:x").error().field, "filter.entity_id");
  EXPECT_EQ(in_channel(18), view | send);
  ASSERT_TRUE(remove("server:", "", "user:18"));
  EXPECT_EQ(in_channel(18), 0);
}

TEST_P(TuplesTest, SRV_13_who_remembers_permissions_is_told_what_is_void) {
  ASSERT_TRUE(write(server_one()));
  EXPECT_EQ(events_since(),
            (std::vector<std::string>{"1 0 0", "1 0 17", "1 0 18", "1 11 0", "1 12 0"}));
  ASSERT_TRUE(write({tuple("role:5", "assignee", "user:18")}));
  EXPECT_EQ(events_since(), (std::vector<std::string>{"1 0 18"}));
  ASSERT_TRUE(write({tuple("channel:11", "mem_allow_view_channel", "user:18"),
                     tuple("channel:11", "mem_deny_send_messages", "user:18"),
                     tuple("channel:11", "ev_deny_view_channel", "role:1#assignee")}));
  EXPECT_EQ(events_since(), (std::vector<std::string>{"1 11 0", "1 11 18"}));
  ASSERT_TRUE(remove("role:5"));
  EXPECT_EQ(events_since(), (std::vector<std::string>{"1 0 0", "1 0 18"}));
  ASSERT_TRUE(remove("channel:11"));
  EXPECT_EQ(events_since(), (std::vector<std::string>{"1 11 0", "1 11 18"}));
  EXPECT_FALSE(
      write({tuple("server:1", "member", "user:30"), tuple("role:404", "assignee", "user:30")}));
  EXPECT_TRUE(events_since().empty());
}

INSTANTIATE_TEST_SUITE_P(works,
                         TuplesTest,
                         lyceum::testing::both_transports,
                         lyceum::testing::name);

}  // namespace
}  // namespace lyceum::authorization
