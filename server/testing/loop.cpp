#include "testing/loop.h"

#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

namespace lyceum::testing {

struct Loop::Parts {
  boost::asio::io_context io{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard{io.get_executor()};
  std::thread thread{[this] { io.run(); }};
};

Loop::Loop() : parts_(std::make_unique<Parts>()) {}

Loop::~Loop() {
  parts_->guard.reset();
  parts_->io.stop();
  parts_->thread.join();
}

void Loop::run(Task<void> task) {
  boost::asio::co_spawn(parts_->io, std::move(task), boost::asio::use_future).get();
}

boost::asio::any_io_executor Loop::executor() {
  return parts_->io.get_executor();
}

}  // namespace lyceum::testing
