// Live jobs in a real sandbox: their pipes, and signals to them.

#include <fcntl.h>
#include <future>
#include <gtest/gtest.h>

#include <boost/asio/post.hpp>

#include "services/runner/testing/sandbox_fixture.h"

namespace lyceum::runner {
namespace {

class LiveSandbox : public SandboxTest {
 protected:
  // With its outputs into pipes, whose other ends are `out` and `err`.
  Job job(const std::string& script, const std::function<void()>& on_started = [] {}) {
    Job made;
    made.argv = {"/usr/bin/bash", "-c", script};
    made.environment = {"PATH=/usr/bin:/bin"};
    made.limits = {.cpu_ms = 5000, .wall_ms = 30'000, .memory_bytes = 64 << 20, .processes = 8};
    auto stdin_pipe = *Pipe::make(), stdout_pipe = *Pipe::make(), stderr_pipe = *Pipe::make();
    in = std::move(stdin_pipe.write_end);
    out = std::move(stdout_pipe.read_end);
    err = std::move(stderr_pipe.read_end);
    made.stdin_pipe = std::move(stdin_pipe.read_end);
    made.stdout_pipe = std::move(stdout_pipe.write_end);
    made.stderr_pipe = std::move(stderr_pipe.write_end);
    const auto told = std::make_shared<std::promise<void>>();
    started = told->get_future();
    control = std::make_shared<JobControl>([told, on_started] {
      on_started();
      told->set_value();
    });
    made.control = control;
    return made;
  }

  std::future<Result<JobResult>> begin(Job made) {
    return std::async(std::launch::async, [this, j = std::move(made)]() mutable {
      return run(sandbox->run(std::move(j)));
    });
  }

  // Once its start is known here; what it writes may be seen before.
  void signal(int number) {
    started.wait();
    boost::asio::post(loop(), [c = control, number] { c->signal(number); });
  }

  static std::string line(const DescriptorPtr& from) {
    std::string text;
    for (char c = 0; ::read(from->get(), &c, 1) == 1 && c != '\n';) text += c;
    return text;
  }

  void type(const std::string& text) const {
    EXPECT_EQ(::write(in->get(), text.data(), text.size()), std::ssize(text));
  }

  std::unique_ptr<Sandbox> sandbox = open_sandbox(test_sandbox());
  DescriptorPtr in, out, err;
  std::shared_ptr<JobControl> control;
  std::future<void> started;
};

TEST_F(LiveSandbox, SUB_02_what_is_typed_is_answered_while_the_program_runs) {
  auto ended = begin(job("while read x; do echo \"$x!\"; echo \"$x?\" >&2; done; exit 3"));
  for (const std::string word : {"one", "two"}) {
    type(word + "\n");
    EXPECT_EQ(line(out), word + "!");
    EXPECT_EQ(line(err), word + "?");
  }
  in.reset();
  const auto result = ended.get();
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->exit_code, 3);
  EXPECT_EQ(result->out + result->err, "");  // nothing is kept of what went its own way
}

TEST_F(LiveSandbox, SUB_02_all_three_can_be_opened_by_their_names) {
  auto ended = begin(job("cat /dev/stdin > /dev/stdout; echo end > /dev/stderr"));
  type("hello\n");
  in.reset();
  EXPECT_EQ(line(out), "hello");
  EXPECT_EQ(line(err), "end");
  EXPECT_EQ(ended.get()->exit_code, 0);
}

TEST_F(LiveSandbox, SUB_02_a_signal_reaches_the_program_and_its_children_and_can_be_handled) {
  // The shell waits for its child: it hears of a signal only when that one has had it, too.
  auto ended = begin(job("trap 'echo bye; exit 5' TERM; cat; exit 1"));
  type("ready\n");
  EXPECT_EQ(line(out), "ready");
  signal(SIGTERM);
  EXPECT_EQ(line(out), "bye");
  EXPECT_EQ(ended.get()->exit_code, 5);
}

TEST_F(LiveSandbox, SUB_02_a_signal_that_is_not_handled_ends_it) {
  for (const int number : {SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGTERM, SIGKILL}) {
    auto ended = begin(job("exec cat"));  // not the shell, which would have a say
    type("ready\n");
    EXPECT_EQ(line(out), "ready");
    signal(number);
    const auto result = ended.get();
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->end, End::signaled);
    EXPECT_EQ(result->signal, number);
  }
}

TEST_F(LiveSandbox, SUB_05_no_other_signal_passes) {
  auto ended = begin(job("echo ready; read x; echo $x"));
  EXPECT_EQ(line(out), "ready");
  for (const int number : {SIGSTOP, SIGTSTP, SIGSEGV, SIGABRT, 0, 64, 65, -1, 1 << 30})
    signal(number);
  type("still here\n");
  EXPECT_EQ(line(out), "still here");
  const auto first = ended.get();
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->end, End::exited);
  EXPECT_EQ(first->exit_code, 0);
}

TEST_F(LiveSandbox, SUB_02_a_terminal_is_made_for_who_asks_for_it_alone) {
  auto asks = job("exec 2>&1; stty size; tty; cat; echo end");
  asks.stdin_pipe = asks.stdout_pipe = asks.stderr_pipe = nullptr;
  asks.input = *Content::of("");
  asks.terminal = {.rows = 33, .columns = 111};
  auto ended = begin(std::move(asks));
  started.wait();
  ASSERT_TRUE(control->terminal());
  const int terminal = control->terminal()->get();
  fcntl(terminal, F_SETFL, 0);
  EXPECT_EQ(line(control->terminal()), "33 111\r");
  EXPECT_EQ(line(control->terminal()), "not a tty\r");  // it has no name here
  EXPECT_EQ(::write(terminal, "a\n\x04", 3), 3);
  EXPECT_EQ(line(control->terminal()), "a\r");  // the echo
  EXPECT_EQ(line(control->terminal()), "a\r");
  EXPECT_EQ(line(control->terminal()), "end\r");
  EXPECT_EQ(ended.get()->exit_code, 0);
  EXPECT_EQ(line(control->terminal()), "");
}

TEST_F(LiveSandbox, a_terminal_beside_pipes_is_refused) {
  auto both = job("true");
  both.terminal = {.rows = 1, .columns = 1};
  const auto result = run(sandbox->run(std::move(both)));
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().message.contains("terminal")) << result.error().message;
}

TEST_F(LiveSandbox, SUB_02_to_kill_counts_also_before_the_start) {
  auto killed = job("exec sleep 60");
  control->signal(SIGTERM);  // this one does not
  control->signal(SIGKILL);
  EXPECT_EQ(run(sandbox->run(std::move(killed)))->signal, SIGKILL);
}

TEST_F(LiveSandbox, SUB_05_a_flood_of_signals_changes_nothing_for_the_next_job) {
  auto ended = begin(job("trap '' INT; echo ready; read x"));
  EXPECT_EQ(line(out), "ready");
  for (int i = 0; i < 20'000; ++i) signal(SIGINT);
  type("\n");
  const auto first = ended.get();
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->end, End::exited);
  EXPECT_EQ(first->exit_code, 0);
  for (int i = 0; i < 5; ++i) {
    auto next = begin(job("exit 6"));
    const auto result = next.get();
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->exit_code, 6);
  }
}

TEST_F(LiveSandbox, SUB_02_its_start_is_told_before_anything_it_writes) {
  bool told = false;
  const auto result = run(sandbox->run(job("echo x", [&] { told = true; })));
  ASSERT_TRUE(result);
  EXPECT_TRUE(told);
  EXPECT_EQ(line(out), "x");
}

}  // namespace
}  // namespace lyceum::runner
