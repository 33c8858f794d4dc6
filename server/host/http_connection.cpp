#include "host/http_connection.h"

#include <algorithm>
#include <exception>
#include <fmt/format.h>
#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/log.h"
#include "host/trace.h"
#include "host/websocket.h"

namespace lyceum::host {
namespace {

namespace asio = boost::asio;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t buffer_small = 4'096;  // what an idle connection keeps
constexpr std::size_t body_read = 16'384;

constexpr std::int64_t quiet_ms = 1'000;  // an idle connection is closed by a drain only after this
constexpr std::size_t linger_max = 64 << 20;  // and never longer than linger_ms

constexpr Refusal handler_failed{500, "internal", "something went wrong here"};

}  // namespace

HttpConnection::HttpConnection(std::shared_ptr<HttpLoop> loop, HttpLoop::Socket socket)
    : loop_(std::move(loop)), edge_(loop_->edge()), socket_(std::move(socket)) {
  boost::system::error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  peer_ = plain_address(socket_.remote_endpoint(ignored).address());
  peer_text_ = peer_.to_string();
  loop_->add(*this);
}

HttpConnection::~HttpConnection() {
  release_body();
  loop_->remove(*this);
}

Task<void> HttpConnection::run(std::shared_ptr<HttpConnection> self) {
  for (;;) {
    Step step = co_await self->read_head();
    if (step == Step::ok && !self->parser_->complete()) step = co_await self->read_body();
    if (step == Step::gone) co_return;
    if (step == Step::refused) co_return co_await self->refuse();
    if (!co_await self->answer()) co_return co_await self->linger();
  }
}

Task<void> HttpConnection::turn_away(std::shared_ptr<HttpConnection> self) {
  self->started_ = std::chrono::steady_clock::now();
  self->refused(refusal::connections);
  co_await self->refuse();
}

void HttpConnection::enter(Phase phase, std::int64_t deadline) {
  phase_ = phase;
  deadline_ = deadline;
  late_ = false;
}

HttpConnection::Step HttpConnection::refused(const Refusal& why) {
  refusal_ = &why;
  return Step::refused;
}

// --- reading

void HttpConnection::make_room(std::size_t bytes) {
  if (begin_ == end_) begin_ = end_ = 0;
  if (buffer_.size() - end_ >= bytes) return;
  std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
            buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
  end_ -= begin_;
  begin_ = 0;
  if (buffer_.size() - end_ < bytes) buffer_.resize(end_ + bytes);
}

auto HttpConnection::read_some() {
  return socket_.async_read_some(asio::buffer(buffer_.data() + end_, buffer_.size() - end_),
                                 as_result);
}

Task<HttpConnection::Step> HttpConnection::read_head() {
  HeadScanner scanner(edge_.config.head);
  parser_ = nullptr;
  release_body();
  trace_.trace_id.clear();
  method_ = {};
  idle_since_ = steady_ms();
  const auto& config = edge_.config;
  if (begin_ == end_) {
    begin_ = end_ = 0;
    enter(Phase::idle, idle_since_ + config.keep_alive_ms);
    if (buffer_.size() > buffer_small) std::vector<char>().swap(buffer_);
  } else {
    enter(Phase::head, idle_since_ + config.header_timeout_ms);
    started_ = std::chrono::steady_clock::now();
  }
  for (;;) {
    switch (scanner.scan(pending())) {
      case HeadScanner::State::complete:
        co_return parse_head(scanner.size());
      case HeadScanner::State::refused:
        co_return refused(scanner.refusal());
      case HeadScanner::State::more:
        break;
    }
    if (end_ == buffer_.size()) make_room(std::max(buffer_small, end_ - begin_));
    const auto [error, bytes] = co_await read_some();
    if (error || bytes == 0)
      co_return late_&& phase_ == Phase::head ? refused(refusal::header_timeout) : Step::gone;
    if (phase_ == Phase::idle) {
      started_ = std::chrono::steady_clock::now();
      enter(Phase::head, steady_ms() + config.header_timeout_ms);
    }
    end_ += bytes;
  }
}

HttpConnection::Step HttpConnection::parse_head(std::size_t size) {
  parser_ = &parsed_.emplace();
  const Refusal* why = parser_->take_head(pending().substr(0, size));
  begin_ += size;
  const auto& request = parser_->request();
  method_ = parser_->head_only() ? std::string_view("HEAD") : known_method(request.method);
  if (why == nullptr) why = parser_->limit_body(edge_.body_limit(request.method, request.path));
  if (why != nullptr) return refused(*why);
  begin_trace();
  return Step::ok;
}

void HttpConnection::begin_trace() {
  const bool ours = !parser_->traceparent().empty() && edge_.proxies.trusts(peer_);
  trace_ = host::begin_trace(ours ? parser_->traceparent() : std::string_view());
}

// Counts what has arrived; false when all bodies together are too many.
bool HttpConnection::hold_body() {
  const auto more = static_cast<std::int64_t>(parser_->request().body.size()) - held_;
  held_ += more;
  return edge_.body_bytes.fetch_add(more, std::memory_order_relaxed) + more <=
         edge_.config.bodies_max;
}

void HttpConnection::release_body() {
  if (held_ > 0) edge_.body_bytes.fetch_sub(std::exchange(held_, 0), std::memory_order_relaxed);
}

Task<HttpConnection::Step> HttpConnection::read_body() {
  const auto& config = edge_.config;
  const std::int64_t begun = steady_ms();
  std::int64_t received = 0;
  if (parser_->expects_continue() && !parser_->http10() && begin_ == end_) {
    Buffers go_on = {asio::buffer(std::string_view("HTTP/1.1 100 Continue\r\n\r\n"))};
    if (!send_now(go_on) && !co_await send_rest(go_on)) co_return Step::gone;
  }
  for (;;) {
    std::size_t used = 0;
    if (const auto* why = parser_->take_body(pending(), used)) co_return refused(*why);
    begin_ += used;
    if (!hold_body()) co_return refused(refusal::busy);
    if (parser_->complete()) co_return Step::ok;
    // What cannot be used yet is a chunk's line or the trailer.
    if (end_ - begin_ > config.head.block_max) co_return refused(refusal::header_size);

    const std::int64_t rate_deadline =
        config.body_rate_min == 0
            ? never
            : begun + config.body_grace_ms + received * 1000 / config.body_rate_min;
    enter(Phase::body, std::min(steady_ms() + config.body_idle_ms, rate_deadline));
    make_room(body_read);
    const auto [error, bytes] = co_await read_some();
    if (error || bytes == 0) co_return late_ ? refused(refusal::body_timeout) : Step::gone;
    end_ += bytes;
    received += static_cast<std::int64_t>(bytes);
  }
}

// --- answering

Task<HttpResponse> HttpConnection::handle() {
  if (parser_->options_of_server()) {
    HttpResponse response;
    response.status = 204;
    response.headers = {{"allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"}};
    co_return response;
  }
  HttpRequest request = std::move(parser_->request());
  request.trace_id = trace_.trace_id;
  request.span_id = trace_.span_id;
  request.cancellation = cancellation_ = std::make_shared<Cancellation>();
  request.address = parser_->forwarded_for().empty()
                        ? peer_text_
                        : edge_.proxies.client(peer_, parser_->forwarded_for());
  std::string what;
  try {
    HttpResponse response = co_await edge_.handler(std::move(request));
    if (plain_headers(response)) co_return response;
    what = "a header with a line break";
  } catch (const std::exception& error) {
    what = error.what();
  }
  log::write(log::Level::error, trace_, "request failed", {{"what", what}});
  co_return problem(handler_failed, trace_.trace_id);
}

Task<bool> HttpConnection::answer() {
  enter(Phase::handling, never);
  edge_.active_requests.add(1);
  HttpResponse response = co_await handle();
  if (!response.stream) cancellation_.reset();
  if (response.socket) {
    co_await switch_protocol(response);
    edge_.active_requests.add(-1);
    co_return false;
  }
  const bool close = !parser_->keep_alive() || edge_.draining.load(std::memory_order_relaxed);
  const bool sent = co_await send_response(response, close);
  edge_.active_requests.add(-1);
  observe(response);
  co_return sent && !close;
}

// What the client has sent behind its request is the WebSocket's already.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): its caller waits
Task<void> HttpConnection::switch_protocol(HttpResponse& response) {
  const bool sent = co_await send_response(response, false);
  observe(response);
  if (!sent || !socket_.is_open()) co_return;
  auto grant = *std::move(response.socket);
  WebSocket::start(loop_, std::move(socket_), std::move(grant), pending());
}

Task<void> HttpConnection::refuse() {
  if (trace_.trace_id.empty()) trace_ = host::begin_trace();
  loop_->observer().refused(*refusal_);
  HttpResponse response = problem(*refusal_, trace_.trace_id);
  if (co_await send_response(response, true)) {
    observe(response);
    co_await linger();
  }
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): its caller waits
Task<bool> HttpConnection::send_response(HttpResponse& response, bool close) {
  const bool head_only = parser_ && parser_->head_only();
  const bool http10 = parser_ && parser_->http10();
  if (response.stream && http10) close = true;
  out_.clear();
  append_head(out_, response,
              {.date = loop_->date(), .close = close, .http10 = http10, .head_only = head_only},
              trace_);
  body_bytes_ = 0;
  if (response.stream && !head_only && has_body(response.status))
    co_return co_await send_stream(response) && !close;

  const std::string_view body =
      head_only || !has_body(response.status) ? std::string_view() : body_of(response);
  Buffers buffers = {asio::buffer(out_), asio::buffer(body)};
  body_bytes_ = static_cast<std::int64_t>(body.size());
  co_return send_now(buffers) || co_await send_rest(buffers);
}

// Where a stream's bytes go, each write a chunk.
class StreamWriter final : public HttpWriter {
 public:
  StreamWriter(HttpConnection& connection, bool chunked)
      : connection_(connection), chunked_(chunked) {}

