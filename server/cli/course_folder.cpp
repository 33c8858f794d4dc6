#include "cli/course_folder.h"

#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>

namespace fs = std::filesystem;

namespace lyceum::cli {
namespace {

std::unexpected<Error> broken(const std::string& message) {
  return fail(Code::failed_precondition, "folder", message);
}

}  // namespace

Result<learning::v1::ImportCourseRequest> read_course(const std::string& folder) {
  std::error_code error;
  const fs::path root = fs::canonical(folder, error);
  if (error || !fs::is_directory(root)) return broken(fmt::format("{} is no folder", folder));
  learning::v1::ImportCourseRequest request;
  request.set_key(root.filename().string());
  for (auto entry = fs::recursive_directory_iterator(root, error);
       !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    const auto name = entry->path().filename().string();
    if (name.starts_with('.') || entry->is_symlink()) {
      entry.disable_recursion_pending();
      continue;
    }
    if (!entry->is_regular_file()) continue;
    std::ifstream in(entry->path(), std::ios::binary);
    auto& file = *request.add_files();
    file.set_path(fs::relative(entry->path(), root).generic_string());
    file.set_content(std::string(std::istreambuf_iterator<char>(in), {}));
    if (!in.good() && !in.eof())
      return broken(fmt::format("cannot read {}", entry->path().string()));
  }
  if (error) return broken(fmt::format("cannot read {}: {}", folder, error.message()));
  return request;
}

Result<void> write_course(const std::string& folder,
                          const learning::v1::ExportCourseResponse& course) {
  std::error_code error;
  if (fs::exists(folder) && !fs::is_empty(folder, error))
    return broken(fmt::format("{} is not empty", folder));
  for (const auto& file : course.files()) {
    const fs::path path = fs::path(folder) / file.path();
    fs::create_directories(path.parent_path(), error);
    std::ofstream out(path, std::ios::binary);
    out << file.content();
    if (!out.flush()) return broken(fmt::format("cannot write {}", path.string()));
  }
  return {};
}

}  // namespace lyceum::cli
