#include "services/runner/doctor.h"

#include <gtest/gtest.h>

#include "services/runner/testing/sandbox_fixture.h"

namespace lyceum::runner {
namespace {

class Doctor : public SandboxTest {};

TEST_F(Doctor, finds_nothing_fatal_where_programs_run) {
  for (const auto& finding : examine_machine())
    EXPECT_NE(finding.grade, Grade::fatal) << finding.what;
  EXPECT_EQ(examine_sandbox(test_sandbox()).grade, Grade::good);
}

TEST_F(Doctor, says_how_to_get_a_sandbox_where_there_is_none) {
  const auto finding = examine_sandbox("/nowhere/sandbox.sock");
  EXPECT_EQ(finding.grade, Grade::fatal);
  EXPECT_NE(finding.what.find("sudo lyceum sandbox --socket /nowhere/sandbox.sock"),
            std::string::npos)
      << finding.what;
}

TEST_F(Doctor, tells_of_every_language_and_what_it_lacks) {
  const auto findings = examine_languages();
  ASSERT_EQ(findings.size(), languages().size());
  for (std::size_t i = 0; i < findings.size(); ++i) {
    EXPECT_TRUE(findings[i].what.starts_with(languages()[i].name));
    EXPECT_EQ(findings[i].grade == Grade::good, tools_installed(languages()[i]));
  }
}

}  // namespace
}  // namespace lyceum::runner
