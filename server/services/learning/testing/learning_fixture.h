#pragma once
// What the tests of this folder share: the service with a small course on it, and verbs.

#include <string>
#include <vector>

#include "services/learning/learning.h"
#include "services/learning/testing/fake_runner.h"
#include "services/learning/testing/small_course.h"
#include "testing/published.h"
#include "testing/service_test.h"

namespace lyceum::learning {

class LearningTest : public testing::ServiceTest {
 protected:
  LearningTest() {
    for (const auto& problem : import(small_course()).problems())
      ADD_FAILURE() << problem.file() << ":" << problem.line() << " " << problem.field() << " "
                    << problem.message();
  }

  static Config config();

  api::ImportCourseResponse import(const Files& files, bool check_only = false, bool sample = true);
  // What is wrong with a course: "file:line: field: message" of each.
  std::vector<std::string> problems(const Files& files);
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

}  // namespace lyceum::learning
