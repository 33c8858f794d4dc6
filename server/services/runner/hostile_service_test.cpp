// Hostile programs, J: the service itself, when parts of it are killed and when what it keeps for
// later is thrown away meanwhile.

#include <future>
#include <map>

#include "services/runner/testing/own_sandbox.h"

namespace lyceum::runner {
namespace {

// A runner with one place and a sandbox of its own, of which every part can be killed.
class HostileService : public OwnSandbox {
 protected:
  void SetUp() override {
    OwnSandbox::SetUp();
    if (IsSkipped()) return;
    broker = listen_at(socket, "root");
    own.emplace(Config{.sandbox = socket, .jobs = 1}, open_sandbox(socket), clock, ids,
                own_metrics);
    const auto first = bash("cat /proc/self/uid_map");
    ASSERT_TRUE(first) << first.error().message;
    map = first->tests(0).stdout();
    ASSERT_NE(first_id_in(map), 0);
  }

  // The sandbox ends as it should: nothing of it may stay.
  void TearDown() override {
    if (broker > 0) {
      own.reset();
      kill(broker, SIGTERM);
      waitpid(broker, nullptr, 0);
      EXPECT_EQ(left_of(map), "");
      EXPECT_EQ(cgroups_of(first_id_in(map)).size(), 0U);
    }
    OwnSandbox::TearDown();
  }

  Result<api::RunResult> bash(const std::string& script) {
    return LoopTest::run(own->run(as(1), program("bash", script)));
  }

  // The error of a run whose sandbox is done this to while its program runs.
  Error killed_meanwhile(const std::function<void()>& kill_it) {
    auto running =
        std::async(std::launch::async, [&] { return bash("sleep 1000 & exec sleep 1000"); });
    EXPECT_TRUE(becomes_true([&] { return programs_of(first_id_in(map)).size() == 2; }));
    kill_it();
    const auto result = running.get();
    EXPECT_FALSE(result);
    EXPECT_EQ(left_of(map), "");
    return result ? Error() : result.error();
  }

  // The only one: there is one place.
  pid_t slot() {
    const auto slots = children_of(broker);
    EXPECT_EQ(slots.size(), 1U);
    return slots.empty() ? 0 : slots[0];
  }

  // Of the sandbox in which the program runs; others stand ready.
  pid_t working_init() {
    for (const pid_t init : children_of(slot()))
      if (!children_of(init).empty()) return init;
    ADD_FAILURE() << "no program runs";
    return 0;
  }

  static void kill_at_once(pid_t pid) {
    ASSERT_GT(pid, 1);
    ASSERT_EQ(kill(pid, SIGKILL), 0);
  }

  void the_next_run_works() {
    const auto next = bash("echo fine");
    ASSERT_TRUE(next) << next.error().message;
    EXPECT_EQ(next->tests(0).stdout(), "fine\n");
    EXPECT_EQ(own_metrics.gauge("runner_slots_in_use", "").value(), 0);
    EXPECT_EQ(own_metrics.gauge("runner_jobs", "").value(), 0);
  }

