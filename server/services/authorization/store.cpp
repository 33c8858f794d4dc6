#include "services/authorization/store.h"

namespace lyceum::authorization::store {
namespace {

#define COLUMNS "id, entity_type, entity_id, relation, subject_type, subject_id, subject_relation"
#define MATCHES_FILTER                  \
  "entity_type = $1"                    \
  " AND ($2 = '' OR entity_id = $2)"    \
  " AND ($3 = '' OR relation = $3)"     \
  " AND ($4 = '' OR subject_type = $4)" \
  " AND ($5 = '' OR subject_id = $5)"

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
  return tx.all("DELETE FROM authorization_tuples WHERE " MATCHES_FILTER " RETURNING " COLUMNS,
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
  return tx.all("SELECT " COLUMNS " FROM authorization_tuples WHERE " MATCHES_FILTER
                " AND id > $6 ORDER BY id LIMIT $7",
                {filter.entity_type(), filter.entity_id(), filter.relation(), filter.subject_type(),
                 filter.subject_id(), after_id, limit},
                read_tuple);
}

}  // namespace lyceum::authorization::store
