#include "services/messages/testing/messages_test.h"

namespace lyceum::messages {
namespace {

using SendTest = MessagesTest;
using ManyTest = UnthrottledTest;

TEST_P(SendTest, CHA_03_a_message_is_answered_told_and_kept) {
  auto request = text("Hello, everybody");
  request.set_nonce("n1");
  const auto sent = run(messages.send_message(as(bob), request));
  ASSERT_TRUE(sent) << sent.error().message;
  EXPECT_EQ(sent->content(), "Hello, everybody");
  EXPECT_EQ(sent->channel_id(), channel);
  EXPECT_EQ(sent->author().nickname(), "Bob");
  EXPECT_EQ(sent->seq(), 1);
  EXPECT_EQ(sent->version(), 1);
  EXPECT_EQ(sent->created_at(), clock.now_ms());
  EXPECT_EQ(sent->nonce(), "n1");
  EXPECT_FALSE(sent->has_edited_at());
  const auto told = events_of<api::MessageCreated>();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].message().SerializeAsString(), sent->SerializeAsString());
  const auto seen = get(ann, sent->id());
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_EQ(seen->content(), "Hello, everybody");
  EXPECT_FALSE(seen->has_nonce());
}

TEST_P(SendTest, CHA_03_what_cannot_be_said_is_refused_by_field) {
  for (const char* broken : {"a\xff", "cut \xe2\x82", "\xed\xa0\x80", "\xc0\x80"}) {
    const auto refused = run(service.send_message(as(bob), text(broken)));  // gRPC's door knows it
    EXPECT_EQ(refused.error().reason, "bad_text");
    EXPECT_EQ(refused.error().field, "content");
  }
  EXPECT_EQ(send(bob, " \t\n").error().reason, "content_empty");
  EXPECT_EQ(send(bob, "\u3000\u200b").error().field, "content");
  EXPECT_EQ(send(bob, std::string("a\0b", 3)).error().reason, "bad_text");
  EXPECT_EQ(send(bob, std::string(2001, 'x')).error().field, "content");
  auto request = text("x");
  request.set_nonce(std::string(65, 'x'));
  EXPECT_EQ(run(messages.send_message(as(bob), request)).error().field, "nonce");
  EXPECT_TRUE(events_of<api::MessageCreated>().empty());
  EXPECT_EQ(count("SELECT COUNT(*) FROM messages_messages"), 0);
}

TEST_P(SendTest, CHA_03_two_thousand_characters_are_code_points) {
  std::string longest;
  for (int i = 0; i < 2000; ++i) longest += "😀";
  EXPECT_EQ(send(bob, longest)->content(), longest);
  EXPECT_EQ(send(bob, longest + "x").error().reason, "too_long");
}

TEST_P(SendTest, CHA_03_a_stranger_sees_no_channel_and_one_who_left_neither) {
  EXPECT_EQ(send(cyd, "x").error().reason, "no_such_channel");
  EXPECT_EQ(send(bob, "x", 12345).error().reason, "no_such_channel");
  ASSERT_TRUE(send(bob, "x"));
  authorization.take_member(server, bob);
  const auto refused = send(bob, "x");
  EXPECT_EQ(refused.error().reason, "no_such_channel");
  EXPECT_EQ(refused.error().code, Code::not_found);
}

TEST_P(SendTest, CHA_03_who_may_view_but_not_send_is_told_so) {
  deny("send_messages");
  const auto refused = send(bob, "x");
  EXPECT_EQ(refused.error().reason, "may_not_send");
  EXPECT_EQ(refused.error().code, Code::permission_denied);
  EXPECT_TRUE(send(bob, "x", other_channel)) << "it is the channel that counts";
  deny("view_channel");
  EXPECT_EQ(send(bob, "x").error().reason, "no_such_channel");
}

TEST_P(SendTest, CHA_03_without_an_answer_from_authorization_nothing_is_sent) {
  authorization.fail_after(0);
  EXPECT_EQ(send(ann, "x").error().code, Code::unavailable);
  EXPECT_TRUE(send(ann, "x"));
  EXPECT_EQ(list(ann, page())->messages_size(), 1);
}

