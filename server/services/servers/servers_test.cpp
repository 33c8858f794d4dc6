#include "services/servers/testing/servers_test.h"

#include <set>

#include "services/servers/rules.h"

namespace lyceum::servers {
namespace {

TEST_P(ServersTest, SRV_01_a_server_opens_with_its_owner_and_a_general_channel) {
  const auto made = create(ann, "  Evening class ", true, "Questions");
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->name(), "Evening class");
  EXPECT_EQ(made->owner_id(), ann);
  EXPECT_EQ(made->member_count(), 1);
  EXPECT_TRUE(made->member());
  EXPECT_EQ(made->permissions(), testing::FakeAuthorization::all);
  const auto listed = channels(ann, made->id());
  ASSERT_TRUE(listed) << listed.error().message;
  ASSERT_EQ(listed->channels_size(), 1);
  EXPECT_EQ(listed->channels(0).name(), "general");
  EXPECT_EQ(listed->channels(0).type(), "text");
  EXPECT_NE(listed->channels(0).permissions() & authorization::v1::SEND_MESSAGES, 0);
  EXPECT_EQ(get(ann, made->id())->SerializeAsString(), made->SerializeAsString());
  EXPECT_EQ(authorization.size(), 8U);
}

TEST_P(ServersTest, SRV_01_opening_is_told_with_versions_without_a_gap) {
  const auto made = create(ann, "A");
  const auto joined = events_of<api::MemberJoined>();
  const auto created = events_of<api::ChannelCreated>();
  ASSERT_EQ(joined.size(), 1U);
  ASSERT_EQ(created.size(), 1U);
  EXPECT_EQ(joined[0].version(), 1);
  EXPECT_EQ(joined[0].user_id(), ann);
  EXPECT_EQ(created[0].version(), 2);
  EXPECT_EQ(created[0].channel().server_id(), made->id());
  EXPECT_EQ(created[0].channel().permissions(), 0);
}

TEST_P(ServersTest, SRV_01_a_bad_name_or_description_is_refused_by_field) {
  EXPECT_EQ(create(ann, " \u200b ").error().reason, "name_empty");
  EXPECT_EQ(create(ann, "a\nb").error().field, "name");
  EXPECT_EQ(create(ann, "a\u202eb").error().reason, "bad_name");
  EXPECT_EQ(create(ann, std::string(101, 'x')).error().reason, "too_long");
  EXPECT_EQ(create(ann, "A", true, std::string(301, 'x')).error().field, "description");
  api::CreateServerRequest broken;
  broken.set_name("broken \xc3");  // gRPC's door knows it
  EXPECT_EQ(run(service.create_server(as(ann), broken)).error().reason, "bad_name");
  EXPECT_TRUE(mine(ann).empty());
  EXPECT_EQ(authorization.size(), 0U);
}

TEST_P(ServersTest, SRV_01_the_same_key_makes_one_server) {
  const auto first = create(ann, "A", true, "", "key");
  const auto tuples = authorization.size();
  const auto second = create(ann, "A", true, "", "key");
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(first->SerializeAsString(), second->SerializeAsString());
  EXPECT_EQ(authorization.size(), tuples);
  EXPECT_EQ(create(ann, "B", true, "", "key").error().reason, "idempotency_key_reused");
  EXPECT_EQ(mine(ann).size(), 1U);
}

TEST_P(ServersTest, SRV_01_the_same_key_at_once_makes_one_server_and_leaves_no_tuples) {
  api::CreateServerRequest request;
  request.set_name("A");
  const auto answers = run(
      testing::at_once(8, [&](int) { return servers.create_server(as(ann, {}, "key"), request); }));
  std::set<std::int64_t> made;
  for (const auto& answer : answers) made.insert(answer.value().id());
  EXPECT_EQ(made.size(), 1U);
  EXPECT_EQ(authorization.size(), 8U);
}

TEST_P(ServersTest, SRV_01_authorization_failing_at_any_step_leaves_nothing_to_see) {
  for (int step = 0; step < 2; ++step) {
    authorization.fail_after(step);
    const auto refused = create(ann, "A");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::unavailable);
    EXPECT_TRUE(mine(ann).empty());
    EXPECT_TRUE(discover(bob)->servers().empty());
    EXPECT_EQ(authorization.size(), 0U) << "the tuples are taken back";
  }
  EXPECT_TRUE(create(ann, "A"));
}

