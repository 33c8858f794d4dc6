#pragma once
// The only place that knows gRPC. One generic service serves the whole method table: no generated
// stubs, and ordinary gRPC clients can call it.

#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "base/rpc.h"

namespace lyceum::host {

class GrpcServer {
 public:
  virtual ~GrpcServer() = default;          // refuses new calls, waits for those under way
  virtual std::string address() const = 0;  // "127.0.0.1:1234" or "unix:/path"
};

// Gives the loop that a call runs on.
using NextLoop = std::function<boost::asio::any_io_executor()>;

// listen: "HOST:PORT" (port 0 takes a free one) or "unix:/path". Throws std::runtime_error when it
// cannot listen. Whoever reaches it is trusted to say who is calling: a socket in a private folder,
// or loopback.
std::unique_ptr<GrpcServer> serve_grpc(const MethodTable& table,
                                       NextLoop next_loop,
                                       const std::string& listen);

std::unique_ptr<Channel> dial_grpc(const std::string& address);

}  // namespace lyceum::host
