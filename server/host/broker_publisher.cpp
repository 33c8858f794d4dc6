#include "host/broker_publisher.h"

#include <algorithm>
#include <utility>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/log.h"

namespace asio = boost::asio;

namespace lyceum::host {
namespace {

constexpr int channel = 2;
constexpr std::size_t window = 200;
constexpr std::size_t waiting_max = 10'000;  // a batch of each relay, and what is tried again

using std::chrono::steady_clock;

}  // namespace

BrokerPublisher::BrokerPublisher(const BrokerSettings& settings,
                                 Takers takers,
                                 metrics::Registry& metrics)
    : settings_(settings),
      takers_(std::move(takers)),
      published_(metrics.counter("broker_published_total", "messages sent to the broker")),
      confirmed_(metrics.counter("broker_confirmed_total", "messages that it has on disk")),
      returned_(metrics.counter("broker_returned_total", "messages that no queue wanted")),
      refused_(metrics.counter("broker_refused_total", "messages that it did not take")),
      link_(settings_.address,
            "publish",
            metrics,
            {[this](rabbitmq::Connection& connection) { return begin(connection); },
             [this](rabbitmq::Connection& connection) { return step(connection); },
             [this] { end(); }, [this] { return idle(); }}) {}

void BrokerPublisher::start(std::function<void()> can_publish) {
  can_publish_ = std::move(can_publish);
  link_.start();
}

Task<Sent> BrokerPublisher::publish(std::string exchange,
                                    std::string key,
                                    rabbitmq::Message message) {
  const Sent how = co_await asio::async_initiate<const asio::use_awaitable_t<>, void(Sent)>(
      [&](auto handler) {
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        auto executor = asio::get_associated_executor(*shared);
        Letter letter{std::move(exchange), std::move(key), std::move(message),
                      [shared, executor](Sent sent) {
                        asio::post(executor, [shared, sent] { std::move (*shared)(sent); });
                      }};
        {
          const std::scoped_lock lock(mutex_);
          if (up() && waiting_.size() < waiting_max) {
            waiting_.push_back(std::move(letter));
            return link_.wake();
          }
        }
        letter.tell(Sent::lost);
      },
      asio::use_awaitable);
  co_return how;
}

void BrokerPublisher::stop(std::chrono::milliseconds patience) {
  {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
  }
  link_.stop(patience);
}

Result<void> BrokerPublisher::begin(rabbitmq::Connection& connection) {
  TRY_VOID(declare_all(connection, settings_, takers_));
  TRY_VOID(connection.open_channel(channel));
  TRY_VOID(connection.confirm(channel));
  last_tag_ = 0;
  is_new_ = true;
  return {};
}

Result<bool> BrokerPublisher::step(rabbitmq::Connection& connection) {
  if (std::exchange(is_new_, false)) can_publish_();
  TRY_VOID(receive(connection));
  TRY_VOID(send(connection));
  if (!flying_.empty() && flying_.begin()->second.until < steady_clock::now())
    return fail(Code::deadline_exceeded, "no_confirm", "no confirm in time");
  if (std::exchange(declare_again_, false))
    return fail(Code::failed_precondition, "queue_missing", "a queue has gone: it is made again");
  return false;
}

Result<void> BrokerPublisher::receive(rabbitmq::Connection& connection) {
  for (;;) {
    TRY(const auto happened, connection.next());
    if (!happened) return {};
    if (const auto* confirm = std::get_if<rabbitmq::Confirmed>(&*happened)) confirmed(*confirm);
    if (const auto* returned = std::get_if<rabbitmq::Returned>(&*happened))
      for (auto& [tag, flying] : flying_)
        if (flying.letter.message.id == returned->message_id) flying.returned = true;
  }
}

Result<void> BrokerPublisher::send(rabbitmq::Connection& connection) {
  while (flying_.size() < window) {
    Letter letter;
    {
      const std::scoped_lock lock(mutex_);
      if (waiting_.empty()) return {};
      letter = std::move(waiting_.front());
      waiting_.pop_front();
    }
    const auto& [at, flying] =
        *flying_
             .emplace(++last_tag_,
                      Flying{std::move(letter), steady_clock::now() + settings_.confirm_patience})
             .first;
    published_.add();
    TRY_VOID(connection.publish(channel, flying.letter.exchange, flying.letter.key,
                                flying.letter.message));
  }
  return {};
}

void BrokerPublisher::confirmed(const rabbitmq::Confirmed& confirm) {
  const auto last = flying_.upper_bound(confirm.tag);
  auto first = confirm.multiple ? flying_.begin() : flying_.find(confirm.tag);
  if (first == flying_.end()) return;
  while (first != last) {
    settle(first->second, confirm.good);
    first = flying_.erase(first);
  }
}

void BrokerPublisher::settle(const Flying& flying, bool good) {
  if (!good) {
    refused_.add();
    return flying.letter.tell(Sent::refused);
  }
  if (!flying.returned) {
    confirmed_.add();
    return flying.letter.tell(Sent::confirmed);
  }
  returned_.add();
  if (!takers_know(flying.letter)) return flying.letter.tell(Sent::unrouted);
  declare_again_ = true;  // somebody has deleted a queue
  flying.letter.tell(Sent::refused);
}

// Whether a queue must have taken it.
bool BrokerPublisher::takers_know(const Letter& letter) const {
  return letter.exchange != events_exchange || std::ranges::any_of(takers_, [&](const auto& taker) {
           return std::ranges::find(taker.second, letter.key) != taker.second.end();
         });
}

void BrokerPublisher::end() {
  std::deque<Letter> waiting;
  {
    const std::scoped_lock lock(mutex_);
    waiting.swap(waiting_);
  }
  for (auto& [tag, flying] : std::exchange(flying_, {})) flying.letter.tell(Sent::lost);
  for (const auto& letter : waiting) letter.tell(Sent::lost);
}

bool BrokerPublisher::idle() {
  const std::scoped_lock lock(mutex_);
  return waiting_.empty() && flying_.empty();
}

}  // namespace lyceum::host
