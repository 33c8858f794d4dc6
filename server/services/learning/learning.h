#pragma once
// Courses: modules of contents of components, drafts of answers, submissions and how they are
// judged, and what a person has passed. It runs no code itself (runner) and keeps no points
// (account).

#include <atomic>
#include <cstdint>
#include <string>

#include "base/clock.h"
#include "base/db.h"
#include "base/events.h"
#include "base/id.h"
#include "base/metrics.h"
#include "base/migration.h"
#include "contract/learning.rpc.h"
#include "contract/runner.rpc.h"
#include "services/learning/board.h"
#include "services/learning/bounds.h"
#include "services/learning/config.h"
#include "services/learning/course_folder.h"
#include "services/learning/judge.h"
#include "services/learning/outline.h"
#include "services/learning/versions.h"

namespace lyceum::learning {

const std::vector<Migration>& migrations();

class Learning final : public api::LearningApi {
 public:
  Learning(Config config,
           Db& db,
           const Clock& clock,
           Ids& ids,
           Events& events,
           runner::v1::RunnerApi& runner,
           metrics::Registry& metrics);

  // catalogue.cpp
  Task<Result<api::ListModulesResponse>> list_modules(Call call,
                                                      api::ListModulesRequest request) override;
  Task<Result<api::Module>> get_module(Call call, api::GetModuleRequest request) override;
  Task<Result<api::ListRecentResponse>> list_recent(Call call,
                                                    api::ListRecentRequest request) override;
  // contents.cpp
  Task<Result<api::Content>> get_content(Call call, api::GetContentRequest request) override;
  Task<Result<api::ContentSummary>> mark_done(Call call, api::MarkDoneRequest request) override;
  // drafts.cpp
  Task<Result<api::Draft>> get_draft(Call call, api::GetDraftRequest request) override;
  Task<Result<api::SaveDraftResponse>> save_draft(Call call,
                                                  api::SaveDraftRequest request) override;
  // submissions.cpp
  Task<Result<api::SubmitResponse>> submit(Call call, api::SubmitRequest request) override;
  Task<Result<api::ListSubmissionsResponse>> list_submissions(
      Call call, api::ListSubmissionsRequest request) override;
  Task<Result<api::Submission>> get_submission(Call call,
                                               api::GetSubmissionRequest request) override;
  // watch.cpp
  Task<Result<void>> watch_submission(Call call,
                                      api::GetSubmissionRequest request,
                                      Sink<api::SubmissionEvent> sink) override;
  // tries.cpp
  Task<Result<api::TryResponse>> try_(Call call, api::TryRequest request) override;
  Task<Result<void>> stream_try(Call call,
                                api::TryRequest request,
                                Sink<api::SubmissionEvent> sink) override;
  // sample.cpp
  Task<Result<api::Content>> get_sample(Call call, api::GetSampleRequest request) override;
  Task<Result<void>> stream_sample(Call call,
                                   api::SampleRunRequest request,
                                   Sink<api::SubmissionEvent> sink) override;
  // course.cpp
  Task<Result<api::ImportCourseResponse>> import_course(Call call,
                                                        api::ImportCourseRequest request) override;
  Task<Result<api::ExportCourseResponse>> export_course(Call call,
                                                        api::ExportCourseRequest request) override;

  Judge& judge() { return judge_; }

 private:
  // A submittable in the current version of its content.
  struct Target {
    std::int64_t content_id = 0;
    std::int64_t version_number = 0;
    VersionPtr version;
    const internal::Component* component = nullptr;  // in `version`
  };

  Result<Target> target(Tx& tx, std::int64_t component_id);
  Result<api::Submission> own_submission(Tx& tx, const Call& call, std::int64_t id);
  Task<Result<Target>> sample_target();
  Result<CourseModule> stored_course(Tx& tx, const Outline& outline, std::int64_t module_id);

  const Config config_;
  Db& db_;
  const Clock& clock_;
  Ids& ids_;
  runner::v1::RunnerApi& runner_;
  Outlines outlines_;
  Versions versions_;
  Board board_;
  Bounds tries_;
  Bounds samples_;
  Judge judge_;
};

}  // namespace lyceum::learning
