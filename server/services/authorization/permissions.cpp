#include <set>

#include "services/authorization/authorization.h"
#include "services/authorization/rules.h"

namespace lyceum::authorization {

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
  std::set<std::int64_t> unknown;
  for (const auto& user : request.users())
    for (const std::int64_t server_id : user.server_ids())
      if (!index_.knows(server_id)) unknown.insert(server_id);
  if (!unknown.empty()) CO_TRY_VOID(co_await load({unknown.begin(), unknown.end()}));
  api::ListPermissionsResponse response;
  for (const auto& user : request.users()) {
    auto& found = *response.add_users();
    found.set_user_id(user.user_id());
    for (const std::int64_t server_id : user.server_ids()) {
      CO_TRY(*found.add_servers(), co_await everywhere(user.user_id(), server_id));
    }
  }
  co_return response;
}

}  // namespace lyceum::authorization
