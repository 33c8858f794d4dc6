#include <gtest/gtest.h>

#include "contract/runner.rpc.h"
#include "host/rest_routes.h"
#include "host/service.h"

namespace lyceum::host {
namespace {

const std::string jobe = "/lyceum.runner.v1.Runner/Jobe";
const std::string path = "/jobe/index.php/restapi/runs";

struct Switches {
  bool jobe = false, judge0 = false, piston = true;

  Section section() {
    return {
        "runner",
        {setting(jobe, "jobe", ""), setting(judge0, "judge0", ""), setting(piston, "piston", "")}};
  }
};

class OptionalRoutes : public ::testing::Test {
 protected:
  OptionalRoutes() { runner::v1::publish(table, *shape); }

  std::unique_ptr<runner::v1::RunnerApi> shape = runner::v1::connect_runner(nowhere());
  MethodTable table;
};

TEST_F(OptionalRoutes, are_those_that_name_a_setting_and_know_its_value) {
  Switches switches;
  const auto routes = optional_routes(table, switches.section());
  ASSERT_EQ(routes.size(), 3U);
  switches.jobe = true;
  for (const auto& route : routes)
    EXPECT_EQ(route.setting(), route.rpc.ends_with("Judge0") ? "false" : "true") << route.rpc;
}

TEST_F(OptionalRoutes, a_setting_that_there_is_not_is_a_mistake_of_ours) {
  EXPECT_THROW(optional_routes(table, {"runner", {}}), std::runtime_error);
}

TEST_F(OptionalRoutes, what_is_left_out_is_nowhere) {
  EXPECT_NE(RestRoutes(table).find("POST", path).route, nullptr);
  const RestRoutes without(table, {jobe});
  EXPECT_EQ(without.find("POST", path).route, nullptr);
  EXPECT_EQ(without.allowed(path), "");
  EXPECT_NE(without.find("POST", "/api/v2/execute").route, nullptr);
}

}  // namespace
}  // namespace lyceum::host
