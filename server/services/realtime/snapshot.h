#pragma once
// What users may see, as servers and messages say. All that is asked about at one time is asked
// with two calls, so that a change of a server costs no call for each of those who look at it.

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "services/realtime/gateway.h"
#include "services/realtime/session.h"

namespace lyceum::realtime {

struct Snapshot {
  struct Server {
    servers::v1::Server server;
    std::vector<servers::v1::Channel> channels;
  };

  std::vector<Server> servers;
  // Of channels new to one of the user's sessions.
  std::unordered_map<std::int64_t, messages::v1::ReadState> states;
};

// Of one session.
struct Question {
  std::string session_id;
  std::uint64_t sync;
  std::int64_t user_id;
  std::vector<std::int64_t> known;       // channels that it sees
  std::vector<ChannelView> gained = {};  // those that the answer adds to them
};

using Snapshots = std::unordered_map<std::int64_t, Snapshot>;  // by user

constexpr std::size_t questions_max = 100;  // of one look; the contract's number

// Who is not in the answer sees nothing.
Task<Result<Snapshots>> look(std::shared_ptr<Gateway> gateway, std::vector<Question> questions);

}  // namespace lyceum::realtime
