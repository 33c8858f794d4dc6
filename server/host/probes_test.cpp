#include "host/probes.h"

#include <gtest/gtest.h>

#include "host/host.h"

namespace lyceum::host {
namespace {

Settings settings(std::vector<std::string> target) {
  Settings out;
  out.target = std::move(target);
  out.threads = 1;
  return out;
}

struct ProbesTest : ::testing::Test {
  std::string readyz() const {
    HttpRequest request;
    request.path = "/readyz";
    const auto answer = probes.serve(request);
    return std::to_string(answer->status) + " " + answer->body;
  }

  void add_runner() {
    host.readiness().add("runner", [this]() -> Result<void> {
      if (broken) return fail(Code::unavailable, "sandbox_unavailable", "a secret place");
      return {};
    });
  }

  bool broken = false;
  Host host{settings({"runner"}), {}};
  Probes probes{host};
};

TEST_F(ProbesTest, PLAT_10_a_process_is_ready_once_it_is_open_and_until_it_drains) {
  EXPECT_EQ(readyz(), "503 starting\n");
  probes.set_open();
  EXPECT_EQ(readyz(), "200 ready\n");
  probes.set_draining();
  EXPECT_EQ(readyz(), "503 draining\n");
}

TEST_F(ProbesTest, PLAT_10_a_process_whose_only_service_cannot_work_is_not_ready) {
  add_runner();
  probes.set_open();
  EXPECT_EQ(readyz(), "200 ready\nrunner: ok\n");
  broken = true;
  EXPECT_EQ(readyz(), "503 not ready\nrunner: sandbox_unavailable\n");
  broken = false;
  EXPECT_EQ(readyz(), "200 ready\nrunner: ok\n");
}

TEST_F(ProbesTest, PLAT_10_a_process_with_another_service_stays_ready_and_says_what_is_amiss) {
  add_runner();
  host.readiness().add("learning");
  probes.set_open();
  broken = true;
  EXPECT_EQ(readyz(), "200 ready\nrunner: sandbox_unavailable\n");
}

TEST_F(ProbesTest, PLAT_10_the_gateway_is_a_part_that_can_always_work) {
  Host web{settings({"gateway", "runner"}), {}};
  web.readiness().add("runner", []() -> Result<void> {
    return fail(Code::unavailable, "sandbox_unavailable", "none");
  });
  EXPECT_TRUE(web.readiness().report().ready);
}

}  // namespace
}  // namespace lyceum::host
