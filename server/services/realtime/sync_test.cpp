#include <gtest/gtest.h>

#include "services/realtime/testing/realtime_fixture.h"

namespace lyceum::realtime {
namespace {

class SyncTest : public RealtimeTest {
 protected:
  SyncTest() { config.heartbeat_interval_ms = 1'000'000'000; }  // the clock is moved far
};

TEST_F(SyncTest, CHA_14_a_message_on_the_way_of_READY_comes_exactly_once_in_it_or_after_it) {
  start();
  // Said after the state was read: not in READY, so it must come after it.
  world.in_read_states = [&] { say("meanwhile"); };
  const auto late = connect(ann);
  late->send(R"({"op":2,"d":{}})");
  EXPECT_TRUE(late->event().starts_with("READY"));
  EXPECT_EQ(late->event(), "MESSAGE_CREATE meanwhile");
  // Said before the state was read, its event late: it is in READY, and must not come again.
  const auto contained = world.say("contained");
  const auto client = ready(bob);
  created(contained);
  say("after");
  EXPECT_EQ(client->event(), "MESSAGE_CREATE after");
  EXPECT_EQ(late->event(), "MESSAGE_CREATE contained");
  EXPECT_EQ(late->event(), "MESSAGE_CREATE after");
}

// As after a restart, when all come at once.
TEST_F(SyncTest,
       CHA_14_of_two_who_begin_at_once_the_slower_misses_nothing_that_the_faster_was_told) {
  start();
  world.say("old");
  std::unique_ptr<Client> faster;
  // Between the reading of the slower one's state and its arrival.
  world.in_read_states = [&] {
    say("between");
    faster = ready(bob);
  };
  const auto slower = connect(ann, true);
  slower->send(R"({"op":2,"d":{}})");
  EXPECT_TRUE(eventually([&] {
    clock.move(10);
    return slower->unread() > 0;
  }));
  const auto told = slower->next();
  EXPECT_TRUE(told.contains(R"("t":"READY")") && told.contains(R"("last_seq":2)")) << told;
  say("after");
  EXPECT_EQ(slower->event(), "MESSAGE_CREATE after");
  EXPECT_EQ(faster->event(), "MESSAGE_CREATE after");
}

TEST_F(SyncTest, CHA_14_who_joins_is_given_the_server_and_the_others_the_member) {
  start();
  const auto member = ready(ann), newcomer = ready(cyd);
  say("old");
  EXPECT_EQ(member->event(), "MESSAGE_CREATE old");
  world.join(cyd);
  joined(cyd, 3, 3);
  EXPECT_EQ(
      member->next(),
      R"({"op":0,"t":"SERVER_MEMBER_ADD","d":{"server_id":"1000","user":{"id":"3"},"joined_at":0,"member_count":3},"s":3})");
  const auto server = newcomer->next();
  EXPECT_TRUE(server.starts_with(R"({"op":0,"t":"SERVER_CREATE","d":{"server":{"id":"1000")"))
      << server;
  EXPECT_TRUE(server.contains(R"("last_seq":1)")) << server;
  say("new");
  EXPECT_EQ(newcomer->event(), "MESSAGE_CREATE new");
  joined(cyd, 3);  // again
  say("newer");
  EXPECT_EQ(newcomer->event(), "MESSAGE_CREATE newer");
}

TEST_F(SyncTest, who_leaves_loses_the_server_before_anything_else_is_said_there) {
  start();
  const auto leaver = ready(ann), other = ready(bob);
  world.leave(ann);
  left(ann, 4);
  say("behind the back");
  EXPECT_EQ(leaver->event(), "SERVER_DELETE 1000");
  EXPECT_EQ(other->event(), "SERVER_MEMBER_REMOVE 1");
  EXPECT_EQ(other->event(), "MESSAGE_CREATE behind the back");
  EXPECT_EQ(leaver->unread(), 0U);
}

TEST_F(SyncTest, a_member_event_that_is_older_than_the_last_is_dropped) {
  start();
  const auto watcher = ready(ann);
  left(cyd, 6);
  joined(cyd, 5);
  left(cyd, 6);
  say("end");
  EXPECT_EQ(watcher->event(), "SERVER_MEMBER_REMOVE 3");
  EXPECT_EQ(watcher->event(), "MESSAGE_CREATE end");
}

TEST_F(SyncTest, SRV_05_the_count_of_members_never_goes_back_to_an_older_one) {
  start();
  const auto watcher = ready(ann);
  const auto count = [&] { return Client::member(watcher->next(), "member_count"); };
  joined(5, 8, 5);
  joined(4, 7, 4);  // late
  left(6, 6, 3);    // later
  left(7, 9, 4);
  EXPECT_EQ(count(), "5");
  EXPECT_EQ(count(), "5");
  EXPECT_EQ(count(), "5");
  EXPECT_EQ(count(), "4");
}

TEST_F(SyncTest, SRV_05_who_comes_back_at_once_still_knows_how_many_members_there_are) {
  world.member_count = 7;
  start();
  const auto client = ready(ann);
  world.member_count = 6;  // as it is when anybody asks
  left(ann, 8, 6);
  left(bob, 9, 5);
  joined(ann, 10, 6);
  std::string told;
  while (!told.ends_with(" 5 6")) {
    const auto frame = client->next();
    ASSERT_TRUE(frame.contains("member_count")) << told;
    told += " " + Client::member(frame, "member_count");
  }
}

TEST_F(SyncTest, CHA_14_who_loses_the_view_is_told_so_before_any_later_event_of_the_channel) {
  start();
  const auto loser = ready(ann), other = ready(bob, true);
  for (int round = 0; round < 20; ++round) {
    say("open");
    EXPECT_EQ(loser->event(), "MESSAGE_CREATE open");
    world.hide(FakeWorld::channel, ann);
    permissions_changed();
    say("secret");
    EXPECT_EQ(loser->event(), "CHANNEL_DELETE 2000");
    world.hide(FakeWorld::channel, ann, false);
    permissions_changed(ann);
    EXPECT_EQ(loser->event(), "CHANNEL_CREATE 2000");
    EXPECT_EQ(other->event(), "MESSAGE_CREATE open");
    EXPECT_EQ(other->event(), "MESSAGE_CREATE secret");
  }
}

TEST_F(SyncTest, a_new_channel_reaches_who_may_view_it_with_his_own_permissions) {
  start();
  const auto a = ready(ann), b = ready(bob);
  world.add_channel(2'002);
  world.hide(2'002, bob);
  servers::v1::ChannelCreated event;
  event.mutable_channel()->set_id(2'002);
  event.mutable_channel()->set_server_id(FakeWorld::server);
  service->on_channel_created(as_service(), event);
  const auto text = a->next();
  EXPECT_TRUE(text.contains(R"("t":"CHANNEL_CREATE","d":{"id":"2002")") &&
              text.contains(R"("permissions":1024)"))
      << text;
  say("first", 2'002);
  say("elsewhere");
  EXPECT_EQ(a->event(), "MESSAGE_CREATE first");
  EXPECT_EQ(b->event(), "MESSAGE_CREATE elsewhere");
}

TEST_F(SyncTest, who_may_do_more_or_less_than_before_is_told_so_once) {
  start();
  const auto client = ready(ann);
  permissions_changed();
  world.permissions = 3072;
  permissions_changed();
  permissions_changed(ann);
  say("after");
  const auto server = client->next(), channel = client->next();
  EXPECT_TRUE(server.contains(R"("t":"SERVER_UPDATE","d":{"id":"1000")") &&
              server.contains(R"("permissions":3072)"))
      << server;
  EXPECT_TRUE(channel.contains(R"("t":"CHANNEL_UPDATE","d":{"id":"2000")") &&
              channel.contains(R"("permissions":3072)"))
      << channel;
  EXPECT_EQ(client->event(), "MESSAGE_CREATE after");
}

TEST_F(SyncTest, CHA_14_a_change_for_all_is_asked_about_once_on_each_loop) {
  start();
  std::vector<std::unique_ptr<Client>> clients;
  for (std::int64_t user = 10; user < 50; ++user) {
    world.join(user);
    clients.push_back(ready(user, user % 2 == 0));
  }
  const int before = world.memberships_asked;
  world.permissions = 3072;
  permissions_changed();
  for (const auto& client : clients) {
    EXPECT_EQ(client->event(), "SERVER_UPDATE 1000");
    EXPECT_EQ(client->event(), "CHANNEL_UPDATE 2000");
  }
  EXPECT_EQ(world.memberships_asked, before + 2);
}

TEST_F(SyncTest, of_very_many_a_hundred_are_asked_about_at_once) {
  start();
  std::vector<std::unique_ptr<Client>> clients;
  for (std::int64_t user = 10; user < 260; ++user) {
    world.join(user);
    clients.push_back(ready(user));
  }
  const int before = world.memberships_asked;
  world.add_channel(2'002);
  permissions_changed();
  for (const auto& client : clients) EXPECT_EQ(client->event(), "CHANNEL_CREATE 2002");
  EXPECT_EQ(world.memberships_asked, before + 3);
}

TEST_F(SyncTest, a_channel_that_nobody_sees_any_more_is_forgotten_and_found_again) {
  start();
  auto& channels = metrics.gauge("realtime_channels", "");
  const auto are = [&](std::int64_t count) {
    return eventually([&] { return channels.value() == count; });
  };
  EXPECT_TRUE(are(0));
  auto one = ready(ann);
  const auto two = ready(bob, true);
  say("1");
  EXPECT_EQ(one->event(), "MESSAGE_CREATE 1");
  EXPECT_TRUE(are(1));
  world.hide(FakeWorld::channel, bob);
  permissions_changed(bob);
  EXPECT_EQ(two->event(), "MESSAGE_CREATE 1");
  EXPECT_EQ(two->event(), "CHANNEL_DELETE 2000");
  say("2");
  EXPECT_EQ(one->event(), "MESSAGE_CREATE 2");
  EXPECT_TRUE(are(1)) << "ann still sees it";
  one->hang_up();
  clock.move(config.resume_ms);
  EXPECT_TRUE(are(0));
  say("3");  // to nobody
  one = ready(ann);
  say("4");
  EXPECT_EQ(one->event(), "MESSAGE_CREATE 4");
  EXPECT_TRUE(are(1));
}

TEST_F(SyncTest, a_session_that_changes_its_loop_keeps_its_channels_known) {
  start();
  auto& channels = metrics.gauge("realtime_channels", "");
  const auto first = ready(ann);
  const auto again = connect(ann, true);
  again->send(resume(first->session_id, first->seq));
  EXPECT_EQ(again->event(), "RESUMED");
  say("1");
  EXPECT_EQ(again->event(), "MESSAGE_CREATE 1");
  EXPECT_TRUE(eventually([&] { return channels.value() == 1; }));
  again->hang_up();
  clock.move(config.resume_ms);
  EXPECT_TRUE(eventually([&] { return channels.value() == 0; }));
}

TEST_F(SyncTest, while_permissions_cannot_be_asked_nothing_is_shown_and_then_everything) {
  start();
  const auto client = ready(ann), other = ready(bob);
  world.failures = 3;
  permissions_changed(ann);
  say("kept back");
  EXPECT_EQ(other->event(), "MESSAGE_CREATE kept back");
  EXPECT_EQ(client->unread(), 0U);
  EXPECT_TRUE(eventually([&] {
    clock.move(100);
    return client->unread() > 0;
  }));
  EXPECT_EQ(client->event(), "MESSAGE_CREATE kept back");
}

TEST_F(SyncTest, permissions_that_cannot_be_asked_for_long_end_the_session) {
  start();
  const auto client = ready(ann);
  world.failures = 1'000'000;
  permissions_changed(ann);
  say("never shown");
  EXPECT_TRUE(eventually([&] {
    clock.move(1'000);
    return client->close_code_now() != 0;
  }));
  EXPECT_EQ(client->close_code(), 4000);
  EXPECT_EQ(client->unread(), 0U);
  world.failures = 0;
  const auto again = connect(ann);
  again->send(resume(client->session_id, client->seq));
  EXPECT_EQ(again->event(), "op 9");
}

TEST_F(SyncTest, a_session_that_changes_its_loop_while_it_is_being_asked_for_misses_nothing) {
  start();
  const auto first = ready(ann), other = ready(bob);
  world.failures = 1;
  permissions_changed(ann);
  say("1");
  EXPECT_EQ(other->event(), "MESSAGE_CREATE 1");
  const auto again = connect(ann, true);
  again->send(resume(first->session_id, first->seq));
  EXPECT_EQ(again->event(), "RESUMED");
  EXPECT_TRUE(eventually([&] {
    clock.move(10);
    return again->unread() > 0;
  }));
  EXPECT_EQ(again->event(), "MESSAGE_CREATE 1");
  say("2");
  EXPECT_EQ(again->event(), "MESSAGE_CREATE 2");
}

}  // namespace
}  // namespace lyceum::realtime
