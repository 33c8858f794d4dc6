#include "services/runner/counters.h"

#include <fmt/format.h>

#include "services/runner/languages.h"

namespace lyceum::runner {
namespace {

std::string label(std::string_view name, std::string_view value) {
  return fmt::format(R"({}="{}")", name, value);
}

constexpr const char* warm_help = "starts of programs that can be started before their job comes";

}  // namespace

Counters::Counters(metrics::Registry& registry, int slots)
    : active(registry.gauge("runner_runs", "runs under way, those that wait included")),
      jobs(registry.gauge("runner_jobs", "sandboxes in use")),
      live(registry.gauge("runner_live", "live sessions under way")),
      slots_in_use(registry.gauge("runner_slots_in_use", "slots that something runs in")),
      overload(registry.counter("runner_overload_total",
                                "runs refused because too many were under way")),
      unavailable(
          registry.counter("runner_unavailable_total", "jobs that no sandbox could be had for")),
      warm(registry.counter("runner_starts_total", warm_help, label("warm", "true"))),
      cold(registry.counter("runner_starts_total", warm_help, label("warm", "false"))),
      cache_bytes(registry.gauge("runner_cache_bytes", "size of the cache of compiled programs")),
      cache_programs(registry.gauge("runner_cache_programs", "compiled programs in the cache")),
      sandbox_up(registry.gauge("runner_sandbox_up",
                                "1 when a program ran in the sandbox lately, else 0")),
      job_seconds(registry.histogram("runner_job_seconds", "time of a job, its sandbox included")),
      run_seconds(registry.histogram("runner_run_seconds", "from a run's request to its end")) {
  registry.gauge("runner_slots", "slots: sandboxes that may be in use at a time").set(slots);
  for (std::size_t i = 0; i < queues.size(); ++i) {
    const auto priority = label("priority", priority_words.at(i));
    queues.at(i) = {&registry.gauge("runner_queue_length", "jobs that wait for a slot", priority),
                    &registry.histogram("runner_queue_wait_seconds",
                                        "how long a job waited for its slot", priority)};
  }
  for (const auto& language : languages()) {
    if (!language.compiled()) continue;
    const auto of = [&](std::string_view cached) {
      return &registry.counter("runner_compiles_total", "compiles; cached: known from before",
                               label("language", language.key) + "," + label("cached", cached));
    };
    compiles[language.key] = {of("true"), of("false")};
  }
  for (const auto* status :
       {"AC", "WA", "RE", "SIG", "OLE", "MLE", "WTLE", "TLE", "SV", "SK", "IE"})
    tests[status] =
        &registry.counter("runner_tests_total", "tests by verdict", label("status", status));
  for (const auto* status : {"AC", "WA", "RE", "SIG", "OLE", "MLE", "WTLE", "TLE", "SV", "SK", "IE",
                             "CE", "CTLE", "CANCELED"})
    runs[status] = &registry.counter("runner_runs_total",
                                     "runs by verdict; without one: CANCELED, or IE by our fault",
                                     label("status", status));
}

}  // namespace lyceum::runner
