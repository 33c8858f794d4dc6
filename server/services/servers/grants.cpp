#include "services/servers/grants.h"

namespace lyceum::servers {
namespace {

namespace authz = authorization::v1;

struct Name {
  std::string type;
  std::int64_t id = 0;
  std::string relation = {};  // of a subject
};

void add(authz::WriteRelationshipsRequest& request,
         Name entity,
         std::string relation,
         Name subject) {
  auto& tuple = *request.add_tuples();
  tuple.mutable_entity()->set_type(std::move(entity.type));
  tuple.mutable_entity()->set_id(std::to_string(entity.id));
  tuple.set_relation(std::move(relation));
  tuple.mutable_subject()->set_type(std::move(subject.type));
  tuple.mutable_subject()->set_id(std::to_string(subject.id));
  tuple.mutable_subject()->set_relation(std::move(subject.relation));
}

authz::TupleFilter all_of(std::string type, std::int64_t id) {
  authz::TupleFilter filter;
  filter.set_entity_type(std::move(type));
  filter.set_entity_id(std::to_string(id));
  return filter;
}

authz::TupleFilter membership(std::int64_t server_id, std::int64_t user_id) {
  auto filter = all_of("server", server_id);
  filter.set_relation("member");
  filter.set_subject_type("user");
  filter.set_subject_id(std::to_string(user_id));
  return filter;
}

Call ours(const Call& call) {
  return Call::of_service(call.trace());
}

}  // namespace

bool permits(std::int64_t permissions, authz::Permission needed) {
  return (permissions & (authz::ADMINISTRATOR | needed)) != 0;
}

Task<Result<void>> Grants::put(Call call, authz::WriteRelationshipsRequest request) {
  CO_TRY_VOID(co_await authorization_.write_relationships(ours(call), std::move(request)));
  co_return Result<void>{};
}

Task<Result<void>> Grants::take(Call call, authz::TupleFilter filter) {
  authz::DeleteRelationshipsRequest request;
  *request.mutable_filter() = std::move(filter);
  CO_TRY_VOID(co_await authorization_.delete_relationships(ours(call), std::move(request)));
  co_return Result<void>{};
}

Task<Result<void>> Grants::put_server(Call call,
                                      std::int64_t server_id,
                                      std::int64_t owner_id,
                                      std::int64_t channel_id) {
  const Name server{"server", server_id};
  const Name everyone{"role", server_id};
  const Name assignee{"role", server_id, "assignee"};
  authz::WriteRelationshipsRequest request;
  add(request, server, "owner", {"user", owner_id});
  add(request, server, "member", {"user", owner_id});
  add(request, everyone, "server", server);
  add(request, everyone, "assignee", {"server", server_id, "member"});
  for (const char* base : {"base_view_channel", "base_send_messages", "base_read_message_history"})
    add(request, server, base, assignee);
  add(request, {"channel", channel_id}, "server", server);
  co_return co_await put(std::move(call), std::move(request));
}

Task<Result<void>> Grants::take_server(Call call, std::int64_t server_id, std::int64_t channel_id) {
  CO_TRY_VOID(co_await take_channel(call, channel_id));
  CO_TRY_VOID(co_await take(call, all_of("server", server_id)));
  co_return co_await take(call, all_of("role", server_id));
}

Task<Result<void>> Grants::put_channel(Call call, std::int64_t server_id, std::int64_t channel_id) {
  authz::WriteRelationshipsRequest request;
  add(request, {"channel", channel_id}, "server", {"server", server_id});
  co_return co_await put(std::move(call), std::move(request));
}

Task<Result<void>> Grants::take_channel(Call call, std::int64_t channel_id) {
  co_return co_await take(std::move(call), all_of("channel", channel_id));
}

Task<Result<void>> Grants::put_member(Call call, std::int64_t server_id, std::int64_t user_id) {
  authz::WriteRelationshipsRequest request;
  add(request, {"server", server_id}, "member", {"user", user_id});
  co_return co_await put(std::move(call), std::move(request));
}

Task<Result<void>> Grants::take_member(Call call, std::int64_t server_id, std::int64_t user_id) {
  co_return co_await take(std::move(call), membership(server_id, user_id));
}

Task<Result<bool>> Grants::has_member(Call call, std::int64_t server_id, std::int64_t user_id) {
  authz::ReadRelationshipsRequest request;
  *request.mutable_filter() = membership(server_id, user_id);
  CO_TRY(const auto found,
         co_await authorization_.read_relationships(ours(call), std::move(request)));
  co_return found.tuples_size() > 0;
}

Task<Result<std::int64_t>> Grants::permissions(Call call, authz::GetPermissionsRequest request) {
  CO_TRY(const auto answer,
         co_await authorization_.get_permissions(ours(call), std::move(request)));
  co_return answer.permissions();
}

Task<Result<std::int64_t>> Grants::in_server(Call call,
                                             std::int64_t server_id,
                                             std::int64_t user_id) {
  authz::GetPermissionsRequest request;
  request.set_user_id(user_id);
  request.set_server_id(server_id);
  co_return co_await permissions(std::move(call), std::move(request));
}

Task<Result<std::int64_t>> Grants::in_channel(Call call,
                                              std::int64_t channel_id,
                                              std::int64_t user_id) {
  authz::GetPermissionsRequest request;
  request.set_user_id(user_id);
  request.set_channel_id(channel_id);
  co_return co_await permissions(std::move(call), std::move(request));
}

Task<Result<std::unordered_map<std::int64_t, Grants::ByServer>>> Grants::of_users(
    Call call, std::unordered_map<std::int64_t, std::vector<std::int64_t>> servers) {
  std::unordered_map<std::int64_t, ByServer> by_user;
  authz::ListPermissionsRequest request;
  for (const auto& [user_id, server_ids] : servers) {
    if (server_ids.empty()) continue;
    auto& user = *request.add_users();
    user.set_user_id(user_id);
    user.mutable_server_ids()->Add(server_ids.begin(), server_ids.end());
  }
  if (request.users().empty()) co_return by_user;
  CO_TRY(const auto answer,
         co_await authorization_.list_permissions(ours(call), std::move(request)));
  for (const auto& user : answer.users()) {
    for (const auto& server : user.servers()) {
      auto& permissions = by_user[user.user_id()][server.server_id()];
      permissions.in_server = server.permissions();
      for (const auto& channel : server.channels())
        permissions.in_channels[channel.channel_id()] = channel.permissions();
    }
  }
  co_return by_user;
}

Task<Result<Grants::ByServer>> Grants::in_servers(Call call,
                                                  std::vector<std::int64_t> server_ids,
                                                  std::int64_t user_id) {
  CO_TRY(auto by_user, co_await of_users(std::move(call), {{user_id, std::move(server_ids)}}));
  co_return std::move(by_user[user_id]);
}

}  // namespace lyceum::servers
