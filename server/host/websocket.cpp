#include "host/websocket.h"

#include <array>
#include <sys/socket.h>

#include <boost/asio/post.hpp>

namespace lyceum::host {
namespace {

namespace asio = boost::asio;

constexpr std::size_t flush_bytes = 65'536;  // at once, without waiting for the end of the turn
constexpr std::size_t gather_max = 192;      // pieces of one write
constexpr std::size_t queue_kept = 16;       // frames of room that an idle socket keeps
constexpr std::size_t control_room = 4'096;  // of pongs beyond the door's queue
constexpr std::size_t read_size = 16'384;

}  // namespace

// What the listener holds. It may outlive the connection.
class WebSocket::Handle final : public Socket {
 public:
  explicit Handle(WebSocket& socket) : socket_(&socket), loop_(socket.executor()) {}

  bool send(SharedText shared, std::string_view own) override {
    return socket_ != nullptr && socket_->send(std::move(shared), own);
  }

  void close(std::uint16_t code, std::string_view reason) override {
    if (socket_ != nullptr) socket_->close(code, reason);
  }

  std::size_t queued_bytes() const override {
    return socket_ == nullptr ? 0 : socket_->queued_bytes();
  }

  asio::any_io_executor loop() const override { return loop_; }

  void lose() { socket_ = nullptr; }

 private:
  WebSocket* socket_;
  asio::any_io_executor loop_;
};

void WebSocket::start(std::shared_ptr<HttpLoop> loop,
                      HttpLoop::Socket socket,
                      SocketGrant grant,
                      std::string_view early) {
  // shared: the waits of the loop own it.
  const auto self = std::make_shared<WebSocket>(std::move(loop), std::move(socket), *grant.door);
  self->handle_ = std::make_shared<Handle>(*self);
  self->listener_ = grant.door->open(std::move(grant.call), self->handle_);
  if (!self->listener_) return self->end();
  if (!early.empty()) self->receive(early);
  self->wait_readable();
}

WebSocket::WebSocket(std::shared_ptr<HttpLoop> loop,
                     HttpLoop::Socket socket,
                     const SocketDoor& door)
    : loop_(std::move(loop)),
      edge_(loop_->edge()),
      socket_(std::move(socket)),
      door_(door),
      receiver_(door.message_max),
      heard_at_(steady_ms()) {
  loop_->add(*this);
}

WebSocket::~WebSocket() {
  if (handle_) handle_->lose();
  loop_->remove(*this);
}

// --- receiving

void WebSocket::wait_readable() {
  if (state_ == State::over) return;
  socket_.async_wait(HttpLoop::Socket::wait_read,
                     [self = shared_from_this()](const boost::system::error_code& error) {
                       if (error) return self->end();
                       self->readable();
                       self->wait_readable();
                     });
}

void WebSocket::readable() {
  static thread_local std::array<char, read_size> buffer;  // nothing is kept in it
  boost::system::error_code error;
  const std::size_t size = socket_.read_some(asio::buffer(buffer), error);
  if (error == asio::error::would_block) return;
  if (error || size == 0) return end();
  receive({buffer.data(), size});
}

void WebSocket::receive(std::string_view bytes) {
  heard_at_ = steady_ms();
  pinged_ = false;
  if (deaf_ || state_ == State::over) return;
  const auto outcome = receiver_.receive(bytes, [this](std::string_view text) {
    if (state_ == State::open) listener_->received(text);
  });
  if (!outcome.pongs.empty() && state_ == State::open) queue_control(outcome.pongs);
  if (!outcome.closed || state_ == State::over) return;
  deaf_ = true;
  if (state_ == State::open) return begin_close(websocket::close_frame(outcome.code, ""));
  if (first_ == queue_.size()) all_sent();  // both have said it
}

// --- sending

bool WebSocket::send(SharedText shared, std::string_view own) {
  if (state_ != State::open) return false;
  const std::size_t size = (shared ? shared->size() : 0) + own.size();
  if (overflowed_ || queued_bytes_ + size > door_.queue_bytes_max ||
      queue_.size() - first_ >= door_.queue_messages_max) {
    overflowed_ = true;
    return false;
  }
  queue({websocket::frame_head(websocket::text, size), std::move(shared), std::string(own)});
  return true;
}

void WebSocket::close(std::uint16_t code, std::string_view reason) {
  if (state_ != State::open) return;
  if (overflowed_) drop_unsent();
  begin_close(websocket::close_frame(code, reason));
}

void WebSocket::queue(Frame frame) {
  if (first_ == queue_.size()) progress_at_ = steady_ms();
  const std::size_t size = frame.size();
  queued_bytes_ += size;
  unflushed_ += size;
  queue_.push_back(std::move(frame));
  if (writing_) return;
  if (unflushed_ >= flush_bytes) return flush();
  if (std::exchange(flush_due_, true)) return;
  loop_->flush_soon(shared_from_this());
}

void WebSocket::queue_control(std::string frame) {
  if (queued_bytes_ + frame.size() > door_.queue_bytes_max + control_room) return end();
  queue({std::move(frame), nullptr, {}});
}

void WebSocket::begin_close(std::string frame) {
  state_ = State::closing;
  deadline_ = steady_ms() + edge_.config.socket_close_ms;
  queue({std::move(frame), nullptr, {}});
}

// All but a frame that has begun: the other side would take the rest for part of it.
void WebSocket::drop_unsent() {
  const std::size_t keep = first_ + (offset_ > 0 ? 1 : 0);
  while (queue_.size() > keep) {
    queued_bytes_ -= queue_.back().size();
    queue_.pop_back();
  }
}

void WebSocket::flush() {
  flush_due_ = false;
  unflushed_ = 0;
  if (writing_ || state_ == State::over) return;
  while (first_ < queue_.size())
    if (!write_some()) return;
  all_sent();
}

// One write of as much as there is. False: wait, or it is over.
bool WebSocket::write_some() {
  std::array<iovec, gather_max> pieces;
  std::size_t count = 0, skip = offset_;
  const auto add = [&](std::string_view bytes) {
    const std::size_t skipped = std::min(skip, bytes.size());
    skip -= skipped;
    bytes.remove_prefix(skipped);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): sendmsg does not write to it
    if (!bytes.empty()) pieces[count++] = {const_cast<char*>(bytes.data()), bytes.size()};
  };
  for (std::size_t i = first_; i < queue_.size() && count + 3 <= gather_max; ++i) {
    add(queue_[i].head);
    if (queue_[i].shared) add(*queue_[i].shared);
    add(queue_[i].own);
  }
  msghdr message = {};
  message.msg_iov = pieces.data();
  message.msg_iovlen = count;
  const auto size = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (size >= 0) {
    sent(static_cast<std::size_t>(size));
    return true;
  }
  if (errno == EINTR) return true;
  if (errno == EAGAIN || errno == EWOULDBLOCK)
    wait_writable();
  else
    end();
  return false;
}

