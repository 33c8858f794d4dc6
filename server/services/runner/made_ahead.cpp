#include "services/runner/made_ahead.h"

#include <map>
#include <mutex>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "base/log.h"

namespace lyceum::runner {

struct MadeAhead::State {
  explicit State(std::shared_ptr<Sandbox> s) : sandbox(std::move(s)) {}

  const std::shared_ptr<Sandbox> sandbox;
  std::mutex mutex;
  bool busy = false;
  std::map<std::string, std::vector<SandboxFile>> made;  // nothing: it could not be
};

// One is being made; also when its coroutine is destroyed on the way, that is over.
struct MadeAhead::Making {
  explicit Making(std::shared_ptr<State> s) : state(std::move(s)) {}

  Making(const Making&) = delete;
  Making& operator=(const Making&) = delete;

  ~Making() {
    const std::lock_guard lock(state->mutex);
    state->busy = false;
  }

  const std::shared_ptr<State> state;
};

MadeAhead::MadeAhead(std::shared_ptr<Sandbox> sandbox)
    : state_(std::make_shared<State>(std::move(sandbox))) {}

std::vector<SandboxFile> MadeAhead::get(const boost::asio::any_io_executor& loop,
                                        const std::string& name,
                                        const std::function<Result<Job>()>& job) {
  {
    const std::lock_guard lock(state_->mutex);
    if (const auto found = state_->made.find(name); found != state_->made.end())
      return found->second;
    if (std::exchange(state_->busy, true)) return {};
  }
  auto making = std::make_shared<Making>(state_);
  auto work = job();
  if (!work) return {};
  // Not under the lock: it may begin, and end, at once.
  boost::asio::co_spawn(loop, make(std::move(making), name, *std::move(work)),
                        boost::asio::detached);
  return {};
}

Task<void> MadeAhead::make(std::shared_ptr<Making> making, std::string name, Job job) {
  auto result = co_await making->state->sandbox->run(std::move(job));
  if (!result) co_return;  // no sandbox at this moment: who asks next tries again
  const bool made = result->end == End::exited && result->exit_code == 0;
  if (!made || result->artifacts.empty()) {
    log::warn("what a language wants made ahead could not be",
              {{"what", name}, {"why", result->err}});
    result->artifacts.clear();
  }
  const std::lock_guard lock(making->state->mutex);
  making->state->made[name] = std::move(result->artifacts);
}

}  // namespace lyceum::runner
