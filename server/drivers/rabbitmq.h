#pragma once
// One connection to a RabbitMQ broker (AMQP 0-9-1), over librabbitmq. It blocks and belongs to one
// thread; only interrupt() may come from another. Any error means that the connection is of no more
// use. Errors never contain the password.

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

struct amqp_connection_state_t_;
struct amqp_frame_t_;  // NOLINT(readability-identifier-naming): the library's name

namespace lyceum::rabbitmq {

struct Address {
  std::string user, password, host, vhost;
  int port = 0;
  bool tls = false;
  std::string ca, certificate, key;  // files (PEM), with tls
};

// "amqp://user:password@host:port/vhost", or amqps; parts may be percent-encoded. The error names
// no part of it.
Result<Address> parse_address(std::string_view url);

// "host:port/vhost", for people.
std::string describe(const Address& address);

struct Message {
  std::string id, type, traceparent;
  std::int64_t created_at_ms = 0;  // goes in whole seconds
  int tries = 0;                   // that failed so far
  std::string reason;              // of the last failure
  std::string body;
};

struct Delivered {
  int channel = 0;
  std::uint64_t tag = 0;  // for the answer, on this channel of this connection
  bool redelivered = false;
  Message message;
};

struct Confirmed {
  std::uint64_t tag = 0;  // the channel's first publish() has 1
  bool multiple = false;  // all up to it, too
  bool good = false;
};

// No queue took it. Comes before its confirm.
struct Returned {
  std::string message_id;
};

using Happened = std::variant<Delivered, Confirmed, Returned>;

// Durable, replicated where the broker is a cluster.
struct QuorumQueue {
  std::string name;
  // Where a message goes that is rejected or, with ttl_ms, too old.
  std::string dead_exchange, dead_key;  // "": no dead exchange; the message's own key
  std::int64_t ttl_ms = 0;
  int delivery_limit = 0;  // deliveries that may end without an answer; 0: any number
  bool dies = false;       // whether there is a dead exchange ("" is the default exchange)
};

class Connection {
 public:
  // `name` is what the broker's operator sees. `patience`: for each step of the way.
  static Result<std::unique_ptr<Connection>> open(const Address& address,
                                                  const std::string& name,
                                                  std::chrono::milliseconds patience);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Each waits for the broker's answer. Declaring again what is there does nothing.
  Result<void> open_channel(int channel);
  Result<void> declare_exchange(const std::string& name, const char* type);
  Result<void> declare(const QuorumQueue& queue);
  // Of this connection and gone with it. Gives its name.
  Result<std::string> declare_own_queue();
  Result<void> bind(const std::string& queue, const std::string& exchange, const std::string& key);
  Result<void> confirm(int channel);
  Result<void> consume(int channel, const std::string& queue, int prefetch);
  Result<void> consume_unanswered(int channel, const std::string& queue);
  void close();  // in good order

  // These do not wait for an answer.
  Result<void> publish(int channel,
                       const std::string& exchange,
                       const std::string& key,
                       const Message& message);
  Result<void> acknowledge(int channel, std::uint64_t tag);
  Result<void> reject(int channel, std::uint64_t tag);  // for good: to the queue's dead exchange

  // What has come and was not yet taken; nothing: all was. Also keeps the heartbeats, so call it
  // every second at least.
  Result<std::optional<Happened>> next();

  int socket() const;

  // Whatever waits on this connection fails. From any thread.
  void interrupt();

 private:
  explicit Connection(amqp_connection_state_t_* state) : state_(state) {}

  Result<void> connect(const Address& address, std::chrono::milliseconds patience);
  Result<void> log_in(const Address& address, const std::string& name);
  Result<void> check(const char* what) const;
  Result<std::optional<Happened>> method(const amqp_frame_t_& frame);
  Result<Message> read_message(int channel);

  amqp_connection_state_t_* state_;
};

}  // namespace lyceum::rabbitmq
