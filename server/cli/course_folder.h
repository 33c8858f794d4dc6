#pragma once
// A course's folder on disk, as the files that the learning service takes and gives.

#include <string>

#include "base/result.h"
#include "contract/learning.pb.h"

namespace lyceum::cli {

// Every regular file below `folder`, hidden ones and links left out; paths relative to it.
Result<learning::v1::ImportCourseRequest> read_course(const std::string& folder);

// Writes the files below `folder`, which must not exist yet or be empty.
Result<void> write_course(const std::string& folder,
                          const learning::v1::ExportCourseResponse& course);

}  // namespace lyceum::cli
