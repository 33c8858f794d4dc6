#include "services/account/account.h"

#include "services/account/ledger.h"
#include "services/account/rules.h"
#include "services/account/store.h"

namespace lyceum::account {
namespace {

metrics::Counter& rewards(metrics::Registry& metrics, std::string_view labels) {
  return metrics.counter("points_rewards_total", "Rewards that came, by what became of them",
                         labels);
}

Result<void> open(Tx& tx,
                  std::int64_t user_id,
                  const std::string& email,
                  const std::string& name,
                  const std::string& locale,
                  std::int64_t now) {
  TRY_VOID(store::insert_profile(
      tx, {user_id, email, first_nickname(name, user_id), locale == "fr" ? "fr" : "en", now}));
  return ledger::open_account(tx, user_id, now);
}

}  // namespace

Account::Account(Config config,
                 Db& db,
                 const Clock& clock,
                 Ids& ids,
                 Events& events,
                 Cpu& cpu,
                 Blobs& blobs,
                 identity::v1::IdentityApi& identity,
                 metrics::Registry& metrics)
    : config_(config),
      db_(db),
      clock_(clock),
      ids_(ids),
      events_(events),
      cpu_(cpu),
      blobs_(blobs),
      identity_(identity),
      paid_(rewards(metrics, R"(result="paid")")),
      repeated_(rewards(metrics, R"(result="repeated")")),
      refused_(rewards(metrics, R"(result="refused")")) {}

Result<void> Account::on_user_opened(Tx& tx,
                                     const Call& /*call*/,
                                     const identity::v1::UserOpened& event) {
  if (event.user_id() <= 0) return bad_field("user_id", "bad_user_id", "there is no such user");
  return open(tx, event.user_id(), event.email(), event.name(), event.locale(), clock_.now_ms());
}

Result<void> Account::person_changed(Tx& tx, const Call& call, const lyceum::v1::Person& before) {
  api::PersonChanged event;
  TRY(*event.mutable_person(), store::person_by_id(tx, before.id()));
  const auto& now = event.person();
  if (now.nickname() == before.nickname() && now.picture_url() == before.picture_url()) return {};
  return events_.publish(tx, call, event);
}

Task<Result<api::Me>> Account::profile_of(Call call, std::int64_t user_id) {
  auto found = co_await db_.read([&](Tx& tx) { return store::profile_by_id(tx, user_id); });
  if (found || found.error().code != Code::not_found) co_return found;

  identity::v1::GetUserRequest question;
  question.set_user_id(user_id);
  const auto user =
      co_await identity_.get_user(Call::of_service(call.trace()), std::move(question));
  if (!user && user.error().code != Code::not_found) co_return fail(user.error());
  if (!user || !user->confirmed())
    co_return fail(Code::not_found, "no_such_user", "there is no such user");
  co_return co_await db_.write([&](Tx& tx) -> Result<api::Me> {
    TRY_VOID(open(tx, user_id, user->email(), user->name(), user->locale(), clock_.now_ms()));
    return store::profile_by_id(tx, user_id);
  });
}

}  // namespace lyceum::account
