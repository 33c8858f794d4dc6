#pragma once
// What authorization has to know of servers, in its tuples (contract/authorization.proto), and what
// it answers. Every call is one of ours, not of a person.

#include <unordered_map>
#include <vector>

#include "base/call.h"
#include "contract/authorization.rpc.h"

namespace lyceum::servers {

// Of one user in one server: in itself, and in each channel that he may view.
struct Permissions {
  std::int64_t in_server = 0;
  std::unordered_map<std::int64_t, std::int64_t> in_channels;
};

class Grants {
 public:
  explicit Grants(authorization::v1::AuthorizationApi& authorization)
      : authorization_(authorization) {}

  // A new server with its owner, its role @everyone and its first channel.
  Task<Result<void>> put_server(Call call,
                                std::int64_t server_id,
                                std::int64_t owner_id,
                                std::int64_t channel_id);
  Task<Result<void>> take_server(Call call, std::int64_t server_id, std::int64_t channel_id);

  Task<Result<void>> put_channel(Call call, std::int64_t server_id, std::int64_t channel_id);
  Task<Result<void>> take_channel(Call call, std::int64_t channel_id);

  Task<Result<void>> put_member(Call call, std::int64_t server_id, std::int64_t user_id);
  Task<Result<void>> take_member(Call call, std::int64_t server_id, std::int64_t user_id);
  Task<Result<bool>> has_member(Call call, std::int64_t server_id, std::int64_t user_id);

  Task<Result<std::int64_t>> in_server(Call call, std::int64_t server_id, std::int64_t user_id);
  Task<Result<std::int64_t>> in_channel(Call call, std::int64_t channel_id, std::int64_t user_id);
  // By server; there are at most 100 of a user, and at most 100 users.
  using ByServer = std::unordered_map<std::int64_t, Permissions>;
  Task<Result<std::unordered_map<std::int64_t, ByServer>>> of_users(
      Call call, std::unordered_map<std::int64_t, std::vector<std::int64_t>> servers);
  Task<Result<ByServer>> in_servers(Call call,
                                    std::vector<std::int64_t> server_ids,
                                    std::int64_t user_id);

 private:
  Task<Result<void>> put(Call call, authorization::v1::WriteRelationshipsRequest request);
  Task<Result<void>> take(Call call, authorization::v1::TupleFilter filter);
  Task<Result<std::int64_t>> permissions(Call call,
                                         authorization::v1::GetPermissionsRequest request);

  authorization::v1::AuthorizationApi& authorization_;
};

// Has the mask this bit, or ADMINISTRATOR?
bool permits(std::int64_t permissions, authorization::v1::Permission needed);

}  // namespace lyceum::servers
