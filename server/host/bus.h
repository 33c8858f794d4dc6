#pragma once
// Carries events from the outboxes of services to the handlers of others, in this process. The
// outbox table is the durable queue, the inbox table makes a second delivery do nothing: whatever
// is killed when, every subscriber takes every event once (research: platform.md §2.2–2.3).

#include <functional>
#include <memory>
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
#include "host/modules.h"

namespace lyceum::host {

// Runs inside the transaction that also writes the inbox.
using EventHandler = std::function<Result<void>(Tx&, const Call&, const std::string& payload)>;

struct Subscription {
  std::string service;  // metrics and logs
  Db* db = nullptr;
  EventHandler handler;
};

// For who keeps nothing on disk: runs on the publisher's relay as soon as the event is committed,
// without waiting for any subscriber's transaction. It may come twice. Gives work away, does none.
using EventWatcher = std::function<void(const Call&, const std::string& payload)>;

class Bus {
 public:
  Bus(const Clock& clock, metrics::Registry& metrics, const std::vector<Module>& modules);

  // Before any relay starts. The returned handle unsubscribes; the host keeps it as long as the
  // service.
  std::shared_ptr<void> subscribe(const std::string& type, Subscription subscription);

  // The same for a watcher. It is not waited for: an event may leave its outbox though nobody
  // watched.
  std::shared_ptr<void> watch(const std::string& type, EventWatcher watcher);

  // Starts carrying what `service` has published, old rows first. Destroying it stops.
  std::shared_ptr<void> relay(const std::string& service,
                              Db& db,
                              Events& events,
                              boost::asio::any_io_executor loop);

 private:
  friend class Relay;

  const Clock& clock_;
  metrics::Registry& metrics_;
  // How many services of the whole program take a type: an event waits in its outbox for those that
  // are not in this process.
  std::unordered_map<std::string, std::size_t> wanted_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::vector<std::shared_ptr<Subscription>>> here_;
  std::unordered_map<std::string, std::vector<std::shared_ptr<EventWatcher>>> watchers_;
};

}  // namespace lyceum::host
