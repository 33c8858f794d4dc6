#pragma once
// SQL behind one small door. Code inside read() and write() is plain and synchronous, one
// transaction each; leaving it with an error rolls back. On SQLite a read runs at once on the
// calling thread, a write on the database's one writer thread, committed in groups with
// synchronous=FULL: when write() returns, the change is on disk. What runs long (search, export)
// belongs into read_long().
//
// SQL is what SQLite 3.40 and PostgreSQL 15 have in common, arguments are $1, $2, …

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/task.h"

namespace lyceum {

// Bytes that are not text, to be stored as BLOB / BYTEA.
struct Blob {
  std::string_view bytes;
};

// An argument. Its bytes must live until the statement has run.
class Value {
 public:
  using Data = std::variant<std::nullptr_t, std::int64_t, double, std::string_view, Blob>;

  Value(std::nullptr_t) : data_(nullptr) {}  // NOLINT(google-explicit-constructor)

  Value(std::int64_t number) : data_(number) {}  // NOLINT(google-explicit-constructor)

  Value(int number) : data_(std::int64_t{number}) {}  // NOLINT(google-explicit-constructor)

  Value(bool yes) : data_(std::int64_t{yes ? 1 : 0}) {}  // NOLINT(google-explicit-constructor)

  Value(double number) : data_(number) {}  // NOLINT(google-explicit-constructor)

  Value(std::string_view text) : data_(text) {}  // NOLINT(google-explicit-constructor)

  // NOLINTNEXTLINE(google-explicit-constructor)
  Value(const std::string& text) : data_(std::string_view(text)) {}

  Value(const char* text) : data_(std::string_view(text)) {}  // NOLINT(google-explicit-constructor)

  Value(Blob blob) : data_(blob) {}  // NOLINT(google-explicit-constructor)

  const Data& data() const { return data_; }

 private:
  Data data_;
};

class Row {
 public:
  virtual ~Row() = default;
  virtual std::string_view view(int column) const = 0;  // text or bytes; lives until the next row
  virtual std::int64_t integer(int column) const = 0;
  virtual double real(int column) const = 0;
  virtual bool is_null(int column) const = 0;

  std::string text(int column) const { return std::string(view(column)); }

  bool boolean(int column) const { return integer(column) != 0; }
};

class Tx {
 public:
  virtual ~Tx() = default;

  // How many rows were changed. A broken unique or check constraint is already_exists "duplicate"
  // or failed_precondition "constraint": leave the transaction then. Where a duplicate is expected,
  // write ON CONFLICT DO NOTHING and look at the count (PostgreSQL has aborted the transaction,
  // SQLite not).
  virtual Result<std::int64_t> exec(std::string_view sql, std::initializer_list<Value> args) = 0;
  virtual Result<void> each(std::string_view sql,
                            std::initializer_list<Value> args,
                            const std::function<void(const Row&)>& see) = 0;

  // Runs after this transaction is on disk (never if it is rolled back), on the database's thread:
  // wake somebody, do no work.
  virtual void after_commit(std::function<void()> then) = 0;

  // read(const Row&) makes one T.
  template <class Read>
  auto all(std::string_view sql, std::initializer_list<Value> args, Read read)
      -> Result<std::vector<std::invoke_result_t<Read, const Row&>>> {
    std::vector<std::invoke_result_t<Read, const Row&>> rows;
    TRY_VOID(each(sql, args, [&](const Row& row) { rows.push_back(read(row)); }));
    return rows;
  }

  // The first row; not_found "not_found" when there is none.
  template <class Read>
  auto one(std::string_view sql, std::initializer_list<Value> args, Read read)
      -> Result<std::invoke_result_t<Read, const Row&>> {
    TRY(auto rows, all(sql, args, read));
    if (rows.empty()) return fail(Code::not_found, "not_found", "there is no such thing");
    return std::move(rows.front());
  }
};

class Db {
 public:
  virtual ~Db() = default;

  // f is a callable taking Tx& and giving a Result; it may hold references into the caller's frame.
  template <class F>
  auto read(F f) -> Task<std::invoke_result_t<F, Tx&>> {
    return run(Mode::read, std::move(f));
  }

  template <class F>
  auto read_long(F f) -> Task<std::invoke_result_t<F, Tx&>> {
    return run(Mode::read_long, std::move(f));
  }

  template <class F>
  auto write(F f) -> Task<std::invoke_result_t<F, Tx&>> {
    return run(Mode::write, std::move(f));
  }

 protected:
  enum class Mode { read, read_long, write };
  // Runs the job inside a transaction; the job says whether to commit. An error here means that the
  // transaction did not happen: disk full, queue full (unavailable), commit failed.
  virtual Task<Result<void>> transact(Mode mode, std::function<bool(Tx&)> job) = 0;

 private:
  template <class F>
  auto run(Mode mode, F f) -> Task<std::invoke_result_t<F, Tx&>> {
    std::unique_ptr<std::invoke_result_t<F, Tx&>> out;
    const auto done = co_await transact(mode, [&](Tx& tx) {
      out = std::make_unique<std::invoke_result_t<F, Tx&>>(f(tx));
      return out->has_value();
    });
    if (!done) co_return fail(done.error());
    co_return std::move(*out);
  }
};

}  // namespace lyceum
