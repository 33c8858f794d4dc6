#include "services/authorization/authorization.h"

#include "services/authorization/rules.h"
#include "services/authorization/store.h"

namespace lyceum::authorization {

Authorization::Authorization(Db& db, const Clock& clock, Ids& ids, Events& events)
    : db_(db), clock_(clock), ids_(ids), events_(events) {}

// Those who cache what a user may do (the edge) must know at once.
Result<void> Authorization::changed(Tx& tx, const Call& call, const api::Tuple& tuple) {
  const auto user_id = parse_id(tuple.subject().id());
  if (tuple.subject().type() != "user" || !user_id) return {};
  api::RolesChanged event;
  event.set_user_id(*user_id);
  return events_.publish(tx, call, event);
}

Task<Result<lyceum::v1::Empty>> Authorization::write(Call call, std::vector<api::Tuple> tuples) {
  const std::int64_t now = clock_.now_ms();
  co_return co_await db_.write([&](Tx& tx) -> Result<lyceum::v1::Empty> {
    for (const auto& tuple : tuples) {
      TRY_VOID(store::take_turn(tx, tuple.entity()));
      TRY(const bool fresh, store::insert_tuple(tx, ids_.next(), tuple, now));
      if (fresh) TRY_VOID(changed(tx, call, tuple));
    }
    return lyceum::v1::Empty{};
  });
}

// Whoever removes, some administrator stays.
Task<Result<lyceum::v1::Empty>> Authorization::remove(Call call, api::TupleFilter filter) {
  co_return co_await db_.write([&](Tx& tx) -> Result<lyceum::v1::Empty> {
    const auto platform = rules::platform();
    TRY_VOID(store::take_turn(tx, platform));
    TRY(const auto before, store::count_tuples(tx, platform, rules::administrator));
    TRY(const auto removed, store::delete_tuples(tx, filter));
    TRY(const auto after, store::count_tuples(tx, platform, rules::administrator));
    if (before > 0 && after == 0)
      return fail(Code::failed_precondition, "last_administrator",
                  "the last administrator must stay; make somebody else one first");
    for (const auto& tuple : removed) TRY_VOID(changed(tx, call, tuple));
    return lyceum::v1::Empty{};
  });
}

}  // namespace lyceum::authorization
