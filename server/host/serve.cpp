#include "host/serve.h"

#include <csignal>
#include <fmt/format.h>
#include <future>
#include <sys/resource.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_future.hpp>

#include "base/log.h"
#include "base/version.h"
#include "host/edge.h"
#include "host/grpc.h"

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

// Each connection is a file, and the usual soft limit is 1024 for the sake of programs that
// select().
void allow_many_files() {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur == files.rlim_max) return;
  files.rlim_cur = files.rlim_max;
  static_cast<void>(setrlimit(RLIMIT_NOFILE, &files));
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
  out->host_ = std::make_unique<Host>(std::move(settings), out->modules_);
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
  if (!lock) {
    fmt::print(stderr, "lyceum: {}\n", lock.error().message);
    return 1;
  }
  const std::string socket = socket_address(settings.data);
  const std::string grpc = settings.grpc;

  // The edge listens first: with port 0, only then is the public address known that services need.
  std::unique_ptr<Edge> edge;
  auto instance = Instance::start(std::move(settings), std::move(modules), *std::move(lock),
                                  [&](Host& host) -> Result<void> {
                                    TRY(edge, Edge::listen(host, website));
                                    return {};
                                  });
  if (!instance) {
    fmt::print(stderr, "lyceum: {}\n", instance.error().message);
    return 1;
  }
  Host& host = (*instance)->host();
  int exit_code = 0;
  {
    const auto next_loop = [&host] { return host.next_loop(); };
    unlink(socket.substr(5).c_str());
    const auto command_line = serve_grpc(host.methods(), next_loop, socket);
    const auto others = grpc.empty() ? nullptr : serve_grpc(host.methods(), next_loop, grpc);
    std::promise<void> stop;
    const Signals signals([&stop] { stop.set_value(); });
    if (const auto prepared = opening.prepare(**instance); !prepared) {
      fmt::print(stderr, "lyceum: {}\n", prepared.error().message);
      exit_code = 1;
    } else {
      edge->open();
      opening.announce(**instance);
      log::info("ready", {{"version", version_text}, {"address", host.public_url()}});
      stop.get_future().wait();
      log::info("draining");
    }
    edge->drain();
  }
  unlink(socket.substr(5).c_str());
  edge.reset();
  instance->reset();
  log::info("stopped");
  return exit_code;
}

}  // namespace lyceum::host
