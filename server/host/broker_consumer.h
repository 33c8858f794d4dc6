#pragma once
// The side of the broker that receives: a channel for each service of this process, answered by
// hand, and one for the watchers, which is not.

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <vector>

#include "base/metrics.h"
#include "host/broker.h"
#include "host/broker_link.h"

namespace lyceum::host {

class BrokerConsumer {
 public:
  BrokerConsumer(const BrokerSettings& settings, Takers takers, metrics::Registry& metrics);

  void start(Broker::Here here);

  enum class Answer {
    done,
    refuse,
    reconnect  // what is not answered comes again then
  };

  void answer(const Arrival& arrival, Answer how);  // from any thread
  void stop();                                      // waits for the answers to what is under way

 private:
  struct Answered {
    std::uint64_t connection = 0;
    int channel = 0;
    std::uint64_t tag = 0;
    Answer how = Answer::done;
  };

  Result<void> begin(rabbitmq::Connection& connection);
  Result<void> watch(rabbitmq::Connection& connection, int channel);
  Result<bool> step(rabbitmq::Connection& connection);
  Result<void> send_answers(rabbitmq::Connection& connection);
  void receive(rabbitmq::Delivered delivered);
  bool idle();

  const BrokerSettings settings_;
  const Takers takers_;
  metrics::Counter& consumed_;
  metrics::Counter& redelivered_;

  std::mutex mutex_;
  std::condition_variable answered_;
  std::vector<Answered> answers_;
  std::size_t under_way_ = 0;  // arrivals without an answer, of this and former connections
  std::atomic<bool> stopped_ = false;

  // On the link's thread.
  Broker::Here here_;
  std::uint64_t connection_ = 0;

  BrokerLink link_;  // last: its thread uses the rest
};

}  // namespace lyceum::host
