#pragma once
// The verbs of tests about servers and channels, on both transports.

#include <string>
#include <vector>

#include "services/authorization/authorization.h"
#include "services/authorization/testing/tuples.h"
#include "testing/published.h"
#include "testing/service_test.h"

namespace lyceum::authorization::testing {

inline constexpr std::int64_t view = api::VIEW_CHANNEL, send = api::SEND_MESSAGES;

class PermissionsFixture : public lyceum::testing::ServiceTest {
 protected:
  using Tuples = std::vector<api::Tuple>;

  Result<lyceum::v1::Empty> write(const Tuples& tuples) {
    api::WriteRelationshipsRequest request;
    for (const auto& one : tuples) *request.add_tuples() = one;
    return run(authorization.write_relationships(as_service(), request));
  }

  Result<lyceum::v1::Empty> remove(const std::string& of,
                                   const std::string& relation = "",
                                   const std::string& who = "") {
    api::DeleteRelationshipsRequest request;
    request.mutable_filter()->set_entity_type(entity(of).type());
    request.mutable_filter()->set_entity_id(entity(of).id());
    request.mutable_filter()->set_relation(relation);
    if (!who.empty()) {
      request.mutable_filter()->set_subject_type(subject(who).type());
      request.mutable_filter()->set_subject_id(subject(who).id());
    }
    return run(authorization.delete_relationships(as_service(), request));
  }

  Result<bool> check(const std::string& of, const std::string& permission, const std::string& who) {
    api::CheckRequest request;
    *request.mutable_entity() = entity(of);
    request.set_permission(permission);
    *request.mutable_subject() = subject(who);
    TRY(const auto answer, run(authorization.check(as_service(), request)));
    return answer.allowed();
  }

  Result<api::GetPermissionsResponse> get(std::int64_t user,
                                          std::int64_t server,
                                          std::int64_t channel) {
    api::GetPermissionsRequest request;
    request.set_user_id(user);
    request.set_server_id(server);
    request.set_channel_id(channel);
    return run(authorization.get_permissions(as_service(), request));
  }

  std::int64_t in_channel(std::int64_t user, std::int64_t channel = 11) {
    const auto found = get(user, 0, channel);
    EXPECT_TRUE(found) << found.error().message;
    return found ? found->permissions() : -1;
  }

  // Those of the users who may view this channel of server 1, asked about 100 at a time.
  std::vector<std::int64_t> viewers(std::int64_t channel, const std::vector<std::int64_t>& users) {
    std::vector<std::int64_t> viewing;
    for (std::size_t at = 0; at < users.size(); at += 100) {
      api::ListPermissionsRequest request;
      for (std::size_t i = at; i < std::min(users.size(), at + 100); ++i) {
        auto& user = *request.add_users();
        user.set_user_id(users[i]);
        user.add_server_ids(1);
      }
      const auto found = run(authorization.list_permissions(as_service(), request));
      EXPECT_TRUE(found) << found.error().message;
      for (const auto& user : found->users())
        for (const auto& one : user.servers(0).channels())
          if (one.channel_id() == channel) viewing.push_back(user.user_id());
    }
    return viewing;
  }

  // The events that were published, as "server channel user", and forgets them.
  std::vector<std::string> events_since() {
    std::vector<std::string> texts;
    const auto found = read(*db, lyceum::testing::published<api::PermissionsChanged>);
    for (std::size_t i = seen_; i < found->size(); ++i)
      texts.push_back(std::to_string((*found)[i].server_id()) + " " +
                      std::to_string((*found)[i].channel_id()) + " " +
                      std::to_string((*found)[i].user_id()));
    seen_ = found->size();
    return texts;
  }

  // A server of user 17 with member 18, channels 11 and 12 and role 5; everyone sees and writes.
  Tuples server_one() {
    return {tuple("server:1", "owner", "user:17"),
            tuple("server:1", "member", "user:17"),
            tuple("server:1", "member", "user:18"),
            tuple("role:1", "server", "server:1"),
            tuple("role:1", "assignee", "server:1#member"),
            tuple("server:1", "base_view_channel", "role:1#assignee"),
            tuple("server:1", "base_send_messages", "role:1#assignee"),
            tuple("role:5", "server", "server:1"),
            tuple("channel:11", "server", "server:1"),
            tuple("channel:12", "server", "server:1")};
  }

  std::unique_ptr<Db> db = open_temporary_sqlite(migrations());
  Authorization service{{}, *db, clock, ids, events};
  api::AuthorizationApi& authorization =
      reach<api::AuthorizationApi>(service, api::publish, api::connect_authorization);

 private:
  std::size_t seen_ = 0;
};

}  // namespace lyceum::authorization::testing
