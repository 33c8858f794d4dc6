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
  static Result<std::unique_ptr<Instance>> start(Settings settings,
                                                 std::vector<Module> modules,
                                                 std::unique_ptr<DataLock> lock);

  Host& host() { return *host_; }

 private:
  Instance() = default;

  std::unique_ptr<DataLock> lock_;
  std::vector<Module> modules_;
  std::unique_ptr<Host> host_;
  std::unique_ptr<Running> running_;
};

struct Website {
  std::span<const EmbeddedFile> files;  // of the web app
};

// Serves until SIGTERM or SIGINT, then drains: not ready, no new connections, calls under way are
// finished, everything stops in reverse. A second signal ends it at once. `ready` is called when the
// first request can be answered, with the address. Exit code.
int serve(Instance& instance, const Website& website, const std::function<void(const std::string& address)>& ready);

}  // namespace lyceum::host
