#pragma once
// A shared mutex whose writers cannot starve: glibc's own lets readers in for as long as there is
// one, which a busy index always has. For std::unique_lock and std::shared_lock.

#include <atomic>
#include <mutex>
#include <shared_mutex>

namespace lyceum::authorization {

class WriterFirstMutex {
 public:
  void lock() {
    gate_.lock();
    writer_waits_ = true;
    mutex_.lock();
    writer_waits_ = false;
  }

  void unlock() {
    mutex_.unlock();
    gate_.unlock();
  }

  void lock_shared() {
    if (writer_waits_.load(std::memory_order_relaxed)) {
      const std::scoped_lock behind_the_writer(gate_);
    }
    mutex_.lock_shared();
  }

  void unlock_shared() { mutex_.unlock_shared(); }

 private:
  std::mutex gate_;  // one writer at a time
  std::atomic<bool> writer_waits_ = false;
  std::shared_mutex mutex_;
};

}  // namespace lyceum::authorization
