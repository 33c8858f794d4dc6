#include <gtest/gtest.h>
#include <random>

#include "services/realtime/testing/realtime_fixture.h"

namespace lyceum::realtime {
namespace {

class OrderTest : public RealtimeTest {
 protected:
  OrderTest() { config.heartbeat_interval_ms = 1'000'000'000; }  // the clock is moved far
};

TEST_F(OrderTest, CHA_14_messages_come_by_seq_whatever_order_their_events_come_in) {
  start();
  const auto client = ready(ann);
  const auto one = world.say("1"), two = world.say("2"), three = world.say("3");
  for (const auto& message : {three, one, three, two, one, two}) created(message);
  for (const char* text : {"1", "2", "3"})
    EXPECT_EQ(client->event(), std::string("MESSAGE_CREATE ") + text);
  say("4");
  EXPECT_EQ(client->event(), "MESSAGE_CREATE 4");
  EXPECT_EQ(world.lists_asked, 0);
}

TEST_F(OrderTest, CHA_14_a_message_whose_event_is_lost_is_asked_for) {
  start();
  const auto client = ready(ann);
  world.say("lost");
  const auto late = world.say("late");
  created(late);
  EXPECT_TRUE(eventually([&] { return statistics().events() == 1; }));
  EXPECT_EQ(client->unread(), 0U);
  clock.move(config.gap_ms);
  EXPECT_EQ(client->event(), "MESSAGE_CREATE lost");
  EXPECT_EQ(client->event(), "MESSAGE_CREATE late");
}

TEST_F(OrderTest, a_full_hold_is_not_waited_for) {
  config.early_max = 3;
  start();
  const auto client = ready(ann);
  for (int i = 1; i <= 6; ++i) {
    const auto message = world.say(std::to_string(i));
    if (i > 1) created(message);
  }
  for (int i = 1; i <= 6; ++i) EXPECT_EQ(client->event(), "MESSAGE_CREATE " + std::to_string(i));
}

TEST_F(OrderTest, messages_being_away_is_waited_out) {
  start();
  const auto client = ready(ann);
  world.say("lost");
  world.failures = 3;
  say("late");
  EXPECT_TRUE(eventually([&] {
    clock.move(1'000);
    return client->unread() == 2;
  }));
  EXPECT_EQ(client->event(), "MESSAGE_CREATE lost");
  EXPECT_EQ(client->event(), "MESSAGE_CREATE late");
}

TEST_F(OrderTest, CHA_14_edits_and_deletions_follow_their_message_and_older_ones_are_dropped) {
  start();
  const auto client = ready(ann);
  const auto message = world.say("first");
  const auto second = world.change(message, "second");
  const auto third = world.change(message, "third");
  edited(third);  // before the message itself
  created(message);
  edited(second);
  EXPECT_EQ(client->event(), "MESSAGE_CREATE first");
  EXPECT_EQ(client->event(), "MESSAGE_UPDATE third");
  const auto end = world.change(message, "", true);
  deleted(end);
  edited(third);
  deleted(end);
  const auto text = client->next();
  EXPECT_EQ(
      text,
      R"({"op":0,"t":"MESSAGE_DELETE","d":{"id":"2000000001","channel_id":"2000","seq":1,"version":4},"s":4})");
  say("after");
  EXPECT_EQ(client->event(), "MESSAGE_CREATE after");
}

TEST_F(OrderTest, a_message_that_was_deleted_before_it_could_be_shown_is_never_shown) {
  start();
  const auto client = ready(ann);
  const auto message = world.say("never");
  const auto end = world.change(message, "", true);
  say("after");
  deleted(end);
  EXPECT_TRUE(eventually([&] { return statistics().events() == 2; }));
  clock.move(config.gap_ms);
  EXPECT_EQ(client->event(), "MESSAGE_CREATE after");
  deleted(end);
  say("more");
  EXPECT_EQ(client->event(), "MESSAGE_CREATE more");
}

TEST_F(OrderTest, CHA_14_any_shuffle_with_repeats_and_losses_gives_every_message_once_in_order) {
  config.early_max = 16;
  start();
  const auto client = ready(ann), other = ready(bob, true);
  std::mt19937 random(7);
  std::vector<messages::v1::Message> events;
  for (int i = 1; i <= 400; ++i) {
    const auto message = world.say(std::to_string(i));
    if (random() % 10 == 0) continue;  // lost
    events.push_back(message);
    if (random() % 5 == 0) events.push_back(message);
  }
  for (std::size_t i = 0; i + 1 < events.size(); ++i)
    std::swap(events[i], events[i + random() % std::min<std::size_t>(8, events.size() - i)]);
  for (const auto& message : events) created(message);
  say("401");
  EXPECT_TRUE(eventually([&] {
    clock.move(50);
    return client->unread() >= 401 && other->unread() >= 401;
  }));
  for (auto* who : {client.get(), other.get()})
    for (int i = 1; i <= 401; ++i) ASSERT_EQ(who->event(), "MESSAGE_CREATE " + std::to_string(i));
  EXPECT_EQ(client->unread(), 0U);
}

}  // namespace
}  // namespace lyceum::realtime
