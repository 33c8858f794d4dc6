#include "services/authorization/store.h"

#include "base/id.h"

namespace lyceum::authorization::store {
namespace {

#define COLUMNS "id, entity_type, entity_id, relation, subject_type, subject_id, subject_relation"

// $1 to $5. Only what is given is compared, so that an index by it can be used; the rest is named
// all the same, as every statement takes all five.
std::string matches(const v1::TupleFilter& filter) {
  std::string sql = "entity_type = $1";
  sql += filter.entity_id().empty() ? " AND $2 = ''" : " AND entity_id = $2";
  sql += filter.relation().empty() ? " AND $3 = ''" : " AND relation = $3";
  sql += filter.subject_type().empty() ? " AND $4 = ''" : " AND subject_type = $4";
  sql += filter.subject_id().empty() ? " AND $5 = ''" : " AND subject_id = $5";
  return sql;
}

StoredTuple read_tuple(const Row& row) {
  StoredTuple stored;
  stored.id = row.integer(0);
  stored.tuple.mutable_entity()->set_type(row.text(1));
  stored.tuple.mutable_entity()->set_id(row.text(2));
  stored.tuple.set_relation(row.text(3));
  stored.tuple.mutable_subject()->set_type(row.text(4));
  stored.tuple.mutable_subject()->set_id(row.text(5));
  stored.tuple.mutable_subject()->set_relation(row.text(6));
  return stored;
}

}  // namespace

Result<void> take_turn(Tx& tx, const v1::Entity& entity) {
  TRY_VOID(
      tx.exec("INSERT INTO authorization_revisions (entity_type, entity_id, revision)"
              " VALUES ($1, $2, 1)"
              " ON CONFLICT (entity_type, entity_id)"
              " DO UPDATE SET revision = authorization_revisions.revision + 1",
              {entity.type(), entity.id()}));
  return {};
}

Result<bool> insert_tuple(Tx& tx, std::int64_t id, const v1::Tuple& tuple, std::int64_t now_ms) {
  TRY(const auto rows,
      tx.exec("INSERT INTO authorization_tuples (id, entity_type, entity_id, relation,"
              " subject_type, subject_id, subject_relation, created_at)"
              " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
              {id, tuple.entity().type(), tuple.entity().id(), tuple.relation(),
               tuple.subject().type(), tuple.subject().id(), tuple.subject().relation(), now_ms}));
  return rows == 1;
}

Result<std::vector<v1::Tuple>> delete_tuples(Tx& tx, const v1::TupleFilter& filter) {
  return tx.all("DELETE FROM authorization_tuples WHERE " + matches(filter) + " RETURNING " COLUMNS,
                {filter.entity_type(), filter.entity_id(), filter.relation(), filter.subject_type(),
                 filter.subject_id()},
                [](const Row& row) { return read_tuple(row).tuple; });
}

Result<bool> has_tuple(Tx& tx,
                       const v1::Entity& entity,
                       std::string_view relation,
                       const v1::Subject& subject) {
  TRY(const auto rows,
      tx.all(
          "SELECT 1 FROM authorization_tuples WHERE entity_type = $1 AND entity_id = $2"
          " AND relation = $3 AND subject_type = $4 AND subject_id = $5"
          " AND subject_relation = $6",
          {entity.type(), entity.id(), relation, subject.type(), subject.id(), subject.relation()},
          [](const Row&) { return true; }));
  return !rows.empty();
}

Result<std::int64_t> count_tuples(Tx& tx, const v1::Entity& entity, std::string_view relation) {
  return tx.one(
      "SELECT COUNT(*) FROM authorization_tuples"
      " WHERE entity_type = $1 AND entity_id = $2 AND relation = $3",
      {entity.type(), entity.id(), relation}, [](const Row& row) { return row.integer(0); });
}

Result<std::vector<StoredTuple>> tuples_after(Tx& tx,
                                              const v1::TupleFilter& filter,
                                              std::int64_t after_id,
                                              int limit) {
  return tx.all("SELECT " COLUMNS " FROM authorization_tuples WHERE " + matches(filter) +
                    " AND id > $6 ORDER BY id LIMIT $7",
                {filter.entity_type(), filter.entity_id(), filter.relation(), filter.subject_type(),
                 filter.subject_id(), after_id, limit},
                read_tuple);
}

Result<std::vector<v1::Tuple>> tuples_of(Tx& tx, const v1::Entity& entity) {
  return tx.all("SELECT " COLUMNS
                " FROM authorization_tuples WHERE entity_type = $1 AND entity_id = $2",
                {entity.type(), entity.id()}, [](const Row& row) { return read_tuple(row).tuple; });
}

Result<std::vector<std::int64_t>> servers_of(Tx& tx, std::string_view type, std::int64_t id) {
  const std::string entity_id = std::to_string(id);
  return tx.all(
      "SELECT subject_id FROM authorization_tuples"
      " WHERE entity_type = $1 AND entity_id = $2 AND relation = 'server'",
      {type, entity_id}, [](const Row& row) { return parse_id(row.view(0)).value_or(0); });
}

Result<std::unordered_set<std::int64_t>> administrators(Tx& tx) {
  std::unordered_set<std::int64_t> ids;
  TRY_VOID(
      tx.each("SELECT subject_id FROM authorization_tuples WHERE entity_type = 'platform'"
              " AND entity_id = 'lyceum' AND relation = 'administrator'",
              {}, [&](const Row& row) { ids.insert(parse_id(row.view(0)).value_or(0)); }));
  return ids;
}

Result<ServerMasks> server_masks(Tx& tx, std::int64_t server_id) {
#define PARTS "t.entity_type, t.entity_id, t.relation, t.subject_type, t.subject_id"
  ServerMasks masks(server_id);
  const auto see = [&](const Row& row) {
    if (const auto fact = fact_of(row.view(0), row.view(1), row.view(2), row.view(3), row.view(4)))
      masks.apply({*fact, true});
  };
  const std::string id = std::to_string(server_id);
  TRY_VOID(tx.each("SELECT " PARTS " FROM authorization_tuples t"
                   " WHERE t.entity_type = 'server' AND t.entity_id = $1",
                   {id}, see));
  TRY_VOID(
      tx.each("SELECT " PARTS " FROM authorization_tuples t WHERE t.entity_type = 'role'"
              " AND t.entity_id = $1 AND t.relation = 'assignee' AND t.subject_type = 'server'",
              {id}, see));
  TRY_VOID(tx.each("SELECT " PARTS " FROM authorization_tuples part JOIN authorization_tuples t"
                   " ON t.entity_type = part.entity_type AND t.entity_id = part.entity_id"
                   " WHERE part.subject_type = 'server' AND part.subject_id = $1"
                   " AND part.entity_type IN ('role', 'channel') AND part.relation = 'server'",
                   {id}, see));
#undef PARTS
  return masks;
}

}  // namespace lyceum::authorization::store
