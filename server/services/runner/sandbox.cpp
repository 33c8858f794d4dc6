#include "services/runner/sandbox.h"

#include <array>
#include <bit>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <deque>
#include <fcntl.h>
#include <mutex>
#include <optional>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/this_coro.hpp>

#include "sandbox/protocol.h"
#include "services/runner/call_name.h"
#include "services/runner/slot.h"

namespace asio = boost::asio;

namespace lyceum::runner {
namespace {

constexpr std::int64_t mib = 1 << 20;
constexpr auto grace = std::chrono::seconds(60);  // around the program: set up, collect, tear down

sb_limits limits_of(const Job& job) {
  const auto& l = job.limits;
  const auto ns = [](std::int64_t ms) { return static_cast<std::uint64_t>(ms) * 1'000'000; };
  const auto count = [](std::int64_t n) { return static_cast<std::uint64_t>(n); };
  sb_limits out = {};
  out.cpu_ns = ns(l.cpu_ms);
  out.wall_ns = ns(l.wall_ms);
  out.memory_bytes = count(l.memory_bytes);
  // Below the memory, so that a full disk is a full disk and not a want of memory.
  out.disk_bytes = count(std::min(l.memory_bytes / 2, 256 * mib));
  out.file_bytes = count(128 * mib);
  // Endless recursion ends as that, too, not as a want of memory.
  out.stack_bytes = count(std::min(l.memory_bytes / 2, 256 * mib));
  out.output_keep = count(l.output_keep);
  out.output_max = count(l.output_max);
  out.artifact_bytes = count(l.artifact_bytes);
  out.processes = static_cast<std::uint32_t>(l.processes);
  out.cores = static_cast<std::uint32_t>(l.cores);
  out.open_files = 256;
  out.flags = (job.writes_out ? sb_out_writable : 0U) | (job.stdout_pipe ? sb_own_stdout : 0U) |
              (job.stderr_pipe ? sb_own_stderr : 0U) | (job.control ? sb_live : 0U);
  return out;
}

template <class T>
std::string bytes_of(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

Result<std::string> message_of(const Job& job) {
  sb_job head = {};
  head.type = sb_type_job;
  head.argc = static_cast<std::uint32_t>(job.argv.size());
  head.envc = static_cast<std::uint32_t>(job.environment.size());
  head.collectc = static_cast<std::uint32_t>(job.collect.size());
  head.filec = static_cast<std::uint32_t>(job.files.size());
  head.recipe = job.recipe;
  if (job.terminal) {
    head.rows = job.terminal->rows;
    head.columns = job.terminal->columns;
  }
  head.limits = limits_of(job);
  std::string out = bytes_of(head);
  for (const auto* list : {&job.argv, &job.environment, &job.collect}) {
    for (const auto& text : *list) out.append(text).push_back('\0');
  }
  if (out.size() > sb_message_max)
    return fail(Code::invalid_argument, "too_many_files",
                "the command line is too long; use fewer files");
  return out;
}

std::string message_of(const SandboxFile& file) {
  sb_file head = {sb_type_file, file.executable ? 0755U : 0644U};
  if (file.kind == SandboxFile::Kind::kept) head.mode |= sb_kept;
  if (file.kind == SandboxFile::Kind::gate) head.mode |= sb_kept | sb_gate;
  std::string out = bytes_of(head) + file.path;
  out.push_back('\0');
  return out;
}

// A way of its own into the content: with a place to read from that nobody else moves, and without
// the right to write.
Result<DescriptorPtr> to_read(const Content& content) {
  const auto path = "/proc/self/fd/" + std::to_string(content.fd());
  Descriptor out(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (out.get() < 0) return unavailable_errno("no input for a program");
  return std::make_shared<const Descriptor>(std::move(out));
}

// Our holds on the program's stdin, stdout and stderr end here.
Task<Result<void>> send_job(Slot& slot, Job& job) {
  CO_TRY(auto message, message_of(job));
  auto in = std::exchange(job.stdin_pipe, nullptr);
  const std::array outs = {std::exchange(job.stdout_pipe, nullptr),
                           std::exchange(job.stderr_pipe, nullptr)};
  if (!in) {
    CO_TRY(in, to_read(*job.input));
  }
  std::vector<int> fds = {in->get()};
  for (const auto& out : outs)
    if (out) fds.push_back(out->get());
  co_return co_await slot.send(std::move(message), std::move(fds));
}

std::string read_all(int fd) {
  struct stat about = {};
  if (fstat(fd, &about) < 0) return {};
  std::string out(static_cast<std::size_t>(about.st_size), '\0');
  std::size_t done = 0;
  while (done < out.size()) {
    const ssize_t got = pread(fd, out.data() + done, out.size() - done, static_cast<off_t>(done));
    if (got <= 0) break;
    done += static_cast<std::size_t>(got);
  }
  out.resize(done);
  return out;
}

End end_of(std::uint32_t reason) {
  switch (reason) {
    case sb_signaled:
      return End::signaled;
    case sb_cpu:
      return End::cpu;
    case sb_wall:
      return End::wall;
    case sb_output:
      return End::output;
    case sb_memory:
      return End::memory;
    default:
      return End::exited;
  }
}

JobResult result_of(const sb_result& from, const Received& message) {
  JobResult out;
  out.end = end_of(from.reason);
  out.exit_code = from.exit_code;
  out.signal = from.signal;
  out.cpu_ns = static_cast<std::int64_t>(from.cpu_ns);
  out.wall_ns = static_cast<std::int64_t>(from.wall_ns);
  out.memory_bytes = static_cast<std::int64_t>(from.memory_bytes);
  out.out_bytes = static_cast<std::int64_t>(from.stdout_bytes);
  out.err_bytes = static_cast<std::int64_t>(from.stderr_bytes);
  if (from.forbidden_call) out.forbidden_call = call_name(from.forbidden_call);
  out.warm = from.warm != 0;
  std::size_t next = 0;
  if (from.kept & 1U) out.out = read_all(message.fds.at(next++).get());
  if (from.kept & 2U) out.err = read_all(message.fds.at(next).get());
  return out;
}

// Signals reach the program by its slot for as long as this exists.
class Signals {
 public:
  explicit Signals(std::shared_ptr<JobControl> control) : control_(std::move(control)) {}

  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  ~Signals() {
    if (control_) control_->ended();
  }

  void open(Slot& slot, std::vector<Descriptor> fds) {
    if (!control_) return;
    auto terminal =
        fds.empty() ? nullptr : std::make_shared<const Descriptor>(std::move(fds.front()));
    control_->started(
        [&slot](int number) {
          const sb_signal signal = {sb_type_signal, static_cast<std::uint32_t>(number)};
          slot.try_say(bytes_of(signal));
        },
        std::move(terminal));
  }

 private:
  const std::shared_ptr<JobControl> control_;
};

class SocketSandbox final : public Sandbox {
 public:
  explicit SocketSandbox(std::string place) : place_(std::move(place)) {
    if (place_.starts_with("fd:"))
      std::from_chars(place_.data() + 3, place_.data() + place_.size(), control_);
  }

  Task<Result<JobResult>> run(Job job) override {
    CO_TRY(auto slot, co_await connect());
    Signals signals(job.control);
    slot.give_up_after(std::chrono::milliseconds(job.limits.wall_ms) + grace);
    CO_TRY_VOID(co_await send_job(slot, job));
    for (const auto& file : job.files)
      CO_TRY_VOID(co_await slot.send(message_of(file), {file.content->fd()}));

    std::vector<SandboxFile> artifacts;
    for (;;) {
      CO_TRY(auto reply, co_await slot.receive());
      if (reply.type() == sb_type_started) {
        signals.open(slot, std::move(reply.fds));
      } else if (const auto file = reply.as<sb_file>();
                 reply.type() == sb_type_artifact && file && reply.fds.size() == 1) {
        artifacts.push_back({reply.text_after(sizeof(sb_file)),
                             std::make_shared<const Content>(reply.fds[0].release()),
                             (file->mode & 0100) != 0});
      } else if (const auto result = reply.as<sb_result>();
                 reply.type() == sb_type_result && result &&
                 std::cmp_equal(reply.fds.size(), std::popcount(result->kept & 3U))) {
        auto out = result_of(*result, reply);
        out.artifacts = std::move(artifacts);
        keep(slot.release());
        co_return out;
      } else {
        co_return unavailable(reply.type() == sb_type_refused
                                  ? reply.text_after(sizeof(sb_text))
                                  : "the sandbox says something unknown");
      }
    }
  }

 private:
  // An idle slot, or a new one.
  Task<Result<Slot>> connect() {
    const auto loop = co_await asio::this_coro::executor;
    for (;;) {
      Descriptor idle = take();
      if (idle.get() < 0) break;
      pollfd state = {idle.get(), POLLIN | POLLRDHUP, 0};
      if (poll(&state, 1, 0) == 0) co_return Slot(loop, std::move(idle));
    }
    CO_TRY(auto socket, control_ >= 0 ? open_by_control() : open_by_path());
    Slot slot(loop, std::move(socket));
    slot.give_up_after(grace);
    CO_TRY(const auto hello, co_await slot.receive());
    if (hello.type() == sb_type_refused) co_return unavailable(hello.text_after(sizeof(sb_text)));
    const auto head = hello.as<sb_text>();
    if (hello.type() != sb_type_hello || !head || head->value != sb_version)
      co_return unavailable("the sandbox is of another version of Lyceum; restart it");
    co_return slot;
  }

  Result<Descriptor> open_by_control() const {
    std::array<int, 2> ends;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) < 0)
      return unavailable_errno("no socket for the sandbox");
    Descriptor ours(ends[0]);
    const Descriptor theirs(ends[1]);
    TRY(const bool sent, try_send(control_, "connect", std::array{theirs.get()}));
    if (!sent) return unavailable("the sandbox does not take connections");
    return ours;
  }

  Result<Descriptor> open_by_path() const {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    if (place_.size() >= sizeof address.sun_path)
      return unavailable("the path " + place_ + " is too long for a socket");
    std::memcpy(address.sun_path, place_.data(), place_.size());
    Descriptor socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
      return socket;
    return unavailable(
        "there is no sandbox at " + place_ + " (" + std::generic_category().message(errno) +
        "). Start it with: sudo lyceum sandbox --socket " + place_ +
        " --user $USER; or start Lyceum as root; `lyceum doctor` knows a way without "
        "root");
  }

  Descriptor take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return Descriptor();
    Descriptor out = std::move(idle_.front());
    idle_.pop_front();
    return out;
  }

