#include "services/runner/activity.h"

#include <gtest/gtest.h>

#include "testing/service_test.h"

namespace lyceum::runner {
namespace {

struct ActivityTest : ::testing::Test {
  api::RunnerState state() const {
    api::RunnerState out;
    activity.describe(out);
    return out;
  }

  void put(std::int64_t id, bool ended) {
    api::RecentRun run;
    run.set_id(id);
    run.set_status(ended ? "AC" : "RUNNING");
    if (ended) run.set_run_ms(1);
    activity.put(run);
  }

  // "1 cpp of 7, 2 free"
  std::string slots() const {
    std::string out;
    for (const auto& slot : state().slots()) {
      if (!out.empty()) out += ", ";
      out += std::to_string(slot.number()) + " " + (slot.busy() ? slot.language() : "free");
      if (slot.has_run_id()) out += " of " + std::to_string(slot.run_id());
    }
    return out;
  }

  testing::ManualClock clock;
  metrics::Gauge in_use;
  Activity activity{clock, 3, in_use};
};

TEST_F(ActivityTest, a_slot_is_busy_as_long_as_it_is_held) {
  EXPECT_EQ(slots(), "1 free, 2 free, 3 free");
  {
    const auto first = activity.take(1, 7, "cpp");
    const auto others = activity.take(2, 8, "python");
    EXPECT_EQ(slots(), "1 cpp of 7, 2 python of 8, 3 python of 8");
    EXPECT_EQ(state().slots(0).since(), clock.now_ms());
    EXPECT_EQ(in_use.value(), 3);
  }
  EXPECT_EQ(slots(), "1 free, 2 free, 3 free");
  EXPECT_EQ(in_use.value(), 0);
}

TEST_F(ActivityTest, the_first_free_slots_are_taken_and_never_more_than_there_are) {
  auto first = std::make_unique<Activity::Use>(activity.take(1, 1, "c"));
  const auto second = activity.take(1, 2, "c");
  first.reset();
  const auto third = activity.take(5, 0, "java");
  EXPECT_EQ(slots(), "1 java, 2 c of 2, 3 java");
  EXPECT_EQ(in_use.value(), 3);
}

TEST_F(ActivityTest, a_run_is_shown_once_as_it_is_now_the_newest_first) {
  put(1, false);
  put(2, false);
  put(1, true);
  ASSERT_EQ(state().runs_size(), 2);
  EXPECT_EQ(state().runs(0).id(), 2);
  EXPECT_EQ(state().runs(1).status(), "AC");
}

TEST_F(ActivityTest, the_last_hundred_that_ended_are_kept_and_all_that_are_under_way) {
  put(1, false);
  for (int id = 2; id <= 150; ++id) put(id, true);
  const auto shown = state();
  ASSERT_EQ(shown.runs_size(), Activity::ended_max + 1);
  EXPECT_EQ(shown.runs(0).id(), 150);
  EXPECT_EQ(shown.runs(Activity::ended_max - 1).id(), 51);
  EXPECT_EQ(shown.runs(Activity::ended_max).id(), 1);
  put(1, true);  // as the oldest of those that ended it is not kept
  EXPECT_EQ(state().runs_size(), Activity::ended_max);
  EXPECT_EQ(state().runs(Activity::ended_max - 1).id(), 51);
}

}  // namespace
}  // namespace lyceum::runner
