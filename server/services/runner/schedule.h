#pragma once
// Which test of a run may start, and which are SK. Without I/O. Tests run at the same time and end
// in any order; what comes out depends on their verdicts alone.

#include <optional>
#include <vector>

#include "contract/runner.rpc.h"

namespace lyceum::runner {

namespace api = lyceum::runner::v1;

class Schedule {
 public:
  // `request` has passed check_request().
  explicit Schedule(const api::RunRequest& request);

  // The next test that may run; it is under way then. Nothing: those that are left wait for others,
  // or none is left.
  std::optional<int> next();
  // A test under way has ended. Gives the tests under way that are SK because of that: stop them.
  std::vector<int> ended(int index, bool passed);
  // A test whose result nothing can change any more, each once; where a failure stops the run, in
  // the order of the request.
  std::optional<int> settled();

  bool skipped(int index) const { return at(states_, index) == State::skipped; }

 private:
  enum class State { waiting, under_way, passed, failed, skipped };
  enum class Passed { yes, no, unknown };

  template <class T>
  static T& at(std::vector<T>& list, int index) {
    return list[static_cast<std::size_t>(index)];
  }

  template <class T>
  static const T& at(const std::vector<T>& list, int index) {
    return list[static_cast<std::size_t>(index)];
  }

  static bool decided(State state) { return state != State::waiting && state != State::under_way; }

  int size() const { return static_cast<int>(states_.size()); }

  Passed group(int index) const;
  // Of all groups that the test's own group requires.
  Passed required(int test) const;
  std::vector<int> skip_what_must_be();

  const bool stop_on_failure_;
  std::vector<State> states_;               // of the tests
  std::vector<char> told_;                  // by settled()
  std::vector<int> group_of_;               // -1: none
  std::vector<std::vector<int>> requires_;  // of the groups
};

}  // namespace lyceum::runner
