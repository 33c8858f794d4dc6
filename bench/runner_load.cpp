// The load of bench/runner: talks to a lyceum-sandbox of its own in its own tongue
// (sandbox/protocol.h), and starts the same file bare, or in any other sandbox, beside it.
//
//   runner_load SANDBOX FOLDER latency N    FOLDER/true, N times each way; p50, p99 in µs
//   runner_load SANDBOX FOLDER rate S       FOLDER/true on two cores for S seconds: runs a second
//   runner_load SANDBOX FOLDER kill N       FOLDER/busy beyond 100 ms of processor: lateness in µs
//   runner_load SANDBOX FOLDER standby      memory of what stands ready, KiB each
//   runner_load - FOLDER command N CMD…     CMD, N times: p50, p99 in µs
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <poll.h>
#include <spawn.h>
#include <string>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "../sandbox/protocol.h"

using Clock = std::chrono::steady_clock;

namespace {

[[noreturn]] void die(const std::string& what) {
  fmt::print(stderr, "runner_load: {}: {}\n", what, std::strerror(errno));
  std::exit(1);
}

double us_since(Clock::time_point began) {
  return std::chrono::duration<double, std::micro>(Clock::now() - began).count();
}

void send(int socket, const std::string& bytes, int fd) {
  iovec part = {const_cast<char*>(bytes.data()), bytes.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof fd)> control = {};
  msghdr header = {};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control.data();
  header.msg_controllen = control.size();
  cmsghdr* rights = CMSG_FIRSTHDR(&header);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(sizeof fd);
  std::memcpy(CMSG_DATA(rights), &fd, sizeof fd);
  if (sendmsg(socket, &header, MSG_NOSIGNAL) < 0) die("the sandbox has gone");
}

std::string receive(int socket) {
  std::string out(sb_message_max, 0);
  iovec part = {out.data(), out.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * 3)> control;
  msghdr header = {};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control.data();
  header.msg_controllen = control.size();
  const ssize_t got = recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
  if (got <= 0) die("the sandbox does not answer");
  for (cmsghdr* rights = CMSG_FIRSTHDR(&header); rights; rights = CMSG_NXTHDR(&header, rights)) {
    const auto count = (rights->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(rights) + i * sizeof fd, sizeof fd);
      close(fd);
    }
  }
  out.resize(static_cast<std::size_t>(got));
  return out;
}

class Sandbox {
 public:
  Sandbox(const std::string& program, const std::string& folder) {
    std::array<int, 2> ends;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) < 0) die("socketpair");
    control_ = ends[0];
    pid_ = fork();
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      fcntl(ends[1], F_SETFD, 0);
      const auto fd = std::to_string(ends[1]);
      execl(program.c_str(), program.c_str(), "--control", fd.c_str(), "--bind", folder.c_str(),
            nullptr);
      _exit(127);
    }
    close(ends[1]);
  }

  ~Sandbox() {
    close(control_);
    waitpid(pid_, nullptr, 0);
  }

  int connect() const {
    std::array<int, 2> ends;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) < 0) die("socketpair");
    send(control_, "connect", ends[1]);
    close(ends[1]);
    expect(receive(ends[0]), sb_type_hello);
    return ends[0];
  }

  static void expect(const std::string& message, std::uint32_t type) {
    std::uint32_t got = 0;
    std::memcpy(&got, message.data(), sizeof got);
    if (got != type) die("the sandbox refuses: " + message.substr(sizeof(sb_text)));
  }

  pid_t pid() const { return pid_; }

 private:
  int control_ = -1;
  pid_t pid_ = -1;
};

sb_result run(int slot, const std::string& path, std::uint64_t cpu_ms) {
  sb_job job = {};
  job.type = sb_type_job;
  job.argc = 1;
  job.limits = {.cpu_ns = cpu_ms * 1'000'000,
                .wall_ns = 60'000'000'000,
                .memory_bytes = 64 << 20,
                .disk_bytes = 32 << 20,
                .file_bytes = 1 << 20,
                .stack_bytes = 8 << 20,
                .output_keep = 1 << 16,
                .output_max = 1 << 16,
                .artifact_bytes = 0,
                .processes = 8,
                .cores = 1,
                .open_files = 64,
                .flags = 0};
  static const int empty = [] {
    const int file = memfd_create("empty", MFD_CLOEXEC);
    return open(fmt::format("/proc/self/fd/{}", file).c_str(), O_RDONLY | O_CLOEXEC);
  }();
  send(slot, std::string(reinterpret_cast<const char*>(&job), sizeof job) + path + '\0', empty);
  const auto message = receive(slot);
  Sandbox::expect(message, sb_type_result);
  sb_result out;
  std::memcpy(&out, message.data(), sizeof out);
  return out;
}

