#pragma once
// What a person is here: profile, polypoints and rank. Who may sign in is identity's business.

#include <vector>

#include "base/blobs.h"
#include "base/clock.h"
#include "base/cpu.h"
#include "base/db.h"
#include "base/events.h"
#include "base/id.h"
#include "base/metrics.h"
#include "base/migration.h"
#include "contract/account.rpc.h"
#include "contract/identity.rpc.h"
#include "contract/learning.pb.h"

namespace lyceum::account {

namespace api = lyceum::account::v1;

struct Config {
  int picture_side_max = 4096;        // pixels
  std::int64_t reward_max = 100'000;  // points of one reward
};

const std::vector<Migration>& migrations();

class Account final : public api::AccountApi {
 public:
  Account(Config config,
          Db& db,
          const Clock& clock,
          Ids& ids,
          Events& events,
          Cpu& cpu,
          Blobs& blobs,
          identity::v1::IdentityApi& identity,
          metrics::Registry& metrics);

  Task<Result<api::Me>> get_me(Call call, api::GetMeRequest request) override;
  Task<Result<api::Me>> update_me(Call call, api::UpdateMeRequest request) override;
  Task<Result<api::Profile>> get_profile(Call call, api::GetProfileRequest request) override;
  Task<Result<api::ListPeopleResponse>> list_people(Call call,
                                                    api::ListPeopleRequest request) override;

  Task<Result<api::Me>> set_picture(Call call, api::SetPictureRequest request) override;
  Task<Result<lyceum::v1::Empty>> delete_picture(Call call,
                                                 api::DeletePictureRequest request) override;
  Task<Result<lyceum::v1::WebResponse>> picture(Call call, lyceum::v1::WebRequest request) override;

  Task<Result<api::ListPointsResponse>> list_points(Call call,
                                                    api::ListPointsRequest request) override;
  Task<Result<api::ListRankingResponse>> list_ranking(Call call,
                                                      api::ListRankingRequest request) override;
  Task<Result<api::CheckLedgerResponse>> check_ledger(Call call,
                                                      api::CheckLedgerRequest request) override;

  Result<void> on_user_opened(Tx& tx, const Call& call, const identity::v1::UserOpened& event);
  Result<void> on_reward_earned(Tx& tx, const Call& call, const learning::v1::RewardEarned& event);

 private:
  // Makes it from what identity knows, where the event has not come yet; not_found "no_such_user".
  Task<Result<api::Me>> profile_of(Call call, std::int64_t user_id);
  // The caller's own, with rank and roles.
  Task<Result<api::Me>> me(Call call);
  // Tells the others if the person looks other than `before`.
  Result<void> person_changed(Tx& tx, const Call& call, const lyceum::v1::Person& before);
  // Gives the picture a new name, or none, and forgets the bytes of the old one.
  Task<Result<void>> change_picture(Call call, std::string name);

  const Config config_;
  Db& db_;
  const Clock& clock_;
  Ids& ids_;
  Events& events_;
  Cpu& cpu_;
  Blobs& blobs_;
  identity::v1::IdentityApi& identity_;
  metrics::Counter& paid_;
  metrics::Counter& repeated_;
  metrics::Counter& refused_;
};

}  // namespace lyceum::account
