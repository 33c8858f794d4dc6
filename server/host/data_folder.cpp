#include "host/data_folder.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

namespace lyceum::host {

Result<std::unique_ptr<DataLock>> DataLock::take(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error)
    return fail(Code::failed_precondition, "data_folder",
                fmt::format("cannot make the data folder {}: {}", folder, error.message()));
  // Databases, keys and mails are nobody else's to read, whoever made the folder.
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
  const std::string path = folder + "/lock";
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0)
    return fail(Code::failed_precondition, "data_folder",
                fmt::format("cannot write into {}: {}", folder,
                            std::strerror(errno)));  // NOLINT(concurrency-mt-unsafe)
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    close(fd);
    return fail(
        Code::failed_precondition, "data_in_use",
        fmt::format("another Lyceum is using {}; stop it, or give --data another folder", folder));
  }
  return std::unique_ptr<DataLock>(new DataLock(fd));
}

DataLock::~DataLock() {
  close(fd_);
}

}  // namespace lyceum::host
