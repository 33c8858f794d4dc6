#include "host/serve.h"

#include <csignal>
#include <fmt/format.h>
#include <future>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_future.hpp>

#include "base/log.h"
#include "base/open_files.h"
#include "base/version.h"
#include "host/edge.h"
#include "host/grpc.h"
#include "host/probes.h"

namespace asio = boost::asio;

namespace lyceum::host {
namespace {

// Gives the first signal to `first`; a second ends the process at once, as an impatient operator
// wants.
class Signals {
 public:
  explicit Signals(std::function<void()> first) : first_(std::move(first)) {
    wait();  // before the loop runs: without work it would end at once
    thread_ = std::thread([this] { loop_.run(); });
  }

  ~Signals() {
    loop_.stop();
    thread_.join();
  }

 private:
  void wait() {
    signals_.async_wait([this](const boost::system::error_code& error, int) {
      if (error) return;
      if (seen_++ > 0) _exit(1);
      first_();
      wait();
    });
  }

  std::function<void()> first_;
  int seen_ = 0;
  asio::io_context loop_{1};
  asio::signal_set signals_{loop_, SIGTERM, SIGINT};
  std::thread thread_;
};

log::Level level_of(const std::string& name) {
  if (name == "debug") return log::Level::debug;
  if (name == "warn") return log::Level::warn;
  if (name == "error") return log::Level::error;
  if (name == "off") return log::Level::off;
  return log::Level::info;
}

Result<Peers> read_peers(const Settings& settings, const std::vector<Module>& modules) {
  TRY(auto tls,
      load_tls({settings.tls_ca, settings.tls_cert, settings.tls_key}, SystemClock().now_ms()));
  if (!settings.grpc.empty() && !tls && !is_loopback(settings.grpc))
    return fail({Code::invalid_argument, "bad_setting",
                 "only on this machine, as long as there is no server.tls_ca, tls_cert and tls_key "
                 "(`lyceum certs` makes them)",
                 "server.grpc", 0});
  return Peers::read(settings.peers, modules, std::move(tls));
}

Result<std::optional<BrokerSettings>> broker_settings(const Settings& settings) {
  if (settings.bus.empty()) return std::nullopt;
  BrokerSettings out;
  TRY(out.address, read_broker(settings.bus, settings.tls_ca, settings.tls_cert, settings.tls_key));
  return out;
}

// The HTTP side of this process; none is null.
Result<std::unique_ptr<Edge>> listen_http(Host& host, std::span<const EmbeddedFile> website) {
  if (host.settings().gateway()) return Edge::listen(host, website);
  if (host.settings().address().empty()) return nullptr;
  return listen_for_probes(host);
}

// Where other processes reach this one; none is null.
Result<std::unique_ptr<GrpcServer>> serve_others(Host& host) {
  const auto& listen = host.settings().grpc;
  if (listen.empty()) return nullptr;
  try {
    return serve_grpc(
        host.own_methods(), [&host] { return host.next_loop(); }, listen, host.peers().tls());
  } catch (const std::runtime_error& wrong) {
    return fail({Code::failed_precondition, "cannot_listen", wrong.what(), "server.grpc", 0});
  }
}

int failed(const Error& error) {
  fmt::print(stderr, "lyceum: {}\n",
             error.field.empty() ? error.message : error.field + ": " + error.message);
  return error.reason == "bad_setting" ? 2 : 1;
}

}  // namespace

std::string socket_address(const std::string& data) {
  return "unix:" + data + "/lyceum.sock";
}

Result<std::unique_ptr<Instance>> Instance::start(
    Settings settings,
    std::vector<Module> modules,
    std::unique_ptr<DataLock> lock,
    const std::function<Result<void>(Host&)>& before_services) {
  auto out = std::unique_ptr<Instance>(new Instance());
  out->lock_ = std::move(lock);
  out->modules_ = std::move(modules);
  TRY(const auto steps, plan(out->modules_, settings.target));
  TRY(auto peers, read_peers(settings, out->modules_));
  TRY_VOID(peers.reach(steps));
  TRY(auto broker, broker_settings(settings));
  out->host_ = std::make_unique<Host>(std::move(settings), out->modules_, std::move(peers),
                                      std::move(broker));
  if (before_services) TRY_VOID(before_services(*out->host_));
  TRY(auto running, Running::start(*out->host_, steps));
  out->running_ = std::make_unique<Running>(std::move(running));
  return out;
}

int serve(Settings settings,
          std::vector<Module> modules,
          std::span<const EmbeddedFile> website,
          const Opening& opening) {
  log::set_level(level_of(settings.log_level));
  allow_many_files();
  auto lock = DataLock::take(settings.data);
  if (!lock) return failed(lock.error());
  const std::string socket = socket_address(settings.data);

  // The edge listens first: with port 0, only then is the public address known that services need.
  std::unique_ptr<Edge> edge;
  auto instance = Instance::start(std::move(settings), std::move(modules), *std::move(lock),
                                  [&](Host& host) -> Result<void> {
                                    TRY(edge, listen_http(host, website));
                                    return {};
                                  });
  if (!instance) return failed(instance.error());
  Host& host = (*instance)->host();
  int exit_code = 0;
  {
    unlink(socket.substr(5).c_str());
    const auto command_line =
        serve_grpc(host.methods(), [&host] { return host.next_loop(); }, socket);
    const auto others = serve_others(host);
    std::promise<void> stop;
    const Signals signals([&stop] { stop.set_value(); });
    if (!others) {
      exit_code = failed(others.error());
    } else if (const auto prepared = opening.prepare(**instance); !prepared) {
      exit_code = failed(prepared.error());
    } else {
      if (edge) edge->open();
      opening.announce(**instance);
      log::info("ready", {{"version", version_text},
                          {"address", host.settings().gateway() ? host.public_url()
                                                                : host.settings().address()}});
      stop.get_future().wait();
      log::info("draining");
    }
    if (edge) edge->drain();
  }
  unlink(socket.substr(5).c_str());
  edge.reset();
  instance->reset();
  log::info("stopped");
  return exit_code;
}

}  // namespace lyceum::host
