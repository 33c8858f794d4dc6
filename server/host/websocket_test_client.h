#pragma once
// For tests: a WebSocket client that sends exactly the frames it is told to, and a listener that
// keeps what it hears.

#include <condition_variable>

#include "base/socket.h"
#include "host/http_test_client.h"

namespace lyceum::host::testing {

inline std::string client_frame(int opcode,
                                std::string_view payload,
                                bool fin = true,
                                int reserved = 0) {
  std::string frame(1, static_cast<char>((fin ? 0x80 : 0) | reserved << 4 | opcode));
  const std::size_t size = payload.size();
  const int bytes = size < 126 ? 0 : size < 65'536 ? 2 : 8;
  frame += static_cast<char>(0x80 | (bytes == 0 ? static_cast<int>(size) : bytes == 2 ? 126 : 127));
  for (int i = bytes - 1; i >= 0; --i) frame += static_cast<char>(size >> (8 * i) & 0xff);
  constexpr std::string_view mask = "\x11\x22\x33\x44";
  frame += mask;
  for (std::size_t i = 0; i < size; ++i) frame += static_cast<char>(payload[i] ^ mask[i % 4]);
  return frame;
}

inline std::string close_payload(int code, std::string_view reason = "") {
  std::string payload = {static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
  return payload.append(reason);
}

struct Frame {
  int opcode = -1;  // -1: the connection ended
  std::string payload;

  int code() const {
    if (opcode != 8 || payload.size() < 2) return 0;
    return static_cast<unsigned char>(payload[0]) << 8 | static_cast<unsigned char>(payload[1]);
  }
};

class WebSocketClient : public RawClient {
 public:
  explicit WebSocketClient(std::uint16_t port) : RawClient(port) {}

  static std::string handshake(std::string_view path = "/socket", std::string_view more = "") {
    return "GET " + std::string(path) +
           " HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
           std::string(more) + "\r\n";
  }

  bool open(std::string_view path = "/socket", std::string_view more = "") {
    send(handshake(path, more));
    return reply().status == 101;
  }

  void send_text(std::string_view text) { send(client_frame(1, text)); }

  // The next frame; of the server's, which are not masked.
  Frame frame() {
    if (!need(2)) return {};
    std::size_t head = 2, size = static_cast<unsigned char>(unread()[1]);
    if (size >= 126) {
      const std::size_t bytes = size == 126 ? 2 : 8;
      head += bytes;
      if (!need(head)) return {};
      size = 0;
      for (std::size_t i = 2; i < head; ++i)
        size = size << 8 | static_cast<unsigned char>(unread()[i]);
    }
    if (!need(head + size)) return {};
    Frame frame{unread()[0] & 0x0f, unread().substr(head, size)};
    drop(head + size);
    return frame;
  }

  // The code that the server closes with; 0 when it closed without one, -1 when it did not close
  // so.
  int close_code() {
    for (;;) {
      const auto next = frame();
      if (next.opcode == 8) return next.code();
      if (next.opcode == -1) return -1;
    }
  }

 private:
  bool need(std::size_t bytes) {
    while (unread().size() < bytes)
      if (!receive()) return false;
    return true;
  }
};

// Shared with the door's listener. Waits are for conditions; ten seconds are the end of a broken
// test.
struct Heard {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> texts;
  std::vector<std::shared_ptr<Socket>> sockets;
  int opened = 0, closed = 0, draining = 0;

  template <class Condition>
  bool wait(Condition condition) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(10), condition);
  }

  template <class Change>
  void change(Change change) {
    const std::scoped_lock lock(mutex);
    change();
    changed.notify_all();
  }
};

class HearingListener : public SocketListener {
 public:
  HearingListener(std::shared_ptr<Heard> heard, std::shared_ptr<Socket> socket)
      : heard_(std::move(heard)), socket_(std::move(socket)) {
    heard_->change([&] {
      ++heard_->opened;
      heard_->sockets.push_back(socket_);
    });
  }

  // "echo …" is answered, "close N" closes.
  void received(std::string_view text) override {
    heard_->change([&] { heard_->texts.emplace_back(text); });
    if (text.starts_with("echo "))
      socket_->send(std::make_shared<std::string>(text.substr(5)), "!");
    if (text.starts_with("close ")) {
      const int code = std::stoi(std::string(text.substr(6)));
      socket_->close(static_cast<std::uint16_t>(code), "as told");
    }
  }

  void draining() override {
    heard_->change([&] { ++heard_->draining; });
  }

  void closed() override {
    heard_->change([&] { ++heard_->closed; });
  }

 private:
  std::shared_ptr<Heard> heard_;
  std::shared_ptr<Socket> socket_;
};

}  // namespace lyceum::host::testing
