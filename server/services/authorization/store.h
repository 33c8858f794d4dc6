#pragma once
// Every SQL statement of this service. Call these inside db.read() or db.write().

#include <optional>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/db.h"
#include "contract/authorization.pb.h"
#include "services/authorization/server_masks.h"

namespace lyceum::authorization::store {

struct StoredTuple {
  std::int64_t id = 0;
  v1::Tuple tuple;
};

// Puts writers of this entity one behind the other until the transaction ends.
Result<void> take_turn(Tx& tx, const v1::Entity& entity);

// False: it was there already.
Result<bool> insert_tuple(Tx& tx, std::int64_t id, const v1::Tuple& tuple, std::int64_t now_ms);
// Gives what was there.
Result<std::vector<v1::Tuple>> delete_tuples(Tx& tx, const v1::TupleFilter& filter);
Result<bool> has_tuple(Tx& tx,
                       const v1::Entity& entity,
                       std::string_view relation,
                       const v1::Subject& subject);
Result<std::int64_t> count_tuples(Tx& tx, const v1::Entity& entity, std::string_view relation);
// Oldest first, those after `after_id`.
Result<std::vector<StoredTuple>> tuples_after(Tx& tx,
                                              const v1::TupleFilter& filter,
                                              std::int64_t after_id,
                                              int limit);
Result<std::vector<v1::Tuple>> tuples_of(Tx& tx, const v1::Entity& entity);

// Of a role or channel. There is one, or none.
Result<std::vector<std::int64_t>> servers_of(Tx& tx, std::string_view type, std::int64_t id);
// Those of the platform.
Result<std::unordered_set<std::int64_t>> administrators(Tx& tx);
// All that the tuples say of a server. Reads every one of them: some 100,000 in a big one.
Result<ServerMasks> server_masks(Tx& tx, std::int64_t server_id);

}  // namespace lyceum::authorization::store
