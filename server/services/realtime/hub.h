#pragma once
// The sessions of one loop: who sees what, so that an event costs one look-up and then one queueing
// for each session that may see it. Everything is on the loop; nothing is locked.

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/call.h"
#include "services/realtime/gateway.h"
#include "services/realtime/session.h"

namespace lyceum::realtime {

// What a user may see, as servers and messages say.
struct Snapshot {
  servers::v1::ListMembershipsResponse memberships;
  std::unordered_map<std::int64_t, messages::v1::ReadState>
      states;  // of channels new to the session
};

class Hub {
 public:
  Hub(Gateway& gateway, boost::asio::any_io_executor loop);

  void start();

  const boost::asio::any_io_executor& loop() const { return loop_; }

  // --- connections

  std::shared_ptr<SocketListener> open(Call call, std::shared_ptr<Socket> socket);
  void identify(Connection& connection);
  void resume(Connection& connection, std::string session_id, std::int64_t seq);
  void park(Session* session);  // its connection has gone; nullptr: there is none
  void remove(Connection& connection);

  // --- the stream, from the sequencer

  void take(const SharedBatch& batch);
  void start_fetch(const std::string& session_id, std::uint64_t sync);
  void resumed(const std::string& session_id, std::uint64_t connection, std::int64_t seq);
  void expect(const std::string& session_id, std::uint64_t connection, std::int64_t seq);
  void release(const std::string& session_id, Hub& to);

 private:
  struct Viewer {
    Session* session;
    std::int64_t last_seq;  // of ChannelView
  };

  struct Expected {  // a session on its way from another hub
    std::uint64_t connection;
    std::int64_t seq;
    std::vector<Session::Waiting> waiting;
  };

  template <class T>
  using ById = std::unordered_map<std::int64_t, std::vector<T>>;

  void sweep();
  void give(const SharedBatch& batch, std::size_t i);
  bool concerns(const Session& session, const Item& item) const;
  void dispatch(Session& session, const SharedText& text);
  void revoke(const Item& item);
  void begin_anew();
  void drop(Session& session, std::uint16_t code, std::string_view reason);
  Session* find(const std::string& session_id);
  void arrived(std::shared_ptr<Session> session, const std::string& session_id);
  void index(Session& session);
  void unindex(Session& session);

  // --- finding out what a session may see (hub_sync.cpp)

  void start_sync(Session& session, const SharedBatch& batch, std::size_t from);
  void ask(Session& session);
  void fetched(const std::string& session_id, std::uint64_t sync, std::optional<Snapshot> snapshot);
  // nullptr: the answer came too late.
  void finish_sync(const std::string& session_id, std::uint64_t sync, const Snapshot* snapshot);
  void apply(Session& session, const Snapshot& snapshot);
  void take_away(Session& session, const Snapshot& snapshot);
  void tell_changes(Session& session, const Snapshot& snapshot);
  void apply_waiting(Session& session);
  void sync_failed(Session& session);
  void add_server(Session& session, ServerView view);
  void remove_server(Session& session, std::int64_t server_id);
  void add_channel(Session& session, ChannelView view);
  void remove_channel(Session& session, std::int64_t channel_id);
  std::string channel_json(const servers::v1::Channel& channel, const Snapshot& snapshot) const;
  std::string membership_json(const servers::v1::Membership& membership,
                              const Snapshot& snapshot) const;
  static Task<void> fetch(std::shared_ptr<Gateway> gateway,
                          Hub* hub,
                          std::string session_id,
                          std::uint64_t sync,
                          std::int64_t user_id,
                          std::vector<std::int64_t> known);

  Gateway& gateway_;
  const boost::asio::any_io_executor loop_;
  std::uint64_t last_connection_ = 0;
  std::int64_t queue_bytes_ = 0;  // as counted in the gateway's counters
  std::unordered_map<std::uint64_t, Connection*> connections_;
  std::unordered_map<std::string, std::shared_ptr<Session>>
      sessions_;  // shared: on its way to another hub
  std::unordered_map<std::string, Expected> expected_;
  std::unordered_set<Session*> syncing_;
  ById<Session*> by_user_, by_server_;
  ById<Viewer> by_channel_;
};

}  // namespace lyceum::realtime
