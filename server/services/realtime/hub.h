#pragma once
// The sessions of one loop: who sees what, so that an event costs one look-up and then one queueing
// for each session that may see it. Everything is on the loop; nothing is locked.

#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/call.h"
#include "services/realtime/gateway.h"
#include "services/realtime/session.h"
#include "services/realtime/snapshot.h"

namespace lyceum::realtime {

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
  void start_look(std::vector<Question> questions);
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
  void tell_member(Session& session, const Item& item);
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
  void begin_look();
  Session* who_asks(const Question& question);
  void seen(std::vector<Question> questions, Result<Snapshots> snapshots);
  // nullptr: the answer came too late.
  void finish_sync(const Question& question, const Snapshot* snapshot);
  void apply(Session& session, const Snapshot& snapshot);
  void take_away(Session& session, const Snapshot& snapshot);
  void tell_changes(Session& session, const Snapshot& snapshot);
  void tell_counts(Session& session, const Snapshot& snapshot);
  void apply_waiting(Session& session, const Snapshot* snapshot);
  void sync_failed(Session& session);
  void add_server(Session& session, ServerView view);
  void remove_server(Session& session, std::int64_t server_id);
  void add_channel(Session& session, ChannelView view);
  void remove_channel(Session& session, std::int64_t channel_id);
  std::string channel_json(const servers::v1::Channel& channel, const Snapshot& snapshot) const;
  std::string membership_json(const Snapshot::Server& seen, const Snapshot& snapshot) const;
  static Task<void> look_for(std::shared_ptr<Gateway> gateway,
                             Hub* hub,
                             std::vector<Question> questions);

  // --- sign-ins that run out (hub_credentials.cpp)

  void check_credentials(std::int64_t now);
  void checked(const Result<std::vector<std::int64_t>>& over);
  static Task<void> ask_identity(std::shared_ptr<Gateway> gateway,
                                 Hub* hub,
                                 std::vector<std::int64_t> credentials);

  Gateway& gateway_;
  const boost::asio::any_io_executor loop_;
  std::uint64_t last_connection_ = 0;
  std::int64_t queue_bytes_ = 0;  // as counted in the gateway's counters
  std::unordered_map<std::uint64_t, Connection*> connections_;
  std::unordered_map<std::string, std::shared_ptr<Session>>
      sessions_;  // shared: on its way to another hub
  std::unordered_map<std::string, Expected> expected_;
  std::unordered_set<Session*> syncing_;
  std::vector<Question> asking_;  // to be asked together, when the loop comes to it
  std::int64_t checked_at_;       // credentials
  bool checking_ = false;
  int unanswered_ = 0;
  ById<Session*> by_user_, by_server_;
  ById<Viewer> by_channel_;
};

}  // namespace lyceum::realtime
