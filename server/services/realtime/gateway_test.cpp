#include <future>
#include <gtest/gtest.h>

#include "services/realtime/testing/realtime_fixture.h"

namespace lyceum::realtime {
namespace {

class GatewayTest : public RealtimeTest {
 protected:
  // What a new client is closed with after these frames.
  int answer_to(std::initializer_list<std::string> frames) {
    const auto client = connect(ann);
    for (const auto& frame : frames) client->send(frame);
    return client->close_code();
  }

  const std::string identify = R"({"op":2,"d":{}})";
};

TEST_F(GatewayTest, CHA_14_a_client_is_greeted_identifies_and_is_told_what_it_may_see) {
  world.say("before");
  world.add_channel(2'001);
  world.hide(2'001, ann);
  start();
  const auto client = connect(ann);
  client->send(identify);
  const auto ready = client->next();
  EXPECT_TRUE(ready.starts_with(R"({"op":0,"t":"READY","d":{"session_id":")")) << ready;
  EXPECT_TRUE(ready.contains(R"("user":{"id":"1"})")) << ready;
  EXPECT_TRUE(ready.contains(R"("last_message_id":"2000000001","last_seq":1,"last_read_id":"0")"))
      << ready;
  EXPECT_TRUE(ready.contains(R"("permissions":1024)")) << ready;
  EXPECT_FALSE(ready.contains("2001")) << ready;
  EXPECT_TRUE(ready.ends_with(R"(,"s":1})")) << ready;
}

TEST_F(GatewayTest, the_hello_says_how_often_to_show_that_one_is_there) {
  config.heartbeat_interval_ms = 30'000;
  start();
  const auto socket = std::make_shared<FakeSocket>(loop());
  std::promise<std::shared_ptr<SocketListener>> opened;
  boost::asio::post(loop(), [&] { opened.set_value(door.open(as(ann), socket)); });
  const auto listener = opened.get_future().get();
  EXPECT_EQ(socket->sent.at(0), R"({"op":10,"d":{"heartbeat_interval":30000}})");
  std::promise<void> closed;
  boost::asio::post(loop(), [&] {
    listener->closed();
    closed.set_value();
  });
  closed.get_future().get();
}

TEST_F(GatewayTest, CHA_14_a_message_reaches_who_may_view_its_channel_and_nobody_else) {
  world.join(cyd);
  world.hide(FakeWorld::channel, cyd);
  start();
  const auto a = ready(ann), b = ready(bob, true), c = ready(cyd), stranger = ready(77);
  say("hello");
  EXPECT_EQ(a->event(), "MESSAGE_CREATE hello");
  EXPECT_EQ(b->event(), "MESSAGE_CREATE hello");
  for (auto* client : {c.get(), stranger.get()}) {
    client->send(R"({"op":1,"d":null})");  // answered behind the message, had it been sent
    EXPECT_EQ(client->event(), "op 11");
  }
  EXPECT_TRUE(eventually([&] { return statistics().deliveries() == 4 + 2; }));
}

TEST_F(GatewayTest, CHA_14_an_event_is_serialised_once_for_all_sessions) {
  start();
  const auto a = ready(ann), b = ready(bob), c = ready(ann, true);
  say("hello");
  for (auto* client : {a.get(), b.get(), c.get()})
    EXPECT_EQ(client->event(), "MESSAGE_CREATE hello");
  const auto text = [](Client& client) {
    const std::scoped_lock lock(client.socket().mutex);
    return client.socket().shared_texts.back();
  };
  EXPECT_EQ(text(*a), text(*b));
  EXPECT_EQ(text(*a), text(*c));
}

TEST_F(GatewayTest, what_is_no_frame_is_a_decode_error) {
  start();
  for (const std::string bad : {"",
                                "x",
                                "[]",
                                "1",
                                "null",
                                "{}",
                                R"({"op":"1"})",
                                R"({"op":1.5})",
                                R"({"op":null})",
                                R"({"op":1}})",
                                R"({"op":1,})",
                                R"({"op":1,"d":"x"})",
                                R"({"op":2,"d":7})",
                                R"({"op":6})",
                                R"({"op":6,"d":null})",
                                R"({"op":6,"d":{"seq":1}})",
                                R"({"op":6,"d":{"session_id":"x"}})",
                                R"({"op":6,"d":{"session_id":7,"seq":1}})",
                                R"({"op":6,"d":{"session_id":"x","seq":-1}})",
                                R"({"op":6,"d":{"session_id":"x","seq":"1"}})",
                                "{\"op\":1,\"d\":\"\xFF\"}"})
    EXPECT_EQ(answer_to({bad}), 4002) << bad;
  EXPECT_EQ(answer_to({std::string(4'000, '[')}), 4002);
}

TEST_F(GatewayTest, an_op_that_clients_do_not_send_ends_the_connection) {
  start();
  for (const int op : {-1, 0, 3, 4, 5, 7, 8, 9, 10, 11, 12, 1'000'000}) {
    const auto frame = R"({"op":)" + std::to_string(op) + "}";
    EXPECT_EQ(answer_to({frame}), 4003) << op;
    EXPECT_EQ(answer_to({identify, frame}), 4001) << op;
  }
}

TEST_F(GatewayTest, identifying_twice_is_refused) {
  start();
  EXPECT_EQ(answer_to({identify, identify}), 4005);
  EXPECT_EQ(answer_to({identify, resume("x", 0)}), 4005);
}

TEST_F(GatewayTest, who_does_not_identify_in_time_is_sent_away) {
  start();
  const auto client = connect(ann);
  client->send(R"({"op":1,"d":null})");
  EXPECT_EQ(client->event(), "op 11");
  clock.move(9'999);
  client->send(R"({"op":1,"d":null})");
  EXPECT_EQ(client->event(), "op 11");
  clock.move(1);
  EXPECT_EQ(client->close_code(), 4003);
}

TEST_F(GatewayTest, who_sends_no_heartbeat_is_closed_and_who_does_is_kept) {
  start();
  const auto quiet = ready(ann), alive = ready(bob);
  for (int i = 0; i < 3; ++i) {
    clock.move(40'000);
    alive->send(R"({"op":1,"d":1})");
    EXPECT_EQ(alive->event(), "op 11");
  }
  EXPECT_EQ(quiet->close_code(), 4009);
  EXPECT_EQ(alive->close_code_now(), 0);
}

TEST_F(GatewayTest, a_flood_is_closed) {
  start();
  const auto client = ready(ann);
  for (int i = 0; i < 119; ++i) client->send(R"({"op":1,"d":null})");
  EXPECT_EQ(client->close_code_now(), 0);
  client->send(R"({"op":1,"d":null})");
  EXPECT_EQ(client->close_code(), 4008);
}

TEST_F(GatewayTest, a_minute_later_a_client_may_send_again) {
  start();
  const auto client = ready(ann);
  for (int i = 0; i < 119; ++i) client->send(R"({"op":1,"d":null})");
  clock.move(60'000);
  for (int i = 0; i < 120; ++i) client->send(R"({"op":1,"d":null})");
  EXPECT_EQ(client->close_code_now(), 0);
}

void revoke(Realtime& service, std::int64_t user, std::vector<std::int64_t> credentials) {
  identity::v1::CredentialsRevoked event;
  event.set_user_id(user);
  for (const auto id : credentials) event.add_credential_ids(id);
  service.on_credentials_revoked(Call::of_service(), event);
}

TEST_F(GatewayTest, ID_05_a_sign_out_ends_its_connections_and_no_other) {
  start();
  const auto out = ready(ann, false, 501), other = ready(ann, true, 502),
             b = ready(bob, false, 501);
  const auto unidentified = connect(ann, false, 501);
  revoke(*service, ann, {501, 999});
  EXPECT_EQ(out->close_code(), 4004);
  EXPECT_EQ(unidentified->close_code(), 4004);
  say("still here");
  EXPECT_EQ(other->event(), "MESSAGE_CREATE still here");
  EXPECT_EQ(b->event(), "MESSAGE_CREATE still here");
}

TEST_F(GatewayTest, ID_05_a_new_password_ends_all_of_the_users_connections_and_sessions) {
  start();
  const auto one = ready(ann, false, 501), two = ready(ann, true, 502);
  const auto gone = ready(ann, false, 503);
  gone->hang_up();
  revoke(*service, ann, {});
  EXPECT_EQ(one->close_code(), 4004);
  EXPECT_EQ(two->close_code(), 4004);
  for (const auto* old : {one.get(), gone.get()}) {
    const auto again = connect(ann);
    again->send(resume(old->session_id, 1));
    EXPECT_EQ(again->event(), "op 9");
  }
}

TEST_F(GatewayTest, ID_05_a_sign_in_that_runs_out_loses_its_connections_and_no_other) {
  config.heartbeat_interval_ms = 1'000'000'000;
  start();
  const auto out = ready(ann, false, 501), elsewhere = ready(ann, true, 501),
             other = ready(ann, false, 502);
  identity.end(501);
  clock.move(config.check_ms - 1);
  say("still here");
  EXPECT_EQ(out->event(), "MESSAGE_CREATE still here");
  clock.move(1);
  EXPECT_EQ(out->close_code(), 4004);
  EXPECT_EQ(elsewhere->close_code(), 4004);
  say("without them");
  EXPECT_EQ(other->event(), "MESSAGE_CREATE still here");
  EXPECT_EQ(other->event(), "MESSAGE_CREATE without them");
  const auto again = connect(ann, false, 502);
  again->send(resume(out->session_id, 1));
  EXPECT_EQ(again->event(), "op 9");
}

TEST_F(GatewayTest,
       ID_05_where_sign_ins_cannot_be_asked_about_everybody_has_to_come_back_in_the_end) {
  config.heartbeat_interval_ms = 1'000'000'000;
  start();
  const auto client = ready(ann, false, 501);
  identity.away = true;
  for (int times = 1; times < 10; ++times) {
    clock.move(config.check_ms);
    ASSERT_TRUE(eventually([&] { return identity.asked == times; })) << times;
  }
  say("for a while");
  EXPECT_EQ(client->event(), "MESSAGE_CREATE for a while");
  clock.move(config.check_ms);
  EXPECT_EQ(client->close_code(), 4000);
}

TEST_F(GatewayTest, CHA_14_where_events_may_have_been_missed_everybody_begins_anew) {
  start();
  const auto one = ready(ann), two = ready(bob, true), unidentified = connect(ann);
  const auto parked = ready(bob);
  parked->hang_up();
  world.hide(FakeWorld::channel, bob);  // and nobody tells
  service->on_events_missed();
  for (auto* client : {one.get(), two.get(), unidentified.get()})
    EXPECT_EQ(client->close_code(), 4000);
  for (const auto* former : {one.get(), two.get(), parked.get()}) {
    const auto again = connect(former == one.get() ? ann : bob);
    again->send(resume(former->session_id, former->seq));
    EXPECT_EQ(again->event(), "op 9");
  }
  const auto again = ready(bob);
  say("not for bob");
  joined(cyd, 1);
  EXPECT_EQ(again->event(), "SERVER_MEMBER_ADD 3");
}

TEST_F(GatewayTest, CHA_14_a_drain_asks_to_reconnect_and_then_closes) {
  start();
  const auto client = ready(ann);
  client->drain();
  EXPECT_EQ(client->event(), "op 7");
  EXPECT_EQ(client->close_code_now(), 0);
  clock.move(config.drain_ms);
  EXPECT_EQ(client->close_code(), 1001);
}

TEST_F(GatewayTest, a_slow_reader_is_closed_resumably_and_the_others_do_not_notice) {
  start();
  const auto slow = ready(ann), quick = ready(bob);
  {
    const std::scoped_lock lock(slow->socket().mutex);
    slow->socket().room = 2;
  }
  for (int i = 1; i <= 5; ++i) say(std::to_string(i));
  EXPECT_EQ(slow->close_code(), 4015);
  for (int i = 1; i <= 5; ++i) EXPECT_EQ(quick->event(), "MESSAGE_CREATE " + std::to_string(i));
  EXPECT_EQ(statistics().slow_closed(), 1);
  EXPECT_EQ(slow->event(), "MESSAGE_CREATE 1");
  const auto again = connect(ann, true);
  again->send(resume(slow->session_id, slow->seq));
  for (int i = 2; i <= 5; ++i) EXPECT_EQ(again->event(), "MESSAGE_CREATE " + std::to_string(i));
  EXPECT_EQ(again->event(), "RESUMED");
}

TEST_F(GatewayTest, statistics_count_what_is_there) {
  start();
  const auto a = ready(ann), b = ready(bob);
  b->hang_up();
  say("hello");
  EXPECT_EQ(a->event(), "MESSAGE_CREATE hello");
  EXPECT_EQ(statistics().sessions(), 2);
  EXPECT_EQ(statistics().connections(), 1);
  EXPECT_EQ(statistics().events(), 1);
}

TEST_F(GatewayTest, a_read_mark_reaches_the_readers_own_sessions) {
  start();
  const auto one = ready(ann), two = ready(ann, true), other = ready(bob);
  messages::v1::ChannelRead event;
  event.set_user_id(ann);
  event.mutable_state()->set_channel_id(FakeWorld::channel);
  event.mutable_state()->set_last_read_id(7);
  service->on_channel_read(as_service(), event);
  EXPECT_EQ(one->event(), "CHANNEL_READ");
  EXPECT_EQ(two->event(), "CHANNEL_READ");
  say("next");
  EXPECT_EQ(other->event(), "MESSAGE_CREATE next");
}

}  // namespace
}  // namespace lyceum::realtime
