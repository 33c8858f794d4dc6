#pragma once
// One slot of lyceum-sandbox, seen from here: messages with descriptors, over a socket. Only
// sandbox.cpp uses it.

#include <chrono>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/result.h"
#include "base/task.h"
#include "services/runner/descriptor.h"

namespace lyceum::runner {

// "sandbox_unavailable", and why.
std::unexpected<Error> unavailable(const std::string& why);
// The same, with what errno says.
std::unexpected<Error> unavailable_errno(const std::string& what);

struct Received {
  std::string bytes;
  std::vector<Descriptor> fds;

  std::uint32_t type() const {
    std::uint32_t out = 0;
    if (bytes.size() >= sizeof out) std::memcpy(&out, bytes.data(), sizeof out);
    return out;
  }

  template <class T>
  std::optional<T> as() const {
    T out;
    if (bytes.size() < sizeof out) return {};
    std::memcpy(&out, bytes.data(), sizeof out);
    return out;
  }

  std::string text_after(std::size_t size) const {
    return bytes.size() > size ? std::string(bytes.c_str() + size) : "";
  }
};

// False: would block.
Result<bool> try_send(int socket, std::string_view bytes, std::span<const int> fds);

// One job at a time. Closing it kills the job.
class Slot {
 public:
  Slot(const boost::asio::any_io_executor& loop, Descriptor socket);

  // So that nothing waits for ever, whatever happens to the sandbox.
  void give_up_after(std::chrono::milliseconds time);

  Task<Result<void>> send(std::string bytes, std::vector<int> fds);
  // What may be lost where the other end does not keep up.
  void try_say(std::string_view bytes);
  Task<Result<Received>> receive();
  Descriptor release();

 private:
  Task<Result<void>> wait(boost::asio::posix::stream_descriptor::wait_type what);

  std::shared_ptr<boost::asio::posix::stream_descriptor> stream_;  // shared with the timer
  boost::asio::steady_timer timer_;
};

}  // namespace lyceum::runner
