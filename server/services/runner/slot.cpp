#include "services/runner/slot.h"

#include <array>
#include <cerrno>
#include <sys/socket.h>
#include <system_error>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "sandbox/protocol.h"

namespace asio = boost::asio;

namespace lyceum::runner {
namespace {

constexpr int fds_max = 3;

Result<std::optional<Received>> try_receive(int socket) {
  Received out;
  out.bytes.resize(sb_message_max);
  iovec part = {out.bytes.data(), out.bytes.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * fds_max)> control;
  msghdr header = {};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control.data();
  header.msg_controllen = CMSG_LEN(sizeof(int) * fds_max);  // what pads it is room for one more
  const ssize_t got = recvmsg(socket, &header, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return std::optional<Received>();
  if (got < 0) return unavailable_errno("the sandbox does not answer");
  for (cmsghdr* rights = CMSG_FIRSTHDR(&header); rights; rights = CMSG_NXTHDR(&header, rights)) {
    if (rights->cmsg_level != SOL_SOCKET || rights->cmsg_type != SCM_RIGHTS) continue;
    std::array<int, fds_max> fds;
    const std::size_t count = (rights->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    std::memcpy(fds.data(), CMSG_DATA(rights), count * sizeof(int));
    for (std::size_t i = 0; i < count; ++i) out.fds.emplace_back(fds.at(i));
  }
  if (got == 0) return unavailable("the sandbox has ended");
  out.bytes.resize(static_cast<std::size_t>(got));
  return std::optional(std::move(out));
}

}  // namespace

std::unexpected<Error> unavailable(const std::string& why) {
  return std::unexpected(Error{Code::unavailable,
                               "sandbox_unavailable",
                               "programs cannot be run here at the moment: " + why,
                               {},
                               5000});
}

std::unexpected<Error> unavailable_errno(const std::string& what) {
  return unavailable(what + ": " + std::generic_category().message(errno));
}

Result<bool> try_send(int socket, std::string_view bytes, std::span<const int> fds) {
  iovec part = {const_cast<char*>(bytes.data()), bytes.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * fds_max)> control = {};
  msghdr header = {};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  if (!fds.empty()) {
    header.msg_control = control.data();
    header.msg_controllen = CMSG_SPACE(fds.size_bytes());
    cmsghdr* rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(fds.size_bytes());
    std::memcpy(CMSG_DATA(rights), fds.data(), fds.size_bytes());
  }
  if (sendmsg(socket, &header, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0) return true;
  if (errno == EAGAIN || errno == EINTR) return false;
  return unavailable_errno("the sandbox does not listen");
}

Slot::Slot(const asio::any_io_executor& loop, Descriptor socket)
    : stream_(std::make_shared<asio::posix::stream_descriptor>(loop, socket.release())),
      timer_(loop) {}

void Slot::give_up_after(std::chrono::milliseconds time) {
  timer_.expires_after(time);
  timer_.async_wait([stream = stream_](const boost::system::error_code& cancelled) {
    if (!cancelled) stream->cancel();
  });
}

Task<Result<void>> Slot::send(std::string bytes, std::vector<int> fds) {
  for (;;) {
    CO_TRY(const bool sent, try_send(stream_->native_handle(), bytes, fds));
    if (sent) co_return Result<void>();
    CO_TRY_VOID(co_await wait(asio::posix::stream_descriptor::wait_write));
  }
}

void Slot::try_say(std::string_view bytes) {
  const auto ignored = try_send(stream_->native_handle(), bytes, {});
  static_cast<void>(ignored);
}

Task<Result<Received>> Slot::receive() {
  for (;;) {
    CO_TRY(auto message, try_receive(stream_->native_handle()));
    if (message) co_return *std::move(message);
    CO_TRY_VOID(co_await wait(asio::posix::stream_descriptor::wait_read));
  }
}

Descriptor Slot::release() {
  timer_.cancel();
  return Descriptor(stream_->release());
}

Task<Result<void>> Slot::wait(asio::posix::stream_descriptor::wait_type what) {
  boost::system::error_code error;
  co_await stream_->async_wait(what, asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return unavailable("the sandbox does not answer in time");
  co_return Result<void>();
}

}  // namespace lyceum::runner
