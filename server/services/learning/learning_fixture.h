#pragma once
// What the tests of this folder share: a small course, a runner that does as it is told, and verbs.

#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "services/learning/learning.h"
#include "testing/published.h"
#include "testing/service_test.h"

namespace lyceum::learning {

using Files = std::map<std::string, std::string>;

// A course with a lesson, an exercise, an MCQ and a quiz. Everything that must never be seen has
// SECRET in it.
Files small_course();

// "Runs" the first file: `print X` prints X, `echo` prints the input, `crash`, `loop` and `broken`
// (does not compile) do what they say.
class FakeRunner final : public runner::v1::RunnerApi {
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
  std::atomic<int> calls_ = 0;
  std::atomic<int> leaves_ = 1'000'000;
};

class LearningTest : public testing::ServiceTest {
 protected:
  LearningTest() {
    for (const auto& problem : import(small_course()).problems())
      ADD_FAILURE() << problem.file() << ":" << problem.line() << " " << problem.field() << " "
                    << problem.message();
  }

  static Config config();

  api::ImportCourseResponse import(const Files& files, bool check_only = false, bool sample = true);
  Files exported(const std::string& key = "course");

  // Ids by the keys of the small course: content("double"), component("double", "code").
  std::int64_t content(const std::string& key);
  std::int64_t component(const std::string& content_key, const std::string& key);
  api::Content open(std::int64_t user_id, const std::string& content_key);
  api::Module course(Call call);

  static api::SubmitRequest code(std::int64_t component_id,
                                 const std::string& text,
                                 const std::string& language = "python");
  Result<api::SubmitResponse> submit(std::int64_t user_id,
                                     const api::SubmitRequest& request,
                                     const std::string& key = "");
  Result<api::Submission> submission(std::int64_t user_id, std::int64_t id);
  // Submits, judges and gives what came of it.
  api::Submission judged(std::int64_t user_id, const api::SubmitRequest& request);
  api::Submission solved(std::int64_t user_id);  // of "double"

  bool judge_one() { return run(service->judge().step()); }

  // Everything that a stream gives until it ends.
  Result<std::vector<api::SubmissionEvent>> watch(std::int64_t user_id, std::int64_t id);
  Result<std::vector<api::SubmissionEvent>> try_it(std::int64_t user_id,
                                                   const api::TryRequest& request);

  std::vector<api::RewardEarned> rewards();

  // A new process on the same database: what was in memory is gone.
  void restart();

  FakeRunner runner;
  std::unique_ptr<Db> db = open_temporary_sqlite(migrations());
  std::unique_ptr<Learning> service = make();
  api::LearningApi* learning =
      &reach<api::LearningApi>(*service, api::publish, api::connect_learning);

 private:
  std::unique_ptr<Learning> make() {
    return std::make_unique<Learning>(config(), *db, clock, ids, events, runner, metrics);
  }

  std::vector<std::unique_ptr<Learning>> dead_;  // the server of the first keeps a reference to it
};

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

}  // namespace lyceum::learning
