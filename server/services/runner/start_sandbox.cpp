// How lyceum-sandbox, which the program carries within itself, comes to life.

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <span>
#include <sys/mman.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

#include "base/embedded.h"
#include "services/runner/languages.h"
#include "services/runner/rootless.h"
#include "services/runner/sandbox.h"

namespace lyceum::embedded {
std::span<const EmbeddedFile> sandbox_program();
}

namespace lyceum::runner {
namespace {

Error cannot(const std::string& what) {
  return {Code::unavailable,
          "sandbox_unavailable",
          what + ": " + std::generic_category().message(errno),
          {},
          0};
}

// A sealed copy in memory: nobody can change what root runs, and no path leads to it.
Result<int> program() {
  constexpr unsigned executable = 0x10;  // MFD_EXEC; unknown before Linux 6.3
  const auto bytes = embedded::sandbox_program().front().content;
  int fd = memfd_create("lyceum-sandbox", MFD_CLOEXEC | MFD_ALLOW_SEALING | executable);
  if (fd < 0) fd = memfd_create("lyceum-sandbox", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0) return fail(cannot("no memory file for the sandbox"));
  if (write(fd, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()) ||
      fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0)
    return fail(cannot("no sealed copy of the sandbox"));
  return fd;
}

// Returns only on error.
Error execute(int fd, std::vector<std::string> arguments) {
  if (geteuid() != 0) {
    const auto ids = subordinate_ids();
    if (!ids) return ids.error();
    arguments.insert(arguments.end(),
                     {"--subuid", std::to_string(ids->first_uid), "--subgid",
                      std::to_string(ids->first_gid), "--ids", std::to_string(ids->count)});
  }
  for (const auto& path : all_binds()) {
    arguments.emplace_back("--bind");
    arguments.push_back(path);
  }
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (auto& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  std::array<char*, 1> environment = {nullptr};
  fexecve(fd, argv.data(), environment.data());
  return cannot("cannot run the sandbox");
}

}  // namespace

Result<std::string> start_sandbox() {
  TRY(const int fd, program());
  std::array<int, 2> ends;
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) < 0)
    return fail(cannot("no socket for the sandbox"));
  const pid_t child = fork();
  if (child < 0) return fail(cannot("no process for the sandbox"));
  if (child == 0) {
    setsid();  // signals from the terminal are the server's; the sandbox ends after it
    fcntl(ends[1], F_SETFD, 0);
    const auto error = execute(fd, {"lyceum-sandbox", "--control", std::to_string(ends[1])});
    fmt::print(stderr, "lyceum: {}\n", error.message);
    _exit(127);
  }
  close(fd);
  close(ends[1]);
  return "fd:" + std::to_string(ends[0]);
}

Error become_sandbox(const std::string& path, const std::string& given) {
  const auto user = given.empty() ? user_name() : given;
  if (geteuid() != 0 && user != user_name())
    return {Code::permission_denied,
            "not_root",
            "only root can start a sandbox for another user (sudo)",
            {},
            0};
  const passwd* entry =
      getpwnam(user.c_str());  // NOLINT(concurrency-mt-unsafe): before there are threads
  if (!entry)
    return {Code::not_found,
            "no_such_user",
            "there is no user \"" + user + "\" on this machine",
            {},
            0};
  auto fd = program();
  if (!fd) return fd.error();
  return execute(*fd, {"lyceum-sandbox", "--listen", std::filesystem::absolute(path), "--uid",
                       std::to_string(entry->pw_uid), "--gid", std::to_string(entry->pw_gid)});
}

}  // namespace lyceum::runner
