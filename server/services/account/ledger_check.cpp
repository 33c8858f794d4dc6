// What must hold of the ledger, each as a question for what breaks it.
#include <array>
#include <fmt/format.h>

#include "services/account/ledger.h"

namespace lyceum::account::ledger {
namespace {

constexpr int problems_max = 100;

struct Question {
  std::string_view sql;      // gives the ids of what is wrong
  std::string_view problem;  // "{}" is the id
};

constexpr std::array questions = {
    Question{"SELECT transaction_id FROM account_entries GROUP BY transaction_id"
             " HAVING SUM(amount) <> 0 OR COUNT(*) < 2",
             "transaction {}: its legs do not add up to 0"},
    Question{"SELECT id FROM account_transactions"
             " WHERE id NOT IN (SELECT transaction_id FROM account_entries)",
             "transaction {}: it has no legs"},
    Question{"SELECT transaction_id FROM account_entries"
             " WHERE transaction_id NOT IN (SELECT id FROM account_transactions)",
             "transaction {}: there are legs of it, but it is not there"},
    Question{"SELECT t.id FROM account_transactions t WHERE t.kind = 'reward' AND ("
             " NOT EXISTS (SELECT 1 FROM account_entries e WHERE e.transaction_id = t.id"
             "  AND e.account_id = t.user_id AND e.amount > 0)"
             " OR NOT EXISTS (SELECT 1 FROM account_entries e WHERE e.transaction_id = t.id"
             "  AND e.account_id = -1 AND e.amount < 0))",
             "transaction {}: a reward that does not go from the system to its user"},
    Question{"SELECT MIN(id) FROM account_transactions GROUP BY user_id, unique_key"
             " HAVING COUNT(*) > 1",
             "transaction {}: it was booked more than once"},
    Question{"SELECT b.account_id FROM account_balances b"
             " LEFT JOIN account_entries e ON e.account_id = b.account_id"
             " GROUP BY b.account_id, b.balance HAVING COALESCE(SUM(e.amount), 0) <> b.balance",
             "account {}: its balance is not the sum of its entries"},
    Question{"SELECT b.account_id FROM account_balances b"
             " LEFT JOIN account_entries e ON e.account_id = b.account_id"
             " GROUP BY b.account_id, b.entries HAVING COUNT(e.account_id) <> b.entries",
             "account {}: it has another number of entries than it says"},
    Question{"SELECT b.account_id FROM account_balances b"
             " LEFT JOIN account_entries e ON e.account_id = b.account_id AND e.amount > 0"
             " LEFT JOIN account_transactions t ON t.id = e.transaction_id"
             " GROUP BY b.account_id, b.earned"
             " HAVING SUM(CASE WHEN t.kind = 'reward' THEN e.amount ELSE 0 END) <> b.earned",
             "account {}: what it earned is not the sum of its rewards"},
    Question{"SELECT account_id FROM account_balances WHERE balance < 0",
             "account {}: it owes points"},
    Question{"SELECT DISTINCT account_id FROM account_entries WHERE account_id > 0"
             " AND account_id NOT IN (SELECT account_id FROM account_balances)",
             "account {}: there are entries of it, but no balance"},
    Question{"SELECT DISTINCT e.account_id FROM account_entries e LEFT JOIN account_entries p"
             "  ON p.account_id = e.account_id AND p.seq = e.seq - 1"
             " WHERE e.account_id > 0 AND (e.seq IS NULL OR e.seq < 1 OR e.balance_after IS NULL"
             "  OR (e.seq > 1 AND p.seq IS NULL)"
             "  OR e.balance_after <> COALESCE(p.balance_after, 0) + e.amount)",
             "account {}: its entries do not follow from each other"},
    Question{"SELECT user_id FROM account_profiles WHERE user_id NOT IN"
             " (SELECT account_id FROM account_balances WHERE ranked = 1)",
             "account {}: there is a profile, but no account in the ranking"},
};

Result<std::int64_t> count(Tx& tx, std::string_view sql) {
  return tx.one(sql, {}, [](const Row& row) { return row.integer(0); });
}

}  // namespace

Result<v1::CheckLedgerResponse> check(Tx& tx) {
  v1::CheckLedgerResponse report;
  TRY(const auto accounts, count(tx, "SELECT count(*) FROM account_balances"));
  TRY(const auto transactions, count(tx, "SELECT count(*) FROM account_transactions"));
  report.set_accounts(accounts);
  report.set_transactions(transactions);
  for (const auto& question : questions) {
    const int room = problems_max - report.problems_size();
    TRY_VOID(tx.each(fmt::format("{} LIMIT {}", question.sql, room), {}, [&](const Row& row) {
      report.add_problems(fmt::format(fmt::runtime(question.problem), row.integer(0)));
    }));
  }
  return report;
}

}  // namespace lyceum::account::ledger
