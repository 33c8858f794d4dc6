#include "services/authorization/authorization.h"
#include "services/authorization/rules.h"
#include "services/authorization/store.h"

namespace lyceum::authorization {
namespace {

constexpr int page_max = 100;

// The doors check this too (the contract says `role: "administrator"`); rights are worth two looks.
Result<void> of_administrator(const Call& call) {
  if (call.is_service() || call.has_role(rules::administrator)) return {};
  return fail(Code::permission_denied, "role_missing", "only administrators may do this");
}

api::TupleFilter on_platform(const std::string& relation, std::int64_t user_id) {
  api::TupleFilter filter;
  filter.set_entity_type(std::string(rules::platform_type));
  filter.set_entity_id(std::string(rules::platform_id));
  filter.set_relation(relation);
  if (user_id != 0) {
    filter.set_subject_type("user");
    filter.set_subject_id(std::to_string(user_id));
  }
  return filter;
}

Result<api::Tuple> role_tuple(const std::string& role, std::int64_t user_id) {
  api::Tuple tuple;
  *tuple.mutable_entity() = rules::platform();
  tuple.set_relation(role);
  *tuple.mutable_subject() = rules::user(user_id);
  if (!rules::check_tuple(tuple, "tuple"))
    return bad_field(user_id > 0 ? "role" : "user_id", "unknown_role", "there is no such role");
  return tuple;
}

}  // namespace

Task<Result<api::ListRolesResponse>> Authorization::list_roles(Call call,
                                                               api::ListRolesRequest request) {
  CO_TRY_VOID(of_administrator(call));
  const auto filter = on_platform("", request.user_id());
  CO_TRY(const auto found,
         co_await db_.read([&](Tx& tx) { return store::tuples_after(tx, filter, 0, page_max); }));
  api::ListRolesResponse response;
  for (const auto& stored : found) response.add_roles(stored.tuple.relation());
  co_return response;
}

Task<Result<api::ListRoleHoldersResponse>> Authorization::list_role_holders(
    Call call, api::ListRoleHoldersRequest request) {
  CO_TRY_VOID(of_administrator(call));
  CO_TRY_VOID(role_tuple(request.role(), 1));
  const auto after = request.page_token().empty() ? 0 : parse_id(request.page_token());
  if (!after)
    co_return bad_field("page_token", "bad_page_token", "this is not a page token of ours");
  const int limit = request.limit() > 0 ? std::min(request.limit(), page_max) : page_max;
  const auto filter = on_platform(request.role(), 0);
  CO_TRY(const auto found, co_await db_.read([&](Tx& tx) {
    return store::tuples_after(tx, filter, *after, limit + 1);
  }));
  api::ListRoleHoldersResponse response;
  for (const auto& stored : found) {
    if (response.user_ids_size() == limit) break;
    response.add_user_ids(*parse_id(stored.tuple.subject().id()));
    if (static_cast<int>(found.size()) > limit)
      response.set_next_page_token(std::to_string(stored.id));
  }
  co_return response;
}

Task<Result<lyceum::v1::Empty>> Authorization::grant_role(Call call,
                                                          api::GrantRoleRequest request) {
  CO_TRY_VOID(of_administrator(call));
  CO_TRY(const auto tuple, role_tuple(request.role(), request.user_id()));
  co_return co_await write(std::move(call), {tuple});
}

Task<Result<lyceum::v1::Empty>> Authorization::remove_role(Call call,
                                                           api::RemoveRoleRequest request) {
  CO_TRY_VOID(of_administrator(call));
  CO_TRY_VOID(role_tuple(request.role(), request.user_id()));
  co_return co_await remove(std::move(call), on_platform(request.role(), request.user_id()));
}

}  // namespace lyceum::authorization
