#pragma once
// What the tests of this service share: servers and messages that remember, a socket that keeps
// what it is sent, and a client that follows the protocol.

#include <condition_variable>
#include <future>
#include <map>
#include <set>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "host/json.h"
#include "services/realtime/frames.h"
#include "services/realtime/realtime.h"
#include "testing/service_test.h"

namespace lyceum::realtime {

// Both services at once, as their truth is one: who may view what, and what was said.
class FakeWorld final : public servers::v1::ServersApi, public messages::v1::MessagesApi {
 public:
  static constexpr std::int64_t server = 1'000;
  static constexpr std::int64_t channel = 2'000;

  // --- the truth; from the test

  void join(std::int64_t user, std::int64_t in_server = server) {
    const std::scoped_lock lock(mutex_);
    members_[in_server].insert(user);
  }

  void leave(std::int64_t user, std::int64_t in_server = server) {
    const std::scoped_lock lock(mutex_);
    members_[in_server].erase(user);
  }

  void add_channel(std::int64_t id, std::int64_t in_server = server) {
    const std::scoped_lock lock(mutex_);
    channels_[id] = in_server;
  }

  void hide(std::int64_t channel_id, std::int64_t user, bool hidden = true) {
    const std::scoped_lock lock(mutex_);
    if (hidden)
      hidden_.insert({channel_id, user});
    else
      hidden_.erase({channel_id, user});
  }

  messages::v1::Message say(std::string text, std::int64_t in_channel = channel) {
    const std::scoped_lock lock(mutex_);
    auto& all = said_[in_channel];
    messages::v1::Message message;
    message.set_id(in_channel * 1'000'000 + std::ssize(all) + 1);
    message.set_channel_id(in_channel);
    message.mutable_author()->set_id(1);
    message.set_content(std::move(text));
    message.set_seq(std::ssize(all) + 1);
    message.set_version(1);
    all.push_back(message);
    return message;
  }

  messages::v1::Message change(const messages::v1::Message& message,
                               const std::string& text,
                               bool deleted = false) {
    const std::scoped_lock lock(mutex_);
    auto& kept = said_[message.channel_id()][static_cast<std::size_t>(message.seq() - 1)];
    kept.set_content(text);
    kept.set_version(kept.version() + 1);
    if (deleted) kept.set_deleted(true);
    return kept;
  }

  std::atomic<int> failures = 0;                 // how often the next calls fail
  std::atomic<std::int64_t> permissions = 1024;  // of everybody, everywhere
  std::atomic<std::int64_t> member_count = 0;    // of every server
  std::atomic<int> memberships_asked = 0, lists_asked = 0;
  std::function<void()> in_read_states;  // runs once, on the way

  // --- the calls

  Task<Result<servers::v1::ListMembershipsResponse>> list_memberships(
      Call call, servers::v1::ListMembershipsRequest request) override {
    ++memberships_asked;
    if (!call.is_service())
      co_return fail(Code::permission_denied, "service_only", "not for people");
    if (failures > 0 && failures-- > 0) co_return fail(Code::unavailable, "away", "away");
    const std::scoped_lock lock(mutex_);
    servers::v1::ListMembershipsResponse response;
    for (const auto& [id, members] : members_) {
      auto& added = *response.add_servers();
      added.set_id(id);
      added.set_name("Class");
      added.set_member_count(member_count);
    }
    for (const auto& [id, of] : channels_) {
      auto& added = *response.add_channels();
      added.set_id(id);
      added.set_server_id(of);
      added.set_name("general");
    }
    for (const auto user_id : request.user_ids()) *response.add_users() = memberships_of(user_id);
    co_return response;
  }

  Task<Result<messages::v1::ListReadStatesResponse>> list_read_states(
      Call, messages::v1::ListReadStatesRequest request) override {
    messages::v1::ListReadStatesResponse response;
    for (const auto& user : request.users()) {
      const std::scoped_lock lock(mutex_);
      auto& of_user = *response.add_users();
      of_user.set_user_id(user.user_id());
      for (const auto id : user.channel_ids()) {
        const auto found = said_.find(id);
        if (found == said_.end()) continue;
        auto* state = of_user.add_states();
        state->set_channel_id(id);
        state->set_last_seq(found->second.back().seq());
        state->set_last_message_id(found->second.back().id());
      }
    }
    if (auto once = std::exchange(in_read_states, nullptr)) once();
    co_return response;
  }

