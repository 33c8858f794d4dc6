#pragma once
// Base of every service test: a loop on its own thread, a database in memory, a clock to move by
// hand, and each test run twice: the service called directly, and through a real gRPC socket.

#include <gtest/gtest.h>
#include <memory>
#include <optional>

#include "base/call.h"
#include "base/clock.h"
#include "base/cpu.h"
#include "base/db.h"
#include "base/events.h"
#include "base/id.h"
#include "base/metrics.h"
#include "base/rpc.h"
#include "drivers/sqlite.h"
#include "host/grpc.h"
#include "testing/loop.h"

namespace lyceum::testing {

enum class Transport { local, remote };

inline std::string name(const ::testing::TestParamInfo<Transport>& t) {
  return t.param == Transport::local ? "direct" : "grpc";
}

// Safe to move while the service's threads read it.
class ManualClock final : public Clock {
 public:
  std::int64_t now_ms() const override { return now_; }

  void move(std::int64_t ms) { now_ += ms; }

 private:
  std::atomic<std::int64_t> now_ = 1'790'000'000'000;  // September 2026
};

// A loop, a clock and what else a service is made of; for tests that need no transport.
class LoopTest : public ::testing::Test {
 protected:
  // Runs the coroutine to its end on the loop and gives what it returned.
  template <class T>
  T run(Task<T> task) {
    std::optional<T> out;
    loop_.run(keep(std::move(task), out));
    return std::move(*out);
  }

  // All rows or values of a plain database function, outside of any service.
  template <class F>
  auto read(Db& db, F f) {
    return run(db.read(std::move(f)));
  }

  template <class F>
  auto write(Db& db, F f) {
    return run(db.write(std::move(f)));
  }

  boost::asio::any_io_executor loop() { return loop_.executor(); }

  // A signed-in user with a session; roles are global ones.
  static Call as(std::int64_t user_id,
                 std::vector<std::string> roles = {},
                 std::string idempotency_key = "") {
    Call::Info info;
    info.caller.user_id = user_id;
    info.caller.roles = std::move(roles);
    info.caller.scopes = {"*"};
    info.caller.session = true;
    info.idempotency_key = std::move(idempotency_key);
    info.address = "127.0.0.1";
    return Call(std::move(info));
  }

  static Call as_guest() {
    Call::Info info;
    info.address = "127.0.0.1";
    return Call(std::move(info));
  }

  static Call as_service() { return Call::of_service(); }

  ManualClock clock;
  Ids ids{clock, 0};
  Events events{ids, clock};
  Cpu cpu{2};
  metrics::Registry metrics;

 private:
  template <class T>
  static Task<void> keep(Task<T> task, std::optional<T>& out) {
    out.emplace(co_await std::move(task));
  }

  Loop loop_;
};

class ServiceTest : public LoopTest, public ::testing::WithParamInterface<Transport> {
 protected:
  // Before the members of the test: calls whose caller has gone may still be inside the service.
  void TearDown() override { ends_.clear(); }

  // The interface to test `service` by: itself, or a proxy on a gRPC socket to it. Both ends are
  // the generated ones: reach<RunnerApi>(service, runner::v1::publish, runner::v1::connect_runner).
  template <class Api>
  Api& reach(Api& service,
             void (*publish)(MethodTable&, Api&),
             std::unique_ptr<Api> (*connect)(Channel&)) {
    if (GetParam() == Transport::local) return service;
    auto end = std::make_shared<End<Api>>();
    publish(end->table, service);
    end->server = host::serve_grpc(end->table, [this] { return loop(); }, "127.0.0.1:0");
    end->channel = host::dial_grpc(end->server->address());
    end->api = connect(*end->channel);
    ends_.push_back(end);
    return *end->api;
  }

 private:
  template <class Api>
  struct End {
    MethodTable table;
    std::unique_ptr<host::GrpcServer> server;
    std::unique_ptr<Channel> channel;
    std::unique_ptr<Api> api;
  };

  std::vector<std::shared_ptr<void>> ends_;
};

// INSTANTIATE_TEST_SUITE_P(works, MyTest, testing::both_transports, testing::name);
inline const auto both_transports = ::testing::Values(Transport::local, Transport::remote);

}  // namespace lyceum::testing
