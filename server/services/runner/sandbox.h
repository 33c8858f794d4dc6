#pragma once
// The runner's side of lyceum-sandbox (sandbox/, the part that is root): jobs in, results out, all
// contents as sealed memory files. It knows no languages and no verdicts.

#include <csignal>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "services/runner/descriptor.h"

namespace lyceum::runner {

// Bytes that nobody can change any more, as a descriptor to hand on.
class Content {
 public:
  static Result<std::shared_ptr<const Content>> of(std::string_view bytes);

  explicit Content(int fd) : fd_(fd) {}

  ~Content();
  Content(const Content&) = delete;
  Content& operator=(const Content&) = delete;

  int fd() const { return fd_; }

  std::int64_t size() const;

 private:
  const int fd_;
};

using ContentPtr = std::shared_ptr<const Content>;

// What is written to one end comes out at the other. A pipe is at its end for one side when nobody
// holds the other side any more.
struct Pipe {
  static Result<Pipe> make();

  DescriptorPtr read_end, write_end;
};

struct SandboxFile {
  // Of jobs with a recipe: the same for all of them; or no file, but what a program that is started
  // before its job comes waits at.
  enum class Kind { plain, kept, gate };

  std::string path;  // "w/main.py": seen as /w/main.py; or "out/main"
  ContentPtr content;
  bool executable = false;
  Kind kind = Kind::plain;
};

struct JobLimits {
  std::int64_t cpu_ms = 0;
  std::int64_t wall_ms = 0;
  std::int64_t memory_bytes = 0;
  std::int64_t output_keep = 0;  // of stdout and stderr, each
  std::int64_t output_max = 0;   // beyond it the program is killed
  std::int64_t processes = 0;
  std::int64_t cores = 1;
  std::int64_t artifact_bytes = 64 << 20;  // of what is collected
};

struct TerminalSize {
  std::uint16_t rows = 0, columns = 0;
};

// What can be said to a job under way, and what it says; on the loop that runs it.
class JobControl {
 public:
  explicit JobControl(std::function<void()> on_started) : on_started_(std::move(on_started)) {}

  // For the program and its process group: one of HUP, INT, QUIT, USR1, USR2, TERM, KILL. Before
  // its start only KILL is kept for it, and after its end there is nobody to have it.
  void signal(int number) {
    if (send_) return send_(number);
    killed_ = killed_ || number == SIGKILL;
  }

  // Our side of its terminal, once it has started.
  const DescriptorPtr& terminal() const { return terminal_; }

  // The sandbox's part.
  void started(std::function<void(int)> send, DescriptorPtr terminal = nullptr) {
    terminal_ = std::move(terminal);
    send_ = std::move(send);
    if (killed_) send_(SIGKILL);
    on_started_();
  }

  void ended() { send_ = nullptr; }

 private:
  const std::function<void()> on_started_;
  std::function<void(int)> send_;
  DescriptorPtr terminal_;
  bool killed_ = false;
};

struct Job {
  std::vector<std::string> argv;  // runs in /w
  std::vector<std::string> environment;
  std::vector<SandboxFile> files;
  ContentPtr input;           // stdin, where stdin_pipe is not set
  DescriptorPtr stdin_pipe;   // or the reading end of a Pipe; run() lets go of it
  DescriptorPtr stdout_pipe;  // the writing end of a Pipe; then stdout is neither kept nor counted
  DescriptorPtr stderr_pipe;  // likewise
  std::shared_ptr<JobControl> control;  // where somebody sits at the other end of the pipes
  // With a control, in place of the pipes: they are one terminal, which the control gives.
  std::optional<TerminalSize> terminal;
  JobLimits limits;
  std::vector<std::string> collect;  // when it exits, give back these of /out; "": all of it
  bool writes_out = false;           // may write to /out
  // A number for jobs that are alike (sb_job in sandbox/protocol.h): something is made ready for
  // the next one. Files that are not plain come first. 0: none.
  std::uint32_t recipe = 0;
};

enum class End { exited, signaled, cpu, wall, output, memory };

struct JobResult {
  End end = End::exited;
  int exit_code = 0;
  int signal = 0;
  std::string forbidden_call;  // of a program that ended by SIGSYS: "ptrace"; empty: not known
  std::int64_t cpu_ns = 0;
  std::int64_t wall_ns = 0;
  std::int64_t memory_bytes = 0;
  std::string out, err;        // what was kept
  std::int64_t out_bytes = 0;  // what was written
  std::int64_t err_bytes = 0;
  std::vector<SandboxFile> artifacts;
  bool warm = false;  // what its recipe keeps was there before it
};

class Sandbox {
 public:
  virtual ~Sandbox() = default;
  // Fails with unavailable, "sandbox_unavailable", where nothing can be run; the message says why.
  // When the coroutine is destroyed or cancelled, the job is killed.
  virtual Task<Result<JobResult>> run(Job job) = 0;
};

// `place`: the path of the socket that `lyceum sandbox` listens at, or what start_sandbox() gave.
std::unique_ptr<Sandbox> open_sandbox(std::string place);

// Starts lyceum-sandbox as a child. For a process that is root, or of a user with subordinate ids
// in a cgroup of its own, before it has threads and before it becomes anybody else. Gives the place
// for open_sandbox() ("fd:5"), which is the setting runner.sandbox. The sandbox ends when this
// process does.
Result<std::string> start_sandbox();

// `lyceum sandbox`: becomes lyceum-sandbox, listening at `path` for `user` alone (empty: who starts
// it); who is not root can do it for itself. Returns only on error.
Error become_sandbox(const std::string& path, const std::string& user);

}  // namespace lyceum::runner
