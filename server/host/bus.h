#pragma once
// Carries events from the outboxes of services to the handlers of others: in this process, or, with
// a broker, through it, and then all of them. The outbox table holds an event until the subscribers
// here, or the broker, have it on disk; the inbox table makes a second delivery do nothing:
// whatever is killed when, every subscriber takes every event once.

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "base/clock.h"
#include "base/db.h"
#include "base/events.h"
#include "base/metrics.h"
#include "base/worker.h"
#include "host/broker.h"
#include "host/modules.h"

namespace lyceum::host {

// Runs inside the transaction that also writes the inbox.
using EventHandler = std::function<Result<void>(Tx&, const Call&, const std::string& payload)>;

struct Subscription {
  std::string service;  // metrics and logs
  Db* db = nullptr;
  EventHandler handler;
};

// For who keeps nothing on disk: runs, on any thread, as soon as the event is committed, without
// waiting for any subscriber's transaction. It may come twice. Gives work away, does none.
using EventWatcher = std::function<void(const Call&, const std::string& payload)>;

class Bus {
 public:
  // Without a broker, events stay in this process.
  Bus(const Clock& clock,
      metrics::Registry& metrics,
      const std::vector<Module>& modules,
      std::optional<BrokerSettings> broker = std::nullopt);
  ~Bus();
  Bus(const Bus&) = delete;
  Bus& operator=(const Bus&) = delete;

  // Before any relay starts, and before start(). The returned handle unsubscribes; the host keeps
  // it as long as the service.
  std::shared_ptr<void> subscribe(const std::string& type, Subscription subscription);

  // The same for a watcher. It is not waited for: an event may leave its outbox though nobody
  // watched.
  std::shared_ptr<void> watch(const std::string& type, EventWatcher watcher);

  // `missed` is called when events may have passed without the watchers: after each connection to
  // the broker, so also after the first.
  std::shared_ptr<void> on_missed(std::function<void()> missed);

  // All have subscribed: from now on the broker delivers, on loops that `next_loop` gives. Without
  // a broker there is nothing to do.
  void start(std::function<boost::asio::any_io_executor()> next_loop);

  // The broker delivers nothing any more; waits for what is under way. Not on a loop. Relays may
  // live on, and do nothing.
  void stop();

  bool has_broker() const { return broker_ != nullptr; }

  // Starts carrying what `service` has published, old rows first. Destroying it stops.
  std::shared_ptr<void> relay(const std::string& service,
                              Db& db,
                              Events& events,
                              boost::asio::any_io_executor loop);

 private:
  friend class Relay;

  void arrived(Arrival arrival);
  Task<void> deliver(Arrival arrival);
  std::shared_ptr<Subscription> find(const std::string& service, const std::string& type);
  void show(const std::string& type, const Call& call, const std::string& payload);
  void missed();
  void wake_relays();

  const Clock& clock_;
  metrics::Registry& metrics_;
  // How many services of the whole program take a type: an event waits in its outbox for those that
  // are not in this process.
  std::unordered_map<std::string, std::size_t> wanted_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::vector<std::shared_ptr<Subscription>>> here_;
  std::unordered_map<std::string, std::vector<std::shared_ptr<EventWatcher>>> watchers_;
  std::vector<std::shared_ptr<std::function<void()>>> missed_;
  std::vector<std::shared_ptr<std::function<void()>>> relay_wakers_;
  std::function<boost::asio::any_io_executor()> next_loop_;
  std::unique_ptr<Broker> broker_;  // last: its threads use the rest
};

}  // namespace lyceum::host
