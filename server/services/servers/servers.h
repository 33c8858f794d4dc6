#pragma once
// Beep's communities: servers, their channels and members. Who may do what in them is
// authorization's.

#include <vector>

#include "base/clock.h"
#include "base/db.h"
#include "base/events.h"
#include "base/id.h"
#include "base/migration.h"
#include "contract/account.rpc.h"
#include "contract/servers.rpc.h"
#include "services/servers/grants.h"

namespace lyceum::servers {

namespace api = lyceum::servers::v1;

struct Config {
  int servers_max = 50;    // that a user may be a member of
  int channels_max = 200;  // of one server
};

const std::vector<Migration>& migrations();

class Servers final : public api::ServersApi {
 public:
  Servers(Config config,
          Db& db,
          const Clock& clock,
          Ids& ids,
          Events& events,
          authorization::v1::AuthorizationApi& authorization,
          account::v1::AccountApi& account);

  Task<Result<api::Server>> create_server(Call call, api::CreateServerRequest request) override;
  Task<Result<api::Server>> get_server(Call call, api::GetServerRequest request) override;
  Task<Result<api::DiscoverServersResponse>> discover_servers(
      Call call, api::DiscoverServersRequest request) override;
  Task<Result<api::ListMyServersResponse>> list_my_servers(
      Call call, api::ListMyServersRequest request) override;
  Task<Result<api::ListMembershipsResponse>> list_memberships(
      Call call, api::ListMembershipsRequest request) override;

  Task<Result<api::Server>> join_server(Call call, api::JoinServerRequest request) override;
  Task<Result<lyceum::v1::Empty>> leave_server(Call call, api::LeaveServerRequest request) override;
  Task<Result<api::ListMembersResponse>> list_members(Call call,
                                                      api::ListMembersRequest request) override;

  Task<Result<api::Channel>> create_channel(Call call, api::CreateChannelRequest request) override;
  Task<Result<api::ListChannelsResponse>> list_channels(Call call,
                                                        api::ListChannelsRequest request) override;

 private:
  // What the caller may know of: a member's and a public one; else not_found "no_such_server".
  Task<Result<api::Server>> visible(Call call, std::int64_t server_id);
  // permission_denied "members_only" for whoever sees it from outside.
  Task<Result<void>> only_members(Call call, std::int64_t server_id);
  static Result<api::ListMembershipsResponse> rows_of(Tx& tx,
                                                      const api::ListMembershipsRequest& request);
  // With the permissions of `user_id` in those that he is a member of.
  Task<Result<std::vector<api::Server>>> with_permissions(Call call,
                                                          std::int64_t user_id,
                                                          std::vector<api::Server> servers);
  Task<Result<api::Server>> with_permissions(Call call, api::Server server);
  // Makes the tuple of a membership what its row is, whoever else is changing it at the same time.
  Task<Result<void>> settle(Call call, std::int64_t server_id, std::int64_t user_id);

  // Tuples, then rows. The caller takes the tuples back if this fails.
  Task<Result<api::Server>> grant_and_open(Call call,
                                           api::CreateServerRequest request,
                                           api::Server server,
                                           api::Channel general);
  Task<Result<api::Channel>> grant_and_add(Call call,
                                           api::CreateChannelRequest request,
                                           api::Channel channel);

  Result<void> open(Tx& tx, const Call& call, const api::Server& server, api::Channel general);
  Result<void> join(Tx& tx, const Call& call, std::int64_t server_id);
  Result<void> leave(Tx& tx, const Call& call, std::int64_t server_id);
  Result<void> add_member(Tx& tx, const Call& call, std::int64_t server_id, int members_more);
  Result<void> add_channel(Tx& tx, const Call& call, api::Channel& channel);

  const Config config_;
  Db& db_;
  const Clock& clock_;
  Ids& ids_;
  Events& events_;
  account::v1::AccountApi& account_;
  Grants grants_;
};

// Leaves those that may be viewed, with the user's permissions in each.
void keep_viewable(google::protobuf::RepeatedPtrField<api::Channel>& channels,
                   const Permissions& allowed);

// 0: 50. bad_field "limit" below 0; never more than 100.
Result<int> page_limit(int wanted);
// Empty: 0. bad_field "page_token" for what is none of ours.
Result<std::int64_t> page_start(const std::string& token);
// permission_denied "service_only" for people.
Result<void> only_services(const Call& call);

}  // namespace lyceum::servers
