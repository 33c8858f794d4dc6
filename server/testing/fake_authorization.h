#pragma once
// An authorization in memory: keeps tuples and answers by the plain rules of servers (owner,
// member, the base permissions of @everyone, the denials of @everyone in a channel). A test lets
// any call fail.

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/id.h"
#include "contract/authorization.rpc.h"

namespace lyceum::testing {

class FakeAuthorization final : public authorization::v1::AuthorizationApi {
 public:
  static constexpr std::int64_t all = 8 | 16 | 32 | 1024 | 2048 | 8192 | 65536 | 131072 | 268435456;

  Task<Result<lyceum::v1::Empty>> write_relationships(
      Call call, authorization::v1::WriteRelationshipsRequest request) override {
    CO_TRY_VOID(begin(call));
    const std::scoped_lock lock(mutex_);
    for (const auto& tuple : request.tuples()) tuples_.insert(line(tuple));
    co_return lyceum::v1::Empty();
  }

  Task<Result<lyceum::v1::Empty>> delete_relationships(
      Call call, authorization::v1::DeleteRelationshipsRequest request) override {
    CO_TRY_VOID(begin(call));
    const std::scoped_lock lock(mutex_);
    std::erase_if(tuples_, [&](const auto& line) { return matches(line, request.filter()); });
    co_return lyceum::v1::Empty();
  }

  Task<Result<authorization::v1::ReadRelationshipsResponse>> read_relationships(
      Call call, authorization::v1::ReadRelationshipsRequest request) override {
    CO_TRY_VOID(begin(call));
    const std::scoped_lock lock(mutex_);
    authorization::v1::ReadRelationshipsResponse response;
    for (const auto& line : tuples_)
      if (matches(line, request.filter())) *response.add_tuples() = tuple(line);
    co_return response;
  }

  Task<Result<authorization::v1::GetPermissionsResponse>> get_permissions(
      Call call, authorization::v1::GetPermissionsRequest request) override {
    CO_TRY_VOID(begin(call));
    const std::scoped_lock lock(mutex_);
    authorization::v1::GetPermissionsResponse response;
    const std::string channel = std::to_string(request.channel_id());
    const std::string server =
        request.channel_id() != 0 ? server_of(channel) : std::to_string(request.server_id());
    if (server.empty()) co_return response;
    response.set_server_id(parse_id(server).value_or(0));
    response.set_permissions(permissions(request.user_id(), server, channel));
    response.set_member(has({"server", server, "member", "user", user(request.user_id()), ""}));
    co_return response;
  }

  Task<Result<authorization::v1::ListPermissionsResponse>> list_permissions(
      Call call, authorization::v1::ListPermissionsRequest request) override {
    CO_TRY_VOID(begin(call));
    const std::scoped_lock lock(mutex_);
    authorization::v1::ListPermissionsResponse response;
    for (const auto& user : request.users()) {
      auto& of_user = *response.add_users();
      of_user.set_user_id(user.user_id());
      for (const auto id : user.server_ids())
        *of_user.add_servers() = everywhere(user.user_id(), std::to_string(id));
    }
    co_return response;
  }

#define NOT_ASKED(method, Request, Response)                                        \
  Task<Result<Response>> method(Call, Request) override {                           \
    co_return lyceum::fail(Code::unimplemented, "not_asked", "no test needs this"); \
  }
  NOT_ASKED(check, authorization::v1::CheckRequest, authorization::v1::CheckResponse)
  NOT_ASKED(list_roles, authorization::v1::ListRolesRequest, authorization::v1::ListRolesResponse)
  NOT_ASKED(list_role_holders,
            authorization::v1::ListRoleHoldersRequest,
            authorization::v1::ListRoleHoldersResponse)
  NOT_ASKED(grant_role, authorization::v1::GrantRoleRequest, lyceum::v1::Empty)
  NOT_ASKED(remove_role, authorization::v1::RemoveRoleRequest, lyceum::v1::Empty)
#undef NOT_ASKED

  // "server:7 # member @ user:1", "server:7 # base_send_messages @ role:7#assignee".
  void put(std::vector<std::string> tuple) {
    const std::scoped_lock lock(mutex_);
    tuple.resize(6);
    tuples_.insert(std::move(tuple));
  }

  void take(std::vector<std::string> tuple) {
    const std::scoped_lock lock(mutex_);
    tuple.resize(6);
    tuples_.erase(tuple);
  }

  // A server with an owner, where members view, send and read back.
  void put_server(std::int64_t server_id, std::int64_t owner_id) {
    const std::string server = std::to_string(server_id);
    put({"server", server, "owner", "user", user(owner_id)});
    put({"server", server, "member", "user", user(owner_id)});
    for (const char* base :
         {"base_view_channel", "base_send_messages", "base_read_message_history"})
      put({"server", server, base, "role", server, "assignee"});
  }

  void put_channel(std::int64_t channel_id, std::int64_t server_id) {
    put({"channel", std::to_string(channel_id), "server", "server", std::to_string(server_id)});
  }

