#pragma once
// Work that takes more than a millisecond of processor (password hashes, pictures) leaves the event
// loop: `co_await cpu.run([&] { … })`. Bounded: beyond `queue` waiting jobs it answers unavailable.

#include <atomic>
#include <functional>
#include <memory>
#include <type_traits>

#include <boost/asio/thread_pool.hpp>

#include "base/result.h"
#include "base/task.h"

namespace lyceum {

class Cpu {
 public:
  explicit Cpu(int threads, int queue = 64)
      : queue_(queue), pool_(static_cast<std::size_t>(threads)) {}

  // f() gives a Result; it may hold references into the caller's frame.
  template <class F>
  auto run(F f) -> Task<std::invoke_result_t<F>> {
    std::unique_ptr<std::invoke_result_t<F>> out;
    const auto taken = co_await work([&] { out = std::make_unique<std::invoke_result_t<F>>(f()); });
    if (!taken) co_return fail(taken.error());
    co_return std::move(*out);
  }

 private:
  Task<Result<void>> work(std::function<void()> job);

  const int queue_;
  std::atomic<int> waiting_ = 0;
  boost::asio::thread_pool pool_;
};

}  // namespace lyceum
