#pragma once
// One client's connection: its requests one after the other, as a coroutine on its loop.

#include <array>
#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/buffer.hpp>

#include "host/http_edge.h"
#include "host/http_parser.h"
#include "host/http_response.h"

namespace lyceum::host {

class HttpConnection final : public LoopConnection {
 public:
  HttpConnection(std::shared_ptr<HttpLoop> loop, HttpLoop::Socket socket);
  ~HttpConnection() override;
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  // Serves until the connection ends. shared: the coroutine owns the connection.
  static Task<void> run(std::shared_ptr<HttpConnection> self);
  // Answers 503 and ends it.
  static Task<void> turn_away(std::shared_ptr<HttpConnection> self);

  void tick(std::int64_t now) override;
  void cut() override;

 private:
  friend class StreamWriter;

  enum class Step { ok, refused, gone };
  enum class Phase { idle, head, body, handling, writing, lingering };
  using Buffers = std::array<boost::asio::const_buffer, 3>;  // of which some may be empty
  static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

  Task<Step> read_head();
  Task<Step> read_body();
  Task<bool> answer();
  Task<void> refuse();
  Task<void> linger();
  Task<HttpResponse> handle();
  Task<bool> send_response(HttpResponse& response, bool close);
  Task<void> switch_protocol(HttpResponse& response);
  Task<bool> send_stream(HttpResponse& response);
  Task<bool> send_rest(Buffers buffers);

  Step refused(const Refusal& why);
  Step parse_head(std::size_t size);
  bool send_now(Buffers& buffers);
  auto read_some();
  bool hold_body();
  void release_body();
  void begin_trace();
  void observe(const HttpResponse& response);
  void enter(Phase phase, std::int64_t deadline);
  void make_room(std::size_t bytes);
  bool client_has_left();

  std::string_view pending() const { return {buffer_.data() + begin_, end_ - begin_}; }

  std::shared_ptr<HttpLoop> loop_;
  HttpEdge& edge_;
  HttpLoop::Socket socket_;
  boost::asio::ip::address peer_;
  std::string peer_text_;

  std::vector<char> buffer_;
  std::size_t begin_ = 0, end_ = 0;  // of what was read and not yet used
  std::optional<RequestParser> parsed_;
  RequestParser* parser_ = nullptr;  // of the request at hand: parsed_, or nothing yet
  std::string out_;

  Phase phase_ = Phase::idle;
  std::int64_t deadline_ = never;
  std::int64_t idle_since_ = 0;
  bool late_ = false;             // the deadline passed: the socket's operation was cancelled
  bool left_ = false;             // the client closed while we were answering
  CancellationPtr cancellation_;  // of the request that is being answered
  bool streaming_ = false;
  bool broken_ = false;  // writing failed
  const Refusal* refusal_ = nullptr;
  std::chrono::steady_clock::time_point started_;
  Trace trace_;
  std::string_view method_;
  std::int64_t body_bytes_ = 0;  // sent
  std::int64_t held_ = 0;        // of the request's body, as counted in edge_.body_bytes
};

}  // namespace lyceum::host