  void put_member(std::int64_t server_id, std::int64_t user_id) {
    put({"server", std::to_string(server_id), "member", "user", user(user_id)});
  }

  void take_member(std::int64_t server_id, std::int64_t user_id) {
    take({"server", std::to_string(server_id), "member", "user", user(user_id)});
  }

  bool is_member(std::int64_t server_id, std::int64_t user_id) {
    const std::scoped_lock lock(mutex_);
    return has({"server", std::to_string(server_id), "member", "user", user(user_id), ""});
  }

  std::size_t size() {
    const std::scoped_lock lock(mutex_);
    return tuples_.size();
  }

  // The call after the next `calls` fails, once (or all after it, until mended).
  void fail_after(int calls, bool for_good = false) {
    left_ = calls;
    for_good_ = for_good;
  }

  void mend() { left_ = -1; }

  int calls() const { return calls_; }

 private:
  using Line = std::vector<std::string>;  // entity, id, relation, subject, id, relation

  static std::string user(std::int64_t id) { return std::to_string(id); }

  static Line line(const authorization::v1::Tuple& t) {
    return {t.entity().type(),  t.entity().id(),  t.relation(),
            t.subject().type(), t.subject().id(), t.subject().relation()};
  }

  static authorization::v1::Tuple tuple(const Line& line) {
    authorization::v1::Tuple t;
    t.mutable_entity()->set_type(line[0]);
    t.mutable_entity()->set_id(line[1]);
    t.set_relation(line[2]);
    t.mutable_subject()->set_type(line[3]);
    t.mutable_subject()->set_id(line[4]);
    t.mutable_subject()->set_relation(line[5]);
    return t;
  }

  static bool matches(const Line& line, const authorization::v1::TupleFilter& filter) {
    const auto same = [](const std::string& wanted, const std::string& is) {
      return wanted.empty() || wanted == is;
    };
    return same(filter.entity_type(), line[0]) && same(filter.entity_id(), line[1]) &&
           same(filter.relation(), line[2]) && same(filter.subject_type(), line[3]) &&
           same(filter.subject_id(), line[4]);
  }

  bool has(const Line& line) const { return tuples_.contains(line); }

  std::string server_of(const std::string& channel) const {
    for (const auto& line : tuples_)
      if (line[0] == "channel" && line[1] == channel && line[2] == "server") return line[4];
    return {};
  }

  std::int64_t permissions(std::int64_t user_id,
                           const std::string& server,
                           const std::string& channel) const {
    if (has({"server", server, "owner", "user", user(user_id), ""})) return all;
    if (!has({"server", server, "member", "user", user(user_id), ""})) return 0;
    std::int64_t allowed = 0;
    for (const auto& [name, bit] : names()) {
      if (has({"server", server, "base_" + name, "role", server, "assignee"})) allowed |= bit;
      if (has({"channel", channel, "ev_deny_" + name, "role", server, "assignee"})) allowed &= ~bit;
      if (has({"channel", channel, "mem_allow_" + name, "user", user(user_id), ""})) allowed |= bit;
    }
    return channel.empty() || (allowed & authorization::v1::VIEW_CHANNEL) != 0 ? allowed : 0;
  }

  authorization::v1::ServerPermissions everywhere(std::int64_t user_id,
                                                  const std::string& server) const {
    authorization::v1::ServerPermissions of_server;
    of_server.set_server_id(parse_id(server).value_or(0));
    of_server.set_permissions(permissions(user_id, server, ""));
    for (const auto& line : tuples_) {
      if (line[0] != "channel" || line[2] != "server" || line[4] != server) continue;
      const auto allowed = permissions(user_id, server, line[1]);
      if ((allowed & authorization::v1::VIEW_CHANNEL) == 0) continue;
      auto& of_channel = *of_server.add_channels();
      of_channel.set_channel_id(parse_id(line[1]).value_or(0));
      of_channel.set_permissions(allowed);
    }
    return of_server;
  }

  static const std::map<std::string, std::int64_t>& names() {
    static const std::map<std::string, std::int64_t> bits = {{"manage_channels", 16},
                                                             {"view_channel", 1024},
                                                             {"send_messages", 2048},
                                                             {"manage_messages", 8192},
                                                             {"read_message_history", 65536}};
    return bits;
  }

  Result<void> begin(const Call& call) {
    ++calls_;
    if (!call.is_service())
      return lyceum::fail(Code::permission_denied, "service_only", "not for people");
    const int left = left_;
    if (left > 0) --left_;
    if (left != 0) return {};
    if (!for_good_) left_ = -1;
    return lyceum::fail(Code::unavailable, "down", "authorization is away");
  }

  std::mutex mutex_;
  std::set<Line> tuples_;
  std::atomic<int> left_ = -1;
  std::atomic<bool> for_good_ = false;
  std::atomic<int> calls_ = 0;
};

}  // namespace lyceum::testing
