#include "host/broker.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <set>
#include <utility>

#include "base/log.h"
#include "host/broker_consumer.h"
#include "host/broker_publisher.h"
#include "host/peers.h"
#include "host/trace.h"

namespace lyceum::host {
namespace {

// Only deliveries whose process died or lost its connection count: a broker that is restarted often
// harms nothing, and what kills each process that touches it is dead in the end.
constexpr int delivery_limit = 50;
constexpr std::chrono::milliseconds stop_patience{2'000};

std::string dead_queue(const std::string& service) {
  return service_queue(service) + ".dead";
}

rabbitmq::Message message_of(Event event) {
  return {.id = fmt::to_string(event.info.id),
          .type = std::move(event.info.type),
          .traceparent = event.info.trace.trace_id.empty() ? "" : traceparent(event.info.trace),
          .created_at_ms = event.info.created_at,
          .tries = 0,
          .reason = {},
          .body = std::move(event.payload)};
}

}  // namespace

std::string service_queue(const std::string& service) {
  return "lyceum." + service;
}

std::string retry_queue(std::int64_t wait_ms) {
  return fmt::format("lyceum.retry.{}", wait_ms);
}

Result<void> declare_all(rabbitmq::Connection& connection,
                         const BrokerSettings& settings,
                         const Takers& takers) {
  TRY_VOID(connection.declare_exchange(events_exchange, "direct"));
  TRY_VOID(connection.declare_exchange(dead_exchange, "direct"));
  for (const auto& [service, types] : takers) {
    TRY_VOID(connection.declare({.name = dead_queue(service),
                                 .dead_exchange = {},
                                 .dead_key = {},
                                 .ttl_ms = 0,
                                 .delivery_limit = 0,
                                 .dies = false}));
    TRY_VOID(connection.bind(dead_queue(service), dead_exchange, service_queue(service)));
    TRY_VOID(connection.declare({.name = service_queue(service),
                                 .dead_exchange = dead_exchange,
                                 .dead_key = service_queue(service),
                                 .ttl_ms = 0,
                                 .delivery_limit = delivery_limit,
                                 .dies = true}));
    for (const auto& type : types)
      TRY_VOID(connection.bind(service_queue(service), events_exchange, type));
  }
  for (const auto wait : std::set(settings.retry_waits_ms.begin(), settings.retry_waits_ms.end())) {
    const auto name = retry_queue(wait);
    TRY_VOID(connection.declare_exchange(name, "fanout"));
    TRY_VOID(connection.declare({.name = name,
                                 .dead_exchange = {},
                                 .dead_key = {},
                                 .ttl_ms = wait,
                                 .delivery_limit = 0,
                                 .dies = true}));
    TRY_VOID(connection.bind(name, name, ""));
  }
  return {};
}

Broker::Broker(BrokerSettings settings, Takers takers, metrics::Registry& metrics)
    : settings_(std::move(settings)),
      retried_(metrics.counter("broker_retries_total", "events put aside to be tried again")),
      dead_(metrics.counter("broker_dead_total", "events that were tried too often")),
      publisher_(std::make_unique<BrokerPublisher>(settings_, takers, metrics)),
      consumer_(std::make_unique<BrokerConsumer>(settings_, std::move(takers), metrics)) {}

Broker::~Broker() {
  stop();
}

void Broker::start(Here here) {
  publisher_->start(here.can_publish);
  consumer_->start(std::move(here));
}

bool Broker::can_publish() const {
  return publisher_->up();
}

Task<Sent> Broker::publish(Event event) {
  auto message = message_of(std::move(event));
  auto key = message.type;
  co_return co_await publisher_->publish(events_exchange, std::move(key), std::move(message));
}

void Broker::done(const Arrival& arrival) {
  consumer_->answer(arrival, BrokerConsumer::Answer::done);
}

Task<void> Broker::again(Arrival arrival, std::string reason) {
  rabbitmq::Message copy = arrival.message;
  const auto failures = static_cast<std::size_t>(std::max(copy.tries, 0));
  const bool dies = failures >= settings_.retry_waits_ms.size();
  ++copy.tries;
  copy.reason = std::move(reason);
  auto exchange = dies ? dead_exchange : retry_queue(settings_.retry_waits_ms[failures]);
  const auto sent = co_await publisher_->publish(std::move(exchange),
                                                 service_queue(arrival.service), std::move(copy));
  if (sent != Sent::confirmed)
    co_return consumer_->answer(arrival, BrokerConsumer::Answer::reconnect);
  (dies ? dead_ : retried_).add();
  if (dies)
    log::error("an event was tried too often",
               {{"type", arrival.message.type}, {"service", arrival.service}});
  consumer_->answer(arrival, BrokerConsumer::Answer::done);
}

void Broker::refuse(const Arrival& arrival) {
  dead_.add();
  log::error("an event cannot be read",
             {{"type", arrival.message.type}, {"service", arrival.service}});
  consumer_->answer(arrival, BrokerConsumer::Answer::refuse);
}

void Broker::stop() {
  consumer_->stop();  // first: what it cannot take goes to the publisher
  publisher_->stop(stop_patience);
}

Result<rabbitmq::Address> read_broker(const std::string& url,
                                      const std::string& tls_ca,
                                      const std::string& tls_cert,
                                      const std::string& tls_key) {
  TRY(auto address, rabbitmq::parse_address(url));
  if (address.tls && tls_ca.empty())
    return bad_field("server.bus", "bad_setting",
                     "amqps needs server.tls_ca, tls_cert and tls_key");
  if (!address.tls && !is_loopback(fmt::format("{}:{}", address.host, address.port)))
    return bad_field("server.bus", "bad_setting",
                     "the broker is not on this machine: amqps:// is needed");
  address.ca = tls_ca;
  address.certificate = tls_cert;
  address.key = tls_key;
  return address;
}

}  // namespace lyceum::host
