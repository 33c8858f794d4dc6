#pragma once
// What an editor says of how its tests are judged together, or by programs of the author: groups,
// a checker, an interactor.

#include <string>
#include <vector>

#include "services/learning/course_folder.h"

namespace lyceum::learning {

// The files of the folder that `key` names, by their paths in it.
std::vector<runner::v1::File> read_files(Fields& fields,
                                         std::string_view key,
                                         const Folder& folder,
                                         const std::string& dir);

void read_groups(Fields& editor, internal::Editor& out);
// The group and the weight of a test; the groups of `editor` are known.
void read_group(Fields& test, const internal::Editor& editor, internal::Test& out);
// Once all tests are known.
void check_groups(const Fields& fields, const internal::Editor& editor);

// `checker` or `interactor`, in place of `compare`.
void read_programs(Fields& editor,
                   const Folder& folder,
                   const std::string& dir,
                   internal::Editor& out);

}  // namespace lyceum::learning
