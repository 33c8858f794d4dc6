#pragma once
// A WebSocket (RFC 6455) as a service sees it: whole text messages in and out. The host does the
// rest: the upgrade, who is behind it, framing, UTF-8, the protocol's own pings, gathering of
// writes. Everything here is called on the socket's loop, and only there.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>

#include "base/call.h"

namespace lyceum {

// Text that many sockets send: serialised once, never copied.
using SharedText = std::shared_ptr<const std::string>;

class Socket {
 public:
  virtual ~Socket() = default;

  // Queues one message, `shared` and then `own`. All that is queued within one turn of the loop
  // leaves together. False, and nothing is queued, when the queue is full or the socket closing.
  virtual bool send(SharedText shared, std::string_view own = {}) = 0;

  // Queues a close frame behind what is queued; where that is too much for the queue (a send() gave
  // false), in place of it: who does not read would not come to it. Nothing is received after that;
  // closed() comes when the other side has answered, or has had 5 s to. Once.
  virtual void close(std::uint16_t code, std::string_view reason) = 0;

  virtual std::size_t queued_bytes() const = 0;  // not yet taken by the kernel
  virtual boost::asio::any_io_executor loop() const = 0;
};

// What a service does with one socket.
class SocketListener {
 public:
  virtual ~SocketListener() = default;
  virtual void received(std::string_view text) = 0;  // valid UTF-8, within message_max

  // The server is about to stop: close() soon. What is open after 2 s is closed with 1001.
  virtual void draining() {}

  virtual void closed() = 0;  // it is gone, whoever ended it: the last call
};

// A path at which sockets are taken, from whoever is signed in: by session cookie from a page of
// our own origin, or by a bearer token with the scope. Others get 401 or 403, and no upgrade.
struct SocketDoor {
  std::string path;                       // "/api/v1/gateway"
  std::string scope;                      // that a token must have
  bool runs_code = false;                 // opening it counts as a run, for the user
  std::size_t message_max = 4'096;        // bytes of one message received; more closes with 1009
  std::size_t queue_bytes_max = 1 << 20;  // of what waits to be sent to one socket
  std::size_t queue_messages_max = 4'096;
  std::function<std::shared_ptr<SocketListener>(Call, std::shared_ptr<Socket>)> open;
};

}  // namespace lyceum
