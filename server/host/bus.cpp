#include "host/bus.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/log.h"
#include "base/parallel.h"
#include "host/bus_inbox.h"

namespace lyceum::host {
namespace {

constexpr int batch_max = 200;
constexpr std::int64_t backoff_first_ms = 1000;
constexpr std::int64_t backoff_max_ms = std::int64_t{5} * 60 * 1000;

Result<std::vector<Event>> due_events(Tx& tx, std::int64_t now) {
  return tx.all(
      "SELECT id, type, payload, trace_id, span_id, created_at, attempts FROM outbox"
      " WHERE next_at <= $1 ORDER BY next_at, id LIMIT $2",
      {now, batch_max}, [](const Row& row) {
        return Event{{row.integer(0), row.text(1), row.integer(5), {row.text(3), row.text(4)}},
                     row.text(2),
                     row.integer(6)};
      });
}

// What was committed after `id`: ids rise in the order of commits, as a database has one writer.
Result<std::vector<Event>> events_after(Tx& tx, std::int64_t id) {
  return tx.all(
      "SELECT id, type, payload, trace_id, span_id, created_at, attempts FROM outbox"
      " WHERE id > $1 ORDER BY id LIMIT $2",
      {id, batch_max}, [](const Row& row) {
        return Event{{row.integer(0), row.text(1), row.integer(5), {row.text(3), row.text(4)}},
                     row.text(2),
                     row.integer(6)};
      });
}

}  // namespace

// One outbox and the loop that empties it.
class Relay {
  struct Outcome {
    std::vector<std::int64_t> done, late;  // ids: to be crossed out, to be tried again
  };

 public:
  Relay(Bus& bus,
        const std::string& service,
        Db& db,
        Events& events,
        boost::asio::any_io_executor loop)
      : bus_(bus),
        db_(db),
        delivered_(bus.metrics_.counter("outbox_publish_total",
                                        "events carried to all who take them",
                                        fmt::format("service=\"{}\"", service))),
        retried_(bus.metrics_.counter("outbox_retries_total",
                                      "deliveries that will be tried again",
                                      fmt::format("service=\"{}\"", service))),
        shower_(
            loop, [this] { return show(); }, std::chrono::milliseconds(500)),
        worker_(std::move(loop), [this] { return step(); }, std::chrono::milliseconds(500)) {
    events.wake = [show = shower_.waker(), carry = worker_.waker()] {
      show();
      carry();
    };
    const std::scoped_lock lock(bus_.mutex_);
    bus_.relay_wakers_.push_back(waker_);
  }

  ~Relay() {
    const std::scoped_lock lock(bus_.mutex_);
    std::erase(bus_.relay_wakers_, waker_);
  }

  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

 private:
  // Gives what is new to the watchers. Beside step(), which waits for the subscribers' disks.
  Task<bool> show() {
    if (bus_.broker_) co_return false;  // it brings them
    const std::int64_t shown = shown_;
    const auto events = co_await db_.read([&](Tx& tx) { return events_after(tx, shown); });
    if (!events || events->empty()) co_return false;
    for (const auto& event : *events) {
      if (event.info.id <= shown_) continue;  // the other worker was here meanwhile
      shown_ = event.info.id;
      bus_.show(event.info.type, Call::of_service(event.info.trace), event.payload);
    }
    co_return events->size() == batch_max;
  }

  Task<bool> step() {
    if (bus_.broker_ && !bus_.broker_->can_publish()) co_return false;
    const auto now = bus_.clock_.now_ms();
    const auto events = co_await db_.read([&](Tx& tx) { return due_events(tx, now); });
    if (!events) co_return false;
    while (co_await show()) {  // before any of them leaves the outbox
    }
    const auto out = std::make_shared<Outcome>();
    std::vector<Task<void>> ways;
    for (const auto& event : *events) {
      auto one = std::make_shared<const Event>(event);
      ways.push_back(bus_.broker_ ? publish(std::move(one), out) : deliver(std::move(one), out));
    }
    co_await run_all(std::move(ways));
    if (out->done.empty() && out->late.empty()) co_return false;
    (void)co_await db_.write([&](Tx& tx) { return settle(tx, *events, *out, now); });
    delivered_.add(std::ssize(out->done));
    retried_.add(std::ssize(out->late));
    co_return events->size() == batch_max;
  }

  Task<void> publish(std::shared_ptr<const Event> event, std::shared_ptr<Outcome> out) {
    const Sent sent = co_await bus_.broker_->publish(*event);
    const bool gone = sent == Sent::confirmed || sent == Sent::unrouted;
    (gone ? out->done : out->late).push_back(event->info.id);
  }

