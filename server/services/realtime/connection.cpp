#include "services/realtime/connection.h"

#include <utility>

#include "services/realtime/hub.h"

namespace lyceum::realtime {
namespace {

constexpr std::int64_t window_ms = 60'000;

}  // namespace

Connection::Connection(
    Gateway& gateway, Hub& hub, std::uint64_t id, Call call, std::shared_ptr<Socket> socket)
    : gateway_(gateway.shared_from_this()),
      hub_(hub),
      id_(id),
      call_(std::move(call)),
      socket_(std::move(socket)),
      identify_by_(gateway.clock.now_ms() + gateway.config.identify_timeout_ms),
      heard_at_(gateway.clock.now_ms()) {
  say(hello(gateway.config.heartbeat_interval_ms));
}

void Connection::say(std::string text) {
  if (!closing_ && !socket_->send(nullptr, text))
    close(close_code::slow_reader, "you read too slowly");
}

void Connection::received(std::string_view text) {
  if (closing_) return;
  if (too_many(gateway_->clock.now_ms()))
    return close(close_code::too_many_messages, "that is too often");
  const auto frame = read_frame(text);
  if (!frame) return close(frame.error(), "that is no frame of this protocol");
  handle(*frame);
}

bool Connection::too_many(std::int64_t now) {
  if (now - window_at_ >= window_ms) {
    window_at_ = now;
    in_window_ = 0;
  }
  return ++in_window_ > gateway_->config.client_messages;
}

void Connection::handle(const ClientFrame& frame) {
  switch (static_cast<Op>(frame.op)) {
    case Op::heartbeat:
      heard_at_ = gateway_->clock.now_ms();
      return say(plain_frame(Op::heartbeat_ack));
    case Op::identify:
    case Op::resume:
      if (state_ != State::new_here)
        return close(close_code::already_identified, "this connection has a session");
      state_ = State::waiting;
      if (frame.op == static_cast<int>(Op::identify)) return hub_.identify(*this);
      return hub_.resume(*this, frame.session_id, frame.seq);
    default:
      if (state_ == State::new_here) return close(close_code::not_identified, "identify first");
      return close(close_code::unknown_op, "clients do not send this op");
  }
}

bool Connection::send_event(const SharedText& text, std::int64_t seq) {
  if (closing_) return false;
  state_ = State::identified;
  if (socket_->send(text, sequel(seq))) {
    gateway_->counters.deliveries.add();
    return true;
  }
  gateway_->counters.slow_closed.add();
  close(close_code::slow_reader, "you read too slowly; resume");
  return false;
}

void Connection::refuse_resume() {
  state_ = State::new_here;
  identify_by_ = gateway_->clock.now_ms() + gateway_->config.identify_timeout_ms;
  say(plain_frame(Op::invalid_session, "false"));
}

void Connection::resumed(std::int64_t seq) {
  state_ = State::identified;
  gateway_->counters.resumed.add();
  say(*event_text("RESUMED", "{}") + sequel(seq));
}

void Connection::close(std::uint16_t code, std::string_view reason) {
  if (std::exchange(closing_, true)) return;
  hub_.park(session_);
  socket_->close(code, reason);
}

void Connection::draining() {
  say(plain_frame(Op::reconnect));
  close_at_ = gateway_->clock.now_ms() + gateway_->config.drain_ms;
}

void Connection::tick(std::int64_t now) {
  if (closing_) return;
  if (close_at_ != 0 && now >= close_at_)
    return close(1001, "the server stops; resume or identify elsewhere");
  if (state_ == State::new_here && now >= identify_by_)
    return close(close_code::not_identified, "identify first");
  if (now - heard_at_ > gateway_->config.heartbeat_interval_ms * 3 / 2)
    close(close_code::no_heartbeat, "no heartbeat came");
}

void Connection::closed() {
  closing_ = true;
  hub_.park(session_);
  hub_.remove(*this);
}

}  // namespace lyceum::realtime
