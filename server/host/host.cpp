#include "host/host.h"

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>

#include "contract/authorization.pb.h"
#include "contract/identity.pb.h"
#include "drivers/folder.h"
#include "drivers/sqlite.h"
#include "host/grpc.h"
#include "host/peer_channel.h"

namespace asio = boost::asio;

namespace lyceum::host {

Section Settings::section() {
  return {"server",
          {
              setting(data, "data", "folder of databases, files and mails"),
              setting(listen, "listen",
                      "HOST:PORT to serve HTTP on, port 0 takes a free one; empty: 127.0.0.1:8080 "
                      "with the gateway, else none"),
              setting(public_url, "public_url",
                      "address that people use, for links and sign-in; empty: http://<listen>"),
              setting(target, "target",
                      "services of this process, gateway (the HTTP side) among them, or all"),
              setting(grpc, "grpc",
                      "HOST:PORT for other processes of this Lyceum (without TLS: on this machine "
                      "only); empty: none"),
              setting(peers, "peers",
                      "where the services of other processes are: service+service=HOST:PORT,…"),
              setting(bus, "bus",
                      "what carries events between processes: amqp://USER:PASSWORD@HOST:PORT/VHOST "
                      "(RabbitMQ; beyond this machine amqps); empty: they stay in this process",
                      true),
              setting(tls_ca, "tls_ca",
                      "file of the authority whose certificates other processes show (`lyceum "
                      "certs` makes one)"),
              setting(tls_cert, "tls_cert", "file of this process's own certificate"),
              setting(tls_key, "tls_key", "file of its private key"),
              setting(threads, "threads", "event loops; 1 to 64, best one a core"),
              setting(node, "node",
                      "number of this process in its cluster, 0 to 1023: part of the ids it makes"),
              setting(demo, "demo",
                      "open with demo content, an administrator and an open local mailbox"),
              setting(log_level, "log_level", "debug, info, warn, error or off"),
              setting(trusted_proxies, "trusted_proxies",
                      "networks (CIDR) whose X-Forwarded-For and traceparent are believed"),
              setting(drain_delay_ms, "drain_delay_ms",
                      "after SIGTERM: how long to go on accepting while balancers look elsewhere"),
          }};
}

Section Settings::limits_section() {
  return {"limits",
          {
              setting(limits.read, "read",
                      "reads a minute for one user (or one address, not signed in); 0: no limit, "
                      "as for the others"),
              setting(limits.write, "write", "writes a minute for one user"),
              setting(limits.run, "run", "runs and submissions a minute for one user"),
              setting(limits.guest, "guest", "runs a minute for one address without an account"),
              setting(limits.sign_in, "sign_in",
                      "sign-ins, sign-ups and resets a minute for one address"),
          }};
}

bool Settings::gateway() const {
  return std::ranges::any_of(target, [](const auto& t) { return t == "all" || t == "gateway"; });
}

std::string Settings::address() const {
  return listen.empty() && gateway() ? "127.0.0.1:8080" : listen;
}

bool Settings::open_mailbox() const {
  return demo && is_loopback(address());
}

int default_threads() {
  return std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, 64);
}

Host::Host(Settings settings,
           const std::vector<Module>& modules,
           Peers peers,
           std::optional<BrokerSettings> broker)
    : settings_(std::move(settings)),
      public_url_(settings_.public_url.empty() && settings_.gateway()
                      ? "http://" + settings_.address()
                      : settings_.public_url),
      ids_(clock_, settings_.node),
      cpu_(settings_.threads),
      peers_(std::move(peers)),
      bus_(clock_, metrics_, modules, std::move(broker)) {
  if (settings_.gateway()) readiness_.add("gateway");
  if (bus_.has_broker() && settings_.gateway()) watch_credentials();
  while (public_url_.ends_with('/')) public_url_.pop_back();
  for (int i = 0; i < std::clamp(settings_.threads, 1, 64); ++i) {
    loops_.push_back(std::make_unique<Loop>());
    guards_.push_back(asio::make_work_guard(*loops_.back()));
    threads_.emplace_back([loop = loops_.back().get()] { loop->run(); });
  }
}

// What other processes commit; open_db() sees to our own.
void Host::watch_credentials() {
  for (const auto* type : {identity::v1::CredentialsRevoked::descriptor(),
                           authorization::v1::RolesChanged::descriptor()})
    watching_.push_back(bus_.watch(
        type->full_name(), [this](const Call&, const std::string&) { credentials_changed(); }));
  watching_.push_back(bus_.on_missed([this] { credentials_changed(); }));
}

Host::~Host() {
  channels_.clear();
  stop_loops();
  stores_.clear();  // before the loops, on which their events wake somebody
}

void Host::stop_loops() {
  guards_.clear();
  for (auto& loop : loops_) loop->stop();
  for (auto& thread : threads_) thread.join();
  if (!threads_.empty())
    for (auto& loop : loops_) loop->drop_what_waits();
  threads_.clear();
}

const std::string& Host::public_url() const {
  if (public_url_.empty())
    throw std::runtime_error(
        "--public-url is needed where the gateway is not: it stands in links and in sign-in");
  return public_url_;
}

Db& Host::open_db(const std::string& service, const std::vector<Migration>& migrations) {
  Store& store = stores_[service];
  store.db = open_sqlite(settings_.data + "/" + service + ".db", service, metrics_, migrations);
  store.events = std::make_unique<Events>(ids_, clock_);
  store.events->committed = [this](const std::string& type) {
    if (type == identity::v1::CredentialsRevoked::descriptor()->full_name() ||
        type == authorization::v1::RolesChanged::descriptor()->full_name())
      credentials_changed();
  };
  return *store.db;
}

Events& Host::events(const std::string& service) {
  return *stores_.at(service).events;
}

Blobs& Host::blobs(const std::string& service) {
  Store& store = stores_[service];
  if (!store.blobs) store.blobs = open_folder(settings_.data + "/blobs/" + service);
  return *store.blobs;
}

Channel& Host::channel(const std::string& service) {
  const auto address = peers_.address(service);
  if (address.empty())
    throw std::logic_error(
        fmt::format("{} is dialled, but Peers::reach was not asked for it", service));
  dialled_.insert(service);
  auto& channel = channels_[address];
  if (!channel)
    channel = guard(dial_grpc(address, peers_.tls()), peers_.name(address), {}, clock_, metrics_);
  return *channel;
}

void* Host::find(std::type_index api) const {
  const auto found = apis_.find(api);
  if (found == apis_.end())
    throw std::logic_error(
        fmt::format("a module asked for {} without naming it in its needs", api.name()));
  return found->second;
}

}  // namespace lyceum::host
