#pragma once
// What a process has to offer to its services: loops, databases, the bus, ids, and the other
// services themselves. Modules take what they need from here when they start; services never see
// it.

#include <atomic>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <typeindex>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "base/blobs.h"
#include "base/clock.h"
#include "base/cpu.h"
#include "base/db.h"
#include "base/events.h"
#include "base/id.h"
#include "base/metrics.h"
#include "base/migration.h"
#include "base/rpc.h"
#include "base/socket.h"
#include "host/bus.h"
#include "host/modules.h"
#include "host/peers.h"
#include "host/rate_limit.h"
#include "host/readiness.h"

namespace lyceum::host {

// One loop a core; 1 to 64.
int default_threads();

struct Settings {
  std::string data = "data";
  std::string listen;      // empty: see address()
  std::string public_url;  // empty: http://<address()>
  std::vector<std::string> target = {"all"};
  std::string grpc;                       // HOST:PORT to serve other processes on; empty: none
  std::vector<std::string> peers;         // service+service=HOST:PORT of those in other processes
  std::string bus;                        // URL of a broker; empty: events stay in this process
  std::string tls_ca, tls_cert, tls_key;  // files (PEM); all or none
  int threads = default_threads();
  int node = 0;
  bool demo = false;
  std::string log_level = "info";
  std::vector<std::string> trusted_proxies;
  int drain_delay_ms = 0;
  RateLimitConfig limits;

  Section section();
  Section limits_section();

  bool gateway() const;         // whether this process serves browsers and programs
  std::string address() const;  // where HTTP is served; empty: nowhere

  // Demo mode lets anybody read the local mailbox, so only where nobody but this machine can ask.
  bool open_mailbox() const;
};

class Host {
  // A loop that can let go of what waits on it before it is destroyed itself.
  struct Loop : boost::asio::io_context {
    Loop() : boost::asio::io_context(1) {}

    void drop_what_waits() { shutdown(); }
  };

 public:
  // Starts the loops; `modules` must outlive it (their subscriptions are read).
  Host(Settings settings,
       const std::vector<Module>& modules,
       Peers peers = {},
       std::optional<BrokerSettings> broker = std::nullopt);
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  const Settings& settings() const { return settings_; }

  // "http://127.0.0.1:8080", without a slash at the end. Throws where nobody said it: a process
  // without the gateway cannot know it.
  const std::string& public_url() const;

  void set_public_url(std::string url) { public_url_ = std::move(url); }

  const Clock& clock() const { return clock_; }

  Ids& ids() { return ids_; }

  Cpu& cpu() { return cpu_; }

  metrics::Registry& metrics() { return metrics_; }

  // Whatever starts here says so.
  Readiness& readiness() { return readiness_; }

  // Of all services, here or dialled: for the gateway and the command line.
  MethodTable& methods() { return methods_; }

  // Of the services here: for other processes. What is dialled is not passed on, so no two
  // processes can send a call to and fro.
  MethodTable& own_methods() { return own_methods_; }

  // While services start: an rpc ("/lyceum.runner.v1.Runner/Jobe") that HTTP has no route for after
  // all.
  void leave_out_route(std::string rpc) { left_out_routes_.insert(std::move(rpc)); }

  const std::set<std::string>& left_out_routes() const { return left_out_routes_; }

  // Rises whenever a session, a token or a role ends: what was remembered of callers before is
  // void.
  std::uint64_t credentials_epoch() const { return credentials_epoch_; }

  // Called by commits of this process, and for those of others by whatever carries their events
  // here.
  void credentials_changed() { ++credentials_epoch_; }

  Bus& bus() { return bus_; }

  boost::asio::io_context& loop(std::size_t index) { return *loops_[index % loops_.size()]; }

  std::size_t loop_count() const { return loops_.size(); }

  // While services start: the edge opens the doors when it opens itself.
  void serve_sockets(SocketDoor door) { doors_.push_back(std::move(door)); }

  const std::deque<SocketDoor>& socket_doors() const { return doors_; }

  // Returns when the last of them stands still. Calls that still wait for something end there,
  // while the services that they belong to exist.
  void stop_loops();

  // The next loop, for something that stays on it.
  boost::asio::any_io_executor next_loop() { return loop(next_.fetch_add(1)).get_executor(); }

  // <data>/<service>.db, opened and migrated; there is one a service.
  Db& open_db(const std::string& service, const std::vector<Migration>& migrations);
  Events& events(const std::string& service);
  Blobs& blobs(const std::string& service);
  Channel& channel(const std::string& service);  // of a service that is not here

  bool is_remote(const std::string& service) const { return dialled_.contains(service); }

  const Peers& peers() const { return peers_; }

  // The service behind its interface, here or dialled. It must have been named in `needs`.
  template <class Api>
  Api& get() {
    return *static_cast<Api*>(find(typeid(Api)));
  }

  template <class Api>
  void offer(Api& api) {
    apis_[typeid(Api)] = &api;
  }

 private:
  struct Store {  // of one service
    std::unique_ptr<Events> events;
    std::unique_ptr<Blobs> blobs;
    std::unique_ptr<Db> db;  // last, as its writer thread uses the events
  };

  void* find(std::type_index api) const;
  void watch_credentials();

  const Settings settings_;
  std::string public_url_;
  SystemClock clock_;
  Ids ids_;
  metrics::Registry metrics_;
  Readiness readiness_;
  Cpu cpu_;
  MethodTable methods_, own_methods_;
  std::set<std::string> left_out_routes_;
  const Peers peers_;
  Bus bus_;
  std::vector<std::shared_ptr<void>> watching_;
  std::deque<SocketDoor> doors_;  // a deque: connections point into it
  std::unordered_map<std::string, Store> stores_;
  std::unordered_map<std::string, std::unique_ptr<Channel>> channels_;  // by address
  std::unordered_set<std::string> dialled_;                             // services
  std::unordered_map<std::type_index, void*> apis_;

  using Guard = boost::asio::executor_work_guard<boost::asio::io_context::executor_type>;
  std::vector<std::unique_ptr<Loop>> loops_;
  std::vector<Guard> guards_;
  std::vector<std::thread> threads_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<std::uint64_t> credentials_epoch_ = 0;
};

}  // namespace lyceum::host