  Task<Result<messages::v1::ListFromResponse>> list_from(
      Call, messages::v1::ListFromRequest request) override {
    ++lists_asked;
    if (failures > 0 && failures-- > 0) co_return fail(Code::unavailable, "away", "away");
    const std::scoped_lock lock(mutex_);
    messages::v1::ListFromResponse response;
    for (const auto& message : said_[request.channel_id()]) {
      if (message.seq() <= request.after_seq() || response.messages_size() >= request.limit())
        continue;
      *response.add_messages() = message;
      if (message.deleted()) response.mutable_messages()->rbegin()->clear_content();
    }
    co_return response;
  }

#define NOT_ASKED(method, ns, Request, Response)                            \
  Task<Result<Response>> method(Call, ns::v1::Request) override {           \
    co_return fail(Code::unimplemented, "not_asked", "no test needs this"); \
  }
  NOT_ASKED(create_server, servers, CreateServerRequest, servers::v1::Server)
  NOT_ASKED(get_server, servers, GetServerRequest, servers::v1::Server)
  NOT_ASKED(discover_servers, servers, DiscoverServersRequest, servers::v1::DiscoverServersResponse)
  NOT_ASKED(list_my_servers, servers, ListMyServersRequest, servers::v1::ListMyServersResponse)
  NOT_ASKED(join_server, servers, JoinServerRequest, servers::v1::Server)
  NOT_ASKED(leave_server, servers, LeaveServerRequest, lyceum::v1::Empty)
  NOT_ASKED(list_members, servers, ListMembersRequest, servers::v1::ListMembersResponse)
  NOT_ASKED(create_channel, servers, CreateChannelRequest, servers::v1::Channel)
  NOT_ASKED(list_channels, servers, ListChannelsRequest, servers::v1::ListChannelsResponse)
  NOT_ASKED(send_message, messages, SendMessageRequest, messages::v1::Message)
  NOT_ASKED(list_messages, messages, ListMessagesRequest, messages::v1::ListMessagesResponse)
  NOT_ASKED(get_message, messages, GetMessageRequest, messages::v1::Message)
  NOT_ASKED(edit_message, messages, EditMessageRequest, messages::v1::Message)
  NOT_ASKED(delete_message, messages, DeleteMessageRequest, lyceum::v1::Empty)
  NOT_ASKED(mark_read, messages, MarkReadRequest, messages::v1::ReadState)
#undef NOT_ASKED

 private:
  // Under the lock.
  servers::v1::UserMemberships memberships_of(std::int64_t user_id) const {
    servers::v1::UserMemberships user;
    user.set_user_id(user_id);
    for (const auto& [id, members] : members_) {
      if (!members.contains(user_id)) continue;
      auto& membership = *user.add_memberships();
      membership.set_server_id(id);
      membership.set_permissions(permissions);
      for (const auto& [channel_id, of] : channels_) {
        if (of != id || hidden_.contains({channel_id, user_id})) continue;
        auto& shown = *membership.add_channels();
        shown.set_channel_id(channel_id);
        shown.set_permissions(permissions);
      }
    }
    return user;
  }

  std::mutex mutex_;
  std::map<std::int64_t, std::set<std::int64_t>> members_ = {{server, {}}};
  std::map<std::int64_t, std::int64_t> channels_ = {{channel, server}};
  std::set<std::pair<std::int64_t, std::int64_t>> hidden_;
  std::map<std::int64_t, std::vector<messages::v1::Message>> said_;
};

// Knows every credential but those that have run out.
class FakeIdentity final : public lyceum::Channel {
 public:
  void end(std::int64_t credential_id) {
    const std::scoped_lock lock(mutex_);
    ended_.insert(credential_id);
  }

  std::atomic<bool> away = false;
  std::atomic<int> asked = 0;

  Task<Result<std::string>> send(Call call, std::string_view, std::string bytes) override {
    ++asked;
    if (!call.is_service() || away) co_return fail(Code::unavailable, "away", "away");
    identity::v1::FilterCredentialsRequest request;
    EXPECT_TRUE(request.ParseFromString(bytes));
    identity::v1::FilterCredentialsResponse response;
    const std::scoped_lock lock(mutex_);
    for (const auto id : request.credential_ids())
      if (!ended_.contains(id)) response.add_credential_ids(id);
    co_return response.SerializeAsString();
  }

