#include "drivers/folder.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <stdexcept>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "base/cpu.h"

namespace lyceum {
namespace {

namespace fs = std::filesystem;

class File {
 public:
  File(const fs::path& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0640)) {}

  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }

  File(const File&) = delete;
  File& operator=(const File&) = delete;

  bool is_open() const { return fd_ >= 0; }

  int fd() const { return fd_; }

 private:
  const int fd_;
};

// A full disk or a broken one may be well again later.
std::unexpected<Error> broken(std::string_view what, int error) {
  return fail(Code::unavailable, error == ENOSPC ? "disk_full" : "disk_error",
              fmt::format("{}: {}", what, std::generic_category().message(error)));
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

Result<void> sync_folder(const fs::path& folder) {
  const File opened(folder, O_RDONLY | O_DIRECTORY);
  if (!opened.is_open() || ::fsync(opened.fd()) != 0) return broken("cannot sync a folder", errno);
  return {};
}

// Makes the folders below `root` that lead to `path`, each durable in its parent.
Result<void> make_parents(const fs::path& root, const fs::path& path) {
  fs::path folder = root;
  for (const auto& part : fs::relative(path.parent_path(), root)) {
    if (part == ".") continue;
    const fs::path parent = folder;
    folder /= part;
    const bool made = ::mkdir(folder.c_str(), 0750) == 0;
    if (!made && errno != EEXIST) return broken("cannot make a folder", errno);
    if (made) TRY_VOID(sync_folder(parent));
  }
  return {};
}

Result<std::string> read_file(const fs::path& path) {
  const File file(path, O_RDONLY);
  if (!file.is_open() && errno == ENOENT)
    return fail(Code::not_found, "no_such_blob", "there is no such blob");
  struct stat info{};
  if (!file.is_open() || ::fstat(file.fd(), &info) != 0) return broken("cannot read a blob", errno);
  std::string bytes(static_cast<std::size_t>(info.st_size), '\0');
  std::size_t have = 0;
  while (have < bytes.size()) {
    const auto got = ::read(file.fd(), bytes.data() + have, bytes.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return broken("cannot read a blob", errno);
    if (got == 0) return fail(Code::data_loss, "blob_cut", "a blob is shorter than it was");
    have += static_cast<std::size_t>(got);
  }
  return bytes;
}

class Folder final : public Blobs {
 public:
  explicit Folder(fs::path root) : root_(std::move(root)) {}

  Task<Result<void>> put(std::string key, std::string bytes) override {
    CO_TRY(const auto path, path_of(key));
    co_return co_await threads_.run([&]() -> Result<void> {
      TRY_VOID(make_parents(root_, path));
      return write_file_whole(path, bytes);
    });
  }

  Task<Result<std::string>> get(std::string key) override {
    CO_TRY(const auto path, path_of(key));
    co_return co_await threads_.run([&] { return read_file(path); });
  }

  Task<Result<void>> remove(std::string key) override {
    CO_TRY(const auto path, path_of(key));
    co_return co_await threads_.run([&]() -> Result<void> {
      if (::unlink(path.c_str()) == 0) return sync_folder(path.parent_path());
      if (errno == ENOENT || errno == ENOTDIR) return {};
      return broken("cannot remove a blob", errno);
    });
  }

 private:
  Result<fs::path> path_of(const std::string& key) const {
    if (!is_blob_key(key)) return fail(Code::invalid_argument, "bad_blob_key", "no key of a blob");
    return root_ / key;
  }

  const fs::path root_;
  Cpu threads_{2, 256};  // disks block; the loops must not
};

}  // namespace

std::unique_ptr<Blobs> open_folder(const std::filesystem::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    throw std::runtime_error(fmt::format("cannot make {}: {}", folder.string(), error.message()));
  return std::make_unique<Folder>(folder);
}

bool is_blob_key(std::string_view key) {
  if (key.empty() || key.size() > 200) return false;
  while (true) {
    const auto slash = key.find('/');
    const auto part = key.substr(0, slash);
    // A first dot would allow "." and "..", and is what unfinished files begin with.
    if (part.empty() || part.starts_with('.')) return false;
    const bool good = std::ranges::all_of(part, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    });
    if (!good) return false;
    if (slash == std::string_view::npos) return true;
    key.remove_prefix(slash + 1);
  }
}

Result<void> write_file_whole(const std::filesystem::path& path, std::string_view bytes) {
  static std::atomic<unsigned> counter = 0;
  const fs::path unfinished = path.parent_path() / fmt::format(".new-{}-{}", ::getpid(), counter++);
  {
    const File file(unfinished, O_WRONLY | O_CREAT | O_TRUNC);
    if (!file.is_open()) return broken("cannot write a file", errno);
    if (!write_all(file.fd(), bytes) || ::fsync(file.fd()) != 0) {
      const int error = errno;
      ::unlink(unfinished.c_str());
      return broken("cannot write a file", error);
    }
  }
  if (::rename(unfinished.c_str(), path.c_str()) != 0) {
    const int error = errno;
    ::unlink(unfinished.c_str());
    return broken("cannot put a file in its place", error);
  }
  return sync_folder(path.parent_path());
}

}  // namespace lyceum