TEST_P(SendTest, CHA_03_nothing_is_said_in_a_category) {
  servers::v1::ChannelCreated event;
  event.mutable_channel()->set_id(channel);
  event.mutable_channel()->set_type("category");
  ASSERT_TRUE(
      write(*db, [&](Tx& tx) { return service.on_channel_created(tx, as_service(), event); }));
  EXPECT_EQ(send(ann, "x").error().reason, "not_a_text_channel");
  event.mutable_channel()->set_id(other_channel);
  event.mutable_channel()->set_type("text");
  ASSERT_TRUE(
      write(*db, [&](Tx& tx) { return service.on_channel_created(tx, as_service(), event); }));
  EXPECT_TRUE(send(ann, "x", other_channel));
}

TEST_P(SendTest, CHA_03_a_repetition_gets_the_first_answer_and_is_not_counted) {
  const auto first = send(bob, "x", channel, "key");
  for (int i = 0; i < 15; ++i) {
    const auto again = send(bob, "x", channel, "key");
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  }
  EXPECT_EQ(send(bob, "y", channel, "key").error().reason, "idempotency_key_reused");
  for (int i = 0; i < 9; ++i) ASSERT_TRUE(send(bob, "x"));
  EXPECT_EQ(send(bob, "x").error().reason, "slow_down");
  EXPECT_TRUE(send(bob, "x", channel, "key"));
  EXPECT_EQ(events_of<api::MessageCreated>().size(), 10U);
}

TEST_P(SendTest, CHA_03_the_same_key_at_once_is_one_message_and_one_of_the_ten) {
  const auto answers = run(testing::at_once(
      8, [&](int) { return messages.send_message(as(bob, {}, "key"), text("x")); }));
  for (const auto& answer : answers) EXPECT_EQ(answer.value().id(), answers[0].value().id());
  EXPECT_EQ(list(bob, page())->messages_size(), 1);
  for (int i = 0; i < 9; ++i) EXPECT_TRUE(send(bob, "x"));
  EXPECT_FALSE(send(bob, "x"));
}

TEST_P(SendTest, CHA_05_a_key_does_not_keep_what_was_deleted) {
  const auto first = send(bob, "secret words", channel, "key");
  ASSERT_TRUE(remove(bob, first->id()));
  const auto again = send(bob, "secret words", channel, "key");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->id(), first->id());
  EXPECT_TRUE(again->deleted());
  EXPECT_EQ(again->content(), "");
  EXPECT_EQ(count("SELECT COUNT(*) FROM idempotency WHERE CAST(response AS TEXT) LIKE '%secret%'"),
            0);
}

