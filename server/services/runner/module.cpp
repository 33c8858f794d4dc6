#include "host/service.h"
#include "services/runner/runner.h"

namespace lyceum::runner {
host::Module module();

host::Module module() {
  return host::service<Runner, Config>("runner")
      .config(&Config::sandbox, "sandbox",
              "socket of the sandbox (`lyceum sandbox`); empty: <data>/sandbox.sock")
      .config(&Config::jobs, "jobs", "sandboxes at a time; 0: one a core")
      .config(&Config::runs_max, "runs_max",
              "runs at a time, those that wait included; beyond: 429")
      .config(&Config::cpu_ms_max, "cpu_ms_max",
              "most processor time that a test may ask for, in ms")
      .config(&Config::wall_ms_max, "wall_ms_max", "most wall time that a test may ask for, in ms")
      .config(&Config::memory_bytes_max, "memory_bytes_max", "most memory that a test may ask for")
      .config(&Config::output_bytes_max, "output_bytes_max", "most output that a test may ask for")
      .config(&Config::processes_max, "processes_max", "most processes that a test may ask for")
      .config(&Config::cache_bytes, "cache_bytes", "memory for compiled programs; 0: none are kept")
      .config(&Config::precompiled, "precompiled",
              "compile large headers of C++ ahead: three times faster, up to 290 MiB of memory")
      .make([](host::Host& host, Config config) {
        if (config.sandbox.empty()) config.sandbox = host.settings().data + "/sandbox.sock";
        auto sandbox = open_sandbox(config.sandbox);
        return std::make_unique<Runner>(std::move(config), std::move(sandbox), host.clock(),
                                        host.ids(), host.metrics());
      })
      .background([](host::Host& host, Runner& runner) {
        return runner.try_sandbox_now_and_then(host.next_loop());
      })
      .ready(&Runner::ready)
      .api(api::publish, api::connect_runner);
}

}  // namespace lyceum::runner