  Task<Result<void>> stream(Call, std::string_view, std::string, Sink<std::string>) override {
    co_return fail(Code::unimplemented, "not_asked", "no test needs this");
  }

 private:
  std::mutex mutex_;
  std::set<std::int64_t> ended_;
};

// Keeps what it is sent. Calls on it are made on the loop; the test looks from outside.
class FakeSocket final : public Socket {
 public:
  explicit FakeSocket(boost::asio::any_io_executor loop) : loop_(std::move(loop)) {}

  bool send(SharedText shared, std::string_view own) override {
    const std::scoped_lock lock(mutex);
    if (code != 0 || (room >= 0 && room-- <= 0)) return false;
    sent.push_back((shared ? *shared : "") + std::string(own));
    shared_texts.push_back(shared);
    changed.notify_all();
    return true;
  }

  void close(std::uint16_t with, std::string_view) override {
    const std::scoped_lock lock(mutex);
    if (code == 0) code = with;
    changed.notify_all();
  }

  std::size_t queued_bytes() const override { return 0; }

  boost::asio::any_io_executor loop() const override { return loop_; }

  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> sent;
  std::vector<SharedText> shared_texts;
  std::uint16_t code = 0;
  int room = -1;  // frames that it still takes; -1: any number

 private:
  const boost::asio::any_io_executor loop_;
};

// One connection. Waits end when what they wait for is there; ten seconds are the end of a broken
// test.
class Client {
 public:
  Client(const SocketDoor& door, Call call, const boost::asio::any_io_executor& loop)
      : socket_(std::make_shared<FakeSocket>(loop)) {
    listener_ = on_loop([&] { return door.open(std::move(call), socket_); });
    EXPECT_TRUE(next().contains(R"("op":10)"));
  }

  ~Client() { hang_up(); }

  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void send(const std::string& text) {
    on_loop([&] {
      listener_->received(text);
      return 0;
    });
  }

  void hang_up() {
    if (!listener_) return;
    on_loop([&] {
      listener_->closed();
      return 0;
    });
    listener_ = nullptr;
  }

  void drain() {
    on_loop([&] {
      listener_->draining();
      return 0;
    });
  }

  // The next frame; empty when none comes.
  std::string next() {
    std::unique_lock lock(socket_->mutex);
    socket_->changed.wait_for(lock, std::chrono::seconds(10),
                              [&] { return read_ < socket_->sent.size() || socket_->code != 0; });
    return read_ < socket_->sent.size() ? socket_->sent[read_++] : "";
  }

  // The next frame as "MESSAGE_CREATE hello", "op 11"; remembers the seq and the session.
  std::string event() {
    const auto text = next();
    if (!text.starts_with("{\"op\":")) return "nothing: " + text;
    if (const auto op = member(text, "op"); op != "0") return "op " + op;
    seq = std::stoll(text.substr(text.rfind(':') + 1));
    if (text.contains("\"session_id\"")) session_id = member(text, "session_id");
    for (const auto* name : {"content", "id"})
      if (text.contains("\"" + std::string(name) + "\":"))
        return member(text, "t") + " " + member(text, name);
    return member(text, "t");
  }

  // The value of the first member of this name, as far as tests need it: a word or a number.
  static std::string member(const std::string& json, const std::string& name) {
    auto at = json.find("\"" + name + "\":") + name.size() + 3;
    if (json[at] == '"') ++at;
    return json.substr(at, json.find_first_of("\",}", at) - at);
  }

  int close_code() {
    std::unique_lock lock(socket_->mutex);
    socket_->changed.wait_for(lock, std::chrono::seconds(10), [&] { return socket_->code != 0; });
    return socket_->code;
  }

  int close_code_now() {
    const std::scoped_lock lock(socket_->mutex);
    return socket_->code;
  }

  // All that has come and was not read.
  std::size_t unread() {
    const std::scoped_lock lock(socket_->mutex);
    return socket_->sent.size() - read_;
  }

  FakeSocket& socket() { return *socket_; }

  std::string session_id;
  std::int64_t seq = 0;

