// The bus where there is a broker: what it brings goes to the watchers at once, and to a service
// through its inbox; only then it is answered.

#include <algorithm>
#include <charconv>
#include <set>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "base/log.h"
#include "host/bus.h"
#include "host/bus_inbox.h"
#include "host/trace.h"

namespace lyceum::host {
namespace {

// Nothing where it is not one of ours.
std::shared_ptr<const Event> event_of(const rabbitmq::Message& message) {
  auto out = std::make_shared<Event>();
  const auto& id = message.id;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), out->info.id);
  if (error != std::errc() || end != id.data() + id.size() || message.type.empty()) return nullptr;
  out->info.type = message.type;
  out->info.created_at = message.created_at_ms;
  out->info.trace = parse_traceparent(message.traceparent).value_or(Trace());
  out->payload = message.body;
  return out;
}

}  // namespace

void Bus::start(std::function<boost::asio::any_io_executor()> next_loop) {
  if (!broker_) return;
  next_loop_ = std::move(next_loop);
  std::set<std::string> services;
  Broker::Here here;
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& [type, subscribers] : here_)
      for (const auto& subscriber : subscribers) services.insert(subscriber->service);
    for (const auto& [type, watchers] : watchers_) here.watched.push_back(type);
  }
  here.services.assign(services.begin(), services.end());
  here.arrived = [this](Arrival arrival) { arrived(std::move(arrival)); };
  here.may_have_missed = [this] { missed(); };
  here.can_publish = [this] { wake_relays(); };
  broker_->start(std::move(here));
}

void Bus::stop() {
  if (broker_) broker_->stop();
}

void Bus::arrived(Arrival arrival) {
  if (!arrival.service.empty()) {
    boost::asio::co_spawn(next_loop_(), deliver(std::move(arrival)), boost::asio::detached);
  } else if (const auto event = event_of(arrival.message)) {
    show(event->info.type, Call::of_service(event->info.trace), event->payload);
  }
}

Task<void> Bus::deliver(Arrival arrival) {
  const auto event = event_of(arrival.message);
  if (!event) co_return broker_->refuse(arrival);
  const auto subscriber = find(arrival.service, event->info.type);
  if (!subscriber) {  // a binding of an older Lyceum
    log::warn("an event came that its service does not take any more",
              {{"type", event->info.type}, {"service", arrival.service}});
    co_return broker_->done(arrival);
  }
  Result<void> taken;
  try {
    taken = co_await take(clock_.now_ms(), subscriber, event);
  } catch (const std::exception& bug) {
    taken = fail(Code::internal, "threw", bug.what());
  }
  if (taken) co_return broker_->done(arrival);
  log::warn("an event was not taken", {{"type", event->info.type},
                                       {"service", arrival.service},
                                       {"reason", taken.error().reason},
                                       {"error", taken.error().message}});
  co_await broker_->again(std::move(arrival), taken.error().reason + ": " + taken.error().message);
}

std::shared_ptr<Subscription> Bus::find(const std::string& service, const std::string& type) {
  const std::scoped_lock lock(mutex_);
  const auto found = here_.find(type);
  if (found == here_.end()) return nullptr;
  const auto at = std::ranges::find(found->second, service,
                                    [](const auto& subscriber) { return subscriber->service; });
  return at == found->second.end() ? nullptr : *at;
}

void Bus::missed() {
  std::vector<std::shared_ptr<std::function<void()>>> callbacks;
  {
    const std::scoped_lock lock(mutex_);
    callbacks = missed_;
  }
  for (const auto& callback : callbacks) (*callback)();
}

void Bus::wake_relays() {
  const std::scoped_lock lock(mutex_);
  for (const auto& waker : relay_wakers_) (*waker)();
}

}  // namespace lyceum::host
