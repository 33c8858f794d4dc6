#include "services/account/ledger.h"

#include <limits>

namespace lyceum::account::ledger {
namespace {

constexpr std::int64_t rewards_account = -1;  // where rewards come from

struct After {
  std::int64_t balance = 0;
  std::int64_t entries = 0;
};

Result<void> insert_leg(Tx& tx,
                        std::int64_t transaction_id,
                        std::int64_t account_id,
                        std::int64_t amount,
                        const Value& seq,
                        const Value& balance_after) {
  TRY_VOID(
      tx.exec("INSERT INTO account_entries"
              " (transaction_id, account_id, amount, seq, balance_after)"
              " VALUES ($1, $2, $3, $4, $5)",
              {transaction_id, account_id, amount, seq, balance_after}));
  return {};
}

}  // namespace

Result<void> open_account(Tx& tx, std::int64_t user_id, std::int64_t now) {
  TRY_VOID(
      tx.exec("INSERT INTO account_balances"
              " (account_id, balance, earned, entries, reached_at, ranked)"
              " VALUES ($1, 0, 0, 0, $2, 1)"
              " ON CONFLICT (account_id) DO UPDATE SET ranked = 1",
              {user_id, now}));
  return {};
}

Result<bool> pay(Tx& tx, const Reward& reward, std::int64_t id, std::int64_t now) {
  const Value content = reward.content_id == 0 ? Value(nullptr) : Value(reward.content_id);
  TRY(const auto rows, tx.exec("INSERT INTO account_transactions"
                               " (id, user_id, kind, unique_key, reason, content_id, created_at)"
                               " VALUES ($1, $2, 'reward', $3, $4, $5, $6)"
                               " ON CONFLICT (user_id, unique_key) DO NOTHING",
                               {id, reward.user_id, reward.key, reward.reason, content, now}));
  if (rows == 0) return false;

  TRY_VOID(
      tx.exec("INSERT INTO account_balances"
              " (account_id, balance, earned, entries, reached_at, ranked)"
              " VALUES ($1, 0, 0, 0, $2, 0) ON CONFLICT (account_id) DO NOTHING",
              {reward.user_id, reward.earned_at}));
  // The latest reward says when, in whatever order they come.
  TRY(const After after,
      tx.one("UPDATE account_balances SET balance = balance + $2, earned = earned + $2,"
             " entries = entries + 1,"
             " reached_at = CASE WHEN earned = 0 OR reached_at < $3 THEN $3 ELSE reached_at END"
             " WHERE account_id = $1 RETURNING balance, entries",
             {reward.user_id, reward.points, reward.earned_at},
             [](const Row& row) { return After{row.integer(0), row.integer(1)}; }));
  TRY_VOID(insert_leg(tx, id, reward.user_id, reward.points, after.entries, after.balance));
  TRY_VOID(insert_leg(tx, id, rewards_account, -reward.points, nullptr, nullptr));
  return true;
}

Result<Page> entries_before(Tx& tx, std::int64_t user_id, std::int64_t before, int limit) {
  Page page;
  TRY_VOID(
      tx.each("SELECT e.seq, t.id, e.amount, e.balance_after, t.kind, t.reason, t.content_id,"
              " t.created_at"
              " FROM account_entries e JOIN account_transactions t ON t.id = e.transaction_id"
              " WHERE e.account_id = $1 AND e.seq < $2 ORDER BY e.seq DESC LIMIT $3",
              {user_id, before == 0 ? std::numeric_limits<std::int64_t>::max() : before, limit},
              [&](const Row& row) {
                v1::PointsEntry entry;
                entry.set_id(row.integer(1));
                entry.set_amount(row.integer(2));
                entry.set_balance(row.integer(3));
                entry.set_kind(row.text(4));
                entry.set_reason(row.text(5));
                if (!row.is_null(6)) entry.set_content_id(row.integer(6));
                entry.set_created_at(row.integer(7));
                page.seqs.push_back(row.integer(0));
                page.entries.push_back(std::move(entry));
              }));
  return page;
}

}  // namespace lyceum::account::ledger
