#include "services/account/store.h"

#include <fmt/format.h>

namespace lyceum::account::store {
namespace {

// The place of $1 … $3 and of the row, best first, in the order of the index.
#define PLACE "(minus_earned, reached_at, account_id)"

std::string picture_url(std::string_view name) {
  return fmt::format("/media/pictures/{}", name);
}

v1::Me read_profile(const Row& row) {
  v1::Me me;
  me.set_id(row.integer(0));
  me.set_email(row.text(1));
  me.set_first_name(row.text(2));
  me.set_last_name(row.text(3));
  me.set_nickname(row.text(4));
  if (!row.is_null(5)) me.set_picture_url(picture_url(row.view(5)));
  me.mutable_preferences()->set_theme(row.text(6));
  me.mutable_preferences()->set_locale(row.text(7));
  me.mutable_preferences()->set_default_language(row.text(8));
  me.set_created_at(row.integer(9));
  me.mutable_points()->set_balance(row.integer(10));
  me.mutable_points()->set_earned(row.integer(11));
  return me;
}

// Three ranges of the index: a third quicker to count than one range of row values.
Result<std::int64_t> better_than(Tx& tx, const Place& place) {
  return tx.one(
      "SELECT (SELECT count(*) FROM account_balances"
      "         WHERE ranked = 1 AND minus_earned < $1)"
      " + (SELECT count(*) FROM account_balances"
      "     WHERE ranked = 1 AND minus_earned = $1 AND reached_at < $2)"
      " + (SELECT count(*) FROM account_balances"
      "     WHERE ranked = 1 AND minus_earned = $1 AND reached_at = $2 AND account_id < $3)",
      {-place.earned, place.reached_at, place.user_id},
      [](const Row& row) { return row.integer(0); });
}

// An optional field as an argument: NULL leaves the column as it is.
Value given(bool is_given, const std::string& text) {
  return is_given ? Value(text) : Value(nullptr);
}

}  // namespace

Result<void> insert_profile(Tx& tx, const NewProfile& profile) {
  TRY_VOID(tx.exec(
      "INSERT INTO account_profiles (user_id, email, first_name, last_name, nickname,"
      " theme, locale, default_language, created_at)"
      " VALUES ($1, $2, '', '', $3, 'system', $4, '', $5)"
      " ON CONFLICT (user_id) DO NOTHING",
      {profile.user_id, profile.email, profile.nickname, profile.locale, profile.created_at}));
  return {};
}

Result<v1::Me> profile_by_id(Tx& tx, std::int64_t user_id) {
  return tx.one(
      "SELECT p.user_id, p.email, p.first_name, p.last_name, p.nickname, p.picture,"
      " p.theme, p.locale, p.default_language, p.created_at, b.balance, b.earned"
      " FROM account_profiles p JOIN account_balances b ON b.account_id = p.user_id"
      " WHERE p.user_id = $1",
      {user_id}, read_profile);
}

Result<lyceum::v1::Person> person_by_id(Tx& tx, std::int64_t user_id) {
  return tx.one("SELECT nickname, picture FROM account_profiles WHERE user_id = $1", {user_id},
                [user_id](const Row& row) {
                  lyceum::v1::Person person;
                  person.set_id(user_id);
                  person.set_nickname(row.text(0));
                  if (!row.is_null(1)) person.set_picture_url(picture_url(row.view(1)));
                  return person;
                });
}

Result<void> update_profile(Tx& tx, std::int64_t user_id, const v1::UpdateMeRequest& changes) {
  const auto& preferences = changes.preferences();
  TRY_VOID(
      tx.exec("UPDATE account_profiles SET first_name = COALESCE($2, first_name),"
              " last_name = COALESCE($3, last_name), nickname = COALESCE($4, nickname),"
              " theme = COALESCE($5, theme), locale = COALESCE($6, locale),"
              " default_language = COALESCE($7, default_language) WHERE user_id = $1",
              {user_id, given(changes.has_first_name(), changes.first_name()),
               given(changes.has_last_name(), changes.last_name()),
               given(changes.has_nickname(), changes.nickname()),
               given(!preferences.theme().empty(), preferences.theme()),
               given(!preferences.locale().empty(), preferences.locale()),
               given(preferences.has_default_language(), preferences.default_language())}));
  return {};
}

Result<std::string> swap_picture(Tx& tx, std::int64_t user_id, std::string_view name) {
  // The row is locked first, so that of two at the same time each forgets another old picture.
  TRY_VOID(tx.exec("UPDATE account_profiles SET user_id = user_id WHERE user_id = $1", {user_id}));
  TRY(auto old, tx.one("SELECT COALESCE(picture, '') FROM account_profiles WHERE user_id = $1",
                       {user_id}, [](const Row& row) { return row.text(0); }));
  TRY_VOID(tx.exec("UPDATE account_profiles SET picture = NULLIF($2, '') WHERE user_id = $1",
                   {user_id, name}));
  return old;
}

Result<std::int64_t> rank(Tx& tx, std::int64_t user_id) {
  TRY(const auto place, tx.one("SELECT earned, reached_at, account_id FROM account_balances"
                               " WHERE account_id = $1 AND ranked = 1",
                               {user_id}, [](const Row& row) {
                                 return Place{row.integer(0), row.integer(1), row.integer(2)};
                               }));
  TRY(const auto better, better_than(tx, place));
  return better + 1;
}

Result<RankingPage> ranking_after(Tx& tx, const std::optional<Place>& after, int limit) {
  RankingPage page;
  const auto see = [&](const Row& row) {
    v1::RankingEntry entry;
    entry.set_user_id(row.integer(0));
    entry.set_nickname(row.text(1));
    if (!row.is_null(2)) entry.set_picture_url(picture_url(row.view(2)));
    entry.set_points(row.integer(3));
    page.places.push_back({row.integer(3), row.integer(4), row.integer(0)});
    page.entries.push_back(std::move(entry));
  };
#define RANKED                                                                   \
  "SELECT b.account_id, p.nickname, p.picture, b.earned, b.reached_at"           \
  " FROM account_balances b JOIN account_profiles p ON p.user_id = b.account_id" \
  " WHERE b.ranked = 1"
#define BEST_FIRST " ORDER BY b.minus_earned, b.reached_at, b.account_id LIMIT "
  if (after) {
    TRY_VOID(tx.each(RANKED " AND " PLACE " > ($1, $2, $3)" BEST_FIRST "$4",
                     {-after->earned, after->reached_at, after->user_id, limit}, see));
  } else {
    TRY_VOID(tx.each(RANKED BEST_FIRST "$1", {limit}, see));
  }
  if (page.entries.empty()) return page;
  TRY(auto place, better_than(tx, page.places.front()));
  for (auto& entry : page.entries) entry.set_rank(++place);
  return page;
}

}  // namespace lyceum::account::store
