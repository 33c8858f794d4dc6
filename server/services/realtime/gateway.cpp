#include "services/realtime/gateway.h"

#include <algorithm>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/log.h"
#include "services/realtime/hub.h"
#include "services/realtime/sequencer.h"

namespace asio = boost::asio;

namespace lyceum::realtime {

Gateway::Gateway(Config c,
                 const Clock& k,
                 identity::v1::IdentityApi& i,
                 servers::v1::ServersApi& s,
                 messages::v1::MessagesApi& m,
                 metrics::Registry& registry,
                 Json j)
    : config(c),
      clock(k),
      identity(i),
      servers(s),
      messages(m),
      json(std::move(j)),
      counters(registry) {}

Counters::Counters(metrics::Registry& registry)
    : sessions(registry.gauge("realtime_sessions",
                              "Gateway sessions, connected or waiting to be resumed.")),
      connections(registry.gauge("realtime_connections", "Gateway connections that are open.")),
      queue_bytes(
          registry.gauge("realtime_queue_bytes", "Bytes queued for clients that read slowly.")),
      channels(registry.gauge("realtime_channels", "Channels that a session sees.")),
      events(registry.counter("realtime_events_total", "Events taken from the bus.")),
      deliveries(registry.counter("realtime_deliveries_total", "Events queued to a connection.")),
      slow_closed(registry.counter("realtime_slow_closed_total",
                                   "Connections closed because they read too slowly.")),
      resumed(registry.counter("realtime_resumed_total", "Sessions resumed.")) {}

Gateway::~Gateway() = default;

std::shared_ptr<Gateway> Gateway::make(Config config,
                                       const Clock& clock,
                                       identity::v1::IdentityApi& identity,
                                       servers::v1::ServersApi& servers,
                                       messages::v1::MessagesApi& messages,
                                       metrics::Registry& metrics,
                                       Json json,
                                       const std::vector<asio::any_io_executor>& loops) {
  // shared: what is posted to a loop may run after the service has gone.
  const std::shared_ptr<Gateway> made(
      new Gateway(config, clock, identity, servers, messages, metrics, std::move(json)));
  for (const auto& loop : loops) made->hubs_.push_back(std::make_unique<Hub>(*made, loop));
  made->sequencer = std::make_unique<Sequencer>(*made, loops.front());
  made->sequencer->start();
  for (const auto& hub : made->hubs_) hub->start();
  return made;
}

void Gateway::stop() {
  std::unique_lock lock(mutex_);
  stopped_ = true;
  quiet_.wait(lock, [this] { return under_way_ == 0; });
}

void Gateway::post(const asio::any_io_executor& loop, std::function<void()> what) {
  asio::post(loop, [self = shared_from_this(), what = std::move(what)] { what(); });
}

void Gateway::later(const asio::any_io_executor& loop, std::function<void()> what) {
  const auto timer =
      std::make_shared<asio::steady_timer>(loop, std::chrono::milliseconds(config.sweep_ms));
  timer->async_wait([self = shared_from_this(), timer,
                     what = std::move(what)](const boost::system::error_code& error) {
    if (!error) what();
  });
}

void Gateway::spawn(const asio::any_io_executor& loop, Task<void> task) {
  {
    const std::scoped_lock lock(mutex_);
    if (stopped_) return;
    ++under_way_;
  }
  asio::co_spawn(loop, std::move(task),
                 [self = shared_from_this()](const std::exception_ptr& thrown) {
                   if (thrown) log::error("a question of the gateway threw");
                   const std::scoped_lock lock(self->mutex_);
                   if (--self->under_way_ == 0) self->quiet_.notify_all();
                 });
}

Hub& Gateway::hub_of(const asio::any_io_executor& loop) {
  const auto found =
      std::ranges::find_if(hubs_, [&](const auto& hub) { return hub->loop() == loop; });
  return found == hubs_.end() ? *hubs_.front() : **found;
}

}  // namespace lyceum::realtime
