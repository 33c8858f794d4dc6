#pragma once
// What is made on this machine, in a sandbox, from files of ours alone: once, when it is first
// asked for, and kept as long as the runner lives. Nobody waits for it: until it is there, it is
// done without, and so is what cannot be made.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "services/runner/sandbox.h"

namespace lyceum::runner {

class MadeAhead {
 public:
  explicit MadeAhead(std::shared_ptr<Sandbox> sandbox);

  // What the job for `name` collected; empty: not yet, or never. It begins to be made on `loop`,
  // one at a time.
  std::vector<SandboxFile> get(const boost::asio::any_io_executor& loop,
                               const std::string& name,
                               const std::function<Result<Job>()>& job);

 private:
  struct State;
  struct Making;
  static Task<void> make(std::shared_ptr<Making> making, std::string name, Job job);

  std::shared_ptr<State> state_;  // shared with what is being made
};

}  // namespace lyceum::runner