  void keep(Descriptor socket) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(socket));
  }

  const std::string place_;
  int control_ = -1;
  std::mutex mutex_;
  // At most as many as were ever busy at once. Who has rested longest comes first: it has had time
  // to make ready for the next job.
  std::deque<Descriptor> idle_;
};

}  // namespace

Result<ContentPtr> Content::of(std::string_view bytes) {
  Descriptor fd(memfd_create("content", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (fd.get() < 0) return unavailable_errno("no memory file");
  for (auto rest = bytes; !rest.empty();) {
    const ssize_t written = write(fd.get(), rest.data(), rest.size());
    if (written <= 0) return unavailable_errno("no memory for a file");
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  if (fcntl(fd.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0)
    return unavailable_errno("no sealed memory file");
  return std::make_shared<const Content>(fd.release());
}

Result<Pipe> Pipe::make() {
  std::array<int, 2> ends;
  if (pipe2(ends.data(), O_CLOEXEC) < 0) return unavailable_errno("no pipe");
  return Pipe{std::make_shared<const Descriptor>(ends[0]),
              std::make_shared<const Descriptor>(ends[1])};
}

Content::~Content() {
  close(fd_);
}

std::int64_t Content::size() const {
  struct stat about = {};
  return fstat(fd_, &about) == 0 ? about.st_size : 0;
}

std::unique_ptr<Sandbox> open_sandbox(std::string place) {
  return std::make_unique<SocketSandbox>(std::move(place));
}

}  // namespace lyceum::runner
