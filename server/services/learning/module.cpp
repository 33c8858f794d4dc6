#include "host/service.h"
#include "services/learning/learning.h"

namespace lyceum::learning {

host::Module module() {
  return host::service<Learning, Config>("learning")
      .needs("runner")
      .config(&Config::in_flight_max, "in_flight_max",
              "submissions of one person that may wait or be judged")
      .config(&Config::judges, "judges", "submissions judged at once")
      .config(&Config::judges_alone, "judges_alone",
              "no other process judges on this database: at the start, what was cut off is judged "
              "again at once")
      .config(&Config::tries_max, "tries_max",
              "runs with own input or one validator at once, of all people")
      .config(&Config::tries_of_one_max, "tries_of_one_max", "and of one person")
      .config(&Config::samples_max, "samples_max", "runs of the guests' exercise at once")
      .config(&Config::sample_cpu_ms, "sample_cpu_ms",
              "processor time of each of its tests, in milliseconds")
      .config(&Config::sample_memory_bytes, "sample_memory_bytes",
              "memory of each of its tests, in bytes")
      .config(&Config::watchers_max, "watchers_max", "streams of results open at once")
      .config(&Config::cache_bytes, "cache_bytes",
              "memory for contents that were read lately, in bytes")
      .migrations(migrations)
      .make([](host::Host& h, Db& db, Config config) {
        return std::make_unique<Learning>(config, db, h.clock(), h.ids(), h.events("learning"),
                                          h.get<runner::v1::RunnerApi>(), h.metrics());
      })
      .background(
          [](host::Host& h, Learning& service) { return service.judge().start(h.next_loop()); })
      .api(api::publish, api::connect_learning);
}

}  // namespace lyceum::learning
