#include "services/runner/rootless.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "services/runner/doctor.h"
#include "services/runner/sandbox.h"

namespace lyceum::runner {
namespace {

TEST(Rootless, subordinate_ids_are_found_by_name_and_by_number) {
  const std::string text = "root:50000:65536\nanna:100000:65536\n1007:300000:2000\n";
  const auto anna = find_ids(text, "anna", 1000);
  ASSERT_TRUE(anna);
  EXPECT_EQ(anna->first, 100000);
  EXPECT_EQ(anna->count, 65536);
  const auto bert = find_ids(text, "bert", 1007);
  ASSERT_TRUE(bert);
  EXPECT_EQ(bert->first, 300000);
  EXPECT_EQ(bert->count, 2000);
  EXPECT_FALSE(find_ids(text, "ann", 100));
}

TEST(Rootless, a_range_that_is_too_small_is_passed_over) {
  const auto ids = find_ids("anna:100000:1023\nanna:200000:1024\n", "anna", 1000);
  ASSERT_TRUE(ids);
  EXPECT_EQ(ids->first, 200000);
}

TEST(Rootless, lines_that_make_no_sense_give_no_ids) {
  for (const auto* line :
       {"", "anna", "anna:", "anna:100000", "anna:100000:", "anna:x:65536", "anna:100000:65536x",
        "anna:-1:65536", "anna:0:65536", "anna:100000:-65536", "anna:99999999999999999999:65536",
        "anna:4294967295:65536", " anna:100000:65536", ":100000:65536"})
    EXPECT_FALSE(find_ids(line, "anna", 1000)) << line;
}

TEST(Rootless, what_is_missing_is_told_with_the_way_to_get_it_and_stops_nothing) {
  const auto findings = examine_rootless();
  EXPECT_EQ(findings.size(), 4U);
  for (const auto& finding : findings) {
    EXPECT_TRUE(finding.what.starts_with("without root: ")) << finding.what;
    EXPECT_NE(finding.grade, Grade::fatal) << finding.what;
    EXPECT_EQ(finding.grade == Grade::good, finding.advice.empty()) << finding.what;
  }
}

TEST(Rootless, who_has_no_subordinate_ids_is_told_how_to_get_them) {
  const auto ids = subordinate_ids();
  if (ids) {
    EXPECT_GE(ids->count, 1024);
    EXPECT_GT(ids->first_uid, 0);
    EXPECT_GT(ids->first_gid, 0);
    return;
  }
  EXPECT_EQ(ids.error().reason, "no_subordinate_ids");
  EXPECT_NE(ids.error().message.find("usermod --add-subuids"), std::string::npos);
  EXPECT_NE(ids.error().message.find(user_name()), std::string::npos);
}

TEST(Rootless, only_root_may_start_a_sandbox_for_somebody_else) {
  if (geteuid() == 0) GTEST_SKIP() << "root may";
  EXPECT_EQ(become_sandbox("/tmp/lyceum-no-sandbox.sock", "root").reason, "not_root");
}

}  // namespace
}  // namespace lyceum::runner
