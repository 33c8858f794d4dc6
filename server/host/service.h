#pragma once
// How a service becomes a module: the one place where its name, needs, settings, events and making
// stand together. See any server/services/*/module.cpp.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "host/host.h"
#include "host/modules.h"

namespace lyceum::host {

// A channel that leads to nobody: for the shape of an interface, without a service behind it.
Channel& nowhere();

// Whether any rpc is reachable over HTTP.
bool has_routes(const MethodTable& table);

// An rpc that HTTP has a route for only where a setting of its service is on (Rpc.setting).
struct OptionalRoute {
  std::string rpc;
  std::function<std::string()> setting;  // its value as text
};

// Throws where the section has no such setting.
std::vector<OptionalRoute> optional_routes(const MethodTable& table, const Section& section);

void leave_out_routes(Host& host, const std::vector<OptionalRoute>& routes);

template <class Service, class Config>
class ServiceModule {
 public:
  explicit ServiceModule(std::string name) {
    module_.name = name;
    module_.config.name = std::move(name);
  }

  // Services that it calls. What it gets from Host must be named here.
  template <class... Names>
  ServiceModule& needs(Names... names) {
    module_.needs = {names...};
    return *this;
  }

  template <class T>
  ServiceModule& config(T Config::* field, std::string name, std::string help) {
    module_.config.settings.push_back(setting((*config_).*field, std::move(name), std::move(help)));
    return *this;
  }

  template <class T>
  ServiceModule& secret(T Config::* field, std::string name, std::string help) {
    module_.config.settings.push_back(
        setting((*config_).*field, std::move(name), std::move(help), true));
    return *this;
  }

  ServiceModule& migrations(const std::vector<Migration>& (*migrations)()) {
    migrations_ = migrations;
    return *this;
  }

  // Events are taken inside a transaction on the service's own database.
  template <class Event>
  ServiceModule& on(Result<void> (Service::*handler)(Tx&, const Call&, const Event&)) {
    const std::string type = Event::descriptor()->full_name();
    module_.subscribes.push_back(type);
    subscribe_.push_back([type, handler, name = module_.name](Host& host, Db& db,
                                                              Service& service) {
      return host.bus().subscribe(
          type, {name, &db,
                 [&service, handler](Tx& tx, const Call& call,
                                     const std::string& payload) -> Result<void> {
                   Event event;
                   if (!event.ParseFromString(payload))
                     return fail(Code::invalid_argument, "unreadable_event", "unreadable event");
                   return (service.*handler)(tx, call, event);
                 }});
    });
    return *this;
  }

  // For a service that keeps nothing on disk: right after the commit, on any thread, maybe twice.
  template <class Event>
  ServiceModule& on(void (Service::*handler)(const Call&, const Event&)) {
    watch_.push_back([handler](Host& host, Service& service) {
      return host.bus().watch(Event::descriptor()->full_name(),
                              [&service, handler](const Call& call, const std::string& payload) {
                                Event event;
                                if (event.ParseFromString(payload)) (service.*handler)(call, event);
                              });
    });
    return *this;
  }

  // Events may have passed without the watchers: on any thread.
  ServiceModule& on_missed(void (Service::*handler)()) {
    watch_.push_back([handler](Host& host, Service& service) {
      return host.bus().on_missed([&service, handler] { (service.*handler)(); });
    });
    return *this;
  }

  ServiceModule& make(std::function<std::unique_ptr<Service>(Host&, Db&, Config)> make) {
    make_ = [make = std::move(make)](Host& host, Db* db, Config config) {
      return make(host, *db, std::move(config));
    };
    return *this;
  }

  // For a service without migrations: it has no database.
  ServiceModule& make(std::function<std::unique_ptr<Service>(Host&, Config)> make) {
    make_ = [make = std::move(make)](Host& host, Db*, Config config) {
      return make(host, std::move(config));
    };
    return *this;
  }

