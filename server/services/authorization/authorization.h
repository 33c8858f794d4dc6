#pragma once
// Relation tuples and what follows from them. Knows nothing of people beyond their ids.

#include "base/clock.h"
#include "base/db.h"
#include "base/events.h"
#include "base/id.h"
#include "base/migration.h"
#include "contract/authorization.rpc.h"

namespace lyceum::authorization {

namespace api = lyceum::authorization::v1;

const std::vector<Migration>& migrations();

class Authorization final : public api::AuthorizationApi {
 public:
  Authorization(Db& db, const Clock& clock, Ids& ids, Events& events);

  Task<Result<api::CheckResponse>> check(Call call, api::CheckRequest request) override;
  Task<Result<lyceum::v1::Empty>> write_relationships(
      Call call, api::WriteRelationshipsRequest request) override;
  Task<Result<lyceum::v1::Empty>> delete_relationships(
      Call call, api::DeleteRelationshipsRequest request) override;
  Task<Result<api::ReadRelationshipsResponse>> read_relationships(
      Call call, api::ReadRelationshipsRequest request) override;

  Task<Result<api::GetPermissionsResponse>> get_permissions(
      Call call, api::GetPermissionsRequest request) override;
  Task<Result<api::ListPermissionsResponse>> list_permissions(
      Call call, api::ListPermissionsRequest request) override;
  Task<Result<api::FilterViewersResponse>> filter_viewers(
      Call call, api::FilterViewersRequest request) override;

  Task<Result<api::ListRolesResponse>> list_roles(Call call,
                                                  api::ListRolesRequest request) override;
  Task<Result<api::ListRoleHoldersResponse>> list_role_holders(
      Call call, api::ListRoleHoldersRequest request) override;
  Task<Result<lyceum::v1::Empty>> grant_role(Call call, api::GrantRoleRequest request) override;
  Task<Result<lyceum::v1::Empty>> remove_role(Call call, api::RemoveRoleRequest request) override;

 private:
  Task<Result<lyceum::v1::Empty>> write(Call call, std::vector<api::Tuple> tuples);
  Task<Result<lyceum::v1::Empty>> remove(Call call, api::TupleFilter filter);
  Result<void> changed(Tx& tx, const Call& call, const api::Tuple& tuple);

  Db& db_;
  const Clock& clock_;
  Ids& ids_;
  Events& events_;
};

}  // namespace lyceum::authorization
