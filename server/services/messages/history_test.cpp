#include <limits>
#include <random>

#include "services/messages/testing/messages_test.h"

namespace lyceum::messages {
namespace {

class HistoryTest : public UnthrottledTest {
 protected:
  std::vector<std::int64_t> send_many(int n) {
    std::vector<std::int64_t> sent;
    for (int i = 0; i < n; ++i) sent.push_back(send(i % 2 ? ann : bob, std::to_string(i))->id());
    return sent;
  }
};

TEST_P(HistoryTest, CHA_08_the_newest_come_first_with_their_authors) {
  const auto sent = send_many(3);
  const auto seen = list(bob, page());
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_EQ(ids_in(*seen), (std::vector{sent[2], sent[1], sent[0]}));
  EXPECT_EQ(seen->messages(0).author().nickname(), "Bob");
  EXPECT_EQ(seen->messages(1).author().nickname(), "Ann");
  EXPECT_FALSE(seen->has_before());
  EXPECT_FALSE(seen->has_after());
  EXPECT_EQ(list(bob, page(2))->has_before(), true);
}

TEST_P(HistoryTest, CHA_08_only_one_of_before_after_and_around) {
  auto request = page();
  request.set_before(3);
  request.set_after(3);
  EXPECT_EQ(list(bob, request).error().field, "after");
  request.clear_before();
  request.set_around(3);
  EXPECT_EQ(list(bob, request).error().field, "around");
  EXPECT_EQ(list(bob, page(-1)).error().field, "limit");
  EXPECT_EQ(list(bob, page(101)).error().field, "limit");
}

TEST_P(HistoryTest, CHA_08_any_number_is_a_place_to_read_from) {
  const auto sent = send_many(2);
  auto request = page();
  request.set_around(std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(list(bob, request)->messages_size(), 2);
  request.set_around(sent[0] + 1);
  EXPECT_EQ(list(bob, request)->messages_size(), 2);
  request.clear_around();
  request.set_after(std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(list(bob, request)->messages_size(), 0);
  EXPECT_TRUE(list(bob, request)->has_before());
  request.clear_after();
  request.set_before(-5);
  EXPECT_EQ(list(bob, request)->messages_size(), 0);
  EXPECT_TRUE(list(bob, request)->has_after());
}

TEST_P(HistoryTest, CHA_08_reading_back_needs_the_right_to) {
  const auto sent = send_many(1);
  EXPECT_EQ(list(cyd, page()).error().reason, "no_such_channel");
  EXPECT_EQ(get(cyd, sent[0]).error().reason, "no_such_message");
  deny("read_message_history");
  EXPECT_EQ(list(bob, page()).error().reason, "may_not_read_history");
  EXPECT_EQ(get(bob, sent[0]).error().code, Code::permission_denied);
  authorization.take_member(server, bob);
  EXPECT_EQ(list(bob, page()).error().reason, "no_such_channel");
  EXPECT_EQ(get(bob, sent[0]).error().reason, "no_such_message");
}

// Random sends and deletions; then every kind of page is compared with a list of what lives.
TEST_P(HistoryTest, CHA_08_pages_give_exactly_the_living_messages_in_order) {
  for (unsigned seed = 1; seed <= 4; ++seed) {
    std::mt19937 random(seed);
    for (int i = 0; i < 40; ++i) {
      const auto sent = send(bob, std::to_string(i));
      (void)send(bob, "elsewhere", other_channel);
      if (random() % 3 == 0) ASSERT_TRUE(remove(bob, sent->id()));
    }
    std::vector<std::int64_t> all, living;
    for (const auto& message : list_from(0, 1000)->messages()) {
      all.insert(all.begin(), message.id());
      if (!message.deleted()) living.insert(living.begin(), message.id());
    }
    const int limit = 1 + static_cast<int>(random() % 7);

    std::vector<std::int64_t> down;
    auto request = page(limit);
    for (bool more = true; more;) {
      const auto seen = list(bob, request);
      ASSERT_LE(seen->messages_size(), limit);
      for (const auto id : ids_in(*seen)) down.push_back(id);
      EXPECT_EQ(seen->has_after(), down.size() > static_cast<std::size_t>(seen->messages_size()));
      more = seen->has_before();
      if (more) request.set_before(down.back());
    }
    EXPECT_EQ(down, living);

    std::vector<std::int64_t> up;
    request = page(limit);
    request.set_after(0);
    for (bool more = true; more;) {
      const auto seen = list(bob, request);
      const auto ids = ids_in(*seen);
      EXPECT_EQ(seen->has_before(), !up.empty());
      up.insert(up.begin(), ids.begin(), ids.end());
      more = seen->has_after();
      if (more) request.set_after(up.front());
    }
    EXPECT_EQ(up, living);

    for (const auto id : all) {
      for (const auto around : {id, id + 1}) {
        request = page(limit);
        request.set_around(around);
        const auto seen = list(bob, request);
        const auto middle = std::ranges::find_if(living, [&](auto one) { return one <= around; });
        const auto begin = middle - std::min<std::ptrdiff_t>(limit / 2, middle - living.begin());
        const auto end =
            middle + std::min<std::ptrdiff_t>(limit - limit / 2, living.end() - middle);
        EXPECT_EQ(ids_in(*seen), std::vector(begin, end));
        EXPECT_EQ(seen->has_before(), end != living.end());
        EXPECT_EQ(seen->has_after(), begin != living.begin());
      }
    }
  }
}

TEST_P(HistoryTest, services_repair_what_they_missed) {
  const auto sent = send_many(5);
  ASSERT_TRUE(remove(ann, sent[3]));
  const auto missed = list_from(2, 2);
  ASSERT_TRUE(missed) << missed.error().message;
  ASSERT_EQ(missed->messages_size(), 2);
  EXPECT_EQ(missed->messages(0).seq(), 3);
  EXPECT_EQ(missed->messages(0).author().nickname(), "Bob");
  EXPECT_TRUE(missed->messages(1).deleted());
  EXPECT_EQ(list_from(0, -1).error().field, "limit");
  api::ListFromRequest request;
  request.set_channel_id(channel);
  EXPECT_EQ(run(messages.list_from(as(ann), request)).error().reason, "service_only");
}

TEST_P(HistoryTest, CHA_15_a_mark_goes_forward_and_never_back) {
  const auto sent = send_many(3);
  const auto first = mark(bob, sent[1]);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->last_read_id(), sent[1]);
  EXPECT_EQ(first->last_message_id(), sent[2]);
  EXPECT_EQ(first->last_seq(), 3);
  EXPECT_EQ(mark(bob, sent[0])->last_read_id(), sent[1]);
  EXPECT_EQ(mark(bob, sent[1])->last_read_id(), sent[1]);
  ASSERT_TRUE(remove(bob, sent[2]));
  EXPECT_EQ(mark(bob, sent[2])->last_read_id(), sent[2]) << "also one that was deleted since";
  const auto told = events_of<api::ChannelRead>();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].user_id(), bob);
  EXPECT_EQ(told[0].state().last_read_id(), sent[1]);
}

TEST_P(HistoryTest, CHA_15_a_message_of_another_channel_marks_nothing) {
  const auto elsewhere = send(bob, "x", other_channel);
  (void)send(bob, "x");
  EXPECT_EQ(mark(bob, elsewhere->id()).error().field, "message_id");
  EXPECT_EQ(mark(bob, 12345).error().field, "message_id");
  EXPECT_EQ(mark(cyd, elsewhere->id(), other_channel).error().reason, "no_such_channel");
  EXPECT_EQ(count("SELECT COUNT(*) FROM messages_reads"), 0);
}

TEST_P(HistoryTest, CHA_15_many_marks_at_once_end_at_the_newest) {
  const auto sent = send_many(20);
  const auto answers = run(testing::at_once(20, [&](int i) {
    api::MarkReadRequest request;
    request.set_channel_id(channel);
    request.set_message_id(sent[static_cast<std::size_t>(i * 7 % 20)]);
    return messages.mark_read(as(bob), request);
  }));
  for (const auto& answer : answers) EXPECT_TRUE(answer);
  EXPECT_EQ(mark(bob, sent[0])->last_read_id(), sent[19]);
}

TEST_P(HistoryTest, CHA_15_read_states_come_for_channels_where_something_was_said) {
  const auto sent = send_many(2);
  ASSERT_TRUE(mark(bob, sent[0]));
  api::ListReadStatesRequest request;
  for (const auto user : {bob, ann}) {
    auto& asked = *request.add_users();
    asked.set_user_id(user);
    asked.add_channel_ids(other_channel);
    asked.add_channel_ids(channel);
  }
  const auto states = run(messages.list_read_states(as_service(), request));
  ASSERT_TRUE(states) << states.error().message;
  ASSERT_EQ(states->users_size(), 2);
  EXPECT_EQ(states->users(0).user_id(), bob);
  ASSERT_EQ(states->users(0).states_size(), 1);
  EXPECT_EQ(states->users(0).states(0).channel_id(), channel);
  EXPECT_EQ(states->users(0).states(0).last_message_id(), sent[1]);
  EXPECT_EQ(states->users(0).states(0).last_read_id(), sent[0]);
  EXPECT_EQ(states->users(1).user_id(), ann);
  EXPECT_EQ(states->users(1).states(0).last_read_id(), 0);
  EXPECT_EQ(run(messages.list_read_states(as(bob), request)).error().reason, "service_only");
}

INSTANTIATE_TEST_SUITE_P(works, HistoryTest, testing::both_transports, testing::name);

}  // namespace
}  // namespace lyceum::messages
