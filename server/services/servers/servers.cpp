#include "services/servers/servers.h"

#include <fmt/format.h>
#include <unordered_set>

#include "base/idempotency.h"
#include "base/log.h"
#include "services/servers/rules.h"
#include "services/servers/store.h"

namespace lyceum::servers {
namespace {

constexpr int page_max = 100;
constexpr std::size_t name_max = 100;  // characters; the contract's numbers
constexpr std::size_t description_max = 300;

std::unexpected<Error> no_such_server() {
  return fail(Code::not_found, "no_such_server", "there is no such server");
}

void set_permissions(api::Membership& membership,
                     const std::vector<std::int64_t>& channels,
                     const Permissions& allowed) {
  membership.set_permissions(allowed.in_server);
  for (const std::int64_t id : channels) {
    const auto found = allowed.in_channels.find(id);
    if (found == allowed.in_channels.end()) continue;
    auto& view = *membership.add_channels();
    view.set_channel_id(id);
    view.set_permissions(found->second);
  }
}

}  // namespace

Result<int> page_limit(int wanted) {
  if (wanted < 0) return bad_field("limit", "too_small", "a limit is above 0");
  return wanted == 0 ? 50 : std::min(wanted, page_max);
}

Result<std::int64_t> page_start(const std::string& token) {
  if (token.empty()) return 0;
  const auto id = parse_id(token);
  if (!id) return bad_field("page_token", "bad_page_token", "this is no page token of ours");
  return *id;
}

Result<void> only_services(const Call& call) {
  if (call.is_service()) return {};
  return fail(Code::permission_denied, "service_only", "only services may ask this");
}

Servers::Servers(Config config,
                 Db& db,
                 const Clock& clock,
                 Ids& ids,
                 Events& events,
                 authorization::v1::AuthorizationApi& authorization,
                 account::v1::AccountApi& account)
    : config_(config),
      db_(db),
      clock_(clock),
      ids_(ids),
      events_(events),
      account_(account),
      grants_(authorization) {}

Task<Result<api::Server>> Servers::visible(Call call, std::int64_t server_id) {
  CO_TRY(auto server, co_await db_.read([&](Tx& tx) {
    return store::server_by_id(tx, server_id, call.user_id());
  }));
  if (!server.member() && !server.public_()) co_return no_such_server();
  co_return server;
}

Task<Result<void>> Servers::only_members(Call call, std::int64_t server_id) {
  CO_TRY(const auto server, co_await visible(call, server_id));
  if (!server.member())
    co_return fail(Code::permission_denied, "members_only",
                   "only members of the server may do this");
  co_return Result<void>{};
}

Task<Result<std::vector<api::Server>>> Servers::with_permissions(Call call,
                                                                 std::int64_t user_id,
                                                                 std::vector<api::Server> servers) {
  std::vector<std::int64_t> mine;
  for (const auto& server : servers)
    if (server.member()) mine.push_back(server.id());
  CO_TRY(const auto permissions, co_await grants_.in_servers(call, std::move(mine), user_id));
  for (auto& server : servers)
    if (const auto found = permissions.find(server.id()); found != permissions.end())
      server.set_permissions(found->second.in_server);
  co_return servers;
}

Task<Result<api::Server>> Servers::with_permissions(Call call, api::Server server) {
  if (!server.member()) co_return server;
  CO_TRY(const auto allowed, co_await grants_.in_server(call, server.id(), call.user_id()));
  server.set_permissions(allowed);
  co_return server;
}

Result<void> Servers::open(Tx& tx,
                           const Call& call,
                           const api::Server& server,
                           api::Channel general) {
  TRY(const bool room, store::count_membership(tx, call.user_id(), config_.servers_max));
  if (!room)
    return fail(Code::resource_exhausted, "too_many_servers",
                fmt::format("one is a member of at most {} servers", config_.servers_max));
  TRY_VOID(store::insert_server(tx, server));
  TRY_VOID(store::insert_member(tx, server.id(), call.user_id(), ids_.next(), server.created_at()));
  TRY_VOID(add_member(tx, call, server.id(), 0));
  return add_channel(tx, call, general);
}

// The tuples come before the rows: whoever sees the rows may do in the server what he should.
Task<Result<api::Server>> Servers::grant_and_open(Call call,
                                                  api::CreateServerRequest request,
                                                  api::Server server,
                                                  api::Channel general) {
  CO_TRY_VOID(co_await grants_.put_server(call, server.id(), call.user_id(), general.id()));
  CO_TRY(server, co_await with_permissions(call, std::move(server)));
  co_return co_await db_.write([&](Tx& tx) -> Result<api::Server> {
    TRY(auto earlier, idempotency::find<api::Server>(tx, call, "CreateServer", request));
    if (earlier) return *std::move(earlier);
    TRY_VOID(open(tx, call, server, std::move(general)));
    TRY_VOID(idempotency::keep(tx, call, "CreateServer", request, server, clock_.now_ms()));
    return server;
  });
}

// What is left when the process dies half-way are tuples of a server that nobody can find.
Task<Result<api::Server>> Servers::create_server(Call call, api::CreateServerRequest request) {
  api::Server server;
  CO_TRY(*server.mutable_name(), rules::checked_name("name", request.name(), name_max, true));
  CO_TRY(*server.mutable_description(),
         rules::checked_name("description", request.description(), description_max, false));
  CO_TRY(auto earlier, co_await db_.read([&](Tx& tx) {
    return idempotency::find<api::Server>(tx, call, "CreateServer", request);
  }));
  if (earlier) co_return *std::move(earlier);

  const std::int64_t server_id = ids_.next();
  server.set_id(server_id);
  server.set_public_(request.public_());
  server.set_owner_id(call.user_id());
  server.set_member(true);
  server.set_member_count(1);
  server.set_created_at(clock_.now_ms());
  api::Channel general;
  general.set_id(ids_.next());
  general.set_server_id(server_id);
  general.set_type("text");
  general.set_name("general");
  general.set_created_at(server.created_at());

  auto created = co_await grant_and_open(call, std::move(request), std::move(server), general);
  if (!created || created->id() != server_id) {
    const auto taken = co_await grants_.take_server(call, server_id, general.id());
    if (!taken) log::warn(call, "tuples of no server stay", {{"server_id", server_id}});
  }
  co_return created;
}

Task<Result<api::Server>> Servers::get_server(Call call, api::GetServerRequest request) {
  CO_TRY(auto server, co_await visible(call, request.server_id()));
  co_return co_await with_permissions(call, std::move(server));
}

Task<Result<api::DiscoverServersResponse>> Servers::discover_servers(
    Call call, api::DiscoverServersRequest request) {
  CO_TRY(const int limit, page_limit(request.limit()));
  CO_TRY(const auto before, page_start(request.page_token()));
  CO_TRY(const auto wanted, rules::checked_name("q", request.q(), name_max, false));
  CO_TRY(auto found, co_await db_.read([&](Tx& tx) {
    return store::public_servers_before(tx, call.user_id(), rules::pattern(wanted), before,
                                        limit + 1);
  }));
  const bool more = std::ssize(found) > limit;
  if (more) found.pop_back();
  CO_TRY(auto servers, co_await with_permissions(call, call.user_id(), std::move(found)));
  api::DiscoverServersResponse response;
  for (auto& server : servers) *response.add_servers() = std::move(server);
  if (more) response.set_next_page_token(std::to_string(response.servers().rbegin()->id()));
  co_return response;
}

Task<Result<api::ListMyServersResponse>> Servers::list_my_servers(
    Call call, api::ListMyServersRequest /*request*/) {
  CO_TRY(auto found,
         co_await db_.read([&](Tx& tx) { return store::servers_of(tx, call.user_id()); }));
  CO_TRY(auto servers, co_await with_permissions(call, call.user_id(), std::move(found)));
  api::ListMyServersResponse response;
  for (auto& server : servers) *response.add_servers() = std::move(server);
  co_return response;
}

// Each server is read once, however many of the users are in it.
Result<api::ListMembershipsResponse> Servers::rows_of(Tx& tx,
                                                      const api::ListMembershipsRequest& request) {
  api::ListMembershipsResponse response;
  std::unordered_set<std::int64_t> seen;
  for (const std::int64_t user_id : request.user_ids()) {
    auto& user = *response.add_users();
    user.set_user_id(user_id);
    TRY(auto servers, store::servers_of(tx, user_id));
    for (auto& server : servers) {
      user.add_memberships()->set_server_id(server.id());
      if (!seen.insert(server.id()).second) continue;
      TRY(auto channels, store::channels_of(tx, server.id()));
      for (auto& channel : channels) *response.add_channels() = std::move(channel);
      *response.add_servers() = std::move(server);
    }
  }
  return response;
}

Task<Result<api::ListMembershipsResponse>> Servers::list_memberships(
    Call call, api::ListMembershipsRequest request) {
  CO_TRY_VOID(only_services(call));
  CO_TRY(auto response, co_await db_.read_long([&](Tx& tx) { return rows_of(tx, request); }));
  std::unordered_map<std::int64_t, std::vector<std::int64_t>> servers;
  for (const auto& user : response.users())
    for (const auto& membership : user.memberships())
      servers[user.user_id()].push_back(membership.server_id());
  std::unordered_map<std::int64_t, std::vector<std::int64_t>> channels;
  for (const auto& channel : response.channels())
    channels[channel.server_id()].push_back(channel.id());
  CO_TRY(auto permissions, co_await grants_.of_users(call, std::move(servers)));
  for (auto& user : *response.mutable_users())
    for (auto& membership : *user.mutable_memberships())
      set_permissions(membership, channels[membership.server_id()],
                      permissions[user.user_id()][membership.server_id()]);
  co_return response;
}

}  // namespace lyceum::servers
