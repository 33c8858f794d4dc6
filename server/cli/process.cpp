#include "cli/process.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace lyceum::cli {
namespace {

// The process, or -1.
pid_t start(std::vector<std::string> argv, const posix_spawn_file_actions_t* streams) {
  std::vector<char*> words;
  words.reserve(argv.size() + 1);
  for (auto& argument : argv) words.push_back(argument.data());
  words.push_back(nullptr);
  pid_t child = -1;
  return posix_spawnp(&child, words[0], streams, nullptr, words.data(), environ) == 0 ? child : -1;
}

int wait_for(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

std::string read_all(int fd) {
  std::string out;
  std::array<char, 4096> part;
  for (;;) {
    const auto got = read(fd, part.data(), part.size());
    if (got > 0)
      out.append(part.data(), static_cast<std::size_t>(got));
    else if (got == 0 || errno != EINTR)
      return out;
  }
}

}  // namespace

std::optional<int> run_program(const std::vector<std::string>& argv) {
  const pid_t child = start(argv, nullptr);
  if (child < 0) return {};
  return wait_for(child);
}

std::string output_of(const std::vector<std::string>& argv) {
  std::array<int, 2> ends;
  if (pipe2(ends.data(), O_CLOEXEC) < 0) return "";
  posix_spawn_file_actions_t streams;
  posix_spawn_file_actions_init(&streams);
  posix_spawn_file_actions_addopen(&streams, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&streams, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&streams, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  const pid_t child = start(argv, &streams);
  posix_spawn_file_actions_destroy(&streams);
  close(ends[1]);
  std::string out;
  if (child >= 0) {
    out = read_all(ends[0]);
    wait_for(child);
  }
  close(ends[0]);
  return out;
}

}  // namespace lyceum::cli
