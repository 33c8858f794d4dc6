#pragma once
// A live session: one program whose stdin, stdout and stderr are somebody's at the other end of a
// WebSocket (docs/live-runs.md). Everything happens on the socket's loop.

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

#include "services/runner/live_pipes.h"
#include "services/runner/run.h"

namespace lyceum::runner {

class Runner::Live final : public SocketListener, public std::enable_shared_from_this<Live> {
 public:
  Live(Runner& runner, LiveJson json, Call call, std::shared_ptr<Socket> socket);

  // It closes where no run is asked for in time.
  void open();

  void received(std::string_view text) override;
  void draining() override;
  void closed() override;

 private:
  enum class State { new_here, under_way, over };

  // How a program came to its end, where nobody but us knows.
  enum class Stopped { no, silent, too_much };

  bool too_many(std::int64_t now);
  void handle(LiveFrame frame);
  void begin(std::string request);
  void input(std::string_view bytes);
  void say(std::string_view op, std::string_view data);
  void close(std::uint16_t code, std::string_view reason);
  void stop();

  // The whole of it; gives the last message.
  Task<Result<std::string>> play(api::RunRequest request);
  Task<Result<JobResult>> run_program(RunPtr run);
  // Its stdin, stdout and stderr.
  Result<void> give_pipes(Job& job);
  OutPipe::Take output(std::string_view op);
  void open_terminal();
  void end_input();
  void resize(TerminalSize size);
  Task<Result<JobResult>> watch(RunPtr run, Job job);
  void conclude(const std::exception_ptr& thrown, Result<std::string> done);
  std::string done(const Run& run, const JobResult& ended) const;

  void started();
  Task<void> forward(std::shared_ptr<Live> self, OutPipe* from);
  Task<void> feed(std::shared_ptr<Live> self);
  Task<void> watch_silence(std::shared_ptr<Live> self);
  void kill(Stopped why);

  Runner& runner_;
  const LiveJson json_;
  const Call call_;
  const std::shared_ptr<Socket> socket_;
  const std::shared_ptr<Counters> counters_;
  boost::asio::cancellation_signal stop_;
  boost::asio::steady_timer patience_;              // for the first message, then for the next word
  std::chrono::steady_clock::time_point heard_at_;  // a word of either side
  State state_ = State::new_here;
  std::int64_t window_at_ = 0;
  int in_window_ = 0;

  std::optional<InPipe> in_;
  std::optional<OutPipe> out_, err_;      // a terminal has one
  std::optional<TerminalSize> terminal_;  // the one last asked for
  std::int64_t output_max_ = 0;
  std::shared_ptr<JobControl> control_;
  bool running_ = false;
  Stopped stopped_ = Stopped::no;
};

}  // namespace lyceum::runner
