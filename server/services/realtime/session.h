#pragma once
// A client's session: what it may see, what it has been sent, and what waits while that is found
// out. It outlives its connections by a few minutes, so that a client can resume.

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/socket.h"

namespace lyceum::realtime {

class Connection;

using ChannelIds = std::vector<std::int64_t>;

// One step of the stream that every hub gets from the sequencer, in the same order.
struct Item {
  enum class Kind {
    message,    // to who views the channel; `seq` places it
    change,     // likewise, of a message that was delivered before
    member,     // to the members of the server but the user himself
    personal,   // to the user
    structure,  // what the user (0: any member of the server) may see has changed
    revoked,    // sign-ins of the user have ended
    missed      // nobody knows what has: all sessions end, and all connections
  };

  Kind kind;
  std::int64_t channel_id = 0, server_id = 0, user_id = 0;
  std::int64_t seq = 0;
  SharedText text;
  std::vector<std::int64_t> credential_ids = {};  // of revoked; none: all
  std::int64_t member_count = 0;                  // of member: the server's, as the text says
};

using Batch = std::vector<Item>;
using SharedBatch = std::shared_ptr<const Batch>;

// The events that a session was sent last, to send them again.
class ReplayRing {
 public:
  void push(SharedText text, std::size_t events_max, std::size_t bytes_max) {
    bytes_ += text->size();
    events_.push_back(std::move(text));
    while (events_.size() > events_max || bytes_ > bytes_max) {
      bytes_ -= events_.front()->size();
      events_.pop_front();
    }
  }

  std::size_t size() const { return events_.size(); }

  const SharedText& operator[](std::size_t i) const { return events_[i]; }

 private:
  std::deque<SharedText> events_;
  std::size_t bytes_ = 0;
};

struct ServerView {
  std::int64_t server_id = 0;
  std::int64_t permissions = 0, member_count = 0;  // as the client was told
};

struct ChannelView {
  std::int64_t channel_id = 0, server_id = 0;
  std::int64_t last_seq =
      0;  // what the client was told when it got the channel: messages after it are news
  std::int64_t permissions = 0;  // as the client was told
};

struct Session {
  std::string id;
  std::int64_t user_id = 0, credential_id = 0;
  Connection* connection = nullptr;  // nullptr: it may resume
  std::int64_t parked_at = 0;

  std::int64_t seq = 0;  // of the last event
  ReplayRing ring;

  std::vector<ServerView> servers;    // sorted by server_id
  std::vector<ChannelView> channels;  // sorted by channel_id

  // While what it may see is being asked for, the stream waits here.
  struct Waiting {
    SharedBatch batch;
    std::size_t from;
  };

  bool ready = false;
  bool syncing = false;
  std::uint64_t sync = 0;  // which question: an answer to an older one is dropped
  int failures = 0;
  std::int64_t retry_at = 0;  // 0: no retry is due
  std::vector<Waiting> waiting;
  std::size_t covered =
      0;  // of waiting: older than the question, so that its structure is in the answer
};

}  // namespace lyceum::realtime
