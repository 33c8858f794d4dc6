#pragma once
// The bus between processes: RabbitMQ. What is where in the broker
// (docs/decisions/0008-rabbitmq.md):
//
//   lyceum.events          direct exchange; the routing key is the event's type
//   lyceum.<service>       queue of a service, bound to the types that it takes
//   lyceum.retry.<ms>      fanout exchange and queue: what could not be taken waits here, and goes
//                          back to its service's queue (the routing key) by itself
//   lyceum.dead            direct exchange → lyceum.<service>.dead: what was tried too often
//
// and a queue without a name for each process that watches. Every process declares all of it,
// whatever services it has, so that nothing published before another's first start is lost.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/events.h"
#include "base/metrics.h"
#include "base/task.h"
#include "drivers/rabbitmq.h"

namespace lyceum::host {

class BrokerPublisher;
class BrokerConsumer;

struct BrokerSettings {
  rabbitmq::Address address;
  // Waits after the first, second, … failure to take an event; after the last it is dead.
  std::vector<std::int64_t> retry_waits_ms = {1'000,     5'000,     30'000,    180'000,
                                              1'200'000, 1'200'000, 1'200'000, 1'200'000,
                                              1'200'000, 1'200'000};  // two hours in all
  std::chrono::milliseconds confirm_patience{10'000};
};

// The services of the whole program and the types that each takes.
using Takers = std::map<std::string, std::vector<std::string>>;

struct Event {
  EventInfo info;
  std::string payload;
  std::int64_t attempts = 0;  // to get it out of its outbox
};

enum class Sent {
  confirmed,  // on the broker's disk, in every queue that wants it
  unrouted,   // no queue wants it
  refused,    // by the broker
  lost        // no answer: it may be there or not
};

// An event on its way to a service of this process. Answer it once: done(), again() or refuse().
struct Arrival {
  std::string service;  // empty: for the watchers, and not answered
  rabbitmq::Message message;
  std::uint64_t connection = 0;  // which one, counted
  int channel = 0;
  std::uint64_t tag = 0;
};

class Broker {
 public:
  struct Here {
    std::vector<std::string> services;  // that take events
    std::vector<std::string> watched;   // types
    // On the broker's threads: give it away.
    std::function<void(Arrival)> arrived;
    std::function<void()> may_have_missed;  // the watchers: after each connection
    std::function<void()> can_publish;      // after each connection
  };

  Broker(BrokerSettings settings, Takers takers, metrics::Registry& metrics);
  ~Broker();
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  // Connects in the background, and goes on trying. Once.
  void start(Here here);

  bool can_publish() const;  // false: publish() would give lost
  Task<Sent> publish(Event event);

  void done(const Arrival& arrival);
  // It could not be taken now: waits and comes again, or is dead when it has been tried too often.
  Task<void> again(Arrival arrival, std::string reason);
  void refuse(const Arrival& arrival);  // nobody will ever take it: it is dead at once

  // Takes no more arrivals, waits for the answers to those under way, then for confirms, 2 s at
  // most. Not on a loop.
  void stop();

 private:
  const BrokerSettings settings_;
  metrics::Counter& retried_;
  metrics::Counter& dead_;
  std::unique_ptr<BrokerPublisher> publisher_;
  std::unique_ptr<BrokerConsumer> consumer_;
};

// The address in server.bus and how it may be used: without TLS on this machine only. Errors name
// the setting and say nothing of what is in it.
Result<rabbitmq::Address> read_broker(const std::string& url,
                                      const std::string& tls_ca,
                                      const std::string& tls_cert,
                                      const std::string& tls_key);

// Internal to the broker's files.
std::string service_queue(const std::string& service);
std::string retry_queue(std::int64_t wait_ms);  // and its exchange
Result<void> declare_all(rabbitmq::Connection& connection,
                         const BrokerSettings& settings,
                         const Takers& takers);

inline const std::string events_exchange = "lyceum.events";
inline const std::string dead_exchange = "lyceum.dead";

}  // namespace lyceum::host
