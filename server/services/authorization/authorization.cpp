#include "services/authorization/authorization.h"

#include <algorithm>

#include "services/authorization/changes.h"
#include "services/authorization/rules.h"
#include "services/authorization/store.h"

namespace lyceum::authorization {

Authorization::Authorization(Config config, Db& db, const Clock& clock, Ids& ids, Events& events)
    : db_(db), clock_(clock), ids_(ids), events_(events), index_(config.index_max) {}

// Tells those who cache what a user may do, and our own index: a bit a tuple, on the writer's
// thread, so that it is there when the writer is answered.
Result<void> Authorization::announce(Tx& tx, const Call& call, Changes changes) {
  TRY_VOID(changes.publish(tx, call, events_));
  TRY(auto list, changes.for_index(tx));
  if (!list.empty()) tx.after_commit([this, list = std::move(list)] { index_.apply(list); });
  return {};
}

Task<Result<lyceum::v1::Empty>> Authorization::write(Call call, std::vector<api::Tuple> tuples) {
  const std::int64_t now = clock_.now_ms();
  co_return co_await db_.write([&](Tx& tx) -> Result<lyceum::v1::Empty> {
    Changes changes;
    for (std::size_t i = 0; i < tuples.size(); ++i) {
      TRY_VOID(store::take_turn(tx, tuples[i].entity()));
      TRY(const bool fresh, store::insert_tuple(tx, ids_.next(), tuples[i], now));
      if (fresh) changes.added(tuples[i], "tuples[" + std::to_string(i) + "]");
    }
    TRY_VOID(changes.check(tx));
    TRY_VOID(announce(tx, call, std::move(changes)));
    return lyceum::v1::Empty{};
  });
}

// Whoever removes, some administrator stays.
Result<void> Authorization::check_administrators(Tx& tx, const std::vector<api::Tuple>& removed) {
  const bool touched = std::ranges::any_of(removed, [](const api::Tuple& tuple) {
    const auto fact = fact_of(tuple);
    return fact && fact->kind == Kind::platform_administrator;
  });
  if (!touched) return {};
  TRY(const auto left, store::count_tuples(tx, rules::platform(), rules::administrator));
  if (left > 0) return {};
  return fail(Code::failed_precondition, "last_administrator",
              "the last administrator must stay; make somebody else one first");
}

Task<Result<lyceum::v1::Empty>> Authorization::remove(Call call, api::TupleFilter filter) {
  co_return co_await db_.write([&](Tx& tx) -> Result<lyceum::v1::Empty> {
    TRY_VOID(store::take_turn(tx, rules::entity_of(filter)));
    TRY(const auto removed, store::delete_tuples(tx, filter));
    TRY_VOID(check_administrators(tx, removed));
    Changes changes;
    for (const auto& tuple : removed) changes.removed(tuple);
    TRY_VOID(announce(tx, call, std::move(changes)));
    return lyceum::v1::Empty{};
  });
}

}  // namespace lyceum::authorization
