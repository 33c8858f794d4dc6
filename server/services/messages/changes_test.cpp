#include "services/messages/testing/messages_test.h"

namespace lyceum::messages {
namespace {

class ChangesTest : public MessagesTest {
 protected:
  Task<Result<void>> edit_or_delete(std::int64_t message_id, int i) {
    api::DeleteMessageRequest deletion;
    deletion.set_message_id(message_id);
    api::EditMessageRequest edition;
    edition.set_message_id(message_id);
    edition.set_content(std::to_string(i));
    if (i % 2 == 0) {
      CO_TRY_VOID(co_await messages.delete_message(as(bob), deletion));
    } else {
      CO_TRY_VOID(co_await messages.edit_message(as(bob), edition));
    }
    co_return Result<void>{};
  }
};

TEST_P(ChangesTest, CHA_04_the_author_edits_and_it_is_told) {
  const auto sent = send(bob, "Helo");
  clock.move(5);
  const auto edited = edit(bob, sent->id(), "Hello");
  ASSERT_TRUE(edited) << edited.error().message;
  EXPECT_EQ(edited->content(), "Hello");
  EXPECT_EQ(edited->version(), 2);
  EXPECT_EQ(edited->edited_at(), clock.now_ms());
  EXPECT_EQ(edited->created_at(), sent->created_at());
  EXPECT_EQ(edited->seq(), 1);
  EXPECT_EQ(get(ann, sent->id())->content(), "Hello");
  const auto told = events_of<api::MessageEdited>();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].message().SerializeAsString(), edited->SerializeAsString());
}

TEST_P(ChangesTest, CHA_04_an_equal_edit_changes_nothing) {
  const auto sent = send(bob, "Hello");
  const auto edited = edit(bob, sent->id(), "Hello");
  ASSERT_TRUE(edited);
  EXPECT_EQ(edited->version(), 1);
  EXPECT_FALSE(edited->has_edited_at());
  EXPECT_TRUE(events_of<api::MessageEdited>().empty());
}

TEST_P(ChangesTest, CHA_04_nobody_else_edits_not_even_the_owner) {
  const auto sent = send(bob, "Hello");
  EXPECT_EQ(edit(ann, sent->id(), "x").error().reason, "not_the_author");
  EXPECT_EQ(edit(cyd, sent->id(), "x").error().reason, "no_such_message");
  EXPECT_EQ(edit(bob, 12345, "x").error().reason, "no_such_message");
  EXPECT_EQ(edit(bob, sent->id(), " ").error().field, "content");
  EXPECT_EQ(get(bob, sent->id())->content(), "Hello");
}

TEST_P(ChangesTest, CHA_04_who_left_or_may_not_send_any_more_edits_nothing) {
  const auto sent = send(bob, "Hello");
  deny("send_messages");
  EXPECT_EQ(edit(bob, sent->id(), "x").error().reason, "may_not_send");
  authorization.take_member(server, bob);
  EXPECT_EQ(edit(bob, sent->id(), "x").error().reason, "no_such_message");
  EXPECT_EQ(remove(bob, sent->id()).error().reason, "no_such_message");
}

TEST_P(ChangesTest, CHA_05_deleting_empties_the_message_and_is_told_once) {
  const auto sent = send(bob, "secret words");
  ASSERT_TRUE(remove(bob, sent->id()));
  ASSERT_TRUE(remove(bob, sent->id()));
  EXPECT_EQ(get(bob, sent->id()).error().reason, "no_such_message");
  EXPECT_EQ(edit(bob, sent->id(), "x").error().reason, "no_such_message");
  EXPECT_EQ(list(bob, page())->messages_size(), 0);
  EXPECT_EQ(count("SELECT COUNT(*) FROM messages_messages WHERE content <> ''"), 0);
  const auto told = events_of<api::MessageDeleted>();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_TRUE(told[0].message().deleted());
  EXPECT_EQ(told[0].message().content(), "");
  EXPECT_EQ(told[0].message().version(), 2);
  EXPECT_EQ(told[0].message().author().nickname(), "Bob");
  const auto kept = list_from(0);
  ASSERT_EQ(kept->messages_size(), 1);
  EXPECT_TRUE(kept->messages(0).deleted());
}

TEST_P(ChangesTest, CHA_05_messages_of_others_need_manage_messages) {
  const auto of_ann = send(ann, "x");
  const auto of_bob = send(bob, "x");
  EXPECT_EQ(remove(bob, of_ann->id()).error().reason, "not_the_author");
  EXPECT_EQ(remove(cyd, of_ann->id()).error().reason, "no_such_message");
  EXPECT_TRUE(remove(ann, of_bob->id())) << "the owner may";
  EXPECT_TRUE(remove(ann, of_bob->id()));
  authorization.put({"channel", std::to_string(channel), "mem_allow_manage_messages", "user",
                     std::to_string(bob)});
  EXPECT_TRUE(remove(bob, of_ann->id()));
  const auto again = send(ann, "y");
  authorization.take({"channel", std::to_string(channel), "mem_allow_manage_messages", "user",
                      std::to_string(bob)});
  ASSERT_TRUE(remove(ann, again->id()));
  EXPECT_EQ(remove(bob, again->id()).error().reason, "no_such_message");
}

TEST_P(ChangesTest, CHA_05_deleting_and_editing_at_once_end_deleted_with_one_event) {
  const auto sent = send(bob, "x");
  (void)run(testing::at_once(20, [&](int i) { return edit_or_delete(sent->id(), i); }));
  EXPECT_EQ(events_of<api::MessageDeleted>().size(), 1U);
  const auto last = list_from(0)->messages(0);
  EXPECT_TRUE(last.deleted());
  EXPECT_EQ(last.content(), "");
  EXPECT_EQ(last.version(), 2 + std::ssize(events_of<api::MessageEdited>()));
}

TEST_P(ChangesTest, an_error_in_a_check_is_no_leave) {
  const auto sent = send(bob, "x");
  authorization.fail_after(0);
  EXPECT_EQ(remove(bob, sent->id()).error().code, Code::unavailable);
  authorization.fail_after(0);
  EXPECT_EQ(edit(bob, sent->id(), "y").error().code, Code::unavailable);
  authorization.fail_after(0);
  EXPECT_EQ(get(bob, sent->id()).error().code, Code::unavailable);
  EXPECT_EQ(get(bob, sent->id())->content(), "x");
}

INSTANTIATE_TEST_SUITE_P(works, ChangesTest, testing::both_transports, testing::name);

}  // namespace
}  // namespace lyceum::messages
