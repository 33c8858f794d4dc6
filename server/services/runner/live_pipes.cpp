#include "services/runner/live_pipes.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "services/runner/output.h"

namespace asio = boost::asio;

namespace lyceum::runner {
using Stream = asio::posix::stream_descriptor;

PipeEnd::PipeEnd(const asio::any_io_executor& loop, DescriptorPtr end)
    : end_(std::move(end)), stream_(loop, end_->get()) {
  fcntl(fd(), F_SETFL, fcntl(fd(), F_GETFL) | O_NONBLOCK);
}

PipeEnd::~PipeEnd() {
  close();
}

Task<bool> PipeEnd::ready(Stream::wait_type what) {
  if (!open()) co_return false;
  boost::system::error_code error;
  co_await stream_.async_wait(what, asio::redirect_error(asio::use_awaitable, error));
  co_return !error && open();
}

void PipeEnd::close() {
  if (!open()) return;
  stream_.release();  // whose the descriptor is not
  end_.reset();
}

OutPipe::OutPipe(const asio::any_io_executor& loop,
                 DescriptorPtr read_end,
                 std::int64_t most,
                 Take take)
    : end_(loop, std::move(read_end)), room_(most), take_(std::move(take)) {}

Task<bool> OutPipe::readable() {
  co_return co_await end_.ready(Stream::wait_read);
}

OutPipe::Read OutPipe::read() {
  static thread_local std::array<char, read_size> buffer;  // nothing is kept in it
  const ssize_t got = ::read(end_.fd(), buffer.data(), buffer.size());
  if (got < 0) return errno == EAGAIN || errno == EINTR ? Read::nothing : Read::end;
  if (got == 0) return Read::end;
  const auto taken = std::min<std::int64_t>(got, room_);
  room_ -= taken;
  give({buffer.data(), static_cast<std::size_t>(taken)});
  return taken < got ? Read::too_much : Read::some;
}

OutPipe::Read OutPipe::finish() {
  constexpr int reads = 8;  // twice what a pipe holds: who is not dead yet may still write
  Read last = Read::some;
  for (int i = 0; i < reads && last == Read::some && end_.open(); ++i) last = read();
  if (!begun_.empty()) take_(std::exchange(begun_, {}));
  end_.close();
  return last;
}

void OutPipe::give(std::string_view bytes) {
  begun_ += bytes;
  const auto whole = whole_characters(begun_);
  if (whole.empty()) return;
  take_(whole);
  begun_.erase(0, whole.size());
}

InPipe::InPipe(const asio::any_io_executor& loop)
    : loop_(loop), added_(loop, asio::steady_timer::time_point::max()) {}

void InPipe::open(DescriptorPtr write_end, DescriptorPtr read_end) {
  read_end_ = std::move(read_end);
  end_.emplace(loop_, std::move(write_end));
}

bool InPipe::add(std::string_view bytes) {
  if (all_) return true;
  if (waiting_.size() + bytes.size() > waiting_max) return false;
  waiting_ += bytes;
  added_.cancel();
  return true;
}

void InPipe::end() {
  all_ = true;
  added_.cancel();
}

Task<void> InPipe::feed() {
  while (end_ && end_->open()) {
    if (!waiting_.empty()) {
      if (!co_await end_->ready(Stream::wait_write)) break;
      const ssize_t written = ::write(end_->fd(), waiting_.data(), waiting_.size());
      if (written < 0 && errno != EAGAIN && errno != EINTR) break;
      waiting_.erase(0, static_cast<std::size_t>(std::max<ssize_t>(0, written)));
    } else if (all_) {
      break;
    } else {
      boost::system::error_code woken;
      co_await added_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
  }
  close();
}

void InPipe::close() {
  if (end_) end_->close();
  added_.cancel();
}

}  // namespace lyceum::runner
