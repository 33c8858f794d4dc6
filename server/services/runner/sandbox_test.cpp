// The way to the sandbox and what happens when one of the two sides ends in the middle.

#include "services/runner/sandbox.h"

#include <fcntl.h>
#include <future>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>

#include "services/runner/testing/own_sandbox.h"

namespace lyceum::runner {
namespace {

TEST_F(SandboxLink, contents_are_sealed) {
  const auto content = *Content::of("abc");
  EXPECT_EQ(content->size(), 3);
  EXPECT_LT(::write(content->fd(), "x", 1), 0);
  EXPECT_LT(ftruncate(content->fd(), 0), 0);
}

TEST_F(SandboxLink, a_result_tells_what_happened) {
  const auto result = run(sandbox->run(job("echo out; echo err >&2; exit 7")));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->end, End::exited);
  EXPECT_EQ(result->exit_code, 7);
  EXPECT_EQ(result->out, "out\n");
  EXPECT_EQ(result->err, "err\n");
  EXPECT_GT(result->cpu_ns, 0);
  EXPECT_GT(result->wall_ns, 0);
  EXPECT_GT(result->memory_bytes, 0);
  EXPECT_LT(result->memory_bytes, 64 << 20);
}

TEST_F(SandboxLink, a_program_that_is_not_there_is_told_as_a_shell_does) {
  for (const auto* path : {"/usr/bin/no-such-tool", "/etc/passwd", "/w"}) {
    auto missing = job("");
    missing.argv = {path};
    const auto result = run(sandbox->run(std::move(missing)));
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->exit_code, 127);
    EXPECT_TRUE(result->err.starts_with(std::string("cannot run ") + path)) << result->err;
  }
}

TEST_F(SandboxLink, more_artifacts_than_allowed_are_too_much_output) {
  auto many = job("cd /out; for i in {1..201}; do echo >$i; done");
  many.writes_out = true;
  many.collect = {""};
  const auto result = run(sandbox->run(many));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->end, End::output);
  EXPECT_TRUE(result->artifacts.empty());
  many.argv.back() = "cd /out; for i in {1..200}; do echo >$i; done";
  EXPECT_EQ(run(sandbox->run(many))->artifacts.size(), 200U);
}

TEST_F(SandboxLink, limits_that_make_no_sense_are_refused) {
  auto none = job("true");
  none.limits.processes = 0;
  EXPECT_FALSE(run(sandbox->run(std::move(none))));
  auto huge = job("true");
  huge.limits.memory_bytes = std::int64_t{1} << 50;
  EXPECT_FALSE(run(sandbox->run(std::move(huge))));
  auto negative = job("true");
  negative.limits.cpu_ms = -1;
  EXPECT_FALSE(run(sandbox->run(std::move(negative))));
}

TEST_F(SandboxLink, files_outside_of_its_folders_are_refused) {
  for (const auto* path : {"etc/passwd", "w/../etc/passwd", "/etc/passwd", "w", "w/", "../w/x",
                           "w//x", "w/./x", "tmp/x"}) {
    auto bad = job("true");
    bad.files.push_back({path, *Content::of("x")});
    EXPECT_FALSE(run(sandbox->run(std::move(bad)))) << path;
  }
}

