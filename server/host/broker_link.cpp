#include "host/broker_link.h"

#include <algorithm>
#include <fmt/format.h>
#include <future>
#include <poll.h>
#include <random>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"

namespace lyceum::host {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds patience{5'000};  // for each step of connecting
constexpr milliseconds pause_first{100};
constexpr milliseconds pause_max{5'000};
constexpr milliseconds idle_poll{1'000};     // heartbeats and deadlines
constexpr milliseconds lasted_well{10'000};  // a connection that did starts the pauses anew

milliseconds pause_after(int failures) {
  thread_local std::minstd_rand chance{std::random_device{}()};
  const auto whole = std::min(pause_first * (1 << std::min(failures, 10)), pause_max);
  return milliseconds(
      std::uniform_int_distribution<std::int64_t>(whole.count() / 2, whole.count())(chance));
}

}  // namespace

BrokerLink::BrokerLink(rabbitmq::Address address,
                       std::string name,
                       metrics::Registry& metrics,
                       Work work)
    : address_(std::move(address)),
      name_(std::move(name)),
      connected_(metrics.gauge("broker_connected",
                               "1 while the connection to the broker is up",
                               fmt::format("connection=\"{}\"", name_))),
      work_(std::move(work)),
      wake_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

BrokerLink::~BrokerLink() {
  stop(milliseconds(0));
  close(wake_);
}

void BrokerLink::start() {
  thread_ = std::thread([this] { run(); });
}

void BrokerLink::wake() {
  static_cast<void>(eventfd_write(wake_, 1));
}

void BrokerLink::stop(milliseconds at_most) {
  if (!thread_.joinable()) return;
  stopping_ = true;
  wake();
  std::promise<void> done;
  auto over = done.get_future();
  std::thread impatient([this, &over, at_most] {
    if (over.wait_for(at_most) == std::future_status::ready) return;
    const std::scoped_lock lock(mutex_);
    ended_ = true;
    if (connection_ != nullptr) connection_->interrupt();
    wake();
  });
  thread_.join();
  done.set_value();
  impatient.join();
}

void BrokerLink::run() {
  while (!stopping_) {
    const auto since = steady_clock::now();
    connect_and_serve();
    if (steady_clock::now() - since > lasted_well) failures_ = 0;
    const auto until = steady_clock::now() + pause_after(failures_++);
    while (!stopping_ && steady_clock::now() < until)
      wait(-1, std::chrono::ceil<milliseconds>(until - steady_clock::now()));
  }
}

void BrokerLink::connect_and_serve() {
  auto connection = rabbitmq::Connection::open(address_, fmt::format("lyceum {}", name_), patience);
  Result<void> ended;
  if (connection) {
    {
      const std::scoped_lock lock(mutex_);
      connection_ = connection->get();
    }
    ended = serve(**connection);
    connected_.set(0);
    up_ = false;
    const std::scoped_lock lock(mutex_);
    connection_ = nullptr;
  } else {
    ended = fail(connection.error());
  }
  work_.end();
  if (ended) return (*connection)->close();
  if (!stopping_)
    log::warn("the broker cannot be reached", {{"broker", rabbitmq::describe(address_)},
                                               {"connection", name_},
                                               {"error", ended.error().message}});
}

// Gives success when it was stopped.
Result<void> BrokerLink::serve(rabbitmq::Connection& connection) {
  TRY_VOID(work_.begin(connection));
  connected_.set(1);
  up_ = true;
  log::info("the broker is connected",
            {{"broker", rabbitmq::describe(address_)}, {"connection", name_}});
  for (;;) {
    TRY(const bool more, work_.step(connection));
    if (stopping_ && work_.idle()) return {};
    {
      const std::scoped_lock lock(mutex_);
      if (ended_) return fail(Code::cancelled, "stopped", "stopped");
    }
    if (!more) wait(connection.socket(), idle_poll);
  }
}

void BrokerLink::wait(int socket, milliseconds at_most) const {
  pollfd files[] = {{wake_, POLLIN, 0}, {socket, POLLIN, 0}};  // a socket of -1 is ignored
  poll(files, 2, static_cast<int>(at_most.count()));
  eventfd_t ignored = 0;
  static_cast<void>(eventfd_read(wake_, &ignored));
}

}  // namespace lyceum::host
