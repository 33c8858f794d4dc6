#include "drivers/sqlite_connection.h"

#include <charconv>
#include <fmt/format.h>
#include <stdexcept>

namespace lyceum::sqlite {
namespace {

class SqliteRow final : public Row {
 public:
  explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}

  std::string_view view(int column) const override {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    if (!bytes) return {};
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }

  std::int64_t integer(int column) const override {
    return sqlite3_column_int64(statement_, column);
  }

  double real(int column) const override { return sqlite3_column_double(statement_, column); }

  bool is_null(int column) const override {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
  }

 private:
  sqlite3_stmt* statement_;
};

// Leaves the statement ready for its next use, and lets go of the rows it stood on.
struct Reset {
  sqlite3_stmt* statement;

  ~Reset() {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
  }
};

int bind_value(sqlite3_stmt* statement, int index, const Value::Data& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value))
    return sqlite3_bind_int64(statement, index, *number);
  if (const auto* real = std::get_if<double>(&value))
    return sqlite3_bind_double(statement, index, *real);
  // STATIC: a Value's bytes live until the statement has run (base/db.h). A null pointer would bind
  // NULL, so empty text points somewhere.
  if (const auto* text = std::get_if<std::string_view>(&value))
    return sqlite3_bind_text64(statement, index, text->data() ? text->data() : "", text->size(),
                               SQLITE_STATIC, SQLITE_UTF8);
  if (const auto* blob = std::get_if<Blob>(&value))
    return sqlite3_bind_blob64(statement, index, blob->bytes.data() ? blob->bytes.data() : "",
                               blob->bytes.size(), SQLITE_STATIC);
  return sqlite3_bind_null(statement, index);
}

}  // namespace

Statement::Statement(sqlite3* db, std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  sqlite3_prepare_v3(db, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &raw,
                     nullptr);
  raw_.reset(raw);
  // To SQLite "$2" is a name, numbered by where it first appears: without this table
  // "SET a = $2 WHERE id = $1" would swap its arguments.
  for (int i = 1; raw && i <= sqlite3_bind_parameter_count(raw); ++i) {
    const std::string_view name = sqlite3_bind_parameter_name(raw, i);
    std::size_t number = 0;
    std::from_chars(name.data() + 1, name.data() + name.size(), number);
    if (number > index_.size()) index_.resize(number, 0);
    if (number > 0) index_[number - 1] = i;
  }
}

bool Statement::bind(std::initializer_list<Value> args) const {
  if (args.size() != index_.size()) return false;
  std::size_t number = 0;
  for (const auto& arg : args) {
    const int index = index_[number++];
    if (index > 0 && bind_value(raw_.get(), index, arg.data()) != SQLITE_OK) return false;
  }
  return true;
}

Connection::Connection(const std::string& path, bool read_only, int cache_kib, bool temporary) {
  sqlite3* raw = nullptr;
  const int flags =
      SQLITE_OPEN_READWRITE | (read_only ? 0 : SQLITE_OPEN_CREATE) | SQLITE_OPEN_NOMUTEX;
  const int rc = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
  db_.reset(raw);
  if (rc != SQLITE_OK)
    throw std::runtime_error(fmt::format("cannot open {}: {}", path, sqlite3_errmsg(raw)));
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, 5000);
  const auto settings =
      script(fmt::format("PRAGMA journal_mode=WAL; PRAGMA synchronous={}; PRAGMA foreign_keys=ON; "
                         "PRAGMA temp_store=MEMORY;"
                         "PRAGMA cache_size=-{}; PRAGMA mmap_size=0; PRAGMA trusted_schema=OFF; "
                         "PRAGMA cell_size_check=ON;"
                         "PRAGMA journal_size_limit=67108864; PRAGMA query_only={}",
                         temporary ? "OFF" : "FULL", cache_kib, read_only ? "ON" : "OFF"));
  if (!settings)
    throw std::runtime_error(fmt::format("cannot open {}: {}", path, settings.error().message));
}

Error Connection::error(int rc) const {
  std::string message = sqlite3_errmsg(db_.get());
  switch (rc & 0xff) {
    case SQLITE_CONSTRAINT:
      if (rc == SQLITE_CONSTRAINT_UNIQUE || rc == SQLITE_CONSTRAINT_PRIMARYKEY)
        return {Code::already_exists, "duplicate", std::move(message), {}, 0};
      return {Code::failed_precondition, "constraint", std::move(message), {}, 0};
    case SQLITE_FULL:
    case SQLITE_IOERR:
      return {Code::unavailable, "disk", "the disk is full or broken: " + message, {}, 5000};
    case SQLITE_BUSY:
      return {Code::unavailable, "database_busy", std::move(message), {}, 1000};
    default:
      return {Code::internal, "database", std::move(message), {}, 0};
  }
}

const Statement* Connection::cached(std::string_view sql) {
  auto found = statements_.find(sql);
  if (found == statements_.end())
    found = statements_.try_emplace(std::string(sql), db_.get(), sql).first;
  if (found->second.raw()) return &found->second;
  statements_.erase(found);
  return nullptr;
}

Result<std::int64_t> Connection::exec(std::string_view sql, std::initializer_list<Value> args) {
  TRY_VOID(each(sql, args, [](const Row&) {}));
  return sqlite3_changes64(db_.get());
}

Result<void> Connection::each(std::string_view sql,
                              std::initializer_list<Value> args,
                              const std::function<void(const Row&)>& see) {
  const Statement* statement = cached(sql);
  if (!statement) return fail(error(sqlite3_extended_errcode(db_.get())));
  std::unique_ptr<Statement> own;  // a statement that is running already, from inside its own `see`
  if (sqlite3_stmt_busy(statement->raw())) {
    own = std::make_unique<Statement>(db_.get(), sql);
    statement = own.get();
  }
  const Reset reset{statement->raw()};
  if (!statement->bind(args))
    return fail(Code::internal, "database", fmt::format("wrong arguments for: {}", sql));
  const SqliteRow row(statement->raw());
  for (;;) {
    const int rc = sqlite3_step(statement->raw());
    if (rc == SQLITE_DONE) return {};
    if (rc != SQLITE_ROW) return fail(error(rc));
    see(row);
  }
}

Result<void> Connection::script(const std::string& sql) {
  const int rc = sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (rc != SQLITE_OK) return fail(error(rc));
  return {};
}

}  // namespace lyceum::sqlite
