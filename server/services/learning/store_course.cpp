#include "services/learning/store.h"

namespace lyceum::learning::store {
namespace {

KeyedId read_keyed(const Row& row) {
  return {row.integer(0), row.integer(1), row.text(2)};
}

}  // namespace

Result<std::string> version_sha(Tx& tx, std::int64_t content_id, std::int64_t number) {
  return tx.one("SELECT sha256 FROM learning_versions WHERE content_id = $1 AND number = $2",
                {content_id, number}, [](const Row& row) { return row.text(0); });
}

Result<void> insert_version(Tx& tx,
                            std::int64_t content_id,
                            std::int64_t number,
                            std::string_view sha256,
                            std::string_view tree,
                            std::int64_t now_ms) {
  TRY_VOID(
      tx.exec("INSERT INTO learning_versions (content_id, number, sha256, tree, created_at)"
              " VALUES ($1, $2, $3, $4, $5)",
              {content_id, number, sha256, Blob{tree}, now_ms}));
  return {};
}

Result<std::vector<KeyedId>> components_of(Tx& tx, std::int64_t content_id) {
  return tx.all("SELECT id, content_id, path FROM learning_components WHERE content_id = $1",
                {content_id}, read_keyed);
}

Result<std::vector<KeyedId>> validators_of(Tx& tx, std::int64_t content_id) {
  return tx.all(
      "SELECT v.id, v.component_id, v.key FROM learning_validators v"
      " JOIN learning_components c ON c.id = v.component_id WHERE c.content_id = $1",
      {content_id}, read_keyed);
}

Result<void> insert_component(Tx& tx, const KeyedId& component) {
  TRY_VOID(tx.exec("INSERT INTO learning_components (id, content_id, path) VALUES ($1, $2, $3)",
                   {component.id, component.parent_id, component.key}));
  return {};
}

Result<void> insert_validator(Tx& tx, const KeyedId& validator) {
  TRY_VOID(tx.exec("INSERT INTO learning_validators (id, component_id, key) VALUES ($1, $2, $3)",
                   {validator.id, validator.parent_id, validator.key}));
  return {};
}

}  // namespace lyceum::learning::store