TEST_P(ServersTest, SRV_01_tuples_that_cannot_be_taken_back_show_nothing) {
  authorization.fail_after(1, true);
  EXPECT_EQ(create(ann, "A").error().code, Code::unavailable);
  authorization.mend();
  EXPECT_TRUE(mine(ann).empty());
  EXPECT_TRUE(create(ann, "A"));
  EXPECT_EQ(mine(ann).size(), 1U);
}

TEST_P(ServersTest, SRV_07_at_most_so_many_servers_a_user) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(create(ann, "A"));
  const auto tuples = authorization.size();
  const auto refused = create(ann, "A");
  EXPECT_EQ(refused.error().reason, "too_many_servers");
  EXPECT_EQ(refused.error().code, Code::resource_exhausted);
  EXPECT_EQ(authorization.size(), tuples);
  const auto of_bob = create(bob, "B");
  EXPECT_EQ(join(ann, of_bob->id()).error().reason, "too_many_servers");
  EXPECT_FALSE(authorization.is_member(of_bob->id(), ann));
  EXPECT_EQ(get(bob, of_bob->id())->member_count(), 1);
}

TEST_P(ServersTest, SRV_07_many_creations_at_once_stop_at_the_limit) {
  api::CreateServerRequest request;
  request.set_name("A");
  const auto answers =
      run(testing::at_once(20, [&](int) { return servers.create_server(as(ann), request); }));
  EXPECT_EQ(std::ranges::count_if(answers, [](const auto& one) { return one.has_value(); }), 5);
  EXPECT_EQ(mine(ann).size(), 5U);
  EXPECT_EQ(authorization.size(), 5U * 8U);
}

TEST_P(ServersTest, SRV_07_my_servers_come_in_the_order_of_joining_with_permissions) {
  const auto first = create(bob, "B");
  const auto second = create(ann, "A");
  ASSERT_TRUE(join(ann, first->id()));
  EXPECT_EQ(mine(ann), (std::vector{second->id(), first->id()}));
  const auto answer = run(servers.list_my_servers(as(ann), {}));
  EXPECT_EQ(answer->servers(0).permissions(), testing::FakeAuthorization::all);
  EXPECT_EQ(answer->servers(1).permissions(), 1024 | 2048 | 65536);
  EXPECT_TRUE(mine(cyd).empty());
}

TEST_P(ServersTest, SRV_04_public_servers_are_found_by_name_and_description_in_any_case) {
  (void)create(ann, "Café Ödland", true, "A place");
  (void)create(ann, "Maths 100%", true, "РУССКИЙ");
  (void)create(ann, "Secret café", false);
  EXPECT_EQ(found("CAFÉ"), (std::vector<std::string>{"Café Ödland"}));
  EXPECT_EQ(found("ödl"), (std::vector<std::string>{"Café Ödland"}));
  EXPECT_EQ(found("русс"), (std::vector<std::string>{"Maths 100%"}));
  EXPECT_EQ(found("%"), (std::vector<std::string>{"Maths 100%"}));
  EXPECT_EQ(found("PLACE"), (std::vector<std::string>{"Café Ödland"}));
  EXPECT_TRUE(found("_").empty());
  EXPECT_TRUE(found("\\").empty());
  EXPECT_EQ(found("").size(), 2U);
  EXPECT_EQ(discover(ann, "a\nb").error().field, "q");
}