  // What runs beside the calls: gives things (Workers) that stop when destroyed.
  ServiceModule& background(std::function<std::shared_ptr<void>(Host&, Service&)> background) {
    background_ = std::move(background);
    return *this;
  }

  // Whether it can do its work at the moment, for /readyz (host/readiness.h).
  ServiceModule& ready(Result<void> (Service::*check)() const) {
    ready_ = check;
    return *this;
  }

  // Its ends as generated from the contract: publish(MethodTable&, Api&) and connect_x(Channel&).
  template <class Api>
  Module api(void (*publish)(MethodTable&, Api&), std::unique_ptr<Api> (*connect)(Channel&)) {
    MethodTable methods;
    const auto shape = connect(nowhere());
    publish(methods, *shape);
    module_.routes = has_routes(methods);
    optional_routes_ = optional_routes(methods, module_.config);
    module_.start = [self = *this, publish](Host& host) { return self.start(host, publish); };
    // config: the settings' fields, which `optional` looks into.
    module_.dial = [name = module_.name, publish, connect, config = config_,
                    optional = optional_routes_](Host& host) -> Result<std::shared_ptr<Started>> {
      leave_out_routes(host, optional);
      auto dialled = std::make_shared<Dialled<Api>>(connect(host.channel(name)));
      host.offer<Api>(*dialled->api);
      publish(host.methods(), *dialled->api);
      return dialled;
    };
    return module_;
  }

 private:
  template <class Api>
  struct Dialled final : Started {
    explicit Dialled(std::unique_ptr<Api> a) : api(std::move(a)) {}

    std::unique_ptr<Api> api;
  };

  struct Here final : Started {
    void stop_delivering() override { relay.reset(); }

    void stop_working() override { background.reset(); }

    std::unique_ptr<Service> service;
    std::vector<std::shared_ptr<void>> subscriptions;
    std::shared_ptr<void> relay;
    std::shared_ptr<void> background;
  };

  template <class Api>
  Result<std::shared_ptr<Started>> start(Host& host, void (*publish)(MethodTable&, Api&)) const {
    auto alive = std::make_shared<Here>();
    leave_out_routes(host, optional_routes_);
    try {
      Db* db = migrations_ ? &host.open_db(module_.name, migrations_()) : nullptr;
      alive->service = make_(host, db, *config_);
      host.offer<Api>(*alive->service);
      publish(host.methods(), *alive->service);
      publish(host.own_methods(), *alive->service);
      for (const auto& subscribe : subscribe_)
        alive->subscriptions.push_back(subscribe(host, *db, *alive->service));
      for (const auto& watch : watch_) alive->subscriptions.push_back(watch(host, *alive->service));
      if (db)
        alive->relay =
            host.bus().relay(module_.name, *db, host.events(module_.name), host.next_loop());
      if (background_) alive->background = background_(host, *alive->service);
      host.readiness().add(module_.name, check_of(*alive->service));
    } catch (const std::exception& broken) {
      return fail(Code::internal, "cannot_start", module_.name + ": " + broken.what());
    }
    return alive;
  }

  Readiness::Check check_of(const Service& service) const {
    if (!ready_) return nullptr;
    return [&service, check = ready_] { return (service.*check)(); };
  }

  Module module_;
  std::shared_ptr<Config> config_ =
      std::make_shared<Config>();  // shared with the settings' closures
  std::vector<OptionalRoute> optional_routes_;
  const std::vector<Migration>& (*migrations_)() = nullptr;
  std::vector<std::function<std::shared_ptr<void>(Host&, Db&, Service&)>> subscribe_;
  std::vector<std::function<std::shared_ptr<void>(Host&, Service&)>> watch_;
  std::function<std::unique_ptr<Service>(Host&, Db*, Config)> make_;
  std::function<std::shared_ptr<void>(Host&, Service&)> background_;
  Result<void> (Service::*ready_)() const = nullptr;
};

template <class Service, class Config>
ServiceModule<Service, Config> service(std::string name) {
  return ServiceModule<Service, Config>(std::move(name));
}

}  // namespace lyceum::host
