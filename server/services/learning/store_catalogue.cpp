#include "services/learning/store.h"
#include "services/learning/text.h"

namespace lyceum::learning::store {
namespace {

#define MODULE_COLUMNS                                                                         \
  "id, parent_id, top_id, path, key, position, title, summary, description, difficulty, tags," \
  " archived_at"
#define CONTENT_COLUMNS                                                                    \
  "id, module_id, top_id, path, key, position, version, title, summary, kind, difficulty," \
  " minutes, points, languages, archived_at"

ModuleRow read_module(const Row& row) {
  ModuleRow module;
  module.id = row.integer(0);
  module.parent_id = row.integer(1);
  module.top_id = row.integer(2);
  module.path = row.text(3);
  module.key = row.text(4);
  module.position = row.integer(5);
  module.title = row.text(6);
  module.summary = row.text(7);
  module.description = row.text(8);
  module.difficulty = row.text(9);
  module.tags = split_lines(row.view(10));
  module.archived_at = row.integer(11);
  return module;
}

ContentRow read_content(const Row& row) {
  ContentRow content;
  content.id = row.integer(0);
  content.module_id = row.integer(1);
  content.top_id = row.integer(2);
  content.path = row.text(3);
  content.key = row.text(4);
  content.position = row.integer(5);
  content.version = row.integer(6);
  content.title = row.text(7);
  content.summary = row.text(8);
  content.kind = row.text(9);
  content.difficulty = row.text(10);
  content.minutes = row.integer(11);
  content.points = row.integer(12);
  content.languages = split_lines(row.view(13));
  content.archived_at = row.integer(14);
  return content;
}

std::int64_t read_id(const Row& row) {
  return row.integer(0);
}

// NULL for 0: "no parent", "not archived".
Value or_null(std::int64_t number) {
  return number == 0 ? Value(nullptr) : Value(number);
}

}  // namespace

Result<std::int64_t> revision(Tx& tx) {
  return tx.one("SELECT value FROM learning_state WHERE name = 'revision'", {}, read_id);
}

Result<void> raise_revision(Tx& tx) {
  TRY_VOID(tx.exec("UPDATE learning_state SET value = value + 1 WHERE name = 'revision'", {}));
  return {};
}

Result<std::int64_t> sample_content(Tx& tx) {
  TRY(const auto ids,
      tx.all("SELECT value FROM learning_state WHERE name = 'sample'", {}, read_id));
  return ids.empty() ? 0 : ids.front();
}

Result<void> set_sample_content(Tx& tx, std::int64_t content_id) {
  TRY_VOID(
      tx.exec("INSERT INTO learning_state (name, value) VALUES ('sample', $1)"
              " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
              {content_id}));
  return {};
}

Result<std::vector<ModuleRow>> modules(Tx& tx) {
  return tx.all("SELECT " MODULE_COLUMNS " FROM learning_modules ORDER BY position, id", {},
                read_module);
}

Result<std::vector<ContentRow>> contents(Tx& tx) {
  return tx.all("SELECT " CONTENT_COLUMNS " FROM learning_contents ORDER BY position, id", {},
                read_content);
}

Result<ComponentRow> component(Tx& tx, std::int64_t component_id) {
  return tx.one(
      "SELECT c.id, c.content_id, t.version, t.archived_at FROM learning_components c"
      " JOIN learning_contents t ON t.id = c.content_id WHERE c.id = $1",
      {component_id}, [](const Row& row) {
        ComponentRow component;
        component.id = row.integer(0);
        component.content_id = row.integer(1);
        component.version = row.integer(2);
        component.archived = !row.is_null(3);
        return component;
      });
}

Result<std::string> version_tree(Tx& tx, std::int64_t content_id, std::int64_t number) {
  return tx.one("SELECT tree FROM learning_versions WHERE content_id = $1 AND number = $2",
                {content_id, number}, [](const Row& row) { return row.text(0); });
}

Result<void> save_module(Tx& tx, const ModuleRow& module) {
  const std::string tags = join_lines(module.tags);
  TRY_VOID(tx.exec(
      "INSERT INTO learning_modules (" MODULE_COLUMNS
      ")"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
      " ON CONFLICT (id) DO UPDATE SET position = excluded.position, title = excluded.title,"
      " summary = excluded.summary, description = excluded.description,"
      " difficulty = excluded.difficulty, tags = excluded.tags, archived_at = excluded.archived_at",
      {module.id, or_null(module.parent_id), module.top_id, module.path, module.key,
       module.position, module.title, module.summary, module.description, module.difficulty, tags,
       or_null(module.archived_at)}));
  return {};
}

Result<void> save_content(Tx& tx, const ContentRow& content) {
  const std::string languages = join_lines(content.languages);
  TRY_VOID(tx.exec(
      "INSERT INTO learning_contents (" CONTENT_COLUMNS
      ")"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
      " ON CONFLICT (id) DO UPDATE SET position = excluded.position, version = excluded.version,"
      " title = excluded.title, summary = excluded.summary, kind = excluded.kind,"
      " difficulty = excluded.difficulty, minutes = excluded.minutes, points = excluded.points,"
      " languages = excluded.languages, archived_at = excluded.archived_at",
      {content.id, content.module_id, content.top_id, content.path, content.key, content.position,
       content.version, content.title, content.summary, content.kind, content.difficulty,
       content.minutes, content.points, languages, or_null(content.archived_at)}));
  return {};
}

}  // namespace lyceum::learning::store