TEST_P(ServersTest, SRV_04_pages_go_through_all_of_them_once_newest_first) {
  std::vector<std::int64_t> made;
  for (int i = 0; i < 5; ++i) made.insert(made.begin(), create(i % 2 ? ann : bob, "A")->id());
  std::vector<std::int64_t> seen;
  std::string token;
  do {
    const auto page = discover(ann, "a", 2, token);
    ASSERT_TRUE(page) << page.error().message;
    ASSERT_LE(page->servers_size(), 2);
    for (const auto& server : page->servers()) {
      seen.push_back(server.id());
      EXPECT_EQ(server.member(), server.owner_id() == ann);
      EXPECT_EQ(server.permissions() != 0, server.member());
    }
    token = page->next_page_token();
  } while (!token.empty());
  EXPECT_EQ(seen, made);
  EXPECT_EQ(discover(ann, "", -1).error().field, "limit");
  EXPECT_EQ(discover(ann, "", 0, "x").error().reason, "bad_page_token");
}

TEST_P(ServersTest, SRV_04_a_private_server_looks_like_none_from_outside) {
  const auto made = create(ann, "A", false);
  const auto seen = get(bob, made->id());
  EXPECT_EQ(seen.error().reason, "no_such_server");
  EXPECT_EQ(seen.error().message, get(bob, 12345).error().message);
  EXPECT_EQ(join(bob, made->id()).error().reason, "no_such_server");
  EXPECT_EQ(members(bob, made->id()).error().reason, "no_such_server");
  EXPECT_EQ(channels(bob, made->id()).error().reason, "no_such_server");
  EXPECT_EQ(create(bob, channel(made->id(), "x")).error().reason, "no_such_server");
  EXPECT_TRUE(leave(bob, made->id()));
  EXPECT_TRUE(leave(bob, 12345));
  EXPECT_FALSE(authorization.is_member(made->id(), bob));
}

TEST_P(ServersTest, services_learn_the_servers_of_users_and_the_channels_that_each_may_view) {
  const auto made = create(ann, "A");
  const auto hidden = create(ann, channel(made->id(), "hidden"));
  ASSERT_TRUE(join(bob, made->id()));
  authorization.put({"channel", std::to_string(hidden->id()), "ev_deny_view_channel", "role",
                     std::to_string(made->id()), "assignee"});
  api::ListMembershipsRequest request;
  for (const auto user : {bob, ann, cyd}) request.add_user_ids(user);
  const int calls = authorization.calls();
  const auto answer = run(servers.list_memberships(as_service(), request));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(authorization.calls(), calls + 1) << "however many are asked about";
  ASSERT_EQ(answer->servers_size(), 1);
  EXPECT_EQ(answer->servers(0).member_count(), 2);
  ASSERT_EQ(answer->channels_size(), 2);
  EXPECT_EQ(answer->channels(0).name(), "general");
  ASSERT_EQ(answer->users_size(), 3);
  EXPECT_EQ(answer->users(0).user_id(), bob);
  const auto& bobs = answer->users(0).memberships();
  ASSERT_EQ(bobs.size(), 1);
  EXPECT_EQ(bobs[0].server_id(), made->id());
  EXPECT_EQ(bobs[0].permissions(), 1024 | 2048 | 65536);
  ASSERT_EQ(bobs[0].channels_size(), 1);
  EXPECT_EQ(bobs[0].channels(0).channel_id(), answer->channels(0).id());
  EXPECT_EQ(answer->users(1).memberships(0).permissions(), testing::FakeAuthorization::all);
  EXPECT_EQ(answer->users(1).memberships(0).channels_size(), 2);
  EXPECT_TRUE(answer->users(2).memberships().empty());
  EXPECT_EQ(run(servers.list_memberships(as(bob), request)).error().reason, "service_only");
}

TEST(ServersRules, SRV_04_searching_folds_the_letters_that_have_two_cases) {
  EXPECT_EQ(rules::folded("ÀÉÞ×ß ŐŸŽĲ ΑΩ ЁЯ Z"), "àéþ×ß őÿžĳ αω ёя z");
  EXPECT_EQ(rules::pattern("50%_\\"), "%50\\%\\_\\\\%");
}

INSTANTIATE_TEST_SUITE_P(works, ServersTest, testing::both_transports, testing::name);

}  // namespace
}  // namespace lyceum::servers
