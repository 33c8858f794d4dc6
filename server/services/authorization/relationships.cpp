#include "services/authorization/authorization.h"
#include "services/authorization/rules.h"
#include "services/authorization/store.h"

namespace lyceum::authorization {
namespace {

constexpr int page_max = 100;

Result<std::int64_t> parse_page(const std::string& token) {
  if (token.empty()) return 0;
  const auto id = parse_id(token);
  if (!id) return bad_field("page_token", "bad_page_token", "this is not a page token of ours");
  return *id;
}

}  // namespace

Task<Result<api::CheckResponse>> Authorization::check(Call call, api::CheckRequest request) {
  CO_TRY_VOID(rules::check_service(call));
  CO_TRY_VOID(rules::check_question(request));
  const bool of_platform = request.entity().type() == rules::platform_type;
  CO_TRY(const bool allowed, of_platform ? co_await check_platform(std::move(request))
                                         : co_await check_index(std::move(request)));
  api::CheckResponse response;
  response.set_allowed(allowed);
  co_return response;
}

Task<Result<bool>> Authorization::check_platform(api::CheckRequest request) {
  CO_TRY(const auto relations, rules::platform_relations_for(request.permission()));
  co_return co_await db_.read([&](Tx& tx) -> Result<bool> {
    for (const auto relation : relations) {
      TRY(const bool has, store::has_tuple(tx, request.entity(), relation, request.subject()));
      if (has) return true;
    }
    return false;
  });
}

Task<Result<bool>> Authorization::check_index(api::CheckRequest request) {
  const std::string& type = request.entity().type();
  const std::string& name = request.permission();
  const auto permission = permission_named(name);
  if (type == "role" || (!permission && name != "member" && name != "owner"))
    co_return rules::unknown_permission();
  const auto user_id = *parse_id(request.subject().id());  // checked
  const auto id = *parse_id(request.entity().id());
  CO_TRY(const auto answer,
         type == "server" ? co_await in_server(user_id, id) : co_await in_channel(user_id, id));
  if (permission) co_return (answer.rights.permissions & *permission) != 0;
  co_return name == "member" ? answer.rights.member : answer.rights.owner;
}

Task<Result<lyceum::v1::Empty>> Authorization::write_relationships(
    Call call, api::WriteRelationshipsRequest request) {
  CO_TRY_VOID(rules::check_service(call));
  for (int i = 0; i < request.tuples_size(); ++i)
    CO_TRY_VOID(rules::check_tuple(request.tuples(i), "tuples[" + std::to_string(i) + "]"));
  co_return co_await write(std::move(call), {request.tuples().begin(), request.tuples().end()});
}

Task<Result<lyceum::v1::Empty>> Authorization::delete_relationships(
    Call call, api::DeleteRelationshipsRequest request) {
  CO_TRY_VOID(rules::check_service(call));
  CO_TRY_VOID(rules::check_removal(request.filter()));
  co_return co_await remove(std::move(call), request.filter());
}

Task<Result<api::ReadRelationshipsResponse>> Authorization::read_relationships(
    Call call, api::ReadRelationshipsRequest request) {
  CO_TRY_VOID(rules::check_service(call));
  CO_TRY_VOID(rules::check_filter(request.filter()));
  CO_TRY(const auto after, parse_page(request.page_token()));
  const int limit = request.limit() > 0 ? std::min(request.limit(), page_max) : page_max;
  CO_TRY(const auto found, co_await db_.read([&](Tx& tx) {
    return store::tuples_after(tx, request.filter(), after, limit + 1);
  }));
  api::ReadRelationshipsResponse response;
  for (const auto& stored : found) {
    if (response.tuples_size() == limit) break;
    *response.add_tuples() = stored.tuple;
    if (static_cast<int>(found.size()) > limit)
      response.set_next_page_token(std::to_string(stored.id));
  }
  co_return response;
}

}  // namespace lyceum::authorization
