#pragma once
// Our ends of a live program's stdin, stdout and stderr, be they pipes or a terminal.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/result.h"
#include "base/task.h"
#include "services/runner/sandbox.h"

namespace lyceum::runner {

// One end of a pipe on a loop, which it does not block.
class PipeEnd {
 public:
  PipeEnd(const boost::asio::any_io_executor& loop, DescriptorPtr end);
  ~PipeEnd();
  PipeEnd(const PipeEnd&) = delete;
  PipeEnd& operator=(const PipeEnd&) = delete;

  // Until it is ready for that; false: it has been closed.
  Task<bool> ready(boost::asio::posix::stream_descriptor::wait_type what);

  bool open() const { return end_ != nullptr; }

  int fd() const { return end_->get(); }

  void close();

 private:
  DescriptorPtr end_;
  boost::asio::posix::stream_descriptor stream_;
};

// What a program writes, as it comes. Never half a character of UTF-8, unless it stays half.
class OutPipe {
 public:
  using Take = std::function<void(std::string_view bytes)>;

  static constexpr std::size_t read_size = 16 << 10;

  // `most`: bytes; what is beyond them is not taken.
  OutPipe(const boost::asio::any_io_executor& loop,
          DescriptorPtr read_end,
          std::int64_t most,
          Take take);

  // Until there is something to read; false: it is closed.
  Task<bool> readable();

  enum class Read { some, nothing, end, too_much };

  // One read of what is there.
  Read read();

  // What is in the pipe when its program has ended, half characters as well; then it is closed.
  Read finish();

  void close() { end_.close(); }

 private:
  void give(std::string_view bytes);

  PipeEnd end_;
  std::int64_t room_;
  const Take take_;
  std::string begun_;  // a character that is not whole yet
};

// What a program is told, in the order and at the pace at which it reads.
class InPipe {
 public:
  static constexpr std::size_t waiting_max = 1 << 20;  // bytes

  explicit InPipe(const boost::asio::any_io_executor& loop);

  // Where it goes to. Of a pipe both ends: as long as we hold the one to read from, writing never
  // finds the pipe broken, which would be a SIGPIPE for us.
  void open(DescriptorPtr write_end, DescriptorPtr read_end = nullptr);

  // False: too much waits already.
  bool add(std::string_view bytes);
  // Nothing is added any more: the program sees the end when it has read all.
  void end();
  // Hands over until the end, or until close(); once it is open.
  Task<void> feed();
  void close();

 private:
  const boost::asio::any_io_executor loop_;
  DescriptorPtr read_end_;
  std::optional<PipeEnd> end_;
  boost::asio::steady_timer added_;
  std::string waiting_;
  bool all_ = false;  // nothing is added any more
};

}  // namespace lyceum::runner
