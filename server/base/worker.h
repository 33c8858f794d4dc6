#pragma once
// A loop in the background of a service: runs step() again at once while it gives true (there was
// work), else after wake() or when `poll` is over. What is left to do is rows in the database, so a
// killed process goes on where it was.

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/task.h"

namespace lyceum {

class Worker {
 public:
  using Step = std::function<Task<bool>()>;

  Worker(boost::asio::any_io_executor loop, Step step, std::chrono::milliseconds poll);
  ~Worker();  // waits for the step under way; never call it on the loop's own thread
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void wake();                          // from any thread
  std::function<void()> waker() const;  // wake() that may outlive the worker

 private:
  struct State;
  static void wake(const std::shared_ptr<State>& state);
  static Task<void> run(std::shared_ptr<State> state);

  std::shared_ptr<State> state_;  // shared with the coroutine
};

}  // namespace lyceum