  metrics::Registry own_metrics;
  pid_t broker = 0;
  std::optional<Runner> own;
  std::string map;  // /proc/self/uid_map of its programs
};

// 69
TEST_F(HostileService, a_killed_slot_is_told_and_the_next_run_works) {
  for (int i = 0; i < 3; ++i) {
    const auto error = killed_meanwhile([&] { kill_at_once(slot()); });
    EXPECT_EQ(error.reason, "sandbox_unavailable");
    the_next_run_works();
  }
}

// 69
TEST_F(HostileService, a_killed_init_is_told_and_the_next_run_works) {
  for (int i = 0; i < 3; ++i) {
    const auto error = killed_meanwhile([&] { kill_at_once(working_init()); });
    EXPECT_EQ(error.reason, "sandbox_unavailable");
    EXPECT_NE(error.message.find("init died"), std::string::npos) << error.message;
    the_next_run_works();
  }
}

// 69
TEST_F(HostileService, sandboxes_that_stand_ready_may_die_too) {
  for (const pid_t init : children_of(slot())) kill_at_once(init);
  // The slot may hand out one that has just died, once.
  for (int i = 0; i < 3; ++i) {
    const auto result = bash("true");
    if (!result) EXPECT_EQ(result.error().reason, "sandbox_unavailable");
  }
  the_next_run_works();
}

// 69
TEST_F(HostileService, a_killed_broker_is_told_and_the_next_one_sweeps_up) {
  const auto error = killed_meanwhile([&] {
    kill_at_once(broker);
    waitpid(broker, nullptr, 0);
  });
  EXPECT_EQ(error.reason, "sandbox_unavailable");
  const auto meanwhile = bash("true");
  ASSERT_FALSE(meanwhile);
  EXPECT_EQ(meanwhile.error().reason, "sandbox_unavailable");
  std::filesystem::remove(socket);
  broker = listen_at(socket, "root");
  the_next_run_works();
}

// 69
TEST_F(HostileService, all_of_them_may_be_killed_at_once) {
  const auto error = killed_meanwhile([&] {
    const pid_t its_slot = slot(), init = working_init();
    for (const pid_t pid : {init, its_slot, broker}) kill_at_once(pid);
    waitpid(broker, nullptr, 0);
  });
  EXPECT_EQ(error.reason, "sandbox_unavailable");
  std::filesystem::remove(socket);
  broker = listen_at(socket, "root");
  the_next_run_works();
}

class HostileCache : public SandboxTest {
 protected:
  // Prints its number, and how much it was given.
  static api::RunRequest numbered(int number) {
    auto request = program("c", "#include <stdio.h>\nint main(void) { puts(\"number " +
                                    std::to_string(number) + "\"); }");
    request.clear_tests();
    for (int i = 0; i < 4; ++i) {
      auto& test = *request.add_tests();
      test.set_id(std::to_string(i));
      test.set_expected("number " + std::to_string(number));
    }
    return request;
  }
};

// 72
TEST_F(HostileCache, a_program_runs_on_when_the_cache_has_let_go_of_it) {
  // Room for one program, and eight that push each other out.
  metrics::Registry own_metrics;
  Runner small{Config{.sandbox = test_sandbox(), .jobs = 3, .cache_bytes = 40'000},
               open_sandbox(test_sandbox()), clock, ids, own_metrics};
  std::vector<std::future<std::string>> all;
  for (int i = 0; i < 24; ++i)
    all.push_back(std::async(std::launch::async, [&, i] {
      const auto result = LoopTest::run(small.run(as(i), numbered(i % 8)));
      return result ? result->status() : result.error().reason;
    }));
  for (auto& one : all) EXPECT_EQ(one.get(), "AC");
  const auto state = LoopTest::run(small.get_runner(as(1), {}));
  ASSERT_TRUE(state);
  EXPECT_EQ(state->cache().programs(), 1);
  EXPECT_LE(state->cache().bytes(), 40'000);
  EXPECT_GT(state->cache().misses(), 8);  // some were pushed out and compiled again
}

// 72
TEST_F(HostileCache, a_file_of_jobes_that_is_replaced_meanwhile_is_the_old_or_the_new_one) {
  metrics::Registry own_metrics;
  Runner jobe{Config{.sandbox = test_sandbox(), .jobs = 2, .jobe = true},
              open_sandbox(test_sandbox()), clock, ids, own_metrics};
  const auto ask = [&](const std::string& method, const std::string& below, std::string body) {
    lyceum::v1::WebRequest request;
    request.set_method(method);
    request.set_path("/jobe/index.php/restapi/" + below);
    request.set_body(std::move(body));
    const auto answer = LoopTest::run(jobe.jobe(as(1), std::move(request)));
    return answer ? *answer : lyceum::v1::WebResponse();
  };
  // 750,000 letters in base64: 22 such files are all that a user may have.
  const auto put = [&](const std::string& id, const std::string& four) {
    std::string content;
    for (int i = 0; i < 250'000; ++i) content += four;
    return ask("PUT", "files/" + id, "{\"file_contents\":\"" + content + "\"}").status();
  };
  ASSERT_EQ(put("theirfile", "YWFh"), 204);
  std::atomic<bool> over = false;
  auto pusher = std::async(std::launch::async, [&] {
    for (int i = 0; !over; ++i) {
      EXPECT_EQ(put("other" + std::to_string(100 + i % 22), "eHh4"), 204);
      if (i % 3 == 0) EXPECT_EQ(put("theirfile", i % 2 ? "YWFh" : "YmJi"), 204);
    }
  });
  int ran = 0;
  for (int i = 0; i < 30; ++i) {
    const auto answer = ask(
        "POST", "runs",
        R"json({"run_spec":{"language_id":"python3","sourcecode":"t = open('data').read()\nprint(len(t), *sorted(set(t)))","file_list":[["theirfile","data"]]}})json");
    if (answer.status() == 404) continue;  // pushed out: the client sends it again
    ++ran;
    EXPECT_EQ(answer.status(), 200) << answer.body();
    EXPECT_TRUE(answer.body().find("750000 a\\n") != std::string::npos ||
                answer.body().find("750000 b\\n") != std::string::npos)
        << answer.body();
  }
  over = true;
  pusher.get();
  EXPECT_GT(ran, 0);
}

}  // namespace
}  // namespace lyceum::runner
