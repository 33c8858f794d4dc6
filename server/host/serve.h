#pragma once
// A whole process: the services of a plan behind the command line's socket and, for `serve`, behind
// the HTTP edge.

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/embedded.h"
#include "host/data_folder.h"
#include "host/host.h"

namespace lyceum::host {

// The services of a process, running. Destroying it stops them in reverse.
class Instance {
 public:
  // Starts what settings.target names. Fails with a sentence for the operator.
  static Result<std::unique_ptr<Instance>> start(
      Settings settings,
      std::vector<Module> modules,
      std::unique_ptr<DataLock> lock,
      const std::function<Result<void>(Host&)>& before_services = nullptr);

  Host& host() const { return *host_; }

 private:
  Instance() = default;

  std::unique_ptr<DataLock> lock_;
  std::vector<Module> modules_;
  std::unique_ptr<Host> host_;
  std::unique_ptr<Running> running_;
};

// Where the command line reaches the server of a data folder, for dial_grpc.
std::string socket_address(const std::string& data);

// What the command line does on the way: `prepare` when the services are up and nobody is let in
// yet, `announce` when the first request can be answered.
struct Opening {
  std::function<Result<void>(Instance&)> prepare;
  std::function<void(Instance&)> announce;
};

// Serves until SIGTERM or SIGINT, then drains: not ready, no new connections, calls under way are
// finished, everything stops in reverse. A second signal ends it at once. Gives the exit code.
int serve(Settings settings,
          std::vector<Module> modules,
          std::span<const EmbeddedFile> website,
          const Opening& opening);

}  // namespace lyceum::host