TEST_F(SandboxLink, every_program_has_a_user_of_its_own) {
  auto one = std::async(std::launch::async, [&] {
    return run(sandbox->run(job("cat /proc/self/uid_map; sleep 0.3")));
  });
  auto two = std::async(std::launch::async, [&] {
    return run(sandbox->run(job("cat /proc/self/uid_map; sleep 0.3")));
  });
  const auto first = one.get(), second = two.get();
  ASSERT_TRUE(first && second);
  EXPECT_NE(first->out, second->out);
  for (const auto& map : {first->out, second->out}) {
    int inside = 0, outside = 0;
    std::istringstream lines(map);
    for (int count = 0; lines >> inside >> outside >> count;)
      EXPECT_GE(outside, 1'900'000'000) << map;
  }
}

TEST_F(SandboxLink, neighbours_do_not_meet) {
  auto talker = std::async(std::launch::async, [&] {
    return run(sandbox->run(
        job("echo secret >/tmp/x; echo secret >/dev/shm/x; exec -a secret sleep 0.5")));
  });
  const auto listener = run(sandbox->run(job(
      "sleep 0.2; cat /tmp/x /dev/shm/x /proc/*/cmdline 2>/dev/null | grep -c 's[e]cret'; true")));
  ASSERT_TRUE(listener);
  EXPECT_EQ(listener->out, "0\n");
  EXPECT_TRUE(talker.get());
}

TEST_F(SandboxLink, when_the_caller_goes_its_job_is_killed) {
  boost::asio::cancellation_signal cancel;
  std::promise<void> ended;
  const auto started = std::chrono::steady_clock::now();
  boost::asio::post(loop(), [&] {
    boost::asio::co_spawn(
        loop(), sandbox->run(job("sleep 1000")),
        boost::asio::bind_cancellation_slot(
            cancel.slot(), [&](const std::exception_ptr&, const auto&) { ended.set_value(); }));
  });
  const auto sleeps = [&] { return run(sandbox->run(job("true"))); };
  ASSERT_TRUE(sleeps());
  boost::asio::post(loop(), [&] { cancel.emit(boost::asio::cancellation_type::all); });
  ended.get_future().get();
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(15));
  // SandboxTest's TearDown sees that nothing of it is left.
}

TEST_F(SandboxLink, one_program_reads_what_another_writes) {
  auto there = *Pipe::make(), back = *Pipe::make();
  auto asks = job("echo 20; read x; echo $x >&2");
  asks.stdin_pipe = std::move(back.read_end);
  asks.stdout_pipe = std::move(there.write_end);
  auto answers = job("while read x; do echo $((x + 1)); done; echo end >&2");
  answers.stdin_pipe = std::move(there.read_end);
  answers.stdout_pipe = std::move(back.write_end);
  auto other = std::async(std::launch::async, [&, j = std::move(answers)]() mutable {
    return run(sandbox->run(std::move(j)));
  });
  const auto asked = run(sandbox->run(std::move(asks)));
  const auto answered = other.get();
  ASSERT_TRUE(asked && answered);
  EXPECT_EQ(asked->err, "21\n");
  EXPECT_EQ(asked->out, "");
  EXPECT_EQ(asked->out_bytes, 0);
  EXPECT_EQ(answered->err, "end\n");  // the pipe ended with the program that wrote to it
}

TEST_F(SandboxLink, a_pipe_can_be_opened_by_its_name_too) {
  auto in = *Pipe::make();
  ASSERT_EQ(::write(in.write_end->get(), "hello", 5), 5);
  in.write_end.reset();
  auto reader = job("cat /dev/stdin /proc/self/fd/0");
  reader.stdin_pipe = std::move(in.read_end);
  EXPECT_EQ(run(sandbox->run(std::move(reader)))->out, "hello");
}

TEST_F(SandboxLink, output_into_a_pipe_has_no_end_but_the_programs) {
  auto out = *Pipe::make();
  auto writer = job("head -c 200000 /dev/zero");
  writer.stdout_pipe = std::move(out.write_end);
  auto ended = std::async(std::launch::async, [&, j = std::move(writer)]() mutable {
    return run(sandbox->run(std::move(j)));
  });
  std::array<char, 4096> bytes;
  std::int64_t count = 0;
  for (ssize_t got; (got = ::read(out.read_end->get(), bytes.data(), bytes.size())) > 0;)
    count += got;
  EXPECT_EQ(count, 200'000);
  EXPECT_EQ(ended.get()->end, End::exited);
}

TEST_F(SandboxLink, nobody_at_the_other_end_is_the_programs_own_trouble) {
  auto unread = *Pipe::make(), unwritten = *Pipe::make(), closed = *Pipe::make();
  auto writes = job("exec yes");
  writes.stdout_pipe = unread.write_end;
  writes.limits.wall_ms = 300;
  EXPECT_EQ(run(sandbox->run(std::move(writes)))->end, End::wall);
  auto reads = job("exec cat");
  reads.stdin_pipe = unwritten.read_end;
  reads.limits.wall_ms = 300;
  EXPECT_EQ(run(sandbox->run(std::move(reads)))->end, End::wall);
  closed.read_end.reset();
  auto breaks = job("exec yes");
  breaks.stdout_pipe = closed.write_end;
  const auto broken = run(sandbox->run(std::move(breaks)));
  EXPECT_EQ(broken->end, End::signaled);
  EXPECT_EQ(broken->signal, SIGPIPE);
  EXPECT_TRUE(run(sandbox->run(job("true"))));
}

TEST_F(SandboxLink, what_a_program_does_to_its_end_of_a_pipe_the_other_end_does_not_feel) {
  auto in = *Pipe::make(), out = *Pipe::make();
  auto meddles =
      job("exec /usr/bin/python3 -c '"
          "import fcntl, os, sys\n"
          "os.set_blocking(0, False); os.set_blocking(1, False)\n"
          "for fd in (0, 1, 2):\n"
          "  try: fcntl.fcntl(fd, 1031, 1 << 20); print(\"grown\", file=sys.stderr)\n"
          "  except PermissionError: pass\n"
          "try: os.open(\"/proc/self/fd/1\", os.O_RDONLY); print(\"read\", file=sys.stderr)\n"
          "except PermissionError: pass'");
  meddles.stdin_pipe = in.read_end;
  meddles.stdout_pipe = out.write_end;
  const auto result = run(sandbox->run(std::move(meddles)));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->err, "");
  EXPECT_EQ(result->exit_code, 0);
  EXPECT_FALSE(fcntl(in.write_end->get(), F_GETFL) & O_NONBLOCK);
  EXPECT_FALSE(fcntl(out.read_end->get(), F_GETFL) & O_NONBLOCK);
  EXPECT_EQ(fcntl(out.read_end->get(), F_GETPIPE_SZ), fcntl(in.read_end->get(), F_GETPIPE_SZ));
}

