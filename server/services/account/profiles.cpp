#include "services/account/account.h"
#include "services/account/rules.h"
#include "services/account/store.h"

namespace lyceum::account {
namespace {

Result<void> check_names(api::UpdateMeRequest& request) {
  if (request.has_first_name()) {
    TRY(*request.mutable_first_name(), checked_name("first_name", request.first_name(), false));
  }
  if (request.has_last_name()) {
    TRY(*request.mutable_last_name(), checked_name("last_name", request.last_name(), false));
  }
  if (request.has_nickname()) {
    TRY(*request.mutable_nickname(), checked_name("nickname", request.nickname(), true));
  }
  if (request.preferences().has_default_language()) {
    TRY(*request.mutable_preferences()->mutable_default_language(),
        checked_name("preferences.default_language", request.preferences().default_language(),
                     false));
  }
  return {};
}

}  // namespace

Task<Result<api::Me>> Account::me(Call call) {
  CO_TRY(auto me, co_await profile_of(call, call.user_id()));
  CO_TRY(const auto rank,
         co_await db_.read([&](Tx& tx) { return store::rank(tx, call.user_id()); }));
  me.set_rank(rank);
  for (const auto& role : call.info().caller.roles) me.add_roles(role);
  co_return me;
}

Task<Result<api::Me>> Account::get_me(Call call, api::GetMeRequest /*request*/) {
  co_return co_await me(call);
}

Task<Result<api::Me>> Account::update_me(Call call, api::UpdateMeRequest request) {
  CO_TRY_VOID(check_names(request));
  CO_TRY_VOID(co_await profile_of(call, call.user_id()));
  CO_TRY_VOID(co_await db_.write([&](Tx& tx) -> Result<void> {
    TRY(const auto before, store::person_by_id(tx, call.user_id()));
    TRY_VOID(store::update_profile(tx, call.user_id(), request));
    return person_changed(tx, call, before);
  }));
  co_return co_await me(call);
}

Task<Result<api::Profile>> Account::get_profile(Call call, api::GetProfileRequest request) {
  CO_TRY(const auto found, co_await profile_of(call, request.user_id()));
  CO_TRY(const auto rank, co_await db_.read([&](Tx& tx) { return store::rank(tx, found.id()); }));
  api::Profile profile;
  profile.set_id(found.id());
  profile.set_nickname(found.nickname());
  if (found.has_picture_url()) profile.set_picture_url(found.picture_url());
  profile.set_points(found.points().earned());
  profile.set_rank(rank);
  profile.set_created_at(found.created_at());
  co_return profile;
}

Task<Result<api::ListPeopleResponse>> Account::list_people(Call /*call*/,
                                                           api::ListPeopleRequest request) {
  co_return co_await db_.read([&](Tx& tx) -> Result<api::ListPeopleResponse> {
    api::ListPeopleResponse response;
    for (const auto id : request.user_ids()) {
      auto person = store::person_by_id(tx, id);
      if (person)
        *response.add_people() = *std::move(person);
      else if (person.error().code != Code::not_found)
        return fail(std::move(person).error());
    }
    return response;
  });
}

}  // namespace lyceum::account
