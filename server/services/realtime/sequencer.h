#pragma once
// The process's one queue of events: takes them as they come (repeated, in any order), puts each
// channel's messages into the order of their `seq`, asks for what is missing, serialises each once,
// and gives every hub the same stream. Also knows which hub has which session. On a loop of its own
// choosing.

#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "services/realtime/gateway.h"
#include "services/realtime/session.h"
#include "services/realtime/snapshot.h"

namespace lyceum::realtime {

struct MemberChange {
  std::int64_t server_id, user_id;
  std::int64_t version;       // of the server
  std::int64_t member_count;  // after it
};

class Sequencer {
 public:
  Sequencer(Gateway& gateway, boost::asio::any_io_executor loop);

  void start();

  // --- from any thread

  void take(std::function<void(Sequencer&)> event);

  // Sessions of the hub are about to ask what their users may see: messages of channels that nobody
  // has looked at yet are kept from now on. Then the hub's start_look(). Each begin() has one
  // known().
  void begin(Hub& hub, std::vector<Question> questions);

  // They know: each view is one session's more, and says up to where the channel was told. `then`
  // is called on the hub's loop, in the stream, with the channels of which what was told is older
  // than where their stream begins, so that it has to be asked again.
  using Known = std::function<void(const ChannelIds& late)>;
  void known(Hub& hub, std::vector<ChannelView> channels, Known then);

  // Each view is one session's less. A channel that nobody views is forgotten.
  void unview(std::vector<ChannelView> channels);

  // Brings the session to `hub`, where resumed() is called; nothing if it is not this user's.
  void resume(Hub& hub,
              std::string session_id,
              std::int64_t user_id,
              std::uint64_t connection,
              std::int64_t seq);
  // The session has come to its new hub.
  void moved(std::string session_id);
  void forget(std::string session_id);

  // --- events; on the loop

  void message_created(const messages::v1::Message& message);
  void message_changed(const messages::v1::Message& message);
  void channel_read(std::int64_t user_id, const messages::v1::ReadState& state);
  // `data` is the event's without the count of members, which is the newest that is known.
  void member(const MemberChange& change, std::string_view event, std::string data);
  void structure(std::int64_t server_id, std::int64_t user_id);
  void revoked(std::int64_t user_id, std::vector<std::int64_t> credential_ids);
  void missed();

 private:
  struct Channel {
    bool known = false;       // where it stands; else messages only wait
    int viewers = 0;          // sessions
    std::int64_t first = 0;   // what came up to it was never in the stream
    std::int64_t last = 0;    // delivered
    std::int64_t newest = 0;  // that exists, as far as we have seen
    std::map<std::int64_t, messages::v1::Message> early;    // by seq, after a gap
    std::map<std::int64_t, messages::v1::Message> changes;  // by seq, of messages not delivered yet
    std::unordered_map<std::int64_t, std::int64_t> versions;  // of recent messages, by id
    std::deque<std::int64_t> versions_age;
    std::int64_t ask_at = 0;  // when there is a gap
    bool asking = false;
    int failures = 0;
  };

  struct Request {  // of a connection to have a session
    Hub* hub;
    std::uint64_t connection;
    std::int64_t seq;
  };

  struct Place {
    Hub* hub;
    std::int64_t user_id;
    bool moving = false;                // from one hub to another
    std::vector<Request> waiting = {};  // until it has
  };

  void drain();
  void flush();
  void sweep();
  void advance(std::int64_t channel_id, Channel& channel);
  void deliver(Channel& channel, const messages::v1::Message& message);
  void deliver_change(Channel& channel, const messages::v1::Message& message);
  bool is_new_version(Channel& channel, const messages::v1::Message& message);
  void ask(std::int64_t channel_id, Channel& channel);
  void answered(std::int64_t channel_id, const Result<messages::v1::ListFromResponse>& answer);
  void give_up(std::int64_t channel_id, Channel& channel);
  void drop_unviewed();
  void resume_now(const std::string& session_id, const Request& request);
  static Task<void> ask_messages(std::shared_ptr<Gateway> gateway,
                                 std::int64_t channel_id,
                                 std::int64_t after);

  Gateway& gateway_;
  const boost::asio::any_io_executor loop_;

  std::mutex mutex_;
  std::vector<std::function<void(Sequencer&)>> taken_;
  bool draining_ = false;

  // On the loop.
  Batch out_;
  std::unordered_map<std::int64_t, Channel> channels_;
  std::set<std::int64_t> gaps_;      // channels with one
  std::set<std::int64_t> unviewed_;  // kept only as long as a question is under way
  int loading_ = 0;                  // questions of sessions under way
  std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t>
      member_versions_;                                         // by server and user
  std::unordered_map<std::int64_t, MemberChange> last_member_;  // of a server: the newest
  std::unordered_map<std::string, Place> places_;
};

}  // namespace lyceum::realtime
