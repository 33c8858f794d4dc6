#pragma once
// What the tests of this service share: a server with a channel in a made-up authorization, and
// verbs.

#include <string>
#include <vector>

#include "services/messages/messages.h"
#include "testing/at_once.h"
#include "testing/fake_authorization.h"
#include "testing/fake_people.h"
#include "testing/published.h"
#include "testing/service_test.h"

namespace lyceum::messages {

// ann owns the server, bob is a member, cyd is none.
class MessagesTest : public testing::ServiceTest {
 protected:
  static constexpr std::int64_t ann = 360'000'000'000'000'001;
  static constexpr std::int64_t bob = 360'000'000'000'000'002;
  static constexpr std::int64_t cyd = 360'000'000'000'000'003;
  static constexpr std::int64_t server = 360'000'000'000'000'100;
  static constexpr std::int64_t channel = 360'000'000'000'000'101;
  static constexpr std::int64_t other_channel = 360'000'000'000'000'102;

  explicit MessagesTest(Config settings = {}) : config(settings) {
    people.name(ann, "Ann");
    people.name(bob, "Bob");
    authorization.put_server(server, ann);
    authorization.put_member(server, bob);
    authorization.put_channel(channel, server);
    authorization.put_channel(other_channel, server);
  }

  static api::SendMessageRequest text(const std::string& content, std::int64_t in = channel) {
    api::SendMessageRequest request;
    request.set_channel_id(in);
    request.set_content(content);
    return request;
  }

  Result<api::Message> send(std::int64_t user,
                            const std::string& content,
                            std::int64_t in = channel,
                            const std::string& key = "") {
    return run(messages.send_message(as(user, {}, key), text(content, in)));
  }

  Result<api::ListMessagesResponse> list(std::int64_t user,
                                         const api::ListMessagesRequest& request) {
    return run(messages.list_messages(as(user), request));
  }

  static api::ListMessagesRequest page(int limit = 0) {
    api::ListMessagesRequest request;
    request.set_channel_id(channel);
    request.set_limit(limit);
    return request;
  }

  static std::vector<std::int64_t> ids_in(const api::ListMessagesResponse& page) {
    std::vector<std::int64_t> ids;
    for (const auto& message : page.messages()) ids.push_back(message.id());
    return ids;
  }

  Result<api::Message> get(std::int64_t user, std::int64_t message_id) {
    api::GetMessageRequest request;
    request.set_message_id(message_id);
    return run(messages.get_message(as(user), request));
  }

  Result<api::Message> edit(std::int64_t user,
                            std::int64_t message_id,
                            const std::string& content) {
    api::EditMessageRequest request;
    request.set_message_id(message_id);
    request.set_content(content);
    return run(messages.edit_message(as(user), request));
  }

  Result<lyceum::v1::Empty> remove(std::int64_t user, std::int64_t message_id) {
    api::DeleteMessageRequest request;
    request.set_message_id(message_id);
    return run(messages.delete_message(as(user), request));
  }

  Result<api::ReadState> mark(std::int64_t user,
                              std::int64_t message_id,
                              std::int64_t in = channel) {
    api::MarkReadRequest request;
    request.set_channel_id(in);
    request.set_message_id(message_id);
    return run(messages.mark_read(as(user), request));
  }

  Result<api::ListFromResponse> list_from(std::int64_t after_seq, int limit = 0) {
    api::ListFromRequest request;
    request.set_channel_id(channel);
    request.set_after_seq(after_seq);
    request.set_limit(limit);
    return run(messages.list_from(as_service(), request));
  }

  // @everyone is denied this in the channel.
  void deny(const std::string& permission) {
    authorization.put({"channel", std::to_string(channel), "ev_deny_" + permission, "role",
                       std::to_string(server), "assignee"});
  }

  // Outside of any handler: whatever the tables hold.
  std::int64_t count(std::string_view sql) {
    return *read(*db, [&](Tx& tx) {
      return tx.one(sql, {}, [](const Row& row) { return row.integer(0); });
    });
  }

  template <class Event>
  std::vector<Event> events_of() {
    return *read(*db, [](Tx& tx) { return testing::published<Event>(tx); });
  }

  const Config config;
  std::unique_ptr<Db> db = open_temporary_sqlite(migrations());
  testing::FakeAuthorization authorization;
  testing::FakePeople people;
  Messages service{config, *db, clock, ids, events, authorization, people, metrics};
  api::MessagesApi& messages =
      reach<api::MessagesApi>(service, api::publish, api::connect_messages);
};

// Where the number of messages is not what is tested.
class UnthrottledTest : public MessagesTest {
 protected:
  UnthrottledTest() : MessagesTest({.throttle_count = 0}) {}
};

}  // namespace lyceum::messages
