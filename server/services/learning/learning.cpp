#include "services/learning/learning.h"

#include "services/learning/rules.h"

namespace lyceum::learning {

Learning::Learning(Config config,
                   Db& db,
                   const Clock& clock,
                   Ids& ids,
                   Events& events,
                   runner::v1::RunnerApi& runner,
                   metrics::Registry& metrics)
    : config_(config),
      db_(db),
      clock_(clock),
      ids_(ids),
      runner_(runner),
      versions_(static_cast<std::size_t>(config.cache_bytes), metrics),
      board_(config.watchers_max),
      tries_(config.tries_max, config.tries_of_one_max),
      samples_(config.samples_max, config.samples_max),
      judge_(config, db, clock, events, runner, versions_, board_, metrics) {}

Result<Learning::Target> Learning::target(Tx& tx, std::int64_t component_id) {
  TRY(const auto row, store::component(tx, component_id));
  Target target{row.content_id, row.version, nullptr, nullptr};
  TRY(target.version, versions_.get(tx, row.content_id, row.version));
  target.component = target.version->submittable(component_id);
  if (row.archived || !target.component)
    return fail(Code::not_found, "not_found", "there is no such component to answer");
  return target;
}

}  // namespace lyceum::learning
