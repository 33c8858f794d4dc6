#include "services/learning/course_folder.h"
#include "services/learning/course_import.h"
#include "services/learning/learning.h"
#include "services/learning/solutions.h"

namespace lyceum::learning {
namespace {

api::ImportCourseResponse refused(const Problems& problems) {
  api::ImportCourseResponse response;
  for (const auto& problem : problems.first()) *response.add_problems() = problem;
  return response;
}

}  // namespace

Task<Result<api::ImportCourseResponse>> Learning::import_course(Call call,
                                                                api::ImportCourseRequest request) {
  Problems problems;
  const Folder folder(request.files(), problems);
  const auto course = read_course(request.key(), folder, problems);
  if (problems.none() && request.run_solutions()) {
    CO_TRY(problems, co_await run_solutions(runner_, Call::of_service(call.trace()), &course));
  }
  if (!problems.none()) co_return refused(problems);

  api::ImportCourseResponse response;
  const auto written = co_await db_.write([&](Tx& tx) -> Result<void> {
    CourseImport import(tx, ids_, clock_.now_ms());
    TRY_VOID(import.apply(course));
    if (request.sample() && import.sample_content_id != 0)
      TRY_VOID(store::set_sample_content(tx, import.sample_content_id));
    const bool keeps_id = !request.check_only() || !import.is_new;
    response.set_module_id(keeps_id ? import.module_id : 0);
    response.set_contents(import.contents);
    response.set_new_versions(import.new_versions);
    // Everything was tried; nothing is kept.
    if (request.check_only()) return fail(Code::cancelled, "only_checked", "only checked");
    return {};
  });
  if (!written && written.error().reason != "only_checked") co_return fail(written.error());
  co_return response;
}

Task<Result<api::ExportCourseResponse>> Learning::export_course(Call,
                                                                api::ExportCourseRequest request) {
  co_return co_await db_.read_long([&](Tx& tx) -> Result<api::ExportCourseResponse> {
    TRY(const auto outline, outlines_.get(tx));
    for (const auto id : outline->tops) {
      if (outline->module(id)->row.key != request.key()) continue;
      TRY(const auto course, stored_course(tx, *outline, id));
      api::ExportCourseResponse response;
      for (auto& file : write_course(course)) *response.add_files() = std::move(file);
      return response;
    }
    return fail(Code::not_found, "not_found", "there is no such course");
  });
}

Result<CourseModule> Learning::stored_course(Tx& tx,
                                             const Outline& outline,
                                             std::int64_t module_id) {
  const auto& module = *outline.module(module_id);
  CourseModule course;
  course.key = module.row.key;
  course.title = module.row.title;
  course.summary = module.row.summary;
  course.description = module.row.description;
  course.difficulty = module.row.difficulty;
  course.tags = module.row.tags;
  for (const auto id : module.contents) {
    const auto& content = *outline.content(id);
    TRY(const auto version, versions_.get(tx, id, content.version));
    course.contents.push_back({content.key, version->tree});
  }
  for (const auto id : module.modules) {
    TRY(auto below, stored_course(tx, outline, id));
    course.modules.push_back(std::move(below));
  }
  return course;
}

}  // namespace lyceum::learning
