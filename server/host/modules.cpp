#include "host/modules.h"

#include <algorithm>
#include <map>
#include <ranges>

#include "host/host.h"

namespace lyceum::host {
namespace {

class Planner {
 public:
  Planner(const std::vector<Module>& modules, const std::vector<std::string>& targets)
      : targets_(targets) {
    for (const auto& m : modules) by_name_[m.name] = &m;
  }

  Result<void> visit(const std::string& name, const std::string& wanted_by) {
    const auto found = by_name_.find(name);
    if (found == by_name_.end())
      return fail(Code::invalid_argument, "unknown_module",
                  wanted_by + " needs \"" + name + "\", which does not exist");
    auto& mark = marks_[name];
    if (mark == Mark::done) return {};
    if (mark == Mark::open)
      return fail(Code::invalid_argument, "circular_needs",
                  wanted_by + " and " + name + " need each other");
    const Module& module = *found->second;
    const bool here = is_target(name);
    mark = Mark::open;
    if (here) {
      for (const auto& need : module.needs) TRY_VOID(visit(need, name));
    }
    marks_[name] = Mark::done;
    steps.push_back({&module, here});
    return {};
  }

  std::vector<Step> steps;

 private:
  enum class Mark { none, open, done };

  bool is_target(const std::string& name) const {
    return std::ranges::any_of(targets_, [&](const auto& t) { return t == name || t == "all"; });
  }

  const std::vector<std::string>& targets_;
  std::map<std::string, const Module*> by_name_;
  std::map<std::string, Mark> marks_;
};

}  // namespace

Result<std::vector<Step>> plan(const std::vector<Module>& modules,
                               const std::vector<std::string>& targets) {
  Planner planner(modules, targets);
  for (const auto& target : targets) {
    if (target != "all" && target != "gateway") {
      TRY_VOID(planner.visit(target, "--target"));
      continue;
    }
    for (const auto& m : modules)
      if (target == "all" || m.routes) TRY_VOID(planner.visit(m.name, "--target"));
  }
  return std::move(planner.steps);
}

Result<Running> Running::start(Host& host, const std::vector<Step>& steps) {
  Running running(host);
  for (const auto& step : steps) {
    TRY(auto started, step.here ? step.module->start(host) : step.module->dial(host));
    running.started_.push_back(std::move(started));
  }
  host.bus().start([&host] { return host.next_loop(); });
  return running;
}

Running::~Running() {
  if (!started_.empty()) host_->bus().stop();
  for (auto& module : std::views::reverse(started_)) module->stop_delivering();
  for (auto& module : std::views::reverse(started_)) module->stop_working();
  if (!started_.empty()) host_->stop_loops();
  while (!started_.empty()) started_.pop_back();
}

}  // namespace lyceum::host