  Task<Result<void>> write(std::string bytes) override {
    auto& c = connection_;
    if (c.left_ || c.broken_) co_return fail(Code::cancelled, "client_gone", "the client has left");
    if (c.edge_.ending)
      co_return fail(Code::cancelled, "shutting_down", "this server is shutting down");
    if (bytes.empty()) co_return Result<void>();
    const auto line = chunked_ ? fmt::format("{:x}\r\n", bytes.size()) : std::string();
    const std::string_view end = chunked_ ? "\r\n" : "";
    HttpConnection::Buffers buffers = {asio::buffer(line), asio::buffer(bytes), asio::buffer(end)};
    c.body_bytes_ += static_cast<std::int64_t>(bytes.size());
    const bool sent = c.send_now(buffers) || co_await c.send_rest(buffers);
    c.enter(HttpConnection::Phase::handling, HttpConnection::never);
    if (!sent) co_return fail(Code::cancelled, "client_gone", "the client has left");
    co_return Result<void>();
  }

 private:
  HttpConnection& connection_;
  const bool chunked_;
};

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): its caller waits
Task<bool> HttpConnection::send_stream(HttpResponse& response) {
  Buffers head = {asio::buffer(out_)};
  if (!send_now(head) && !co_await send_rest(head)) co_return false;
  enter(Phase::handling, never);
  streaming_ = true;
  bool whole = true;
  StreamWriter writer(*this, !parser_->http10());
  try {
    co_await response.stream(writer);
  } catch (const std::exception& error) {
    log::write(log::Level::error, trace_, "stream failed", {{"what", error.what()}});
    whole = false;
  }
  streaming_ = false;
  cancellation_.reset();
  if (!whole || left_ || broken_) {
    cut();  // without the last chunk, so that nobody takes it for the whole
    co_return false;
  }
  if (parser_->http10()) co_return true;
  Buffers last = {asio::buffer(std::string_view("0\r\n\r\n"))};
  co_return send_now(last) || co_await send_rest(last);
}

