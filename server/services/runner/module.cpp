#include "host/check.h"
#include "host/json.h"
#include "host/service.h"
#include "services/runner/runner.h"

namespace lyceum::runner {
host::Module module();

namespace {

// As POST /api/v1/runs reads it, but for what makes no sense without tests.
Result<api::RunRequest> read_live_request(std::string json) {
  std::vector<const google::protobuf::FieldDescriptor*> hidden;
  for (const auto* name :
       {"tests", "compare", "stop_on_failure", "groups", "interactor", "priority"})
    hidden.push_back(api::RunRequest::descriptor()->FindFieldByName(name));
  api::RunRequest out;
  TRY_VOID(host::from_json(std::move(json), out, hidden));
  out.add_tests()->set_id("live");
  TRY_VOID(host::check(out));
  return out;
}

}  // namespace

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
      .config(&Config::warm, "warm",
              "start interpreters and compilers ahead: two for each sandbox, gone after 5 minutes "
              "without a run")
      .config(&Config::live_max, "live_max",
              "live sessions at a time; 0: one less than sandboxes, but one at least")
      .config(&Config::live_user_max, "live_user_max", "live sessions of one user at a time")
      .config(&Config::live_wall_ms, "live_wall_ms", "how long a live session may last, in ms")
      .config(&Config::live_idle_ms, "live_idle_ms",
              "how long a live session may be silent on both sides, in ms")
      .config(&Config::jobe, "jobe",
              "answer Jobe's API at /jobe/index.php/restapi, for Moodle's CodeRunner, too")
      .config(&Config::judge0, "judge0", "answer Judge0's API at /judge0, too")
      .config(&Config::piston, "piston", "answer Piston's API at /api/v2, too")
      .make([](host::Host& host, Config config) {
        if (config.sandbox.empty()) config.sandbox = host.settings().data + "/sandbox.sock";
        auto sandbox = open_sandbox(config.sandbox);
        auto made = std::make_unique<Runner>(std::move(config), std::move(sandbox), host.clock(),
                                             host.ids(), host.metrics());
        host.serve_sockets(made->live_door({read_live_request, host::to_json, host::json_string}));
        return made;
      })
      .background([](host::Host& host, Runner& runner) {
        return runner.try_sandbox_now_and_then(host.next_loop());
      })
      .ready(&Runner::ready)
      .api(api::publish, api::connect_runner);
}

}  // namespace lyceum::runner
