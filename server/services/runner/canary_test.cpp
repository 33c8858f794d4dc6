#include "services/runner/canary.h"

#include "services/runner/testing/runner_fixture.h"

namespace lyceum::runner {
namespace {

class CanaryTest : public testing::LoopTest {
 protected:
  // After one more step: "ok", or the reason why not.
  std::string step(Canary& tried) {
    EXPECT_FALSE(run(tried.step()));
    return state(tried);
  }

  static std::string state(const Canary& tried) {
    const auto known = tried.state();
    return known ? "ok" : known.error().reason;
  }

  void break_it() {
    fake.answer = [](const Job&) -> Result<JobResult> {
      return fail(Code::unavailable, "sandbox_unavailable", "there is none");
    };
  }

  FakeSandbox fake;
  metrics::Gauge up;
  Canary canary{std::make_shared<FakeEnd>(fake), up};
};

TEST_F(CanaryTest, PLAT_10_before_it_was_tried_the_sandbox_does_not_count_as_working) {
  EXPECT_EQ(state(canary), "sandbox_not_tried");
  EXPECT_EQ(up.value(), 0);
}

TEST_F(CanaryTest, PLAT_10_a_program_that_ends_well_shows_that_programs_can_be_run) {
  EXPECT_EQ(step(canary), "ok");
  EXPECT_EQ(up.value(), 1);
  ASSERT_EQ(fake.jobs.size(), 1U);
  EXPECT_EQ(fake.jobs[0].argv, (std::vector<std::string>{"/bin/true"}));
}

TEST_F(CanaryTest, PLAT_10_a_sandbox_that_breaks_and_one_that_is_back_are_noticed) {
  const auto works = fake.answer;
  EXPECT_EQ(step(canary), "ok");
  break_it();
  EXPECT_EQ(step(canary), "sandbox_unavailable");
  EXPECT_EQ(canary.state().error().message, "there is none");
  EXPECT_EQ(up.value(), 0);
  fake.answer = works;
  EXPECT_EQ(step(canary), "ok");
}

TEST_F(CanaryTest, PLAT_10_a_trial_that_ends_badly_is_no_proof) {
  fake.answer = [](const Job&) { return prints("", 1); };
  EXPECT_EQ(step(canary), "sandbox_unavailable");
  fake.answer = [](const Job&) { return ended(over_wall); };
  EXPECT_EQ(step(canary), "sandbox_unavailable");
}

TEST_F(CanaryTest, PLAT_10_a_sandbox_that_hangs_counts_as_broken_and_its_trial_is_killed) {
  Canary impatient(std::make_shared<FakeEnd>(fake), up, std::chrono::milliseconds(1));
  fake.takes = std::chrono::hours(1);
  EXPECT_EQ(step(impatient), "sandbox_unavailable");
  EXPECT_EQ(fake.killed, 1);
  EXPECT_EQ(fake.now, 0);
}

TEST_F(CanaryTest, PLAT_10_while_others_programs_run_none_of_its_own_is_needed) {
  canary.worked();
  EXPECT_EQ(state(canary), "ok");
  break_it();
  EXPECT_EQ(step(canary), "ok");
  EXPECT_EQ(fake.jobs.size(), 0U);
  EXPECT_EQ(step(canary), "sandbox_unavailable");  // none has ended since
  canary.worked();
  EXPECT_EQ(state(canary), "ok");
}

}  // namespace
}  // namespace lyceum::runner
