#include "base/log.h"
#include "services/account/account.h"
#include "services/account/ledger.h"
#include "services/account/rules.h"

namespace lyceum::account {

// A reward may come before the profile of its user: it is paid all the same, and shown with the
// profile.
Result<void> Account::on_reward_earned(Tx& tx,
                                       const Call& call,
                                       const learning::v1::RewardEarned& event) {
  const bool good = event.user_id() > 0 && !event.key().empty() && event.key().size() <= 200 &&
                    event.points() >= 0 && event.points() <= config_.reward_max;
  if (!good) {
    refused_.add();
    log::warn(call, "a reward is refused",
              {{"user_id", event.user_id()}, {"points", event.points()}});
    return fail(Code::invalid_argument, "bad_reward", "a reward that cannot be");
  }
  if (event.points() == 0) return {};

  const std::int64_t now = clock_.now_ms();
  ledger::Reward reward;
  reward.user_id = event.user_id();
  reward.key = event.key();
  reward.points = event.points();
  reward.reason = shortened(event.reason(), 200);
  reward.content_id = event.content_id();
  reward.earned_at = event.earned_at() > 0 ? std::min(event.earned_at(), now) : now;
  TRY(const bool is_new, ledger::pay(tx, reward, ids_.next(), now));
  tx.after_commit([this, is_new] { (is_new ? paid_ : repeated_).add(); });
  return {};
}

Task<Result<api::ListPointsResponse>> Account::list_points(Call call,
                                                           api::ListPointsRequest request) {
  if (request.limit() < 0) co_return bad_field("limit", "too_small", "a limit is above 0");
  const int limit = request.limit() == 0 ? 50 : std::min(request.limit(), 100);
  std::int64_t before = 0;
  if (!request.page_token().empty()) {
    const auto token = parse_id(request.page_token());
    if (!token)
      co_return bad_field("page_token", "bad_page_token", "this is no page token of ours");
    before = *token;
  }
  CO_TRY(auto page, co_await db_.read([&](Tx& tx) {
    return ledger::entries_before(tx, call.user_id(), before, limit + 1);
  }));
  api::ListPointsResponse answer;
  const bool more = std::ssize(page.entries) > limit;
  if (more) page.entries.pop_back();
  for (auto& entry : page.entries) *answer.add_points() = std::move(entry);
  if (more) answer.set_next_page_token(std::to_string(page.seqs[page.entries.size() - 1]));
  co_return answer;
}

Task<Result<api::CheckLedgerResponse>> Account::check_ledger(Call /*call*/,
                                                             api::CheckLedgerRequest /*request*/) {
  co_return co_await db_.read_long([](Tx& tx) { return ledger::check(tx); });
}

}  // namespace lyceum::account
