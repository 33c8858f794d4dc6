#pragma once
// The only place that knows gRPC. One generic service serves the whole method table: no generated
// stubs, and ordinary gRPC clients can call it.

#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "base/rpc.h"
#include "host/tls.h"

namespace lyceum::host {

class GrpcServer {
 public:
  virtual ~GrpcServer() = default;          // refuses new calls, waits for those under way
  virtual std::string address() const = 0;  // "127.0.0.1:1234" or "unix:/path"
};

// Gives the loop that a call runs on.
using NextLoop = std::function<boost::asio::any_io_executor()>;

// Reason of an error that no service gave: nobody answered, or not in time, or something
// unreadable. The service's own refusals arrive as they were.
inline constexpr std::string_view transport_failed = "remote_call_failed";

// Reason of a call that came to a process without that service.
inline constexpr std::string_view not_served_here = "not_served_here";

// listen: "HOST:PORT" (port 0 takes a free one) or "unix:/path". Throws std::runtime_error when it
// cannot listen. Whoever reaches it is trusted to say who is calling. With `tls` that is who has a
// certificate of its authority; without, it must be a socket in a private folder, or loopback.
std::unique_ptr<GrpcServer> serve_grpc(const MethodTable& table,
                                       NextLoop next_loop,
                                       const std::string& listen,
                                       const Tls* tls = nullptr);

// Connects with the first call, and by itself again whenever the other end is back. With `tls` the
// other end must have a certificate of its authority for the host of `address`, and ours is shown
// to it.
std::unique_ptr<Channel> dial_grpc(const std::string& address, const Tls* tls = nullptr);

}  // namespace lyceum::host