 private:
  template <class F>
  auto on_loop(F f) -> decltype(f()) {
    std::promise<decltype(f())> done;
    boost::asio::post(socket_->loop(), [&] { done.set_value(f()); });
    return done.get_future().get();
  }

  const std::shared_ptr<FakeSocket> socket_;
  std::shared_ptr<SocketListener> listener_;
  std::size_t read_ = 0;
};

class RealtimeTest : public testing::LoopTest {
 protected:
  static constexpr std::int64_t ann = 1, bob = 2, cyd = 3;

  RealtimeTest() {
    config.sweep_ms = 2;
    for (const auto user : {ann, bob}) world.join(user);
  }

  ~RealtimeTest() override {
    if (service) service->stop();
    other_guard_.reset();
    other_loop_.stop();
    other_thread_.join();
  }

  // Called once in each test, when `config` is as it wants it.
  void start() {
    service = std::make_unique<Realtime>(
        config, clock, *identity_api_, world, world, metrics, host::to_json,
        std::vector<boost::asio::any_io_executor>{loop(), other_loop()});
    door = service->door();
  }

  boost::asio::any_io_executor other_loop() { return other_loop_.get_executor(); }

  std::unique_ptr<Client> connect(std::int64_t user,
                                  bool other = false,
                                  std::int64_t credential = 0) {
    Call::Info info = as(user).info();
    info.caller.credential_id = credential;
    return std::make_unique<Client>(door, Call(std::move(info)), other ? other_loop() : loop());
  }

  // A client that has had its READY.
  std::unique_ptr<Client> ready(std::int64_t user,
                                bool other = false,
                                std::int64_t credential = 0) {
    auto client = connect(user, other, credential);
    client->send(R"({"op":2,"d":{}})");
    EXPECT_TRUE(client->event().starts_with("READY"));
    return client;
  }

  static std::string resume(const std::string& session_id, std::int64_t seq) {
    return R"({"op":6,"d":{"session_id":")" + session_id + R"(","seq":)" + std::to_string(seq) +
           "}}";
  }

  void created(const messages::v1::Message& message) {
    messages::v1::MessageCreated event;
    *event.mutable_message() = message;
    service->on_message_created(as_service(), event);
  }

  void edited(const messages::v1::Message& message) {
    messages::v1::MessageEdited event;
    *event.mutable_message() = message;
    service->on_message_edited(as_service(), event);
  }

  void deleted(const messages::v1::Message& message) {
    messages::v1::MessageDeleted event;
    *event.mutable_message() = message;
    service->on_message_deleted(as_service(), event);
  }

  // Said and told.
  messages::v1::Message say(const std::string& text, std::int64_t channel = FakeWorld::channel) {
    auto message = world.say(text, channel);
    created(message);
    return message;
  }

  void joined(std::int64_t user, std::int64_t version, std::int64_t member_count = 0) {
    servers::v1::MemberJoined event;
    event.set_server_id(FakeWorld::server);
    event.set_user_id(user);
    event.set_version(version);
    event.set_member_count(member_count);
    service->on_member_joined(as_service(), event);
  }

  void left(std::int64_t user, std::int64_t version, std::int64_t member_count = 0) {
    servers::v1::MemberLeft event;
    event.set_server_id(FakeWorld::server);
    event.set_user_id(user);
    event.set_version(version);
    event.set_member_count(member_count);
    service->on_member_left(as_service(), event);
  }

  void permissions_changed(std::int64_t user = 0) {
    authorization::v1::PermissionsChanged event;
    event.set_server_id(FakeWorld::server);
    event.set_user_id(user);
    service->on_permissions_changed(as_service(), event);
  }

  api::Statistics statistics() { return *run(service->get_statistics(as_service(), {})); }

  // Waits for a condition that another thread makes true.
  static bool eventually(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
  }

  Config config;
  FakeWorld world;
  FakeIdentity identity;
  std::unique_ptr<Realtime> service;
  SocketDoor door;

 private:
  const std::unique_ptr<identity::v1::IdentityApi> identity_api_ =
      identity::v1::connect_identity(identity);
  boost::asio::io_context other_loop_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> other_guard_{
      other_loop_.get_executor()};
  std::thread other_thread_{[this] { other_loop_.run(); }};
};

}  // namespace lyceum::realtime
