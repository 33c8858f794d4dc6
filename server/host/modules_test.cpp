#include "host/modules.h"

#include <gtest/gtest.h>

#include "host/host.h"

namespace lyceum::host {
namespace {

Module module(std::string name, std::vector<std::string> needs) {
  Module made;
  made.name = std::move(name);
  made.needs = std::move(needs);
  return made;
}

std::vector<Module> modules() {
  std::vector<Module> all;
  all.push_back(module("messages", {"authorization", "files"}));
  all.push_back(module("authorization", {}));
  all.push_back(module("files", {"authorization"}));
  return all;
}

std::string spell(const std::vector<Module>& all, const std::vector<std::string>& targets) {
  const auto steps = plan(all, targets);
  if (!steps) return steps.error().message;
  std::string out;
  for (const auto& s : *steps)
    out += (out.empty() ? "" : " ") + s.module->name + (s.here ? "" : "(remote)");
  return out;
}

TEST(Plan, PLAT_03_all_starts_everything_dependencies_first) {
  EXPECT_EQ(spell(modules(), {"all"}), "authorization files messages");
}

TEST(Plan, PLAT_03_one_service_dials_the_services_it_needs) {
  EXPECT_EQ(spell(modules(), {"messages"}), "authorization(remote) files(remote) messages");
}

TEST(Plan, a_remote_service_brings_none_of_its_own_needs) {
  EXPECT_EQ(spell(modules(), {"files"}), "authorization(remote) files");
}

TEST(Plan, two_targets_share_a_process) {
  EXPECT_EQ(spell(modules(), {"messages", "authorization"}),
            "authorization files(remote) messages");
}

TEST(Plan, PLAT_03_the_gateway_dials_what_has_routes_and_is_not_here) {
  auto all = modules();
  all[0].routes = all[2].routes = true;
  EXPECT_EQ(spell(all, {"gateway"}), "messages(remote) files(remote)");
  EXPECT_EQ(spell(all, {"gateway", "files"}), "messages(remote) authorization(remote) files");
}

TEST(Plan, an_unknown_target_says_so) {
  EXPECT_EQ(spell(modules(), {"mesages"}), "--target needs \"mesages\", which does not exist");
}

TEST(Plan, a_circle_says_so) {
  auto all = modules();
  all[1].needs = {"messages"};
  EXPECT_EQ(spell(all, {"all"}), "authorization and messages need each other");
}

// Writes down what happens to it.
struct Noted final : Started {
  Noted(std::string& l, std::string n) : log(l), name(std::move(n)) { log += " +" + name; }

  ~Noted() override { log += " -" + name; }

  void stop_delivering() override { log += " events:" + name; }

  void stop_working() override { log += " work:" + name; }

  std::string& log;
  const std::string name;
};

TEST(Running, stops_events_then_work_then_services_each_in_reverse) {
  std::string log;
  const auto part = [&log](const std::string& name) {
    Module made = module(name, {});
    made.start = [&log, name](Host&) -> Result<std::shared_ptr<Started>> {
      return std::make_shared<Noted>(log, name);
    };
    return made;
  };
  const std::vector<Module> two = {part("a"), part("b")};
  Host host(Settings{}, two);
  {
    const auto running = Running::start(host, {{&two[0], true}, {&two[1], true}});
    ASSERT_TRUE(running);
  }
  EXPECT_EQ(log, " +a +b events:b events:a work:b work:a -b -a");
}

}  // namespace
}  // namespace lyceum::host
