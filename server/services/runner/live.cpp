#include "services/runner/live.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>

#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>

#include "base/log.h"
#include "services/runner/output.h"

namespace asio = boost::asio;

namespace lyceum::runner {
namespace {

using namespace std::chrono_literals;

constexpr auto run_within = 10s;  // from connecting to the first message
constexpr std::int64_t window_ms = 60'000;
constexpr int window_messages = 1'200;
constexpr std::size_t message_max = 4 << 20;  // as POST /api/v1/runs
// More waits for the client: the program's output stays in its pipes until there is less.
constexpr std::size_t unsent_max = 256 << 10;
constexpr auto look_again = 10ms;           // meanwhile; sockets do not tell
constexpr std::size_t queue_max = 4 << 20;  // unsent_max, what pipes hold at the end, as JSON

}  // namespace

SocketDoor Runner::live_door(LiveJson json) {
  SocketDoor door;
  door.path = "/api/v1/runs/live";
  door.scope = "run";
  door.runs_code = true;
  door.message_max = message_max;
  door.queue_bytes_max = queue_max;
  door.open = [this, json = std::move(json)](Call call, std::shared_ptr<Socket> socket) {
    const auto live = std::make_shared<Live>(*this, json, std::move(call), std::move(socket));
    live->open();
    return live;
  };
  return door;
}

Runner::Live::Live(Runner& runner, LiveJson json, Call call, std::shared_ptr<Socket> socket)
    : runner_(runner),
      json_(std::move(json)),
      call_(std::move(call)),
      socket_(std::move(socket)),
      counters_(runner.counters_),
      patience_(socket_->loop(), run_within) {}

void Runner::Live::open() {
  patience_.async_wait([weak = weak_from_this()](const boost::system::error_code& cancelled) {
    const auto self = weak.lock();
    if (!cancelled && self && self->state_ == State::new_here)
      self->close(live_code::no_run, "ask for a run first");
  });
}

// --- what the client says

void Runner::Live::received(std::string_view text) {
  if (state_ == State::over) return;
  if (too_many(runner_.clock_.now_ms()))
    return close(live_code::too_many_messages, "that is too often");
  heard_at_ = std::chrono::steady_clock::now();
  auto frame = read_live_frame(text);
  if (!frame) return close(frame.error(), "that is no message of this protocol");
  handle(*std::move(frame));
}

bool Runner::Live::too_many(std::int64_t now) {
  if (now - window_at_ >= window_ms) {
    window_at_ = now;
    in_window_ = 0;
  }
  return ++in_window_ > window_messages;
}

void Runner::Live::handle(LiveFrame frame) {
  using Op = LiveFrame::Op;
  if (frame.op == Op::run) {
    if (state_ == State::new_here) return begin(std::move(frame.data));
    return close(live_code::second_run, "one connection is one run");
  }
  if (state_ == State::new_here) return close(live_code::no_run, "ask for a run first");
  if (frame.op == Op::signal) {
    if (running_) control_->signal(frame.signal);
  } else if (frame.op == Op::resize) {
    resize(frame.size);
  } else if (frame.op == Op::eof) {
    end_input();
  } else if (!in_->add(frame.data)) {
    close(live_code::too_much_input, "the program does not read so fast");
  }
}

void Runner::Live::begin(std::string text) {
  patience_.cancel();
  state_ = State::under_way;
  auto request = json_.read_request(std::move(text));
  if (!request) return conclude(nullptr, fail(std::move(request).error()));
  in_.emplace(socket_->loop());
  if (request->has_terminal())
    terminal_ = {static_cast<std::uint16_t>(request->terminal().rows()),
                 static_cast<std::uint16_t>(request->terminal().columns())};
  asio::co_spawn(socket_->loop(), play(*std::move(request)),
                 asio::bind_cancellation_slot(
                     stop_.slot(), [self = shared_from_this()](const std::exception_ptr& thrown,
                                                               Result<std::string> done) {
                       self->conclude(thrown, std::move(done));
                     }));
}

// --- the run

Task<Result<std::string>> Runner::Live::play(api::RunRequest request) {
  auto maxima = runner_.maxima_;
  maxima.wall_ms = runner_.config_.live_wall_ms;
  CO_TRY(const auto run, runner_.begin(call_, std::move(request), maxima, true));
  CO_TRY(const auto seat, runner_.seats_->take(call_.user_id()));
  const OneMore under_way(counters_->live);
  if (!run->request.limits().has_wall_ms()) run->limits.wall_ms = maxima.wall_ms;
  CO_TRY(const auto compiled, co_await runner_.compile_program(run));
  say("compile", json_.write(compiled));
  JobResult ended;
  if (run->status == "AC") {
    CO_TRY(ended, co_await run_program(run));
    run->status = judge(ended, run->limits, *run->program.language, nullptr, {});
  }
  run->end({});
  co_return done(*run, ended);
}

Task<Result<JobResult>> Runner::Live::run_program(RunPtr run) {
  CO_TRY(const auto place, co_await runner_.enter(run, 1));
  Job job = run->program.job(run->limits.memory_bytes);
  job.limits = with_runtime(run->limits, *run->program.language, run->program.files_bytes());
  output_max_ = run->limits.output_max;
  if (terminal_) {
    job.terminal = terminal_;
    job.environment.emplace_back("TERM=xterm-256color");
    CO_TRY(job.input, Content::of(""));
  } else {
    CO_TRY_VOID(give_pipes(job));
  }
  control_ = std::make_shared<JobControl>([this] { started(); });
  job.control = control_;
  co_return co_await watch(std::move(run), std::move(job));
}

OutPipe::Take Runner::Live::output(std::string_view op) {
  return [this, op](std::string_view bytes) { say(op, live_output(json_, bytes)); };
}

Result<void> Runner::Live::give_pipes(Job& job) {
  TRY(auto in, Pipe::make());
  TRY(auto out, Pipe::make());
  TRY(auto err, Pipe::make());
  job.stdin_pipe = in.read_end;
  job.stdout_pipe = std::move(out.write_end);
  job.stderr_pipe = std::move(err.write_end);
  in_->open(std::move(in.write_end), std::move(in.read_end));
  out_.emplace(socket_->loop(), std::move(out.read_end), output_max_, output("stdout"));
  err_.emplace(socket_->loop(), std::move(err.read_end), output_max_, output("stderr"));
  return {};
}

// Once for what is typed and once for what is shown, as a loop knows each descriptor once.
void Runner::Live::open_terminal() {
  const auto& terminal = control_->terminal();
  if (!terminal) return;
  in_->open(std::make_shared<const Descriptor>(fcntl(terminal->get(), F_DUPFD_CLOEXEC, 0)));
  out_.emplace(socket_->loop(), terminal, output_max_, output("stdout"));
  resize(*terminal_);
}

void Runner::Live::resize(TerminalSize size) {
  if (!terminal_) return;
  terminal_ = size;
  if (!running_ || !control_->terminal()) return;
  const winsize as_the_kernel_has_it = {size.rows, size.columns, 0, 0};
  ioctl(control_->terminal()->get(), TIOCSWINSZ, &as_the_kernel_has_it);
}

// At a terminal it is a character.
void Runner::Live::end_input() {
  if (terminal_)
    in_->add("\x04");
  else
    in_->end();
}

Task<Result<JobResult>> Runner::Live::watch(RunPtr run, Job job) {
  auto ended = co_await runner_.execute(std::move(run), std::move(job));
  running_ = false;
  if (!ended) co_return ended;
  for (auto* pipe : {&out_, &err_})
    if (*pipe && stopped_ == Stopped::no && (*pipe)->finish() == OutPipe::Read::too_much)
      stopped_ = Stopped::too_much;
  if (stopped_ == Stopped::too_much) ended->end = End::output;
  if (stopped_ == Stopped::silent) ended->end = End::wall;
  co_return ended;
}

std::string Runner::Live::done(const Run& run, const JobResult& ended) const {
  const bool signaled = ended.end == End::signaled;
  return fmt::format(
      R"({{"status":"{}","exit_code":{},{}"cpu_ms":{},"wall_ms":{},"memory_bytes":{},"truncated":{}}})",
      run.status, signaled ? 128 + ended.signal : ended.exit_code,
      signaled ? fmt::format(R"("signal":"{}",)", signal_name(ended.signal)) : "",
      whole_ms(ended.cpu_ns), whole_ms(ended.wall_ns), ended.memory_bytes,
      stopped_ == Stopped::too_much);
}

void Runner::Live::conclude(const std::exception_ptr& thrown, Result<std::string> ended) {
  if (state_ == State::over) return;
  if (!thrown && ended) {
    say("done", *ended);
    return close(live_code::over, "the run is over");
  }
  if (thrown) {
    log::error(call_, "a live session broke");
    ended = fail(Code::internal, "internal", "something went wrong here");
  }
  say("error", live_error(json_, ended.error()));
  close(live_code::refused, ended.error().reason);
}

// --- while the program runs

void Runner::Live::started() {
  running_ = true;
  open_terminal();
  heard_at_ = std::chrono::steady_clock::now();
  say("started", "null");
  const auto self = shared_from_this();
  const auto loop = socket_->loop();
  for (auto* pipe : {&out_, &err_})
    if (*pipe) asio::co_spawn(loop, forward(self, &**pipe), asio::detached);
  asio::co_spawn(loop, feed(self), asio::detached);
  asio::co_spawn(loop, watch_silence(self), asio::detached);
}

Task<void> Runner::Live::forward(std::shared_ptr<Live> self, OutPipe* from) {
  asio::steady_timer pause(socket_->loop());
  while (co_await from->readable()) {
    if (socket_->queued_bytes() > unsent_max) {
      pause.expires_after(look_again);
      co_await pause.async_wait(asio::use_awaitable);
      continue;
    }
    const auto read = from->read();
    if (read == OutPipe::Read::too_much) kill(Stopped::too_much);
    if (read == OutPipe::Read::too_much || read == OutPipe::Read::end) break;
    heard_at_ = std::chrono::steady_clock::now();
  }
}

Task<void> Runner::Live::feed(std::shared_ptr<Live> self) {
  co_await in_->feed();
}

Task<void> Runner::Live::watch_silence(std::shared_ptr<Live> self) {
  const auto most = std::chrono::milliseconds(runner_.config_.live_idle_ms);
  while (running_) {
    if (std::chrono::steady_clock::now() >= heard_at_ + most) co_return kill(Stopped::silent);
    patience_.expires_at(heard_at_ + most);
    boost::system::error_code cancelled;
    co_await patience_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
  }
}

void Runner::Live::kill(Stopped why) {
  if (stopped_ == Stopped::no) stopped_ = why;
  control_->signal(SIGKILL);
}

// --- the end

void Runner::Live::say(std::string_view op, std::string_view data) {
  if (state_ != State::over && !socket_->send(nullptr, live_frame(op, data)))
    close(live_code::slow_reader, "you read too slowly");
}

void Runner::Live::close(std::uint16_t code, std::string_view reason) {
  if (state_ == State::over) return;
  stop();
  socket_->close(code, reason);
}

void Runner::Live::draining() {
  close(1001, "the server stops");
}

void Runner::Live::closed() {
  stop();
}

// What still runs is killed: nobody is there any more to hear of it.
void Runner::Live::stop() {
  state_ = State::over;
  running_ = false;
  patience_.cancel();
  if (in_) in_->close();
  for (auto* pipe : {&out_, &err_})
    if (*pipe) (*pipe)->close();
  stop_.emit(asio::cancellation_type::terminal);
}

}  // namespace lyceum::runner