TEST_P(SendTest, CHA_13_the_eleventh_in_ten_seconds_waits_exactly_as_long_as_needed) {
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(send(bob, "x"));
    clock.move(100);
  }
  const auto refused = send(bob, "x");
  EXPECT_EQ(refused.error().reason, "slow_down");
  EXPECT_EQ(refused.error().code, Code::resource_exhausted);
  EXPECT_EQ(refused.error().retry_after_ms, 9'000);
  EXPECT_EQ(refused.error().quota, 10);
  EXPECT_EQ(refused.error().window_ms, 10'000);
  EXPECT_TRUE(send(ann, "x")) << "each has ten of his own";
  clock.move(8'999);
  EXPECT_EQ(send(bob, "x").error().retry_after_ms, 1);
  clock.move(1);
  EXPECT_TRUE(send(bob, "x"));
  EXPECT_EQ(send(bob, "x").error().retry_after_ms, 100);
}

TEST_P(SendTest, CHA_13_of_fifty_at_once_ten_are_accepted) {
  const auto answers =
      run(testing::at_once(50, [&](int) { return messages.send_message(as(bob), text("x")); }));
  int good = 0;
  for (const auto& answer : answers) {
    if (answer)
      ++good;
    else
      EXPECT_EQ(answer.error().reason, "slow_down");
  }
  EXPECT_EQ(good, 10);
  EXPECT_EQ(count("SELECT COUNT(*) FROM messages_messages"), 10);
}

TEST_P(SendTest, CHA_13_what_was_not_written_is_not_counted) {
  people.down = true;
  for (int i = 0; i < 20; ++i) EXPECT_EQ(send(bob, "x").error().code, Code::unavailable);
  people.down = false;
  ASSERT_TRUE(write(*db, [](Tx& tx) {
    return tx.exec(
        "CREATE TRIGGER refuse BEFORE INSERT ON messages_messages"
        " BEGIN SELECT RAISE(ABORT, 'full'); END",
        {});
  }));
  for (int i = 0; i < 20; ++i) EXPECT_EQ(send(bob, "x").error().reason, "constraint");
  ASSERT_TRUE(write(*db, [](Tx& tx) { return tx.exec("DROP TRIGGER refuse", {}); }));
  for (int i = 0; i < 10; ++i) EXPECT_EQ(send(bob, "x")->seq(), i + 1);
  EXPECT_EQ(send(bob, "x").error().reason, "slow_down");
}

TEST_P(SendTest, a_change_of_name_shows_at_once_and_names_are_asked_for_once) {
  ASSERT_TRUE(send(bob, "x"));
  EXPECT_EQ(send(bob, "x")->author().nickname(), "Bob");
  EXPECT_EQ(people.asked, 1);
  people.name(bob, "Robert");
  account::v1::PersonChanged event;
  event.mutable_person()->set_id(bob);
  ASSERT_TRUE(
      write(*db, [&](Tx& tx) { return service.on_person_changed(tx, as_service(), event); }));
  EXPECT_EQ(send(bob, "x")->author().nickname(), "Robert");
  for (const auto& message : list(ann, page())->messages())
    EXPECT_EQ(message.author().nickname(), "Robert");
}

TEST_P(ManyTest, CHA_03_of_many_at_once_seq_has_no_gap_and_ids_rise_with_it) {
  const auto answers = run(testing::at_once(
      256, [&](int i) { return messages.send_message(as(i % 2 ? ann : bob), text("x")); }));
  for (const auto& answer : answers) EXPECT_TRUE(answer);
  const auto all = list_from(0, 1000);
  ASSERT_TRUE(all) << all.error().message;
  ASSERT_EQ(all->messages_size(), 256);
  for (int i = 0; i < 256; ++i) {
    EXPECT_EQ(all->messages(i).seq(), i + 1);
    if (i > 0) EXPECT_GT(all->messages(i).id(), all->messages(i - 1).id());
  }
}

TEST_P(ManyTest, CHA_03_ids_rise_in_each_channel_when_the_clock_was_set_back) {
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(send(bob, "x"));
    ASSERT_TRUE(send(bob, "x", other_channel));
  }
  testing::ManualClock earlier;
  earlier.move(-60'000);
  Ids restarted{earlier, 0};
  Messages after_restart{config, *db, earlier, restarted, events, authorization, people, metrics};
  for (int i = 0; i < 40; ++i) {
    const auto sent =
        run(after_restart.send_message(as(bob), text("x", i % 2 ? channel : other_channel)));
    ASSERT_TRUE(sent) << sent.error().message;
  }
  EXPECT_EQ(count("SELECT COUNT(*) FROM messages_messages"), 60);
  EXPECT_EQ(count("SELECT COUNT(*) FROM messages_messages a JOIN messages_messages b"
                  " ON a.channel_id = b.channel_id AND a.seq = b.seq - 1 WHERE a.id >= b.id"),
            0);
}

INSTANTIATE_TEST_SUITE_P(works, SendTest, testing::both_transports, testing::name);
INSTANTIATE_TEST_SUITE_P(works, ManyTest, testing::both_transports, testing::name);

TEST(MessagesThrottle, CHA_13_forgets_the_idle_and_is_bounded) {
  testing::ManualClock clock;
  Throttle throttle(clock, 2, 1000, 3);
  for (int user = 1; user <= 5; ++user) throttle.reserve(user).value().keep();
  EXPECT_EQ(throttle.users(), 3U);
  clock.move(1000);
  throttle.reserve(9).value().keep();
  EXPECT_EQ(throttle.users(), 1U);
}

TEST(MessagesThrottle, CHA_13_a_place_that_is_not_kept_is_free_again) {
  testing::ManualClock clock;
  Throttle throttle(clock, 1, 1000);
  {
    const auto given_back = throttle.reserve(1);
    EXPECT_FALSE(throttle.reserve(1));
  }
  throttle.reserve(1).value().keep();
  EXPECT_EQ(throttle.reserve(1).error().retry_after_ms, 1000);
}

}  // namespace
}  // namespace lyceum::messages
