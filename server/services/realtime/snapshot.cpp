#include "services/realtime/snapshot.h"

#include <algorithm>
#include <set>

namespace lyceum::realtime {
namespace {

Snapshots by_user(const servers::v1::ListMembershipsResponse& answer) {
  std::unordered_map<std::int64_t, const servers::v1::Server*> servers;
  for (const auto& server : answer.servers()) servers[server.id()] = &server;
  std::unordered_map<std::int64_t, const servers::v1::Channel*> channels;
  for (const auto& channel : answer.channels()) channels[channel.id()] = &channel;

  Snapshots snapshots;
  for (const auto& user : answer.users()) {
    auto& snapshot = snapshots[user.user_id()];
    for (const auto& membership : user.memberships()) {
      const auto server = servers.find(membership.server_id());
      if (server == servers.end()) continue;
      auto& seen = snapshot.servers.emplace_back(*server->second);
      seen.server.set_permissions(membership.permissions());
      for (const auto& view : membership.channels()) {
        const auto channel = channels.find(view.channel_id());
        if (channel == channels.end()) continue;
        seen.channels.push_back(*channel->second);
        seen.channels.back().set_permissions(view.permissions());
      }
    }
  }
  return snapshots;
}

// Where the channels stand that a session does not know yet.
messages::v1::ListReadStatesRequest about_new_channels(const std::vector<Question>& questions,
                                                       Snapshots& snapshots) {
  messages::v1::ListReadStatesRequest request;
  for (const auto& question : questions) {
    messages::v1::UserChannels user;
    user.set_user_id(question.user_id);
    for (const auto& server : snapshots[question.user_id].servers)
      for (const auto& channel : server.channels)
        if (!std::ranges::binary_search(question.known, channel.id()))
          user.add_channel_ids(channel.id());
    if (user.channel_ids_size() > 0) *request.add_users() = std::move(user);
  }
  return request;
}

}  // namespace

Task<Result<Snapshots>> look(std::shared_ptr<Gateway> gateway, std::vector<Question> questions) {
  servers::v1::ListMembershipsRequest request;
  std::set<std::int64_t> users;
  for (const auto& question : questions) users.insert(question.user_id);
  request.mutable_user_ids()->Add(users.begin(), users.end());
  CO_TRY(const auto memberships,
         co_await gateway->servers.list_memberships(Call::of_service(), std::move(request)));
  auto snapshots = by_user(memberships);
  auto question = about_new_channels(questions, snapshots);
  if (question.users().empty()) co_return snapshots;
  CO_TRY(const auto states,
         co_await gateway->messages.list_read_states(Call::of_service(), std::move(question)));
  for (const auto& user : states.users())
    for (const auto& state : user.states())
      snapshots[user.user_id()].states[state.channel_id()] = state;
  co_return snapshots;
}

}  // namespace lyceum::realtime
