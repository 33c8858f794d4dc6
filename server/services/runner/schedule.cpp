#include "services/runner/schedule.h"

#include <algorithm>
#include <map>
#include <string_view>

namespace lyceum::runner {

Schedule::Schedule(const api::RunRequest& request)
    : stop_on_failure_(request.stop_on_failure()),
      states_(static_cast<std::size_t>(request.tests_size()), State::waiting),
      told_(states_.size(), 0),
      requires_(static_cast<std::size_t>(request.groups_size())) {
  std::map<std::string_view, int> groups;
  for (int g = 0; g < request.groups_size(); ++g) {
    for (const auto& id : request.groups(g).require_pass())
      at(requires_, g).push_back(groups.at(id));
    groups[request.groups(g).id()] = g;
  }
  for (const auto& test : request.tests())
    group_of_.push_back(groups.empty() ? -1 : groups.at(test.group()));
}

Schedule::Passed Schedule::group(int index) const {
  auto passed = Passed::yes;
  for (int i = 0; i < size(); ++i) {
    if (at(group_of_, i) != index || at(states_, i) == State::passed) continue;
    if (decided(at(states_, i))) return Passed::no;
    passed = Passed::unknown;
  }
  return passed;
}

Schedule::Passed Schedule::required(int test) const {
  const int own = at(group_of_, test);
  auto passed = Passed::yes;
  if (own < 0) return passed;
  for (const int other : at(requires_, own)) {
    const auto one = group(other);
    if (one == Passed::no) return one;
    if (one == Passed::unknown) passed = one;
  }
  return passed;
}

std::optional<int> Schedule::next() {
  for (int i = 0; i < size(); ++i) {
    if (at(states_, i) != State::waiting || required(i) != Passed::yes) continue;
    at(states_, i) = State::under_way;
    return i;
  }
  return {};
}

std::vector<int> Schedule::ended(int index, bool passed) {
  if (at(states_, index) != State::under_way) return {};  // was skipped in the meantime
  at(states_, index) = passed ? State::passed : State::failed;
  return skip_what_must_be();
}

// In the order of the request: what a test depends on, its failure or its group's, comes before it.
std::vector<int> Schedule::skip_what_must_be() {
  std::vector<int> stopped;
  bool failed = false;
  for (int i = 0; i < size(); ++i) {
    auto& state = at(states_, i);
    const bool skip =
        (failed && stop_on_failure_) || (state == State::waiting && required(i) == Passed::no);
    if (skip && state == State::under_way) stopped.push_back(i);
    if (skip) state = State::skipped;
    failed = failed || state == State::failed;
  }
  return stopped;
}

std::optional<int> Schedule::settled() {
  for (int i = 0; i < size(); ++i) {
    if (at(told_, i)) continue;
    if (decided(at(states_, i))) {
      at(told_, i) = 1;
      return i;
    }
    // It may yet fail, and then what comes after it is SK.
    if (stop_on_failure_) return {};
  }
  return {};
}

}  // namespace lyceum::runner
