#pragma once
// Every SQL statement about profiles and the ranking; the ledger has its own (ledger.h).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/db.h"
#include "contract/account.pb.h"

namespace lyceum::account::store {

struct NewProfile {
  std::int64_t user_id = 0;
  std::string email;
  std::string nickname;
  std::string locale;
  std::int64_t created_at = 0;
};

// Where somebody stands: more points first, then who got there first, then the older account.
struct Place {
  std::int64_t earned = 0;
  std::int64_t reached_at = 0;
  std::int64_t user_id = 0;
};

// Does nothing where there is one.
Result<void> insert_profile(Tx& tx, const NewProfile& profile);
// Without rank and roles.
Result<v1::Me> profile_by_id(Tx& tx, std::int64_t user_id);
// What is not given stays.
Result<lyceum::v1::Person> person_by_id(Tx& tx, std::int64_t user_id);

Result<void> update_profile(Tx& tx, std::int64_t user_id, const v1::UpdateMeRequest& changes);
// Gives the name of the picture before; both may be empty.
Result<std::string> swap_picture(Tx& tx, std::int64_t user_id, std::string_view name);

Result<std::int64_t> rank(Tx& tx, std::int64_t user_id);

struct RankingPage {
  std::vector<v1::RankingEntry> entries;
  std::vector<Place> places;  // of the entries
};

Result<RankingPage> ranking_after(Tx& tx, const std::optional<Place>& after, int limit);

}  // namespace lyceum::account::store