void WebSocket::sent(std::size_t bytes) {
  progress_at_ = steady_ms();
  offset_ += bytes;
  while (first_ < queue_.size() && offset_ >= queue_[first_].size()) {
    const std::size_t size = queue_[first_].size();
    offset_ -= size;
    queued_bytes_ -= size;
    queue_[first_++] = {};
  }
  if (first_ == queue_.size()) {
    queue_.clear();
    first_ = 0;
    if (queue_.capacity() > queue_kept) std::vector<Frame>().swap(queue_);
  } else if (first_ > queue_.size() / 2) {
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
}

void WebSocket::all_sent() {
  if (state_ != State::closing) return;
  boost::system::error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  // Where the client is done too, it goes; else what it still sends must not make the kernel reset
  // the connection before our close frame has been read.
  if (deaf_) deadline_ = std::min(deadline_, steady_ms() + edge_.config.linger_ms);
}

void WebSocket::wait_writable() {
  writing_ = true;
  socket_.async_wait(HttpLoop::Socket::wait_write,
                     [self = shared_from_this()](const boost::system::error_code& error) {
                       self->writing_ = false;
                       if (error) return self->end();
                       self->flush();
                     });
}

// --- time and the end

void WebSocket::tick(std::int64_t now) {
  const auto& config = edge_.config;
  const bool stalled = first_ < queue_.size() && now - progress_at_ >= config.write_stall_ms;
  const bool silent = now - heard_at_ >= config.socket_idle_ms * (pinged_ ? 2 : 1);
  const bool drained = edge_.refusing && !told_;
  if (!stalled && !silent && !drained && now < deadline_) return;
  if (std::exchange(looking_, true)) return;
  asio::post(loop_->io(), [self = shared_from_this(), now] { self->look(now); });
}

// What tick() has found, now that it may call the listener and remove the socket.
void WebSocket::look(std::int64_t now) {
  looking_ = false;
  const auto& config = edge_.config;
  if (state_ == State::over) return;
  if (first_ < queue_.size() && now - progress_at_ >= config.write_stall_ms) return cut();
  if (now >= deadline_) {
    if (state_ == State::closing) return cut();
    deadline_ = never;
    return close(1001, "the server stops");
  }
  if (now - heard_at_ >= 2 * config.socket_idle_ms) return cut();
  if (now - heard_at_ >= config.socket_idle_ms && !std::exchange(pinged_, true) &&
      state_ == State::open)
    queue_control(websocket::frame_head(websocket::ping, 0));
  if (!edge_.refusing || std::exchange(told_, true) || state_ != State::open) return;
  deadline_ = now + config.socket_drain_ms;
  listener_->draining();
}

void WebSocket::cut() {
  boost::system::error_code ignored;
  socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  end();
}

// Not within a call of the listener's.
void WebSocket::end() {
  if (std::exchange(state_, State::over) == State::over) return;
  boost::system::error_code ignored;
  socket_.close(ignored);
  asio::post(loop_->io(), [self = shared_from_this()] { self->finish(); });
}

void WebSocket::finish() {
  handle_->lose();
  if (const auto listener = std::exchange(listener_, nullptr)) listener->closed();
}

}  // namespace lyceum::host
