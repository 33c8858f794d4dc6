#pragma once
// What is known of the submissions being judged in this process, before it is in the database, and
// who waits for news of them.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include "base/result.h"
#include "base/task.h"
#include "contract/learning.pb.h"

namespace lyceum::learning {

class Board {
 public:
  struct Live {
    std::int64_t run = 0;
    std::optional<runner::v1::CompileResult> compile;
    std::map<int, v1::ValidatorResult> results;  // by position, as they are stored
  };

  // One reader of one submission.
  class Watcher {
   public:
    Watcher(Board& board, std::int64_t submission_id, boost::asio::any_io_executor executor);
    ~Watcher();
    Watcher(const Watcher&) = delete;
    Watcher& operator=(const Watcher&) = delete;

    // Until there is news since the last wait, or for so long.
    Task<void> wait(std::chrono::milliseconds longest);

   private:
    friend class Board;
    struct Signal;
    static Task<void> wait_on(std::shared_ptr<Signal> signal, std::chrono::milliseconds longest);

    Board& board_;
    const std::int64_t submission_id_;
    std::shared_ptr<Signal> signal_;  // shared with the waking thread's post
  };

  explicit Board(std::int64_t watchers_max) : watchers_max_(watchers_max) {}

  Result<std::unique_ptr<Watcher>> watch(std::int64_t submission_id,
                                         boost::asio::any_io_executor executor);
  std::optional<Live> live(std::int64_t submission_id);

  // The judge's side; each wakes the watchers. A run that another one has overtaken says nothing.
  void begin(std::int64_t submission_id, std::int64_t run);
  void compiled(std::int64_t submission_id,
                std::int64_t run,
                const runner::v1::CompileResult& compile);
  void judged(std::int64_t submission_id,
              std::int64_t run,
              int position,
              const v1::ValidatorResult& result);
  // What there is to know is in the database now.
  void end(std::int64_t submission_id, std::int64_t run);

 private:
  Live* find(std::int64_t submission_id, std::int64_t run);  // with the mutex held, as wake
  void wake(std::int64_t submission_id);

  const std::int64_t watchers_max_;
  std::mutex mutex_;
  std::map<std::int64_t, Live> live_;
  std::multimap<std::int64_t, std::shared_ptr<Watcher::Signal>> watchers_;
};

}  // namespace lyceum::learning
