#pragma once
// An event loop on a thread of its own, for tests. What makes coroutines run is compiled once, in
// loop.cpp: in every test file it was a third of the compiler's work.

#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "base/task.h"

namespace lyceum::testing {

class Loop {
 public:
  Loop();
  ~Loop();  // what still waits on it is dropped
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Returns when the task has ended, with its exception if that is how.
  void run(Task<void> task);

  boost::asio::any_io_executor executor();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace lyceum::testing
