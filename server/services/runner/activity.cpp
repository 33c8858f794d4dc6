#include "services/runner/activity.h"

#include <algorithm>
#include <iterator>

namespace lyceum::runner {
namespace {

bool ended(const api::RecentRun& run) {
  return run.has_run_ms();
}

}  // namespace

Activity::Activity(const Clock& clock, int slots, metrics::Gauge& in_use)
    : clock_(clock), in_use_(in_use), slots_(static_cast<std::size_t>(slots)) {
  for (int i = 0; i < slots; ++i) slots_[static_cast<std::size_t>(i)].set_number(i + 1);
}

Activity::Use Activity::take(int count, std::int64_t run_id, const std::string& language) {
  std::vector<std::size_t> taken;
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < slots_.size() && std::ssize(taken) < count; ++i) {
    auto& slot = slots_[i];
    if (slot.busy()) continue;
    slot.set_busy(true);
    slot.set_language(language);
    slot.set_since(clock_.now_ms());
    if (run_id) slot.set_run_id(run_id);
    taken.push_back(i);
  }
  in_use_.add(std::ssize(taken));
  return {*this, std::move(taken)};
}

void Activity::leave(const std::vector<std::size_t>& slots) {
  const std::lock_guard lock(mutex_);
  for (const auto i : slots) {
    const auto number = slots_[i].number();
    slots_[i].Clear();
    slots_[i].set_number(number);
  }
  in_use_.add(-std::ssize(slots));
}

void Activity::put(const api::RecentRun& run) {
  const std::lock_guard lock(mutex_);
  const auto known = std::ranges::find(runs_, run.id(), &api::RecentRun::id);
  if (known == runs_.end())
    runs_.push_front(run);
  else
    *known = run;
  if (!ended(run) || std::ranges::count_if(runs_, ended) <= ended_max) return;
  const auto oldest = std::find_if(runs_.rbegin(), runs_.rend(), ended);
  runs_.erase(std::prev(oldest.base()));
}

void Activity::describe(api::RunnerState& state) const {
  const std::lock_guard lock(mutex_);
  *state.mutable_slots() = {slots_.begin(), slots_.end()};
  *state.mutable_runs() = {runs_.begin(), runs_.end()};
}

}  // namespace lyceum::runner
