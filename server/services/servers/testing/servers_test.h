#pragma once
// What the tests of this service share: an authorization and people in memory, and verbs.

#include <string>
#include <vector>

#include "services/servers/servers.h"
#include "testing/at_once.h"
#include "testing/fake_authorization.h"
#include "testing/fake_people.h"
#include "testing/published.h"
#include "testing/service_test.h"

namespace lyceum::servers {

class ServersTest : public testing::ServiceTest {
 protected:
  static constexpr std::int64_t ann = 360'000'000'000'000'001;
  static constexpr std::int64_t bob = 360'000'000'000'000'002;
  static constexpr std::int64_t cyd = 360'000'000'000'000'003;

  ServersTest() {
    people.name(ann, "Ann");
    people.name(bob, "Bob");
  }

  Result<api::Server> create(std::int64_t user,
                             const std::string& name,
                             bool is_public = true,
                             const std::string& description = "",
                             const std::string& key = "") {
    api::CreateServerRequest request;
    request.set_name(name);
    request.set_description(description);
    request.set_public_(is_public);
    return run(servers.create_server(as(user, {}, key), request));
  }

  Result<api::Server> get(std::int64_t user, std::int64_t server_id) {
    api::GetServerRequest request;
    request.set_server_id(server_id);
    return run(servers.get_server(as(user), request));
  }

  Result<api::Server> join(std::int64_t user, std::int64_t server_id) {
    api::JoinServerRequest request;
    request.set_server_id(server_id);
    return run(servers.join_server(as(user), request));
  }

  Result<lyceum::v1::Empty> leave(std::int64_t user, std::int64_t server_id) {
    api::LeaveServerRequest request;
    request.set_server_id(server_id);
    return run(servers.leave_server(as(user), request));
  }

  std::vector<std::int64_t> mine(std::int64_t user) {
    const auto answer = run(servers.list_my_servers(as(user), {}));
    EXPECT_TRUE(answer) << answer.error().message;
    std::vector<std::int64_t> ids;
    for (const auto& server : answer->servers()) ids.push_back(server.id());
    return ids;
  }

  Result<api::DiscoverServersResponse> discover(std::int64_t user,
                                                const std::string& q = "",
                                                int limit = 0,
                                                const std::string& token = "") {
    api::DiscoverServersRequest request;
    request.set_q(q);
    request.set_limit(limit);
    request.set_page_token(token);
    return run(servers.discover_servers(as(user), request));
  }

  // Their names, newest first.
  std::vector<std::string> found(const std::string& q) {
    const auto answer = discover(cyd, q);
    EXPECT_TRUE(answer) << answer.error().message;
    std::vector<std::string> names;
    for (const auto& server : answer->servers()) names.push_back(server.name());
    return names;
  }

  Result<api::ListMembersResponse> members(std::int64_t user,
                                           std::int64_t server_id,
                                           int limit = 0,
                                           const std::string& token = "") {
    api::ListMembersRequest request;
    request.set_server_id(server_id);
    request.set_limit(limit);
    request.set_page_token(token);
    return run(servers.list_members(as(user), request));
  }

  static api::CreateChannelRequest channel(std::int64_t server_id,
                                           const std::string& name,
                                           const std::string& type = "text") {
    api::CreateChannelRequest request;
    request.set_server_id(server_id);
    request.set_name(name);
    request.set_type(type);
    return request;
  }

  Result<api::Channel> create(std::int64_t user,
                              const api::CreateChannelRequest& request,
                              const std::string& key = "") {
    return run(servers.create_channel(as(user, {}, key), request));
  }

  Result<api::ListChannelsResponse> channels(std::int64_t user, std::int64_t server_id) {
    api::ListChannelsRequest request;
    request.set_server_id(server_id);
    return run(servers.list_channels(as(user), request));
  }

  template <class Event>
  std::vector<Event> events_of() {
    return *read(*db, [](Tx& tx) { return testing::published<Event>(tx); });
  }

  std::unique_ptr<Db> db = open_temporary_sqlite(migrations());
  testing::FakeAuthorization authorization;
  testing::FakePeople people;
  Servers service{
      {.servers_max = 5, .channels_max = 6}, *db, clock, ids, events, authorization, people};
  api::ServersApi& servers = reach<api::ServersApi>(service, api::publish, api::connect_servers);
};

}  // namespace lyceum::servers