void spawn(const std::vector<std::string>& command) {
  std::vector<char*> argv;
  for (const auto& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  pid_t pid = 0;
  int status = 0;
  if (posix_spawn(&pid, argv[0], nullptr, nullptr, argv.data(), environ) != 0) die(command[0]);
  waitpid(pid, &status, 0);
  if (status != 0) die(command[0] + " failed");
}

std::string percentiles(std::vector<double> us) {
  std::ranges::sort(us);
  return fmt::format("{:.0f} {:.0f}", us[us.size() / 2], us[us.size() * 99 / 100]);
}

// Turn by turn, so that whatever else the machine does meets both.
void latency(const Sandbox& sandbox, const std::string& program, int count) {
  const int slot = sandbox.connect();
  std::vector<double> bare, inside;
  for (int i = 0; i < count + 20; ++i) {
    auto began = Clock::now();
    spawn({program});
    const double bare_us = us_since(began);
    began = Clock::now();
    if (run(slot, program, 1000).reason != sb_exited) die("true was stopped");
    if (i < 20) continue;
    inside.push_back(us_since(began));
    bare.push_back(bare_us);
  }
  close(slot);
  fmt::print("bare {}\nsandbox {}\n", percentiles(bare), percentiles(inside));
}

template <class Prepare, class Once>
double per_second(int seconds, Prepare prepare, Once once) {
  std::atomic<long> runs = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 2; ++i)
    threads.emplace_back([&] {
      auto state = prepare();
      const auto until = Clock::now() + std::chrono::seconds(seconds);
      for (; Clock::now() < until; ++runs) once(state);
    });
  threads.clear();
  return static_cast<double>(runs) / seconds;
}

void rate(const Sandbox& sandbox, const std::string& program, int seconds) {
  const double bare = per_second(seconds, [] { return 0; }, [&](int) { spawn({program}); });
  const double inside = per_second(
      seconds, [&] { return sandbox.connect(); }, [&](int slot) { run(slot, program, 1000); });
  fmt::print("bare {:.0f}\nsandbox {:.0f}\n", bare, inside);
}

void kills(const Sandbox& sandbox, const std::string& program, int count) {
  const int slot = sandbox.connect();
  std::vector<double> late;
  for (int i = 0; i < count; ++i) {
    const auto result = run(slot, program, 100);
    if (result.reason != sb_cpu) die("the busy one was not stopped");
    late.push_back(static_cast<double>(result.cpu_ns) / 1000 - 100'000);
  }
  fmt::print("late {}\n", percentiles(late));
}

long status_of(const std::filesystem::path& process, const char* file, const std::string& field) {
  std::ifstream lines(process / file);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(field)) return std::stol(line.substr(field.size()));
  return 0;
}

// A standby is a child of a slot, which is a child of the sandbox.
void standby(const Sandbox& sandbox, const std::string& program) {
  const int slot = sandbox.connect();
  for (int i = 0; i < 20; ++i) run(slot, program, 1000);
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  for (const auto& process : std::filesystem::directory_iterator("/proc")) {
    const auto parent = status_of(process, "status", "PPid:");
    if (parent != sandbox.pid() && (parent == 0 || status_of(fmt::format("/proc/{}", parent),
                                                             "status", "PPid:") != sandbox.pid()))
      continue;
    fmt::print("{} {}\n", parent == sandbox.pid() ? "slot" : "standby",
               status_of(process, "smaps_rollup", "Pss:"));
  }
}

void command(int count, const std::vector<std::string>& words) {
  std::vector<double> us;
  for (int i = 0; i < count; ++i) {
    const auto began = Clock::now();
    spawn(words);
    us.push_back(us_since(began));
  }
  fmt::print("command {}\n", percentiles(us));
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() < 3) die("what?");
  const auto& what = words[2];
  const int number = words.size() > 3 ? std::stoi(words[3]) : 0;
  if (what == "command") return command(number, {words.begin() + 4, words.end()}), 0;
  const Sandbox sandbox(words[0], words[1]);
  if (what == "latency") latency(sandbox, words[1] + "/true", number);
  if (what == "runs")
    for (int slot = sandbox.connect(), i = 0; i < number; ++i) run(slot, words[1] + "/true", 1000);
  if (what == "rate") rate(sandbox, words[1] + "/true", number);
  if (what == "kill") kills(sandbox, words[1] + "/busy", number);
  if (what == "standby") standby(sandbox, words[1] + "/true");
}
