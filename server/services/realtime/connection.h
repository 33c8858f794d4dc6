#pragma once
// One client's socket: hello, identify or resume, heartbeats, and the rules that end it. On its
// hub's loop.

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/call.h"
#include "base/socket.h"
#include "services/realtime/frames.h"
#include "services/realtime/gateway.h"

namespace lyceum::realtime {

struct Session;

class Connection final : public SocketListener {
 public:
  Connection(
      Gateway& gateway, Hub& hub, std::uint64_t id, Call call, std::shared_ptr<Socket> socket);

  void received(std::string_view text) override;
  void draining() override;
  void closed() override;

  void tick(std::int64_t now);

  // The session is this connection's from now on; nullptr: it has none any more.
  void attach(Session* session) { session_ = session; }

  Session* session() const { return session_; }  // nullptr: none

  // False when the client reads too slowly: the connection closes then.
  bool send_event(const SharedText& text, std::int64_t seq);
  // There is no such session (any more): the client identifies anew.
  void refuse_resume();
  void resumed(std::int64_t seq);
  // The session stays, without a connection.
  void close(std::uint16_t code, std::string_view reason);

  std::uint64_t id() const { return id_; }

  std::int64_t user_id() const { return call_.user_id(); }

  std::int64_t credential_id() const { return call_.info().caller.credential_id; }

  std::size_t queued_bytes() const { return socket_->queued_bytes(); }

 private:
  enum class State {
    new_here,
    waiting,
    identified
  };  // waiting: for the hub, after identify or resume

  void handle(const ClientFrame& frame);
  bool too_many(std::int64_t now);
  void say(std::string text);

  const std::shared_ptr<Gateway> gateway_;  // shared: a socket may outlive the service
  Hub& hub_;
  const std::uint64_t id_;
  const Call call_;
  const std::shared_ptr<Socket> socket_;
  Session* session_ = nullptr;
  State state_ = State::new_here;
  bool closing_ = false;
  std::int64_t identify_by_;
  std::int64_t heard_at_;      // the last heartbeat
  std::int64_t close_at_ = 0;  // draining; 0: not
  std::int64_t window_at_ = 0;
  int in_window_ = 0;
};

}  // namespace lyceum::realtime
