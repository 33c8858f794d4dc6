#pragma once
// Programs that are started before their job comes: interpreters, the JVM, compilers. Each waits in
// a sandbox of its own, knows nothing of any job and is used once, so one is as good as one that is
// started with its job, but for the time that its start takes. Its processor time counts all the
// same. The slot that had one such job makes the next ready (sandbox/warm.c).

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "services/runner/languages.h"
#include "services/runner/made_ahead.h"

namespace lyceum::runner {

class WarmPrograms {
 public:
  explicit WarmPrograms(std::shared_ptr<Sandbox> sandbox) : made_(std::move(sandbox)) {}

  // What a program needs to wait. Empty: the language knows no way, or it is not made yet, or one
  // of the job's `others` would be in its place; then it is started in the usual way.
  std::vector<SandboxFile> files(const boost::asio::any_io_executor& loop,
                                 const Language& language,
                                 const Warm& warm,
                                 const std::vector<std::string>& environment,
                                 const std::vector<SandboxFile>& others);

  // To a job that begins with files that are not plain: which jobs are like it. Where there are too
  // many kinds of them, they become plain.
  void give_recipe(Job& job);

 private:
  std::uint32_t number_of(const Job& job);

  MadeAhead made_;
  std::mutex mutex_;
  std::map<std::string, std::vector<SandboxFile>> files_;  // by language and gate
  std::map<std::string, std::uint32_t> recipes_;
};

}  // namespace lyceum::runner
