#pragma once
// Brings the database to what a course's folder says, inside one transaction.

#include <map>
#include <string>
#include <vector>

#include "base/db.h"
#include "base/id.h"
#include "services/learning/course_folder.h"
#include "services/learning/store.h"

namespace lyceum::learning {

class CourseImport {
 public:
  CourseImport(Tx& tx, Ids& ids, std::int64_t now_ms) : tx_(tx), ids_(ids), now_ms_(now_ms) {}

  // Modules, contents and components keep their ids by path; only a content that differs gets a new
  // version; what is not in the folder any more is archived.
  Result<void> apply(const CourseModule& course);

  std::int64_t module_id = 0;  // of the course
  bool is_new = false;
  int contents = 0;
  int new_versions = 0;
  std::int64_t sample_content_id = 0;  // 0: none is marked

 private:
  Result<void> read_existing();
  Result<void> apply_module(const CourseModule& module,
                            const std::string& path,
                            std::int64_t parent_id,
                            std::int64_t position);
  Result<void> apply_content(const CourseContent& content,
                             const ModuleRow& module,
                             std::int64_t position);
  Result<void> add_version(ContentRow& row, const internal::Tree& tree);
  Result<void> archive_rest();

  Tx& tx_;
  Ids& ids_;
  const std::int64_t now_ms_;
  std::map<std::string, ModuleRow> modules_;  // by path; what was seen is taken out
  std::map<std::string, ContentRow> contents_;
};

}  // namespace lyceum::learning
