#pragma once
// What a WebSocket client sends, taken apart by RFC 6455 (libwslay): text messages out, answers to
// pings and the reason to close. No I/O. Costs nothing while no message is under way.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

struct wslay_event_context;

namespace lyceum::host {

namespace websocket {

enum Opcode : std::uint8_t { text = 0x1, close = 0x8, ping = 0x9 };

// The head of an unmasked, unfragmented frame.
std::string frame_head(Opcode opcode, std::size_t payload);

// A whole close frame; code 0 has no payload. The reason is cut to what fits, at a character.
std::string close_frame(std::uint16_t code, std::string_view reason);

}  // namespace websocket

class WebSocketReceiver {
 public:
  struct Outcome {
    std::string pongs;       // whole frames to send back
    bool closed = false;     // nothing more is to be read:
    bool by_client = false;  // it said so; else it broke the protocol
    std::uint16_t code = 0;  // to close with; 0: without a code, as the client did
  };

  using Take =
      std::function<void(std::string_view text)>;  // valid UTF-8, at most message_max bytes

  explicit WebSocketReceiver(std::size_t message_max) : message_max_(message_max) {}

  ~WebSocketReceiver();
  WebSocketReceiver(const WebSocketReceiver&) = delete;
  WebSocketReceiver& operator=(const WebSocketReceiver&) = delete;

  // The next bytes, in pieces of any size. Not to be called again once it has said closed.
  Outcome receive(std::string_view bytes, const Take& take);

 private:
  struct Callbacks;
  struct Turn;  // one receive()

  bool at_rest() const { return fed_ == framed_ && !message_open_; }

  const std::size_t message_max_;
  ::wslay_event_context* context_ = nullptr;  // 8 KiB: only while a frame or message is incomplete
  std::uint64_t fed_ = 0;                     // bytes taken since the context was made
  std::uint64_t framed_ = 0;   // of the frames that began in them, with heads and whole payloads
  bool message_open_ = false;  // a fragmented message waits for its end
  int fragments_ = 0;
  Turn* turn_ = nullptr;
};

}  // namespace lyceum::host
