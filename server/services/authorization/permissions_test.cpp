#include <atomic>
#include <thread>

#include "services/authorization/testing/permissions_fixture.h"

namespace lyceum::authorization {
namespace {

using testing::name;
using testing::send;
using testing::tuple;
using testing::view;

class PermissionsTest : public testing::PermissionsFixture {};

TEST_P(PermissionsTest, SRV_13_a_member_has_what_everyone_and_the_own_roles_have) {
  ASSERT_TRUE(write(server_one()));
  EXPECT_EQ(get(18, 1, 0)->permissions(), view | send);
  EXPECT_TRUE(get(18, 1, 0)->member());
  ASSERT_TRUE(write({tuple("server:1", "base_manage_channels", "role:5#assignee"),
                     tuple("role:5", "assignee", "user:18")}));
  EXPECT_EQ(get(18, 1, 0)->permissions(), view | send | api::MANAGE_CHANNELS);
  EXPECT_EQ(in_channel(18), view | send | api::MANAGE_CHANNELS);
  EXPECT_EQ(get(17, 1, 0)->permissions(), all_permissions());
}

TEST_P(PermissionsTest, SRV_13_strangers_have_nothing_and_platform_administrators_all) {
  ASSERT_TRUE(write(server_one()));
  EXPECT_EQ(get(19, 1, 0)->permissions(), 0);
  EXPECT_FALSE(get(19, 1, 0)->member());
  EXPECT_EQ(get(19, 1, 0)->server_id(), 1);
  ASSERT_TRUE(write({tuple("platform:lyceum", "administrator", "user:19"),
                     tuple("platform:lyceum", "administrator", "user:20")}));
  EXPECT_EQ(in_channel(19), all_permissions());
  EXPECT_FALSE(get(19, 1, 0)->member());
  ASSERT_TRUE(remove("platform:lyceum", "administrator", "user:19"));
  EXPECT_EQ(in_channel(19), 0);
}

TEST_P(PermissionsTest, SRV_13_who_leaves_has_nothing_even_with_roles_left_behind) {
  ASSERT_TRUE(write(server_one()));
  ASSERT_TRUE(write({tuple("server:1", "administrator", "role:5#assignee"),
                     tuple("role:5", "assignee", "user:18")}));
  EXPECT_EQ(in_channel(18), all_permissions());
  ASSERT_TRUE(remove("server:1", "", "user:18"));
  EXPECT_EQ(in_channel(18), 0);
}

TEST_P(PermissionsTest, SRV_14_overwrites_of_a_channel_win_level_by_level) {
  ASSERT_TRUE(write(server_one()));
  ASSERT_TRUE(write({tuple("channel:11", "ev_deny_send_messages", "role:1#assignee")}));
  EXPECT_EQ(in_channel(18), view);
  EXPECT_EQ(in_channel(18, 12), view | send);
  ASSERT_TRUE(write({tuple("role:5", "assignee", "user:18"),
                     tuple("channel:11", "role_allow_send_messages", "role:5#assignee")}));
  EXPECT_EQ(in_channel(18), view | send);
  ASSERT_TRUE(write({tuple("channel:11", "mem_deny_view_channel", "user:18")}));
  EXPECT_EQ(in_channel(18), 0);
  ASSERT_TRUE(remove("channel:11", "mem_deny_view_channel", "user:18"));
  EXPECT_EQ(in_channel(18), view | send);
}

TEST_P(PermissionsTest, SRV_16_a_time_out_leaves_reading_until_it_is_lifted) {
  ASSERT_TRUE(write(server_one()));
  ASSERT_TRUE(write({tuple("server:1", "timed_out", "user:18")}));
  EXPECT_EQ(in_channel(18), view);
  ASSERT_TRUE(remove("server:1", "timed_out", "user:18"));
  EXPECT_EQ(in_channel(18), view | send);
}

TEST_P(PermissionsTest, SRV_11_a_role_that_is_deleted_gives_nothing_any_more) {
  ASSERT_TRUE(write(server_one()));
  ASSERT_TRUE(write({tuple("server:1", "base_manage_roles", "role:5#assignee"),
                     tuple("role:5", "assignee", "user:18")}));
  EXPECT_EQ(get(18, 1, 0)->permissions(), view | send | api::MANAGE_ROLES);
  ASSERT_TRUE(remove("role:5", "server"));  // its other tuples stay behind, of no effect
  EXPECT_EQ(get(18, 1, 0)->permissions(), view | send);
  ASSERT_TRUE(write({tuple("role:5", "server", "server:1")}));
  EXPECT_EQ(get(18, 1, 0)->permissions(), view | send | api::MANAGE_ROLES);
  ASSERT_TRUE(remove("role:5"));
  EXPECT_EQ(get(18, 1, 0)->permissions(), view | send);
}

TEST_P(PermissionsTest, SRV_03_a_channel_or_server_that_is_deleted_is_none) {
  ASSERT_TRUE(write(server_one()));
  EXPECT_EQ(get(18, 0, 11)->server_id(), 1);
  ASSERT_TRUE(remove("channel:11"));
  EXPECT_EQ(get(17, 0, 11)->permissions(), 0);
  EXPECT_EQ(get(17, 0, 11)->server_id(), 0);
  ASSERT_TRUE(remove("server:1"));
  EXPECT_EQ(get(17, 1, 0)->permissions(), 0);
  EXPECT_EQ(get(17, 1, 0)->server_id(), 0);
  EXPECT_EQ(in_channel(17, 12), 0);
}

TEST_P(PermissionsTest, SRV_13_what_is_not_there_permits_nothing_to_anybody) {
  ASSERT_TRUE(write({tuple("platform:lyceum", "administrator", "user:19")}));
  EXPECT_EQ(get(19, 404, 0)->permissions(), 0);
  EXPECT_EQ(get(19, 404, 0)->server_id(), 0);
  EXPECT_EQ(get(19, 0, 404)->permissions(), 0);
  EXPECT_EQ(get(19, 0, 404)->server_id(), 0);
  EXPECT_EQ(get(19, 0, -1)->permissions(), 0);
  EXPECT_TRUE(viewers(11, {19}).empty());
}

TEST_P(PermissionsTest, SRV_13_a_question_names_a_server_or_a_channel) {
  EXPECT_EQ(get(18, 0, 0).error().field, "server_id");
  EXPECT_EQ(get(18, 1, 11).error().reason, "one_of_two");
}

TEST_P(PermissionsTest, SRV_13_check_answers_from_the_same_masks) {
  ASSERT_TRUE(write(server_one()));
  EXPECT_TRUE(*check("server:1", "member", "user:18"));
  EXPECT_FALSE(*check("server:1", "owner", "user:18"));
  EXPECT_TRUE(*check("server:1", "owner", "user:17"));
  EXPECT_TRUE(*check("channel:11", "send_messages", "user:18"));
  EXPECT_FALSE(*check("channel:11", "manage_messages", "user:18"));
  EXPECT_FALSE(*check("channel:11", "view_channel", "user:19"));
  EXPECT_FALSE(*check("channel:404", "view_channel", "user:17"));
  EXPECT_FALSE(*check("server:404", "member", "user:17"));
}

TEST_P(PermissionsTest, SRV_13_a_check_of_something_unknown_is_an_error) {
  ASSERT_TRUE(write(server_one()));
  EXPECT_EQ(check("server:1", "fly", "user:17").error().field, "permission");
  EXPECT_EQ(check("server:1", "no_permission", "user:17").error().reason, "unknown_permission");
  EXPECT_EQ(check("channel:11", "VIEW_CHANNEL", "user:17").error().reason, "unknown_permission");
  EXPECT_EQ(check("role:5", "assignee", "user:17").error().reason, "unknown_permission");
  EXPECT_EQ(check("server:one", "member", "user:17").error().field, "entity.id");
  EXPECT_EQ(check("channel:0", "view_channel", "user:17").error().field, "entity.id");
  EXPECT_EQ(check("server:1", "member", "user:x").error().field, "subject.id");
  EXPECT_EQ(check("server:1", "member", "role:5#assignee").error().field, "subject.type");
  EXPECT_EQ(check("server:1", "member", "user:17#member").error().field, "subject.relation");
}

TEST_P(PermissionsTest, SRV_07_all_channels_of_some_servers_come_at_once) {
  ASSERT_TRUE(write(server_one()));
  ASSERT_TRUE(write({tuple("channel:11", "ev_deny_view_channel", "role:1#assignee"),
                     tuple("server:2", "member", "user:20")}));
  api::ListPermissionsRequest request;
  auto& bob = *request.add_users();
  bob.set_user_id(18);
  for (const std::int64_t id : {1, 2, 404}) bob.add_server_ids(id);
  auto& other = *request.add_users();
  other.set_user_id(20);
  other.add_server_ids(2);
  const auto found = run(authorization.list_permissions(as_service(), request));
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->users_size(), 2);
  EXPECT_EQ(found->users(0).user_id(), 18);
  const auto& his = found->users(0).servers();
  ASSERT_EQ(his.size(), 3);
  EXPECT_EQ(his[0].permissions(), view | send);
  ASSERT_EQ(his[0].channels_size(), 1);
  EXPECT_EQ(his[0].channels(0).channel_id(), 12);
  EXPECT_EQ(his[0].channels(0).permissions(), view | send);
  for (const int none : {1, 2}) {
    EXPECT_EQ(his[none].permissions(), 0);
    EXPECT_EQ(his[none].channels_size(), 0);
  }
  EXPECT_EQ(found->users(1).user_id(), 20);
  ASSERT_EQ(found->users(1).servers_size(), 1);
  EXPECT_EQ(found->users(1).servers(0).server_id(), 2);
}

TEST_P(PermissionsTest, SRV_14_of_many_users_those_who_may_view_remain_in_order) {
  ASSERT_TRUE(write(server_one()));
  EXPECT_EQ(viewers(11, {19, 18, 17, -3}), (std::vector<std::int64_t>{18, 17}));
  ASSERT_TRUE(write({tuple("channel:11", "mem_deny_view_channel", "user:18")}));
  EXPECT_EQ(viewers(11, {18, 17}), (std::vector<std::int64_t>{17}));
}

TEST_P(PermissionsTest, SRV_15_a_server_of_a_thousand_members) {
  ASSERT_TRUE(write(server_one()));
  std::vector<std::int64_t> users;
  for (int part = 0; part < 10; ++part) {
    Tuples joins;
    for (int i = 0; i < 100; ++i) {
      users.push_back(1'000 + part * 100 + i);
      joins.push_back(tuple("server:1", "member", name("user", users.back())));
    }
    ASSERT_TRUE(write(joins));
  }
  EXPECT_EQ(viewers(11, users), users);
  users.push_back(5'000);
  EXPECT_EQ(viewers(11, users).size(), 1'000U);

  api::ReadRelationshipsRequest request;
  request.mutable_filter()->set_entity_type("server");
  request.mutable_filter()->set_entity_id("1");
  request.mutable_filter()->set_relation("member");
  std::vector<std::string> members;
  for (int pages = 0; pages < 20; ++pages) {
    const auto page = run(authorization.read_relationships(as_service(), request));
    ASSERT_TRUE(page);
    for (const auto& one : page->tuples()) members.push_back(one.subject().id());
    if (!page->has_next_page_token()) break;
    EXPECT_EQ(page->tuples_size(), 100);
    request.set_page_token(page->next_page_token());
  }
  ASSERT_EQ(members.size(), 1'002U);
  EXPECT_EQ(members[0], "17");
  EXPECT_EQ(members[1'001], "1999");

  (void)events_since();
  ASSERT_TRUE(remove("server:1"));
  EXPECT_EQ(events_since(), std::vector<std::string>{"1 0 0"});
  EXPECT_TRUE(viewers(11, users).empty());
}

TEST_P(PermissionsTest, SRV_13_people_cannot_ask_for_the_permissions_of_others) {
  ASSERT_TRUE(write(server_one()));
  api::GetPermissionsRequest get;
  get.set_user_id(17);
  get.set_server_id(1);
  api::ListPermissionsRequest list;
  list.add_users()->set_user_id(17);
  list.mutable_users(0)->add_server_ids(1);
  const auto person = as(17, {"administrator"});
  EXPECT_EQ(run(authorization.get_permissions(person, get)).error().reason, "service_only");
  EXPECT_EQ(run(authorization.list_permissions(person, list)).error().reason, "service_only");
}

TEST_P(PermissionsTest, SRV_13_a_second_process_on_the_same_tuples_answers_the_same) {
  ASSERT_TRUE(write(server_one()));
  ASSERT_TRUE(write({tuple("channel:11", "ev_deny_send_messages", "role:1#assignee"),
                     tuple("channel:11", "role_allow_send_messages", "role:5#assignee"),
                     tuple("role:5", "assignee", "user:18")}));
  Authorization other{{}, *db, clock, ids, events};
  api::GetPermissionsRequest request;
  request.set_channel_id(11);
  for (const std::int64_t user : {17, 18, 19}) {
    request.set_user_id(user);
    EXPECT_EQ(run(other.get_permissions(as_service(), request))->permissions(), in_channel(user));
  }
}

class SmallIndexTest : public testing::PermissionsFixture {
 protected:
  // Room for one server only: every question about another reads it anew.
  Authorization small{{.index_max = 1}, *db, clock, ids, events};
};

// Ask about the other server, then about ours: it is read while the writer goes on.
TEST_P(SmallIndexTest, SRV_13_an_answered_write_is_always_seen_while_servers_come_and_go) {
  for (const std::int64_t id : {1, 2}) {
    api::WriteRelationshipsRequest made;
    *made.add_tuples() = tuple(name("server", id), "owner", "user:17");
    *made.add_tuples() = tuple(name("role", id), "assignee", name("server", id, "#member"));
    *made.add_tuples() =
        tuple(name("server", id), "base_view_channel", name("role", id, "#assignee"));
    *made.add_tuples() = tuple(name("channel", 10 + id), "server", name("server", id));
    ASSERT_TRUE(run(small.write_relationships(as_service(), made)));
  }
  const auto permissions = [this](std::int64_t user, std::int64_t channel) {
    api::GetPermissionsRequest request;
    request.set_user_id(user);
    request.set_channel_id(channel);
    const auto found = run(small.get_permissions(as_service(), request));
    return found ? found->permissions() : -1;
  };
  std::atomic<bool> done = false;
  std::thread others([&] {
    while (!done)
      for (const std::int64_t channel : {12, 11}) (void)permissions(18, channel);
  });
  int wrong = 0;
  for (int i = 0; i < 300; ++i) {
    const bool joins = i % 2 == 0;
    api::WriteRelationshipsRequest add;
    *add.add_tuples() = tuple("server:1", "member", "user:18");
    api::DeleteRelationshipsRequest leave;
    leave.mutable_filter()->set_entity_type("server");
    leave.mutable_filter()->set_entity_id("1");
    leave.mutable_filter()->set_relation("member");
    const bool written = joins ? run(small.write_relationships(as_service(), add)).has_value()
                               : run(small.delete_relationships(as_service(), leave)).has_value();
    if (!written || permissions(18, 11) != (joins ? view : 0)) ++wrong;
  }
  done = true;
  others.join();
  EXPECT_EQ(wrong, 0);
}

INSTANTIATE_TEST_SUITE_P(works,
                         PermissionsTest,
                         lyceum::testing::both_transports,
                         lyceum::testing::name);
INSTANTIATE_TEST_SUITE_P(works,
                         SmallIndexTest,
                         lyceum::testing::both_transports,
                         lyceum::testing::name);

}  // namespace
}  // namespace lyceum::authorization
