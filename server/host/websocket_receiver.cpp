#include "host/websocket_receiver.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <wslay/wslay.h>

#include "base/text.h"
#include "host/http_strict.h"

namespace lyceum::host {
namespace {

constexpr int fragments_max = 256;  // of one message: each costs memory, be it empty
constexpr std::size_t control_max = 125;
constexpr std::size_t client_head = 6;  // two bytes and the mask

std::uint64_t frame_size(std::uint64_t payload) {
  const std::size_t extended = payload < 126 ? 0 : payload < 65'536 ? 2 : 8;
  return client_head + extended + payload;
}

bool is_control(std::uint8_t opcode) {
  return (opcode & 0x8) != 0;
}

}  // namespace

namespace websocket {

std::string frame_head(Opcode opcode, std::size_t payload) {
  std::string head(1, static_cast<char>(0x80 | opcode));
  int bytes = 0;
  if (payload < 126) {
    head += static_cast<char>(payload);
  } else {
    bytes = payload < 65'536 ? 2 : 8;
    head += static_cast<char>(bytes == 2 ? 126 : 127);
  }
  for (int i = bytes - 1; i >= 0; --i) head += static_cast<char>(payload >> (8 * i) & 0xff);
  return head;
}

std::string close_frame(std::uint16_t code, std::string_view reason) {
  if (code == 0) return frame_head(close, 0);
  reason = reason.substr(0, control_max - 2);
  while (!text::is_utf8(reason)) reason.remove_suffix(1);
  std::string frame = frame_head(close, 2 + reason.size());
  frame += static_cast<char>(code >> 8);
  frame += static_cast<char>(code & 0xff);
  return frame.append(reason);
}

}  // namespace websocket

struct WebSocketReceiver::Turn {
  std::string_view bytes;
  const Take& take;
  Outcome outcome;
};

// What wslay calls. It queues answers itself: pongs, and a close when something is wrong.
struct WebSocketReceiver::Callbacks {
  static WebSocketReceiver& self(void* user) { return *static_cast<WebSocketReceiver*>(user); }

  static ssize_t read(
      wslay_event_context_ptr context, std::uint8_t* to, std::size_t room, int, void* user) {
    auto& bytes = self(user).turn_->bytes;
    if (bytes.empty()) {
      wslay_event_set_error(context, WSLAY_ERR_WOULDBLOCK);
      return -1;
    }
    const std::size_t size = std::min(room, bytes.size());
    std::memcpy(to, bytes.data(), size);
    bytes.remove_prefix(size);
    return static_cast<ssize_t>(size);
  }

  static ssize_t write(
      wslay_event_context_ptr, const std::uint8_t* from, std::size_t size, int, void* user) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes
    self(user).turn_->outcome.pongs.append(reinterpret_cast<const char*>(from), size);
    return static_cast<ssize_t>(size);
  }

  static void frame(wslay_event_context_ptr context,
                    const wslay_event_on_frame_recv_start_arg* frame,
                    void* user) {
    auto& me = self(user);
    me.framed_ += frame_size(frame->payload_length);
    if (is_control(frame->opcode)) return;
    me.fragments_ = me.message_open_ ? me.fragments_ + 1 : 1;
    me.message_open_ = frame->fin == 0;
    if (me.fragments_ > fragments_max) stop(context, me, WSLAY_CODE_POLICY_VIOLATION);
  }

  static void message(wslay_event_context_ptr context,
                      const wslay_event_on_msg_recv_arg* message,
                      void* user) {
    auto& me = self(user);
    if (me.turn_->outcome.closed) return;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes
    const std::string_view body(reinterpret_cast<const char*>(message->msg), message->msg_length);
    if (message->opcode == WSLAY_TEXT_FRAME) me.turn_->take(body);
    if (message->opcode == WSLAY_BINARY_FRAME) stop(context, me, WSLAY_CODE_UNSUPPORTED_DATA);
    if (message->opcode == WSLAY_CONNECTION_CLOSE) closed(context, me, *message, body);
  }

  // A payload of one byte, and a reason that came in pieces, are not looked at by wslay.
  static void closed(wslay_event_context_ptr context,
                     WebSocketReceiver& me,
                     const wslay_event_on_msg_recv_arg& message,
                     std::string_view body) {
    if (body.size() == 1) return stop(context, me, WSLAY_CODE_PROTOCOL_ERROR);
    if (!text::is_utf8(body.substr(std::min<std::size_t>(2, body.size()))))
      return stop(context, me, WSLAY_CODE_INVALID_FRAME_PAYLOAD_DATA);
    stop(context, me, message.status_code);
    me.turn_->outcome.by_client = true;
  }

  static void stop(wslay_event_context_ptr context, WebSocketReceiver& me, std::uint16_t code) {
    wslay_event_shutdown_read(context);
    if (me.turn_->outcome.closed) return;
    me.turn_->outcome.closed = true;
    me.turn_->outcome.code = code;
  }
};

WebSocketReceiver::~WebSocketReceiver() {
  if (context_ != nullptr) wslay_event_context_free(context_);
}

// The code of the close frame that wslay has queued behind the pongs, which is taken off.
static std::uint16_t take_close(std::string& frames) {
  std::size_t at = 0;
  while (at + 1 < frames.size()) {
    const auto size = static_cast<unsigned char>(frames[at + 1]);
    if ((frames[at] & 0x0f) == WSLAY_CONNECTION_CLOSE) {
      const auto byte = [&](std::size_t i) {
        return static_cast<unsigned char>(frames[at + 2 + i]);
      };
      const int code = size >= 2 ? byte(0) << 8 | byte(1) : 0;
      frames.resize(at);
      return static_cast<std::uint16_t>(code);
    }
    at += 2U + size;
  }
  return 0;
}

auto WebSocketReceiver::receive(std::string_view bytes, const Take& take) -> Outcome {
  static const wslay_event_callbacks callbacks = {Callbacks::read,   Callbacks::write, nullptr,
                                                  Callbacks::frame,  nullptr,          nullptr,
                                                  Callbacks::message};
  if (context_ == nullptr) {
    if (wslay_event_context_server_init(&context_, &callbacks, this) != 0) throw std::bad_alloc();
    wslay_event_config_set_max_recv_msg_length(context_, message_max_);
    fed_ = framed_ = 0;
  }
  Turn turn{bytes, take, {}};
  turn_ = &turn;
  fed_ += bytes.size();
  const int failed = wslay_event_recv(context_);
  const bool refused = wslay_event_get_read_enabled(context_) == 0;
  wslay_event_send(context_);
  const auto code = take_close(turn.outcome.pongs);
  if ((failed != 0 || refused) && !turn.outcome.closed) {
    turn.outcome.closed = true;
    turn.outcome.code =
        failed != 0 ? WSLAY_CODE_PROTOCOL_ERROR : code;  // wslay says none for a bad head
  }
  turn_ = nullptr;
  if (turn.outcome.closed || at_rest()) {
    wslay_event_context_free(context_);
    context_ = nullptr;
  }
  return std::move(turn.outcome);
}

}  // namespace lyceum::host
