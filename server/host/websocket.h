#pragma once
// One WebSocket after its handshake: the connection behind base/socket.h. It lives on its loop,
// kept alive by the wait for what comes next; what it keeps while idle is this object and no
// buffer.

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/socket.h"
#include "host/http_edge.h"
#include "host/websocket_receiver.h"

namespace lyceum::host {

class WebSocket final : public LoopConnection,
                        public Flushed,
                        public std::enable_shared_from_this<WebSocket> {
 public:
  // Opens the door's listener and serves until the end. `early`: received behind the handshake.
  static void start(std::shared_ptr<HttpLoop> loop,
                    HttpLoop::Socket socket,
                    SocketGrant grant,
                    std::string_view early);

  WebSocket(std::shared_ptr<HttpLoop> loop, HttpLoop::Socket socket, const SocketDoor& door);
  ~WebSocket() override;
  WebSocket(const WebSocket&) = delete;
  WebSocket& operator=(const WebSocket&) = delete;

  bool send(SharedText shared, std::string_view own);
  void close(std::uint16_t code, std::string_view reason);

  std::size_t queued_bytes() const { return queued_bytes_; }

  boost::asio::any_io_executor executor() const { return loop_->io().get_executor(); }

  void tick(std::int64_t now) override;
  void cut() override;
  void flush() override;

 private:
  class Handle;

  // open → closing (a close frame is queued) → over (closed() is posted or done)
  enum class State { open, closing, over };

  // One frame: its head, text that others send too, and the rest.
  struct Frame {
    std::string head;
    SharedText shared;
    std::string own;

    std::size_t size() const { return head.size() + own.size() + (shared ? shared->size() : 0); }
  };

  void wait_readable();
  void wait_writable();
  void readable();
  void receive(std::string_view bytes);
  void queue(Frame frame);
  void queue_control(std::string frame);
  void begin_close(std::string frame);
  bool write_some();
  void sent(std::size_t bytes);
  void all_sent();
  void drop_unsent();
  void look(std::int64_t now);
  void end();
  void finish();

  static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

  std::shared_ptr<HttpLoop> loop_;
  HttpEdge& edge_;
  HttpLoop::Socket socket_;
  const SocketDoor& door_;
  std::shared_ptr<Handle> handle_;
  std::shared_ptr<SocketListener> listener_;
  WebSocketReceiver receiver_;

  std::vector<Frame> queue_;
  std::size_t first_ = 0;   // of queue_ that is not sent
  std::size_t offset_ = 0;  // of that one, bytes sent
  std::size_t queued_bytes_ = 0;
  std::size_t unflushed_ = 0;  // queued since the last flush

  State state_ = State::open;
  bool deaf_ = false;        // the client has said close, or nonsense: its bytes are thrown away
  bool overflowed_ = false;  // a send() was refused
  bool flush_due_ = false;
  bool writing_ = false;  // waits until the kernel takes more
  bool pinged_ = false;
  bool told_ = false;  // the listener, of the drain
  bool looking_ = false;
  std::int64_t heard_at_ = 0;
  std::int64_t progress_at_ = 0;   // of writing
  std::int64_t deadline_ = never;  // of closing
};

}  // namespace lyceum::host