TEST_F(SandboxLink, only_the_right_end_of_a_nameless_pipe_is_taken) {
  std::array<int, 2> pair;
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()), 0);
  const auto socket = std::make_shared<const Descriptor>(pair[0]);
  const Descriptor its_other_end(pair[1]);
  const auto folder = std::make_shared<const Descriptor>(open("/tmp", O_RDONLY | O_DIRECTORY));
  const auto pipe = *Pipe::make();
  for (const auto& bad : {socket, folder, pipe.write_end}) {
    auto wrong = job("true");
    wrong.stdin_pipe = bad;
    EXPECT_FALSE(run(sandbox->run(std::move(wrong))));
  }
  for (const auto& bad : {socket, folder, pipe.read_end}) {
    auto wrong = job("true");
    wrong.stdout_pipe = bad;
    EXPECT_FALSE(run(sandbox->run(std::move(wrong))));
  }
}

TEST_F(SandboxLink, the_same_content_can_be_read_by_many_at_once) {
  auto one = job("head -c 3; sleep 0.1; cat");
  one.input = *Content::of("abcdef");
  auto two = one;
  auto other = std::async(std::launch::async, [&] { return run(sandbox->run(two)); });
  EXPECT_EQ(run(sandbox->run(one))->out, "abcdef");
  EXPECT_EQ(other.get()->out, "abcdef");
}

TEST_F(SandboxLink, slots_do_not_collect_descriptors) {
  const auto open_now = [&] {
    const auto result = run(sandbox->run(job("true")));
    EXPECT_TRUE(result);
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"),
                         std::filesystem::directory_iterator());
  };
  const auto before = open_now();
  for (int i = 0; i < 50; ++i) open_now();
  EXPECT_EQ(open_now(), before);
}

TEST_F(OwnSandbox, it_listens_for_one_user_alone) {
  const pid_t broker = listen_at(socket, "nobody");
  struct stat about = {};
  // nobody may not write to root's folder: the socket is made with that user's rights.
  EXPECT_LT(stat(socket.c_str(), &about), 0);
  int status = 0;
  waitpid(broker, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 1);

  ASSERT_EQ(chown(folder.c_str(), 65534, 65534), 0);
  ASSERT_EQ(chmod(folder.c_str(), 0755), 0);
  const pid_t again = listen_at(socket, "nobody");
  ASSERT_EQ(stat(socket.c_str(), &about), 0);
  EXPECT_EQ(about.st_uid, 65534U);
  EXPECT_EQ(about.st_mode & 0777, 0600U);
  const auto result = run(open_sandbox(socket)->run(job("echo hi")));  // root may, too
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->out, "hi\n");
  kill(again, SIGTERM);
  waitpid(again, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_LT(stat(socket.c_str(), &about), 0);
}

}  // namespace
}  // namespace lyceum::runner
