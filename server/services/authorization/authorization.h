#pragma once
// Relation tuples and what follows from them. Knows nothing of people beyond their ids.

#include "base/clock.h"
#include "base/db.h"
#include "base/events.h"
#include "base/id.h"
#include "base/migration.h"
#include "contract/authorization.rpc.h"
#include "services/authorization/index.h"

namespace lyceum::authorization {

namespace api = lyceum::authorization::v1;

const std::vector<Migration>& migrations();

struct Config {
  std::int64_t index_max = 500'000;  // members and channels in memory: some 60 MB
};

class Changes;

class Authorization final : public api::AuthorizationApi {
 public:
  Authorization(Config config, Db& db, const Clock& clock, Ids& ids, Events& events);

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

  Task<Result<api::ListRolesResponse>> list_roles(Call call,
                                                  api::ListRolesRequest request) override;
  Task<Result<api::ListRoleHoldersResponse>> list_role_holders(
      Call call, api::ListRoleHoldersRequest request) override;
  Task<Result<lyceum::v1::Empty>> grant_role(Call call, api::GrantRoleRequest request) override;
  Task<Result<lyceum::v1::Empty>> remove_role(Call call, api::RemoveRoleRequest request) override;

 private:
  Task<Result<lyceum::v1::Empty>> write(Call call, std::vector<api::Tuple> tuples);
  Task<Result<lyceum::v1::Empty>> remove(Call call, api::TupleFilter filter);
  Result<void> check_administrators(Tx& tx, const std::vector<api::Tuple>& removed);
  Result<void> announce(Tx& tx, const Call& call, Changes changes);
  Task<Result<bool>> check_platform(api::CheckRequest request);
  Task<Result<bool>> check_index(api::CheckRequest request);

  // From the index, which they load where it does not know the server.
  Task<Result<Index::Answer>> in_server(std::int64_t user_id, std::int64_t server_id);
  Task<Result<Index::Answer>> in_channel(std::int64_t user_id, std::int64_t channel_id);
  Task<Result<api::ServerPermissions>> everywhere(std::int64_t user_id, std::int64_t server_id);
  Task<Result<void>> load(std::vector<std::int64_t> server_ids);
  Task<Result<std::int64_t>> load_server_of(
      std::int64_t channel_id);  // 0: there is no such channel

  Db& db_;
  const Clock& clock_;
  Ids& ids_;
  Events& events_;
  Index index_;
};

}  // namespace lyceum::authorization
