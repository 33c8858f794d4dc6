#pragma once
// A process is a list of services. Those that --target names start here; those that they need and
// that are not here are dialled. Only server/modules.cpp and this plan know which is which.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "host/config.h"

namespace lyceum::host {

class Host;

// A module that was started. The process stops in three rounds, each in reverse of the start:
// nothing delivers events any more, nothing runs by itself any more, and then, when the loops have
// stopped so that no call can be under way, the services go.
class Started {
 public:
  virtual ~Started() = default;

  virtual void stop_delivering() {}

  virtual void stop_working() {}
};

struct Module {
  std::string name;
  std::vector<std::string> needs;       // services that it calls
  std::vector<std::string> subscribes;  // full names of the events that it takes
  bool routes = false;                  // has rpcs over HTTP: the gateway must reach it
  Section config;
  std::function<Result<std::shared_ptr<Started>>(Host&)> start;
  std::function<Result<std::shared_ptr<Started>>(Host&)> dial;  // reach the one in another process
};

struct Step {
  const Module* module;
  bool here;  // false: dial
};

// The order in which to start, dependencies first. `targets` may be {"all"}, and "gateway" is one
// of them: it needs every service with routes. An unknown name or a circle is an error that names
// it.
Result<std::vector<Step>> plan(const std::vector<Module>& modules,
                               const std::vector<std::string>& targets);

// Starts the steps in order and stops them in reverse; if one fails, those before it are stopped.
class Running {
 public:
  static Result<Running> start(Host& host, const std::vector<Step>& steps);
  Running(Running&&) = default;
  Running& operator=(Running&&) = delete;

  ~Running();

 private:
  explicit Running(Host& host) : host_(&host) {}

  Host* host_;
  std::vector<std::shared_ptr<Started>> started_;
};

}  // namespace lyceum::host
