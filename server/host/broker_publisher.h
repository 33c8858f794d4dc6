#pragma once
// The side of the broker that sends: persistent messages on a channel with confirms, a window of
// them at a time.

#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "base/metrics.h"
#include "base/task.h"
#include "host/broker.h"
#include "host/broker_link.h"

namespace lyceum::host {

class BrokerPublisher {
 public:
  BrokerPublisher(const BrokerSettings& settings, Takers takers, metrics::Registry& metrics);

  void start(std::function<void()> can_publish);

  bool up() const { return link_.up() && !stopped_; }

  Task<Sent> publish(std::string exchange, std::string key, rabbitmq::Message message);
  void stop(std::chrono::milliseconds patience);

 private:
  struct Letter {
    std::string exchange, key;
    rabbitmq::Message message;
    std::function<void(Sent)> tell;
  };

  struct Flying {
    Letter letter;
    std::chrono::steady_clock::time_point until;
    bool returned = false;
  };

  Result<void> begin(rabbitmq::Connection& connection);
  Result<bool> step(rabbitmq::Connection& connection);
  Result<void> receive(rabbitmq::Connection& connection);
  Result<void> send(rabbitmq::Connection& connection);
  void confirmed(const rabbitmq::Confirmed& confirm);
  void settle(const Flying& flying, bool good);
  bool takers_know(const Letter& letter) const;
  void end();
  bool idle();

  const BrokerSettings settings_;
  const Takers takers_;
  metrics::Counter& published_;
  metrics::Counter& confirmed_;
  metrics::Counter& returned_;
  metrics::Counter& refused_;

  std::mutex mutex_;
  std::deque<Letter> waiting_;
  std::atomic<bool> stopped_ = false;

  // On the link's thread.
  std::function<void()> can_publish_;
  std::map<std::uint64_t, Flying> flying_;  // by tag
  std::uint64_t last_tag_ = 0;
  bool is_new_ = false;
  bool declare_again_ = false;

  BrokerLink link_;  // last: its thread uses the rest
};

}  // namespace lyceum::host
