#pragma once
// Polypoints: an append-only ledger in double entry, and every SQL statement about it. Balances are
// sums, changed in the same transaction as what they are sums of.

#include <string>
#include <string_view>
#include <vector>

#include "base/db.h"
#include "contract/account.pb.h"

namespace lyceum::account::ledger {

struct Reward {
  std::int64_t user_id = 0;
  std::string_view key;  // the same key is the same reward: paid once
  std::int64_t points = 0;
  std::string_view reason;
  std::int64_t content_id = 0;  // 0: none
  std::int64_t earned_at = 0;
};

// Lets the user be ranked, with what has come before the profile.
Result<void> open_account(Tx& tx, std::int64_t user_id, std::int64_t now);

// False: it was paid before, and nothing was written. `id` is the new transaction's.
Result<bool> pay(Tx& tx, const Reward& reward, std::int64_t id, std::int64_t now);

struct Page {
  std::vector<v1::PointsEntry> entries;
  std::vector<std::int64_t> seqs;  // of the entries
};

// Newest first, below the user's entry number `before` (0: all).
Result<Page> entries_before(Tx& tx, std::int64_t user_id, std::int64_t before, int limit);

// Verifies every invariant. Problems are sentences; at most 100.
Result<v1::CheckLedgerResponse> check(Tx& tx);

}  // namespace lyceum::account::ledger
