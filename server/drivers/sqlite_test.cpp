#include "drivers/sqlite.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>

#include "base/parallel.h"
#include "testing/service_test.h"

namespace lyceum {
namespace {

class SqliteTest : public testing::LoopTest {
 protected:
  Result<std::int64_t> count() {
    return read(*db, [](Tx& tx) {
      return tx.one("SELECT count(*) FROM things", {},
                    [](const Row& row) { return row.integer(0); });
    });
  }

  std::unique_ptr<Db> db =
      open_temporary_sqlite({{"0001_things",
                              "CREATE TABLE things (id BIGINT PRIMARY KEY, name TEXT NOT NULL "
                              "UNIQUE CHECK (name <> 'bad'))"}});
};

Result<std::int64_t> insert(Tx& tx, std::int64_t id, std::string_view name) {
  return tx.exec("INSERT INTO things (id, name) VALUES ($1, $2)", {id, name});
}

TEST_F(SqliteTest, PLAT_06_what_was_written_is_read) {
  ASSERT_TRUE(write(*db, [](Tx& tx) { return insert(tx, 1, "one"); }));
  const auto name = read(*db, [](Tx& tx) {
    return tx.one("SELECT name FROM things WHERE id = $1", {std::int64_t{1}},
                  [](const Row& row) { return row.text(0); });
  });
  ASSERT_TRUE(name) << name.error().message;
  EXPECT_EQ(*name, "one");
}

TEST_F(SqliteTest, arguments_go_by_number_not_by_place) {
  ASSERT_TRUE(write(*db, [](Tx& tx) { return insert(tx, 1, "one"); }));
  ASSERT_TRUE(write(*db, [](Tx& tx) {
    return tx.exec("UPDATE things SET name = $2 WHERE id = $1", {std::int64_t{1}, "two"});
  }));
  const auto name = read(*db, [](Tx& tx) {
    return tx.one("SELECT name FROM things", {}, [](const Row& row) { return row.text(0); });
  });
  EXPECT_EQ(*name, "two");
}

TEST_F(SqliteTest, an_error_rolls_back_and_leaves_others_of_the_batch_alone) {
  run([this]() -> Task<int> {
    std::vector<Task<void>> writes;
    for (std::int64_t id = 1; id <= 20; ++id) {
      writes.push_back([](Db& database, std::int64_t n) -> Task<void> {
        (void)co_await database.write([&](Tx& tx) -> Result<void> {
          TRY_VOID(insert(tx, n, "name " + std::to_string(n)));
          if (n % 2 == 0) return fail(Code::aborted, "odd_only", "odd only");
          return {};
        });
      }(*db, id));
    }
    co_await run_all(std::move(writes));
    co_return 0;
  }());
  EXPECT_EQ(*count(), 10);
}

TEST_F(SqliteTest, broken_constraints_have_codes_of_their_own) {
  ASSERT_TRUE(write(*db, [](Tx& tx) { return insert(tx, 1, "one"); }));
  EXPECT_EQ(write(*db, [](Tx& tx) { return insert(tx, 1, "again"); }).error().reason, "duplicate");
  EXPECT_EQ(write(*db, [](Tx& tx) { return insert(tx, 2, "bad"); }).error().reason, "constraint");
}

TEST_F(SqliteTest, a_read_cannot_write) {
  const auto written = read(*db, [](Tx& tx) { return insert(tx, 1, "one"); });
  ASSERT_FALSE(written);
  EXPECT_EQ(*count(), 0);
}

TEST_F(SqliteTest, a_statement_may_run_inside_itself) {
  ASSERT_TRUE(write(*db, [](Tx& tx) -> Result<void> {
    TRY_VOID(insert(tx, 1, "one"));
    TRY_VOID(insert(tx, 2, "two"));
    return {};
  }));
  int seen = 0;
  (void)read(*db, [&](Tx& tx) -> Result<void> {
    return tx.each("SELECT id FROM things", {}, [&](const Row&) {
      (void)tx.each("SELECT id FROM things", {}, [&](const Row&) { ++seen; });
    });
  });
  EXPECT_EQ(seen, 4);
}

TEST_F(SqliteTest, after_commit_runs_for_what_was_kept_only) {
  int ran = 0;
  (void)write(*db, [&](Tx& tx) -> Result<void> {
    tx.after_commit([&] { ++ran; });
    return fail(Code::aborted, "no", "no");
  });
  EXPECT_EQ(ran, 0);
  (void)write(*db, [&](Tx& tx) -> Result<void> {
    tx.after_commit([&] { ++ran; });
    return {};
  });
  EXPECT_EQ(ran, 1);
}

TEST_F(SqliteTest, an_exception_in_a_write_reaches_the_caller_and_keeps_nothing) {
  EXPECT_THROW((void)write(*db,
                           [](Tx& tx) -> Result<void> {
                             (void)insert(tx, 1, "one");
                             throw std::runtime_error("a bug");
                           }),
               std::runtime_error);
  EXPECT_EQ(*count(), 0);
}

TEST_F(SqliteTest, empty_text_is_not_null) {
  ASSERT_TRUE(write(*db, [](Tx& tx) { return insert(tx, 1, std::string_view()); }));
  EXPECT_EQ(*count(), 1);
}

}  // namespace
}  // namespace lyceum
