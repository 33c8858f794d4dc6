// Live sessions: what both sides say, and what ends them.

#include "services/runner/testing/live_fixture.h"

namespace lyceum::runner {
namespace {

using Texts = std::vector<std::string>;

const std::string open_input = R"({"op":"stdin","d":{"text":")";

JobResult exits(int code) {
  JobResult out;
  out.exit_code = code;
  out.cpu_ns = 1'500'000;
  out.wall_ns = 7'000'000;
  out.memory_bytes = 4096;
  return out;
}

JobResult echo(const Console& console) {
  for (std::string line; !(line = console.line()).empty();) console.print(line);
  return exits(0);
}

TEST_F(LiveTest, SUB_02_output_comes_while_the_program_waits_for_the_next_line) {
  fake.program = echo;
  const auto client = begin();
  client->send(open_input + "one\\n\"}}");
  EXPECT_EQ(client->next(), R"({"op":"stdout","d":{"text":"one\n"}})");
  client->send(R"({"op":"stdin","d":{"base64":"/wo="}})");
  EXPECT_EQ(client->next(), R"({"op":"stdout","d":{"base64":"/wo="}})");
  client->send(R"({"op":"eof"})");
  EXPECT_EQ(client->rest(),
            (Texts{R"({"op":"done","d":{"status":"AC","exit_code":0,"cpu_ms":2,"wall_ms":7,)"
                   R"("memory_bytes":4096,"truncated":false}})",
                   "closed 1000"}));
  EXPECT_EQ(gauge("runner_jobs"), 0);
  EXPECT_EQ(gauge("runner_live"), 0);
  EXPECT_EQ(gauge("runner_runs"), 0);
}

TEST_F(LiveTest, SUB_02_the_last_words_of_both_outputs_come_before_done) {
  fake.program = [](const Console& console) {
    console.print("out");
    console.complain("err");
    return exits(3);
  };
  const auto client = begin();
  auto all = client->rest();
  ASSERT_EQ(all.size(), 4U);
  std::sort(all.begin(), all.begin() + 2);
  EXPECT_EQ(all[0], R"({"op":"stderr","d":{"text":"err"}})");
  EXPECT_EQ(all[1], R"({"op":"stdout","d":{"text":"out"}})");
  EXPECT_TRUE(all[2].starts_with(R"({"op":"done","d":{"status":"RE","exit_code":3,)")) << all[2];
}

TEST_F(LiveTest, SUB_02_a_character_that_comes_in_pieces_is_sent_whole) {
  fake.program = [](const Console& console) {
    console.print("a\xe2\x82");
    if (console.line() != "go on\n") return exits(1);
    console.print("\xac\xe2");
    return exits(0);
  };
  const auto client = begin();
  EXPECT_EQ(client->next(), R"({"op":"stdout","d":{"text":"a"}})");
  client->send(open_input + "go on\\n\"}}");
  EXPECT_EQ(client->next(), R"({"op":"stdout","d":{"text":"€"}})");
  EXPECT_EQ(client->next(), R"({"op":"stdout","d":{"base64":"4g=="}})");  // it stayed half
  EXPECT_TRUE(client->next().contains(R"("status":"AC")"));
}

TEST_F(LiveTest, SUB_05_whoever_writes_too_much_is_killed) {
  fake.program = [](const Console& console) {
    while (console.write_to(*console.out, "0123456789")) {
    }
    return exits(0);
  };
  const auto client = begin(R"(,"limits":{"output_bytes":25})");
  std::string printed;
  for (auto text = client->next();; text = client->next()) {
    constexpr std::string_view before = R"({"op":"stdout","d":{"text":")", after = R"("}})";
    if (!text.starts_with(before)) {
      EXPECT_TRUE(text.starts_with(R"({"op":"done","d":{"status":"OLE","exit_code":0,"cpu)"));
      EXPECT_TRUE(text.contains(R"("truncated":true)")) << text;
      break;
    }
    printed += text.substr(before.size(), text.size() - before.size() - after.size());
  }
  EXPECT_EQ(printed, "0123456789012345678901234");
  EXPECT_EQ(client->next(), "closed 1000");
  EXPECT_EQ(fake.signals, std::vector{SIGKILL});
}

TEST_F(LiveTest, SUB_05_what_a_client_does_not_read_stays_with_the_program) {
  std::atomic<int> written = 0;
  fake.program = [&](const Console& console) {
    const std::string kilobyte(1024, 'x');
    while (written < 512 && console.write_to(*console.out, kilobyte)) ++written;
    return exits(0);
  };
  const auto client = connect();
  client->socket->queued = 1 << 20;
  client->run();
  // Its pipe holds 64 of them: there it waits, as nobody reads.
  const auto until = std::chrono::steady_clock::now() + patience;
  while (written < 64 && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  EXPECT_LE(written, 65);
  {
    const std::lock_guard lock(client->socket->mutex);
    EXPECT_EQ(client->socket->sent.size(), 2U);  // compile, started
  }
  client->socket->queued = 0;
  EXPECT_EQ(client->rest().back(), "closed 1000");
  EXPECT_EQ(written, 512);
}

TEST_F(LiveTest, SUB_05_when_the_client_has_gone_the_job_is_killed) {
  fake.program = [this](const Console& console) {
    const auto end = echo(console);
    fake.becomes([this] { return fake.now == 0; });  // it goes on after its input
    return end;
  };
  auto client = begin();
  EXPECT_EQ(gauge("runner_jobs"), 1);
  client->hang_up();
  EXPECT_TRUE(fake.becomes([&] { return fake.now == 0; }));
  EXPECT_EQ(fake.killed, 1);
  EXPECT_EQ(begin()->socket->code, 0);  // its place is free again
}

TEST_F(LiveTest, SUB_05_a_client_that_cannot_take_more_is_closed) {
  fake.program = echo;
  const auto client = begin();
  {
    const std::lock_guard lock(client->socket->mutex);
    client->socket->full = true;
  }
  client->send(open_input + "x\\n\"}}");
  EXPECT_EQ(client->rest().back(), "closed 4015");
  EXPECT_TRUE(fake.becomes([&] { return fake.now == 0; }));
}

TEST_F(LiveTest, SUB_02_what_is_typed_early_waits_for_the_program) {
  fake.program = echo;
  const auto client = connect();
  client->run();
  client->send(open_input + "early\\n\"}}");
  client->send(R"({"op":"eof"})");
  client->send(open_input + "after the end\\n\"}}");
  const auto all = client->rest();
  EXPECT_EQ(all.at(2), R"({"op":"stdout","d":{"text":"early\n"}})");
  EXPECT_EQ(all.back(), "closed 1000");
}

TEST_F(LiveTest, SUB_05_silence_ends_it_as_the_clock_does) {
  config.live_idle_ms = 30;
  fake.program = echo;
  const auto client = begin();
  EXPECT_TRUE(client->next().starts_with(R"({"op":"done","d":{"status":"WTLE")"));
  EXPECT_EQ(client->next(), "closed 1000");
  EXPECT_EQ(fake.signals, std::vector{SIGKILL});
}

TEST_F(LiveTest, SUB_02_limits_are_the_requests_or_the_sessions) {
  begin()->hang_up();
  EXPECT_EQ(fake.job.limits.wall_ms, config.live_wall_ms);
  begin(R"(,"limits":{"wall_ms":200000,"cpu_ms":7})")->hang_up();
  EXPECT_EQ(fake.job.limits.wall_ms, 200'000);
  EXPECT_EQ(fake.job.limits.cpu_ms, 7);
}

TEST_F(LiveTest, SUB_02_what_does_not_compile_is_over_after_compile) {
  fake.compiled = exits(1);
  fake.compiled.err = "no";
  const auto client = connect();
  client->run("", "c");
  const auto all = client->rest();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_TRUE(all[0].starts_with(R"({"op":"compile","d":{"status":"CE","exit_code":1)")) << all[0];
  EXPECT_TRUE(all[1].starts_with(R"({"op":"done","d":{"status":"CE")")) << all[1];
  EXPECT_EQ(all[2], "closed 1000");
}

TEST_F(LiveTest, SUB_05_who_speaks_out_of_turn_is_closed_with_a_code) {
  fake.program = echo;
  const std::string mebibyte(1 << 20, 'x');
  const std::vector<std::pair<Texts, std::string>> before_run = {
      {{R"({"op":"stdin","d":{"text":"x"}})"}, "closed 4003"},
      {{R"({"op":"eof"})"}, "closed 4003"},
      {{R"({"op":"signal","d":{"name":"INT"}})"}, "closed 4003"},
      {{"nonsense"}, "closed 4002"},
      {{R"({"op":"move","d":{"rows":1}})"}, "closed 4001"}};
  for (const auto& [texts, code] : before_run) {
    const auto client = connect();
    for (const auto& text : texts) client->send(text);
    EXPECT_EQ(client->rest(), Texts{code}) << texts[0];
  }
  const std::vector<std::pair<std::string, std::string>> after_run = {
      {R"({"op":"run","d":{}})", "closed 4005"},
      {R"({"op":"x"})", "closed 4001"},
      {"[", "closed 4002"},
      {open_input + mebibyte + "y\"}}", "closed 4009"}};
  for (const auto& [text, code] : after_run) {
    const auto client = begin();
    client->send(text);
    EXPECT_EQ(client->rest(), Texts{code}) << text.substr(0, 40);
    EXPECT_TRUE(fake.becomes([&] { return fake.now == 0; }));
  }
}

TEST_F(LiveTest, SUB_05_a_flood_of_messages_is_cut) {
  fake.program = echo;
  const auto client = begin();
  for (int i = 0; i < 1'200; ++i) client->send(R"({"op":"signal","d":{"name":"USR1"}})");
  EXPECT_EQ(client->rest().back(), "closed 4008");
}

TEST_F(LiveTest, SUB_05_a_wrong_run_is_refused_and_the_error_names_the_field) {
  const std::vector<std::pair<std::string, std::string>> table = {
      {R"({"language":"klingon","files":[]})", R"("field":"language")"},
      {R"({"language":"bash","files":[{"path":"../a","content":""}]})",
       R"("field":"files[0].path")"},
      {R"({"language":"bash","nonsense":1})", R"("field":"nonsense")"},
      {R"({"language":"bash","files":[{"path":"main.sh"}],"limits":{"wall_ms":300001}})",
       R"("field":"limits.wall_ms")"}};
  for (const auto& [request, field] : table) {
    const auto client = connect();
    client->send(R"({"op":"run","d":)" + request + "}");
    const auto all = client->rest();
    ASSERT_EQ(all.size(), 2U) << request;
    EXPECT_TRUE(all[0].starts_with(R"({"op":"error","d":{"reason":")") && all[0].contains(field))
        << all[0];
    EXPECT_EQ(all[1], "closed 4000");
  }
}

TEST_F(LiveTest, SUB_05_nobody_has_more_than_two_sessions_at_a_time) {
  fake.program = echo;
  const auto one = begin(), two = begin();
  const auto third = connect();
  third->run();
  EXPECT_TRUE(third->next().contains(R"("reason":"too_many_sessions")"));
  EXPECT_EQ(third->next(), "closed 4000");
  one->hang_up();
  EXPECT_TRUE(fake.becomes([&] { return fake.now == 1; }));
  begin();
}

TEST_F(LiveTest, SUB_05_a_server_that_stops_ends_its_sessions) {
  fake.program = echo;
  const auto client = begin();
  client->drain();
  EXPECT_EQ(client->rest().back(), "closed 1001");
  EXPECT_TRUE(fake.becomes([&] { return fake.now == 0; }));
}

}  // namespace
}  // namespace lyceum::runner
