#pragma once
// A thread with a connection to the broker: makes it, makes it again when it is lost, with growing
// pauses and chance in them, and runs one side's work on it. What comes from other threads waits
// for wake().

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "base/metrics.h"
#include "drivers/rabbitmq.h"

namespace lyceum::host {

class BrokerLink {
 public:
  struct Work {
    // The connection is new: declare, subscribe.
    std::function<Result<void>(rabbitmq::Connection&)> begin;
    // Takes what has come and sends what waits. Called after wake(), when something came, and every
    // second. True: there may be more at once. An error ends the connection.
    std::function<Result<bool>(rabbitmq::Connection&)> step;
    // It was lost, or could not be begun.
    std::function<void()> end;
    // Whether nothing is left that should go before the end.
    std::function<bool()> idle;
  };

  // `name` ("publish", "consume") is what the broker's operator and metrics see.
  BrokerLink(rabbitmq::Address address, std::string name, metrics::Registry& metrics, Work work);
  ~BrokerLink();
  BrokerLink(const BrokerLink&) = delete;
  BrokerLink& operator=(const BrokerLink&) = delete;

  void start();  // once
  void wake();   // from any thread

  bool up() const { return up_; }

  // Ends the thread: once work is idle, or after `patience`.
  void stop(std::chrono::milliseconds patience);

 private:
  void run();
  void connect_and_serve();
  Result<void> serve(rabbitmq::Connection& connection);
  void wait(int socket, std::chrono::milliseconds at_most) const;

  const rabbitmq::Address address_;
  const std::string name_;
  metrics::Gauge& connected_;
  const Work work_;
  const int wake_;  // an eventfd
  std::atomic<bool> up_ = false;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  rabbitmq::Connection* connection_ = nullptr;  // to interrupt it
  bool ended_ = false;                          // nothing may wait any more
  int failures_ = 0;
  std::thread thread_;
};

}  // namespace lyceum::host
