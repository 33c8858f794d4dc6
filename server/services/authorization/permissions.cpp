#include <algorithm>

#include "services/authorization/authorization.h"
#include "services/authorization/rules.h"

namespace lyceum::authorization {
namespace {

// Writers wait for as long as one part of a list is looked through: some 50 µs.
constexpr std::size_t part_max = 1'000;

}  // namespace

Task<Result<api::GetPermissionsResponse>> Authorization::get_permissions(
    Call call, api::GetPermissionsRequest request) {
  CO_TRY_VOID(rules::check_service(call));
  const bool of_server = request.server_id() != 0;
  if (of_server == (request.channel_id() != 0))
    co_return bad_field("server_id", "one_of_two", "name a server or a channel, not both");
  CO_TRY(const auto answer, of_server
                                ? co_await in_server(request.user_id(), request.server_id())
                                : co_await in_channel(request.user_id(), request.channel_id()));
  api::GetPermissionsResponse response;
  response.set_permissions(answer.rights.permissions);
  response.set_server_id(answer.server_id);
  response.set_member(answer.rights.member);
  co_return response;
}

Task<Result<api::ListPermissionsResponse>> Authorization::list_permissions(
    Call call, api::ListPermissionsRequest request) {
  CO_TRY_VOID(rules::check_service(call));
  std::vector<std::int64_t> unknown;
  for (const std::int64_t server_id : request.server_ids())
    if (!index_.knows(server_id)) unknown.push_back(server_id);
  if (!unknown.empty()) CO_TRY_VOID(co_await load(std::move(unknown)));
  api::ListPermissionsResponse response;
  for (const std::int64_t server_id : request.server_ids()) {
    CO_TRY(*response.add_servers(), co_await everywhere(request.user_id(), server_id));
  }
  co_return response;
}

Task<Result<api::FilterViewersResponse>> Authorization::filter_viewers(
    Call call, api::FilterViewersRequest request) {
  CO_TRY_VOID(rules::check_service(call));
  const std::span<const std::int64_t> all(request.user_ids().data(),
                                          static_cast<std::size_t>(request.user_ids_size()));
  api::FilterViewersResponse response;
  for (std::size_t at = 0; at < all.size(); at += part_max) {
    const auto part = all.subspan(at, std::min(part_max, all.size() - at));
    CO_TRY(const auto viewers, co_await this->viewers(request.channel_id(), part));
    response.mutable_user_ids()->Add(viewers.begin(), viewers.end());
  }
  co_return response;
}

}  // namespace lyceum::authorization