  Task<void> deliver(std::shared_ptr<const Event> event, std::shared_ptr<Outcome> out) {
    const auto subscribers = subscribers_of(event->info.type);
    const auto wanted = bus_.wanted_.find(event->info.type);
    bool all = wanted == bus_.wanted_.end() || subscribers.size() >= wanted->second;
    for (const auto& subscriber : subscribers) {
      const auto taken = co_await take(bus_.clock_.now_ms(), subscriber, event);
      if (taken) continue;
      all = false;
      log::warn("an event was not taken", {{"type", event->info.type},
                                           {"service", subscriber->service},
                                           {"reason", taken.error().reason},
                                           {"error", taken.error().message}});
    }
    (all ? out->done : out->late).push_back(event->info.id);
  }

  static Result<void> settle(Tx& tx,
                             const std::vector<Event>& events,
                             const Outcome& out,
                             std::int64_t now) {
    for (const auto id : out.done) TRY_VOID(tx.exec("DELETE FROM outbox WHERE id = $1", {id}));
    for (const auto id : out.late) {
      const auto event =
          std::ranges::find_if(events, [&](const Event& e) { return e.info.id == id; });
      const auto wait =
          std::min(backoff_first_ms << std::min<std::int64_t>(event->attempts, 20), backoff_max_ms);
      TRY_VOID(tx.exec("UPDATE outbox SET attempts = attempts + 1, next_at = $2 WHERE id = $1",
                       {id, now + wait}));
    }
    return {};
  }

  std::vector<std::shared_ptr<Subscription>> subscribers_of(const std::string& type) {
    const std::scoped_lock lock(bus_.mutex_);
    return bus_.here_[type];
  }

  Bus& bus_;
  Db& db_;
  metrics::Counter& delivered_;
  metrics::Counter& retried_;
  std::int64_t shown_ = 0;  // both workers are on one loop
  Worker shower_;
  Worker worker_;
  const std::shared_ptr<std::function<void()>> waker_ =
      std::make_shared<std::function<void()>>(worker_.waker());
};

Bus::Bus(const Clock& clock,
         metrics::Registry& metrics,
         const std::vector<Module>& modules,
         std::optional<BrokerSettings> broker)
    : clock_(clock), metrics_(metrics) {
  Takers takers;
  for (const auto& module : modules)
    for (const auto& type : module.subscribes) {
      ++wanted_[type];
      takers[module.name].push_back(type);
    }
  if (broker) broker_ = std::make_unique<Broker>(*std::move(broker), std::move(takers), metrics);
}

Bus::~Bus() = default;

std::shared_ptr<void> Bus::subscribe(const std::string& type, Subscription subscription) {
  auto entry = std::make_shared<Subscription>(std::move(subscription));
  const std::scoped_lock lock(mutex_);
  here_[type].push_back(entry);
  return {nullptr, [this, type, entry](void*) {
            const std::scoped_lock inner(mutex_);
            std::erase(here_[type], entry);
          }};
}

std::shared_ptr<void> Bus::watch(const std::string& type, EventWatcher watcher) {
  auto entry = std::make_shared<EventWatcher>(std::move(watcher));
  const std::scoped_lock lock(mutex_);
  watchers_[type].push_back(entry);
  return {nullptr, [this, type, entry](void*) {
            const std::scoped_lock inner(mutex_);
            std::erase(watchers_[type], entry);
          }};
}

std::shared_ptr<void> Bus::on_missed(std::function<void()> missed) {
  auto entry = std::make_shared<std::function<void()>>(std::move(missed));
  const std::scoped_lock lock(mutex_);
  missed_.push_back(entry);
  return {nullptr, [this, entry](void*) {
            const std::scoped_lock inner(mutex_);
            std::erase(missed_, entry);
          }};
}

void Bus::show(const std::string& type, const Call& call, const std::string& payload) {
  std::vector<std::shared_ptr<EventWatcher>> watchers;
  {
    const std::scoped_lock lock(mutex_);
    if (const auto found = watchers_.find(type); found != watchers_.end()) watchers = found->second;
  }
  for (const auto& watcher : watchers) (*watcher)(call, payload);
}

std::shared_ptr<void> Bus::relay(const std::string& service,
                                 Db& db,
                                 Events& events,
                                 boost::asio::any_io_executor loop) {
  return std::make_shared<Relay>(*this, service, db, events, std::move(loop));
}

}  // namespace lyceum::host
