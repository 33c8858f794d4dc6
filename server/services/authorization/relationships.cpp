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

// Only services write tuples as such; people go through roles.
Result<void> of_service(const Call& call) {
  if (call.is_service()) return {};
  return fail(Code::permission_denied, "service_only", "only services may ask this");
}

}  // namespace

Task<Result<api::CheckResponse>> Authorization::check(Call call, api::CheckRequest request) {
  CO_TRY_VOID(of_service(call));
  CO_TRY(const auto relations, rules::relations_for(request.entity().type(), request.permission()));
  CO_TRY_VOID(rules::check_subject(request.subject(), "subject"));
  if (request.entity().id() != rules::platform_id)
    co_return bad_field("entity.id", "unknown_entity", "there is no such entity");
  co_return co_await db_.read([&](Tx& tx) -> Result<api::CheckResponse> {
    api::CheckResponse response;
    for (const auto relation : relations) {
      TRY(const bool has, store::has_tuple(tx, request.entity(), relation, request.subject()));
      if (has) response.set_allowed(true);
    }
    return response;
  });
}

Task<Result<lyceum::v1::Empty>> Authorization::write_relationships(
    Call call, api::WriteRelationshipsRequest request) {
  CO_TRY_VOID(of_service(call));
  for (int i = 0; i < request.tuples_size(); ++i)
    CO_TRY_VOID(rules::check_tuple(request.tuples(i), "tuples[" + std::to_string(i) + "]"));
  co_return co_await write(std::move(call), {request.tuples().begin(), request.tuples().end()});
}

Task<Result<lyceum::v1::Empty>> Authorization::delete_relationships(
    Call call, api::DeleteRelationshipsRequest request) {
  CO_TRY_VOID(of_service(call));
  CO_TRY_VOID(rules::check_filter(request.filter()));
  co_return co_await remove(std::move(call), request.filter());
}

Task<Result<api::ReadRelationshipsResponse>> Authorization::read_relationships(
    Call call, api::ReadRelationshipsRequest request) {
  CO_TRY_VOID(of_service(call));
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
