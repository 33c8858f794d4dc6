#include "drivers/sqlite.h"

#include <condition_variable>
#include <deque>
#include <fmt/format.h>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <unistd.h>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/crypto.h"
#include "base/log.h"
#include "drivers/sqlite_connection.h"

namespace asio = boost::asio;

namespace lyceum {
namespace {

using sqlite::Connection;
using sqlite::Transaction;

// One waiting write: what to do, and how its caller goes on.
struct Write {
  std::function<bool(Tx&)> job;
  std::function<void()> resume;
  Result<void> done;
  std::exception_ptr bug;
  std::vector<std::function<void()>> hooks;
  bool keep = false;
};

// The one thread that writes to a file. Takes all that waits and commits it at once: with 64
// clients FULL is as fast as NORMAL (research: 10,000 to 20,000 durable transactions a second).
class Writer {
 public:
  Writer(const std::string& path,
         const std::string& name,
         metrics::Registry& metrics,
         SqliteOptions options)
      : options_(options),
        connection_(path, false, options.cache_kib, options.temporary),
        commits_(metrics.counter("sqlite_commits_total", "group commits", label(name))),
        writes_(metrics.counter("sqlite_writes_total", "transactions committed", label(name))),
        thread_([this] { run(); }) {}

  ~Writer() {
    {
      const std::scoped_lock lock(mutex_);
      stopping_ = true;
    }
    filled_.notify_one();
    thread_.join();
  }

  // False: the queue is full.
  bool add(Write* write) {
    {
      const std::scoped_lock lock(mutex_);
      if (static_cast<int>(waiting_.size()) >= options_.queue) return false;
      waiting_.push_back(write);
    }
    filled_.notify_one();
    return true;
  }

  Connection& before_start() { return connection_; }

 private:
  static std::string label(const std::string& name) { return fmt::format("database=\"{}\"", name); }

  void run() {
    std::vector<Write*> batch;
    while (take(batch)) {
      const auto committed = commit(batch);
      commits_.add();
      for (Write* write : batch) {
        if (!committed) {
          write->done = fail(committed.error());
        } else if (write->keep) {
          writes_.add();
          for (const auto& hook : write->hooks) hook();
        }
        write->resume();  // `write` is gone after this
      }
    }
  }

  bool take(std::vector<Write*>& batch) {
    batch.clear();
    std::unique_lock lock(mutex_);
    filled_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    while (!waiting_.empty() && static_cast<int>(batch.size()) < options_.batch) {
      batch.push_back(waiting_.front());
      waiting_.pop_front();
    }
    return !batch.empty();
  }

  Result<void> commit(const std::vector<Write*>& batch) {
    TRY_VOID(connection_.exec("BEGIN IMMEDIATE", {}));
    for (Write* write : batch) {
      if (auto one = apply(*write); !one) {
        (void)connection_.exec("ROLLBACK", {});
        return one;
      }
    }
    auto committed = connection_.exec("COMMIT", {});
    if (committed) return {};
    log::error("a commit failed", {{"error", committed.error().message}});
    (void)connection_.exec("ROLLBACK", {});
    return fail(committed.error());
  }

  // A savepoint each, so that one that fails takes only itself back.
  Result<void> apply(Write& write) {
    TRY_VOID(connection_.exec("SAVEPOINT one", {}));
    Transaction tx(connection_);
    try {
      write.keep = write.job(tx);
    } catch (...) {
      write.bug = std::current_exception();
    }
    if (!write.keep) TRY_VOID(connection_.exec("ROLLBACK TO one", {}));
    TRY_VOID(connection_.exec("RELEASE one", {}));
    write.hooks = std::move(tx.hooks);
    return {};
  }

  const SqliteOptions options_;
  Connection connection_;
  metrics::Counter& commits_;
  metrics::Counter& writes_;
  std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<Write*> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

class SqliteDb final : public Db {
 public:
  SqliteDb(std::string path,
           const std::string& name,
           metrics::Registry& metrics,
           SqliteOptions options)
      : path_(std::move(path)), options_(options), writer_(path_, name, metrics, options) {}

  ~SqliteDb() override {
    pool_.join();
    if (!options_.temporary) return;
    for (const char* suffix : {"", "-wal", "-shm"}) unlink((path_ + suffix).c_str());
  }

  Connection& writer_before_start() { return writer_.before_start(); }

