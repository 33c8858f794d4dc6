#include "host/broker_consumer.h"

#include <limits>
#include <utility>

namespace lyceum::host {
namespace {

constexpr int first_channel = 2;  // of here_.services, one each; then the watchers'
constexpr int prefetch = 100;
constexpr int events_a_step = 256;
constexpr std::chrono::milliseconds stop_patience{2'000};

}  // namespace

BrokerConsumer::BrokerConsumer(const BrokerSettings& settings,
                               Takers takers,
                               metrics::Registry& metrics)
    : settings_(settings),
      takers_(std::move(takers)),
      consumed_(metrics.counter("broker_consumed_total", "messages from the broker")),
      redelivered_(metrics.counter("broker_redelivered_total",
                                   "those that had been delivered before, without an answer")),
      link_(settings_.address,
            "consume",
            metrics,
            {[this](rabbitmq::Connection& connection) { return begin(connection); },
             [this](rabbitmq::Connection& connection) { return step(connection); }, [] {},
             [this] { return idle(); }}) {}

void BrokerConsumer::start(Broker::Here here) {
  here_ = std::move(here);
  link_.start();
}

void BrokerConsumer::answer(const Arrival& arrival, Answer how) {
  {
    const std::scoped_lock lock(mutex_);
    answers_.push_back({arrival.connection, arrival.channel, arrival.tag, how});
    if (--under_way_ == 0) answered_.notify_all();
  }
  link_.wake();
}

void BrokerConsumer::stop() {
  {
    std::unique_lock lock(mutex_);
    stopped_ = true;
    answered_.wait(lock, [this] { return under_way_ == 0; });
  }
  link_.stop(stop_patience);
}

Result<void> BrokerConsumer::begin(rabbitmq::Connection& connection) {
  TRY_VOID(declare_all(connection, settings_, takers_));
  ++connection_;
  int channel = first_channel;
  for (const auto& service : here_.services) {
    TRY_VOID(connection.open_channel(channel));
    TRY_VOID(connection.consume(channel, service_queue(service), prefetch));
    ++channel;
  }
  return watch(connection, channel);
}

Result<void> BrokerConsumer::watch(rabbitmq::Connection& connection, int channel) {
  if (here_.watched.empty()) return {};
  TRY_VOID(connection.open_channel(channel));
  TRY(const auto queue, connection.declare_own_queue());
  for (const auto& type : here_.watched) TRY_VOID(connection.bind(queue, events_exchange, type));
  TRY_VOID(connection.consume_unanswered(channel, queue));
  here_.may_have_missed();  // from here on they miss nothing
  return {};
}

Result<bool> BrokerConsumer::step(rabbitmq::Connection& connection) {
  TRY_VOID(send_answers(connection));
  for (int i = 0; i < events_a_step; ++i) {
    if (stopped_) return false;  // what is not taken goes back to its queue
    TRY(auto happened, connection.next());
    if (!happened) return false;
    if (auto* delivered = std::get_if<rabbitmq::Delivered>(&*happened))
      receive(std::move(*delivered));
  }
  return true;
}

Result<void> BrokerConsumer::send_answers(rabbitmq::Connection& connection) {
  std::vector<Answered> answers;
  {
    const std::scoped_lock lock(mutex_);
    answers.swap(answers_);
  }
  for (const auto& answer : answers) {
    if (answer.connection != connection_) continue;  // it comes again anyway
    switch (answer.how) {
      case Answer::done:
        TRY_VOID(connection.acknowledge(answer.channel, answer.tag));
        break;
      case Answer::refuse:
        TRY_VOID(connection.reject(answer.channel, answer.tag));
        break;
      case Answer::reconnect:
        return fail(Code::aborted, "unanswered", "an event could be neither taken nor put aside");
    }
  }
  return {};
}

void BrokerConsumer::receive(rabbitmq::Delivered delivered) {
  consumed_.add();
  if (delivered.redelivered) redelivered_.add();
  const auto index = static_cast<std::size_t>(delivered.channel - first_channel);
  const bool answered = index < here_.services.size();
  {
    const std::scoped_lock lock(mutex_);
    if (stopped_) return;
    if (answered) ++under_way_;
  }
  here_.arrived({answered ? here_.services[index] : "", std::move(delivered.message), connection_,
                 delivered.channel, delivered.tag});
}

bool BrokerConsumer::idle() {
  const std::scoped_lock lock(mutex_);
  return under_way_ == 0 && answers_.empty();
}

}  // namespace lyceum::host
