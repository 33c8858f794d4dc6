#pragma once
// An account service that knows only names.

#include <map>
#include <mutex>

#include "contract/account.rpc.h"

namespace lyceum::testing {

class FakePeople final : public account::v1::AccountApi {
 public:
  Task<Result<account::v1::ListPeopleResponse>> list_people(
      Call call, account::v1::ListPeopleRequest request) override {
    ++asked;
    if (!call.is_service())
      co_return fail(Code::permission_denied, "service_only", "not for people");
    if (down) co_return fail(Code::unavailable, "down", "account is away");
    const std::scoped_lock lock(mutex_);
    account::v1::ListPeopleResponse response;
    for (const auto id : request.user_ids()) {
      const auto found = names_.find(id);
      if (found == names_.end()) continue;
      auto& person = *response.add_people();
      person.set_id(id);
      person.set_nickname(found->second);
    }
    co_return response;
  }

#define NOT_ASKED(method, Request, Response)                                \
  Task<Result<Response>> method(Call, Request) override {                   \
    co_return fail(Code::unimplemented, "not_asked", "no test needs this"); \
  }
  NOT_ASKED(get_me, account::v1::GetMeRequest, account::v1::Me)
  NOT_ASKED(update_me, account::v1::UpdateMeRequest, account::v1::Me)
  NOT_ASKED(set_picture, account::v1::SetPictureRequest, account::v1::Me)
  NOT_ASKED(delete_picture, account::v1::DeletePictureRequest, lyceum::v1::Empty)
  NOT_ASKED(picture, lyceum::v1::WebRequest, lyceum::v1::WebResponse)
  NOT_ASKED(get_profile, account::v1::GetProfileRequest, account::v1::Profile)
  NOT_ASKED(list_points, account::v1::ListPointsRequest, account::v1::ListPointsResponse)
  NOT_ASKED(list_ranking, account::v1::ListRankingRequest, account::v1::ListRankingResponse)
  NOT_ASKED(check_ledger, account::v1::CheckLedgerRequest, account::v1::CheckLedgerResponse)
#undef NOT_ASKED

  void name(std::int64_t id, std::string nickname) {
    const std::scoped_lock lock(mutex_);
    names_[id] = std::move(nickname);
  }

  std::atomic<int> asked = 0;
  std::atomic<bool> down = false;

 private:
  std::mutex mutex_;
  std::map<std::int64_t, std::string> names_;
};

}  // namespace lyceum::testing