 protected:
  Task<Result<void>> transact(Mode mode, std::function<bool(Tx&)> job) override {
    if (mode == Mode::read) co_return read_here(job);
    if (mode == Mode::write) co_return co_await write_there(std::move(job));
    const auto home = co_await asio::this_coro::executor;
    co_await asio::post(pool_, asio::use_awaitable);
    auto done = read_here(job);
    co_await asio::post(home, asio::use_awaitable);
    co_return done;
  }

 private:
  Result<void> read_here(const std::function<bool(Tx&)>& job) {
    Connection& connection = reader();
    TRY_VOID(connection.exec("BEGIN", {}));  // one snapshot for all that the job reads
    Transaction tx(connection);
    try {
      (void)job(tx);
    } catch (...) {
      (void)connection.exec("ROLLBACK", {});
      throw;
    }
    TRY_VOID(connection.exec("COMMIT", {}));
    return {};
  }

  Task<Result<void>> write_there(std::function<bool(Tx&)> job) {
    Write write;  // lives in this frame, which sleeps until the writer resumes it
    write.job = std::move(job);
    bool taken = false;
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(
        [&](auto handler) {
          auto shared = std::make_shared<decltype(handler)>(std::move(handler));
          auto executor = asio::get_associated_executor(*shared);
          write.resume = [shared, executor] {
            asio::post(executor, [shared] { std::move (*shared)(); });
          };
          taken = true;  // said before: once it is queued, we may be resumed before add() returns
          if (writer_.add(&write)) return;
          taken = false;
          write.resume();
        },
        asio::use_awaitable);
    if (!taken) {
      co_return fail(
          Error{Code::unavailable, "database_busy", "too many writes wait; try again", {}, 1000});
    }
    if (write.bug) std::rethrow_exception(write.bug);
    co_return std::move(write.done);
  }

  // This thread's own connection to this database.
  Connection& reader() {
    const std::scoped_lock lock(mutex_);
    auto& connection = readers_[std::this_thread::get_id()];
    if (!connection)
      connection =
          std::make_unique<Connection>(path_, true, options_.cache_kib, options_.temporary);
    return *connection;
  }

  const std::string path_;
  const SqliteOptions options_;
  std::mutex mutex_;
  std::map<std::thread::id, std::unique_ptr<Connection>> readers_;
  Writer writer_;
  asio::thread_pool pool_{2};
};

Result<void> migrate(Connection& db, const std::vector<Migration>& migrations) {
  TRY_VOID(db.script(
      "CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, sha256 TEXT NOT NULL)"));
  std::map<std::string, std::string> applied;
  TRY_VOID(db.each("SELECT name, sha256 FROM migrations", {},
                   [&](const Row& row) { applied[row.text(0)] = row.text(1); }));
  for (const auto& migration : migrations) {
    const std::string name(migration.name);
    const std::string hash = sha256_hex(migration.sql);
    if (const auto found = applied.find(name); found != applied.end()) {
      if (found->second != hash)
        return fail(Code::failed_precondition, "migration_changed",
                    fmt::format("migration {} is not the one that was applied", name));
      applied.erase(found);
      continue;
    }
    TRY_VOID(db.exec("BEGIN IMMEDIATE", {}));
    TRY_VOID(db.script(std::string(migration.sql)));
    TRY_VOID(db.exec("INSERT INTO migrations (name, sha256) VALUES ($1, $2)", {name, hash}));
    TRY_VOID(db.exec("COMMIT", {}));
  }
  if (!applied.empty())
    return fail(
        Code::failed_precondition, "newer_schema",
        fmt::format("it was made by a newer Lyceum (migration {})", applied.begin()->first));
  return {};
}

}  // namespace

std::unique_ptr<Db> open_sqlite(const std::string& path,
                                const std::string& name,
                                metrics::Registry& metrics,
                                const std::vector<Migration>& migrations,
                                SqliteOptions options) {
  auto db = std::make_unique<SqliteDb>(path, name, metrics, options);
  std::vector<Migration> all = platform::migrations();
  all.insert(all.end(), migrations.begin(), migrations.end());
  if (const auto done = migrate(db->writer_before_start(), all); !done)
    throw std::runtime_error(fmt::format("{}: {}", path, done.error().message));
  return db;
}

std::unique_ptr<Db> open_temporary_sqlite(const std::vector<Migration>& migrations) {
  static metrics::Registry metrics;
  std::string path = "/dev/shm/lyceum-test-" + hex(random_bytes(8)) + ".db";
  return open_sqlite(path, "test", metrics, migrations, {.temporary = true});
}

}  // namespace lyceum
