#pragma once
// A runner that does as it is told, and what collects a stream.

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "testing/plain_runner.h"

namespace lyceum::learning {

// Collects what a stream gives.
template <class Event>
struct Collected {
  std::shared_ptr<std::vector<Event>> events = std::make_shared<std::vector<Event>>();

  Sink<Event> sink() const {
    return Sink<Event>([all = events](Event event) { return keep(all, std::move(event)); });
  }

  static Task<Result<void>> keep(std::shared_ptr<std::vector<Event>> all, Event event) {
    all->push_back(std::move(event));
    co_return Result<void>{};
  }
};

// "Runs" the first file: `print X` prints X, `echo` prints the input, `crash`, `loop`, `forbidden`
// and `broken` (does not compile) do what they say. To a checker or an interactor it says itself:
// `fine` is right, `confuse` makes it fail.
class FakeRunner final : public testing::PlainRunner {
 public:
  Task<Result<runner::v1::ListLanguagesResponse>> list_languages(
      Call, runner::v1::ListLanguagesRequest) override;
  Task<Result<runner::v1::RunResult>> run(Call call, runner::v1::RunRequest request) override;
  Task<Result<void>> stream_run(Call call,
                                runner::v1::RunRequest request,
                                Sink<runner::v1::RunEvent> sink) override;

  // The next calls fail with these, in order.
  void fail_with(Error error);
  // The next calls end with this status, in the middle of their work.
  void end_with(std::string status);

  // From now on it runs the last test first.
  void run_backwards() { backwards_ = true; }

  // From now on it says nothing of groups.
  void forget_groups() { forgets_groups_ = true; }

  // Waits before each test until let_go was called so often.
  void hold();
  void let_go(int tests);

  int calls() const { return calls_; }

  std::vector<runner::v1::RunRequest> requests();

 private:
  Task<void> wait_for_leave();

  std::mutex mutex_;
  std::deque<Error> errors_;
  std::deque<std::string> endings_;
  std::vector<runner::v1::RunRequest> requests_;
  std::atomic<bool> backwards_ = false;
  std::atomic<bool> forgets_groups_ = false;
  std::atomic<int> calls_ = 0;
  std::atomic<int> leaves_ = 1'000'000;
};

}  // namespace lyceum::learning
