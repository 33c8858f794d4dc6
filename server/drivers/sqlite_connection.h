#pragma once
// One connection with its cached statements, and the transaction on it. Not thread-safe.

#include <functional>
#include <memory>
#include <sqlite3.h>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/db.h"

namespace lyceum::sqlite {

// A prepared statement that knows which "$N" sits where.
class Statement {
 public:
  Statement(sqlite3* db, std::string_view sql);  // on an error raw() is null

  sqlite3_stmt* raw() const { return raw_.get(); }

  // False if there are fewer or more arguments than the SQL names.
  bool bind(std::initializer_list<Value> args) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* s) const { sqlite3_finalize(s); }
  };

  std::unique_ptr<sqlite3_stmt, Finalize> raw_;
  std::vector<int> index_;  // of argument N, 0 where the SQL does not use it
};

class Connection {
 public:
  // Throws std::runtime_error with what SQLite says.
  Connection(const std::string& path, bool read_only, int cache_kib, bool temporary);

  Result<std::int64_t> exec(std::string_view sql, std::initializer_list<Value> args);
  Result<void> each(std::string_view sql,
                    std::initializer_list<Value> args,
                    const std::function<void(const Row&)>& see);
  // Several statements with ";" between, without arguments.
  Result<void> script(const std::string& sql);

 private:
  Error error(int rc) const;
  const Statement* cached(std::string_view sql);

  struct Close {
    void operator()(sqlite3* db) const { sqlite3_close(db); }
  };

  struct Hash {
    using is_transparent = void;

    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };

  std::unique_ptr<sqlite3, Close> db_;
  std::unordered_map<std::string, Statement, Hash, std::equal_to<>> statements_;
};

class Transaction final : public Tx {
 public:
  explicit Transaction(Connection& connection) : connection_(connection) {}

  Result<std::int64_t> exec(std::string_view sql, std::initializer_list<Value> args) override {
    return connection_.exec(sql, args);
  }

  Result<void> each(std::string_view sql,
                    std::initializer_list<Value> args,
                    const std::function<void(const Row&)>& see) override {
    return connection_.each(sql, args, see);
  }

  void after_commit(std::function<void()> then) override { hooks.push_back(std::move(then)); }

  std::vector<std::function<void()>> hooks;

 private:
  Connection& connection_;
};

}  // namespace lyceum::sqlite