// Says whether all is sent; what is left stays in `buffers`.
bool HttpConnection::send_now(Buffers& buffers) {
  boost::system::error_code error;
  std::size_t sent = socket_.write_some(buffers, error);
  if (error && error != asio::error::would_block) broken_ = true;
  std::size_t left = 0;
  for (auto& buffer : buffers) {
    const std::size_t part = std::min(sent, buffer.size());
    buffer += part;
    sent -= part;
    left += buffer.size();
  }
  return left == 0;
}

Task<bool> HttpConnection::send_rest(Buffers buffers) {
  while (!broken_) {
    enter(Phase::writing, steady_ms() + edge_.config.write_stall_ms);
    const auto [error] = co_await socket_.async_wait(HttpLoop::Socket::wait_write, as_result);
    if (late_) cut();
    if (error || late_) broken_ = true;
    if (!broken_ && send_now(buffers)) co_return true;
  }
  co_return false;
}

void HttpConnection::observe(const HttpResponse& response) {
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - started_;
  loop_->observer().served({.method = method_,
                            .route = response.route,
                            .status = response.status,
                            .seconds = taken.count(),
                            .bytes = body_bytes_},
                           trace_);
}

// --- ending

// Closing while the client still sends would reset the connection, and the client might never read
// our answer: say that we are done, and wait a little for it to be done too.
Task<void> HttpConnection::linger() {
  boost::system::error_code ignored;
  if (broken_ || !socket_.is_open()) co_return;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  enter(Phase::lingering, steady_ms() + edge_.config.linger_ms);
  std::size_t thrown_away = 0;
  while (thrown_away < linger_max && !late_) {
    begin_ = end_ = 0;
    make_room(body_read);
    const auto [error, bytes] = co_await read_some();
    if (error || bytes == 0) co_return;
    thrown_away += bytes;
  }
}

void HttpConnection::cut() {
  boost::system::error_code ignored;
  socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  socket_.close(ignored);
  broken_ = true;
  if (cancellation_) cancellation_->cancel();
}

bool HttpConnection::client_has_left() {
  char byte = 0;
  const auto got = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

void HttpConnection::tick(std::int64_t now) {
  if ((streaming_ || cancellation_) && !left_ && client_has_left()) {
    left_ = true;
    if (cancellation_) cancellation_->cancel();
  }
  const bool unwanted = phase_ == Phase::idle && edge_.refusing && now - idle_since_ >= quiet_ms;
  if (now < deadline_ && !unwanted) return;
  deadline_ = never;
  late_ = true;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

}  // namespace lyceum::host
