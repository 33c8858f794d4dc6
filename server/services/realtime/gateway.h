#pragma once
// What the parts of the gateway share, and the parts themselves: one sequencer for the process, one
// hub for each loop. Kept alive by whatever is under way on a loop.

#include <atomic>
#include <condition_variable>
#include <functional>
#include <google/protobuf/message.h>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "base/clock.h"
#include "base/metrics.h"
#include "base/task.h"
#include "contract/identity.rpc.h"
#include "contract/messages.rpc.h"
#include "contract/servers.rpc.h"

namespace lyceum::realtime {

class Hub;
class Sequencer;

struct Config {
  std::int64_t heartbeat_interval_ms = 45'000;
  std::int64_t identify_timeout_ms = 10'000;
  std::int64_t resume_ms = 5 * 60'000;  // how long a session waits for its client
  int replay_events = 1'024;            // of a session, kept to be sent again
  int replay_bytes = 1 << 20;
  int client_messages = 120;    // that a client may send in any minute by the clock
  std::int64_t gap_ms = 200;    // how long a missing message is waited for before it is asked for
  int early_max = 256;          // messages of a channel held meanwhile
  std::int64_t drain_ms = 500;  // between "reconnect" and the close
  std::int64_t check_ms = 30'000;  // how often it is asked whether sign-ins still hold
  std::int64_t sweep_ms = 100;     // how exactly the times above are kept
};

// Messages of the contract as the REST edge writes them.
using Json = std::function<std::string(const google::protobuf::Message&)>;

struct Counters {
  explicit Counters(metrics::Registry& registry);

  metrics::Gauge& sessions;  // connected, and those that may still resume
  metrics::Gauge& connections;
  metrics::Gauge& queue_bytes;  // not yet taken by the kernel
  metrics::Gauge& channels;     // whose messages are put in order
  metrics::Counter& events;
  metrics::Counter& deliveries;
  metrics::Counter& slow_closed;
  metrics::Counter& resumed;
};

class Gateway : public std::enable_shared_from_this<Gateway> {
 public:
  static std::shared_ptr<Gateway> make(Config config,
                                       const Clock& clock,
                                       identity::v1::IdentityApi& identity,
                                       servers::v1::ServersApi& servers,
                                       messages::v1::MessagesApi& messages,
                                       metrics::Registry& metrics,
                                       Json json,
                                       const std::vector<boost::asio::any_io_executor>& loops);
  ~Gateway();

  // Nothing calls other services after this. Waits for what is under way; not on a loop.
  void stop();

  bool stopped() const { return stopped_; }

  // Runs `what` on the loop, behind all that was posted there before.
  void post(const boost::asio::any_io_executor& loop, std::function<void()> what);
  // The same, after sweep_ms. The timer goes with its loop, which the gateway may outlive.
  void later(const boost::asio::any_io_executor& loop, std::function<void()> what);
  // Starts a coroutine that calls other services; nothing once stopped.
  void spawn(const boost::asio::any_io_executor& loop, Task<void> task);

  Hub& hub_of(const boost::asio::any_io_executor& loop);

  const std::vector<std::unique_ptr<Hub>>& hubs() const { return hubs_; }

  const Config config;
  const Clock& clock;
  identity::v1::IdentityApi& identity;
  servers::v1::ServersApi& servers;
  messages::v1::MessagesApi& messages;
  const Json json;
  Counters counters;
  std::unique_ptr<Sequencer> sequencer;

 private:
  Gateway(Config c,
          const Clock& k,
          identity::v1::IdentityApi& i,
          servers::v1::ServersApi& s,
          messages::v1::MessagesApi& m,
          metrics::Registry& registry,
          Json j);

  std::vector<std::unique_ptr<Hub>> hubs_;
  std::atomic<bool> stopped_ = false;
  std::mutex mutex_;
  std::condition_variable quiet_;
  int under_way_ = 0;
};

}  // namespace lyceum::realtime
