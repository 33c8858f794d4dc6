#include <gtest/gtest.h>
#include <random>

#include "services/realtime/testing/realtime_fixture.h"

namespace lyceum::realtime {
namespace {

class ResumeTest : public RealtimeTest {
 protected:
  std::unique_ptr<Client> come_back(const Client& old, std::int64_t user, bool other) {
    auto client = connect(user, other);
    client->send(resume(old.session_id, old.seq));
    client->session_id = old.session_id;
    client->seq = old.seq;
    return client;
  }
};

class ResumeOnTest : public ResumeTest, public ::testing::WithParamInterface<bool> {};

TEST_P(ResumeOnTest, CHA_14_who_comes_back_gets_what_was_missed_in_order_and_goes_on) {
  start();
  const auto first = ready(ann);
  say("1");
  EXPECT_EQ(first->event(), "MESSAGE_CREATE 1");
  first->hang_up();
  say("2");
  say("3");
  const auto again = come_back(*first, ann, GetParam());
  EXPECT_EQ(again->event(), "MESSAGE_CREATE 2");
  EXPECT_EQ(again->event(), "MESSAGE_CREATE 3");
  EXPECT_EQ(again->event(), "RESUMED");
  say("4");
  EXPECT_EQ(again->event(), "MESSAGE_CREATE 4");
  EXPECT_EQ(again->seq, 5);
  EXPECT_EQ(statistics().resumed(), 1);
  EXPECT_EQ(statistics().sessions(), 1);
}

TEST_P(ResumeOnTest, coming_back_while_the_old_connection_hangs_ends_the_old_one) {
  start();
  const auto first = ready(ann);
  const auto again = come_back(*first, ann, GetParam());
  EXPECT_EQ(first->close_code(), 4000);
  EXPECT_EQ(again->event(), "RESUMED");
  say("1");
  EXPECT_EQ(again->event(), "MESSAGE_CREATE 1");
}

TEST_P(ResumeOnTest, CHA_14_somebody_elses_session_cannot_be_resumed_and_is_not_harmed) {
  start();
  const auto first = ready(ann);
  const auto thief = come_back(*first, bob, GetParam());
  EXPECT_EQ(thief->next(), R"({"op":9,"d":false})");
  say("1");
  EXPECT_EQ(first->event(), "MESSAGE_CREATE 1");
  thief->send(R"({"op":2})");
  EXPECT_TRUE(thief->event().starts_with("READY"));
}

INSTANTIATE_TEST_SUITE_P(on_a_loop, ResumeOnTest, ::testing::Bool(), [](const auto& other) {
  return other.param ? "another" : "the_same";
});

TEST_F(ResumeTest, an_unknown_session_is_invalid_and_the_client_may_identify) {
  start();
  const auto client = connect(ann);
  client->send(resume("made up", 3));
  EXPECT_EQ(client->next(), R"({"op":9,"d":false})");
  client->send(R"({"op":2,"d":{}})");
  EXPECT_TRUE(client->event().starts_with("READY"));
}

TEST_F(ResumeTest, a_seq_that_was_never_sent_is_a_bad_one) {
  start();
  const auto first = ready(ann);
  first->hang_up();
  first->seq = 2;
  EXPECT_EQ(come_back(*first, ann, false)->close_code(), 4007);
}

TEST_F(ResumeTest, a_session_waits_five_minutes) {
  start();
  const auto first = ready(ann), second = ready(bob);
  first->hang_up();
  clock.move(config.resume_ms - 1);
  const auto again = come_back(*first, ann, false);
  EXPECT_EQ(again->event(), "RESUMED");
  again->hang_up();
  EXPECT_TRUE(eventually([&] {
    clock.move(config.resume_ms);
    return statistics().sessions() == 0;
  }));
  EXPECT_EQ(come_back(*first, ann, false)->event(), "op 9");
}

TEST_F(ResumeTest, more_events_than_are_kept_cannot_be_resumed_over) {
  config.replay_events = 10;
  start();
  const auto first = ready(ann), second = ready(bob);
  first->hang_up();
  for (int i = 0; i < 10; ++i) say("x");
  const auto again = come_back(*first, ann, false);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(again->event(), "MESSAGE_CREATE x");
  EXPECT_EQ(again->event(), "RESUMED");
  again->hang_up();
  for (int i = 0; i < 11; ++i) say("y");
  EXPECT_TRUE(eventually([&] { return second->unread() == 21; }));
  EXPECT_EQ(come_back(*again, ann, true)->event(), "op 9");
}

TEST_F(ResumeTest, more_bytes_than_are_kept_cannot_be_resumed_over) {
  config.replay_bytes = 10'000;
  start();
  const auto first = ready(ann), second = ready(bob);
  first->hang_up();
  for (int i = 0; i < 12; ++i) say(std::string(1'000, 'x'));
  EXPECT_TRUE(eventually([&] { return second->unread() == 12; }));
  EXPECT_EQ(come_back(*first, ann, false)->event(), "op 9");
}

// Clients that come and go at random, on both loops, while everybody talks.
TEST_F(ResumeTest,
       CHA_14_every_session_sees_every_event_exactly_once_in_order_however_often_it_drops) {
  start();
  for (unsigned round = 1; round <= 5; ++round) {
    std::mt19937 random(round);

    struct Reader {
      std::unique_ptr<Client> client;
      std::vector<std::string> seen;
    };

    std::vector<Reader> readers(6);
    for (std::size_t i = 0; i < readers.size(); ++i)
      readers[i].client = ready(i % 2 == 0 ? ann : bob, i % 3 == 0);
    const auto read = [](Reader& reader, std::size_t most) {
      for (; most > 0 && reader.client->unread() > 0; --most) {
        const auto event = reader.client->event();
        if (event != "RESUMED") reader.seen.push_back(event);
      }
    };
    std::vector<std::string> all;
    for (int i = 0; i < 200; ++i) {
      const auto text = std::to_string(round) + "." + std::to_string(i);
      say(text);
      all.push_back("MESSAGE_CREATE " + text);
      auto& reader = readers[random() % readers.size()];
      read(reader, random() % 20);
      if (random() % 3 == 0) {
        if (random() % 2 == 0) reader.client->hang_up();
        const std::int64_t user = &reader - readers.data();
        reader.client = come_back(*reader.client, user % 2 == 0 ? ann : bob, random() % 2 == 0);
      }
    }
    for (auto& reader : readers) {
      const std::int64_t user = (&reader - readers.data()) % 2 == 0 ? ann : bob;
      EXPECT_TRUE(eventually([&] {
        read(reader, 1'000);
        // Two connections of one client that resume at once: the one that lost does it again.
        if (reader.client->close_code_now() == 4000)
          reader.client = come_back(*reader.client, user, false);
        return reader.seen.size() >= all.size();
      }));
      ASSERT_EQ(reader.seen, all);
    }
  }
}

}  // namespace
}  // namespace lyceum::realtime
