#include "host/broker.h"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "contract/identity.pb.h"
#include "host/certificates.h"
#include "host/host.h"
#include "testing/service_test.h"

namespace lyceum::host {
namespace {

using identity::v1::CredentialsRevoked;
using identity::v1::UserOpened;

namespace fs = std::filesystem;

const char* const server_program = "/usr/lib/rabbitmq/bin/rabbitmq-server";
constexpr int vhosts = 12;  // one a test, so that none sees another's messages

int free_port() {
  boost::asio::io_context loop;
  const boost::asio::ip::tcp::acceptor probe(loop, {boost::asio::ip::make_address("127.0.0.1"), 0});
  return probe.local_endpoint().port();
}

// drivers/testing/rabbitmq in a process of its own. It stops when its input ends.
class RabbitMq {
 public:
  RabbitMq() {
    char path[] = "/tmp/lyceum-rabbitmq-XXXXXX";
    folder_ = mkdtemp(path);
    port = free_port();
    tls_port = free_port();
    setenv("RABBITMQ_TLS_PORT", fmt::to_string(tls_port).c_str(), 1);
    const auto now = SystemClock().now_ms();
    const Validity validity{now - 60'000, now + 3'600'000};
    const auto authority = *make_authority(validity), stranger = *make_authority(validity);
    fs::create_directory(folder_ + "/tls");
    keep("ca.pem", authority.certificate);
    keep("stranger.pem", stranger.certificate);
    for (const auto* name : {"broker", "lyceum"}) {
      const auto made = *make_certificate(authority, name, validity);
      keep(fmt::format("{}.pem", name), made.certificate);
      keep(fmt::format("{}.key", name), made.key);
    }
  }

  ~RabbitMq() {
    stop();
    fs::remove_all(folder_);
  }

  RabbitMq(const RabbitMq&) = delete;
  RabbitMq& operator=(const RabbitMq&) = delete;

  bool start() {
    int in[2], out[2];
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) return false;
    std::vector<std::string> words = {LYCEUM_RABBITMQ, folder_, fmt::to_string(port)};
    for (int i = 0; i < vhosts; ++i) words.push_back(fmt::format("test{}", i));
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    process_ = fork();
    if (process_ == 0) {
      dup2(in[0], STDIN_FILENO);
      dup2(out[1], STDOUT_FILENO);
      execv(LYCEUM_RABBITMQ, arguments.data());
      _exit(127);
    }
    close(in[0]);
    close(out[1]);
    input_ = in[1];
    char ready = 0;
    const bool up = read(out[0], &ready, 1) == 1;
    close(out[0]);
    return up;
  }

  void stop() {
    if (process_ == 0) return;
    close(input_);
    waitpid(process_, nullptr, 0);
    process_ = 0;
  }

  // As a power cut does.
  void kill() {
    static_cast<void>(write(input_, "kill\n", 5));
    stop();
  }

  std::string tls_file(const std::string& name) const { return folder_ + "/tls/" + name; }

  int port = 0, tls_port = 0;

 private:
  void keep(const std::string& name, const std::string& text) const {
    std::ofstream(tls_file(name)) << text;
  }

  std::string folder_;
  pid_t process_ = 0;
  int input_ = -1;
};

Module taker(std::string name) {
  Module module;
  module.name = std::move(name);
  module.subscribes = {UserOpened::descriptor()->full_name()};
  return module;
}

// A process with a bus: the services here, each with its database.
class Process {
 public:
  struct Taker {
    std::string name;
    std::unique_ptr<Db> db =
        open_temporary_sqlite({{"0001_seen", "CREATE TABLE seen (user_id BIGINT NOT NULL)"}});
    std::atomic<int> failures = 0;  // how often to fail before taking
    Code failure = Code::unavailable;
    std::atomic<bool> slow = false;  // until it is false
  };

  Process(const Clock& clock, BrokerSettings settings)
      : bus_(clock, metrics, {taker("first"), taker("second")}, std::move(settings)) {}

  ~Process() {
    bus_.stop();
    relays_.clear();
    guard_.reset();
    loop_.stop();
    thread_.join();
  }

  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void take(Taker& taker) {
    kept_.push_back(bus_.subscribe(
        UserOpened::descriptor()->full_name(),
        {taker.name, taker.db.get(),
         [&taker](Tx& tx, const Call& call, const std::string& payload) -> Result<void> {
           UserOpened event;
           EXPECT_TRUE(event.ParseFromString(payload) && call.is_service());
           while (taker.slow) std::this_thread::sleep_for(std::chrono::milliseconds(1));
           TRY_VOID(tx.exec("INSERT INTO seen (user_id) VALUES ($1)", {event.user_id()}));
           if (taker.failures-- > 0) return fail(taker.failure, "not_now", "not now");
           return {};
         }}));
  }

  void relay(Db& db, Events& events) {
    relays_.push_back(bus_.relay("publisher", db, events, loop_.get_executor()));
  }

  template <class Event>
  void watch(std::function<void(const Event&)> watcher) {
    kept_.push_back(bus_.watch(Event::descriptor()->full_name(),
                               [watcher](const Call&, const std::string& payload) {
                                 Event event;
                                 EXPECT_TRUE(event.ParseFromString(payload));
                                 watcher(event);
                               }));
    kept_.push_back(bus_.on_missed([this] { ++missed; }));
  }

  void start() {
    bus_.start([this] { return loop_.get_executor(); });
  }

  std::int64_t counted(const std::string& name) { return metrics.counter(name, "").value(); }

  metrics::Registry metrics;
  std::atomic<int> missed = 0;

 private:
  boost::asio::io_context loop_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_{
      loop_.get_executor()};
  std::thread thread_{[this] { loop_.run(); }};
  Bus bus_;
  std::vector<std::shared_ptr<void>> kept_;
  std::vector<std::shared_ptr<void>> relays_;
};

class BrokerTest : public testing::LoopTest {
 protected:
  static void SetUpTestSuite() {
    if (access(server_program, X_OK) != 0) return;
    rabbit = std::make_unique<RabbitMq>();
    is_up = rabbit->start();
  }

  static void TearDownTestSuite() { rabbit.reset(); }

  void SetUp() override {
    // Somebody's own machine may lack it; where everything is tested it must be there.
    if (!rabbit) {
      ASSERT_EQ(getenv("CI"), nullptr) << "Debian's rabbitmq-server is missing";
      GTEST_SKIP() << "needs Debian's rabbitmq-server";
    }
    ASSERT_TRUE(is_up) << "RabbitMQ does not start";
    static int tests = 0;
    vhost = tests++;
    ASSERT_LT(vhost, vhosts);
    first.name = "first";
    second.name = "second";
  }

  BrokerSettings settings() {
    BrokerSettings out;
    out.address = *read_broker(
        fmt::format("amqp://lyceum:p%40ss%2Fword@127.0.0.1:{}/test{}", rabbit->port, vhost), "", "",
        "");
    out.retry_waits_ms = {10, 20, 40};
    return out;
  }

  std::unique_ptr<Process> process() { return std::make_unique<Process>(clock, settings()); }

  void publish(std::int64_t user_id) {
    UserOpened event;
    event.set_user_id(user_id);
    ASSERT_TRUE(write(*source, [&](Tx& tx) { return events.publish(tx, as_service(), event); }));
  }

  std::int64_t count(Db& db, const char* table) {
    return *read(db, [&](Tx& tx) {
      return tx.one(std::string("SELECT count(*) FROM ") + table, {},
                    [](const Row& row) { return row.integer(0); });
    });
  }

  // Waits for a condition that another thread makes true; the test fails by its own assertion.
  bool eventually(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (std::chrono::steady_clock::now() < end) {
      if (condition()) return true;
      clock.move(100'000);  // past any backoff
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
  }

  // How many messages are in a queue: takes them, as counts of the broker may be old.
  std::vector<rabbitmq::Message> drain(const std::string& queue, std::size_t expected) {
    auto connection =
        rabbitmq::Connection::open(settings().address, "test", std::chrono::milliseconds(20'000));
    std::vector<rabbitmq::Message> out;
    if (!connection || !(*connection)->open_channel(2) || !(*connection)->consume(2, queue, 100))
      return out;
    eventually([&] {
      for (;;) {
        auto happened = (*connection)->next();
        if (!happened || !*happened) return out.size() >= expected;
        out.push_back(std::get<rabbitmq::Delivered>(**happened).message);
      }
    });
    return out;
  }

  static inline std::unique_ptr<RabbitMq> rabbit;
  static inline bool is_up = false;
  int vhost = 0;
  std::unique_ptr<Db> source = open_temporary_sqlite({});
  Process::Taker first, second;
};

TEST_F(BrokerTest, PLAT_05_an_event_reaches_every_service_in_whatever_process_it_is) {
  const auto here = process(), there = process();
  here->take(first);
  here->relay(*source, events);
  here->start();
  there->take(second);
  there->start();
  for (std::int64_t user = 1; user <= 500; ++user) publish(user);
  EXPECT_TRUE(eventually([&] {
    return count(*first.db, "seen") == 500 && count(*second.db, "seen") == 500 &&
           count(*source, "outbox") == 0;
  }));
  EXPECT_GE(here->counted("broker_confirmed_total"), 500);
}

TEST_F(BrokerTest, PLAT_05_what_is_published_before_another_process_first_starts_is_not_lost) {
  const auto here = process();
  here->relay(*source, events);
  here->start();
  publish(7);
  EXPECT_TRUE(eventually([&] { return count(*source, "outbox") == 0; }));
  const auto there = process();
  there->take(first);
  there->take(second);
  there->start();
  EXPECT_TRUE(
      eventually([&] { return count(*first.db, "seen") == 1 && count(*second.db, "seen") == 1; }));
}

TEST_F(BrokerTest, PLAT_05_an_event_that_comes_twice_is_taken_once) {
  const auto here = process();
  here->take(first);
  here->take(second);
  here->relay(*source, events);
  here->start();
  publish(7);
  EXPECT_TRUE(
      eventually([&] { return count(*source, "outbox") == 0 && count(*first.db, "seen") == 1; }));
  // What a process killed between the confirm and the crossing-out leaves behind.
  const auto id = *read(*first.db, [](Tx& tx) {
    return tx.one("SELECT event_id FROM inbox", {}, [](const Row& row) { return row.integer(0); });
  });
  UserOpened event;
  event.set_user_id(7);
  ASSERT_TRUE(write(*source, [&](Tx& tx) {
    return tx.exec(
        "INSERT INTO outbox (id, type, payload, trace_id, span_id, created_at, next_at)"
        " VALUES ($1, $2, $3, '', '', 0, 0)",
        {id, UserOpened::descriptor()->full_name(), Blob{event.SerializeAsString()}});
  }));
  publish(8);  // behind it: when it was taken, so was the other
  EXPECT_TRUE(eventually([&] { return here->counted("broker_consumed_total") == 6; }));
  EXPECT_TRUE(eventually([&] { return count(*second.db, "seen") == 2; }));
  EXPECT_EQ(count(*first.db, "seen"), 2);
}

TEST_F(BrokerTest, PLAT_05_a_service_that_fails_for_a_while_takes_the_event_once) {
  first.failures = 3;
  const auto here = process();
  here->take(first);
  here->take(second);
  here->relay(*source, events);
  here->start();
  publish(7);
  EXPECT_TRUE(
      eventually([&] { return count(*first.db, "seen") == 1 && count(*second.db, "seen") == 1; }));
  EXPECT_EQ(here->counted("broker_retries_total"), 3);
  EXPECT_EQ(here->counted("broker_dead_total"), 0);
}

TEST_F(BrokerTest, an_event_that_was_tried_too_often_is_in_the_dead_queue_and_blocks_nobody) {
  first.failures = 4;  // the first time and the three waits
  {
    const auto here = process();
    here->take(first);
    here->relay(*source, events);
    here->start();
    publish(7);
    EXPECT_TRUE(eventually([&] { return here->counted("broker_dead_total") == 1; }));
    publish(8);
    EXPECT_TRUE(eventually([&] { return count(*first.db, "seen") == 1; }));
  }
  const auto dead = drain("lyceum.first.dead", 1);
  ASSERT_EQ(dead.size(), 1U);
  EXPECT_EQ(dead[0].type, UserOpened::descriptor()->full_name());
  EXPECT_EQ(dead[0].tries, 4);
  EXPECT_EQ(drain("lyceum.first", 0).size(), 0U);
}

TEST_F(BrokerTest, an_event_that_is_refused_for_good_is_kept_apart_and_not_tried_again) {
  first.failures = 1;
  first.failure = Code::invalid_argument;
  const auto here = process();
  here->take(first);
  here->relay(*source, events);
  here->start();
  publish(7);
  publish(8);
  EXPECT_TRUE(eventually(
      [&] { return count(*first.db, "dead_events") == 1 && count(*first.db, "seen") == 1; }));
  EXPECT_EQ(here->counted("broker_retries_total"), 0);
}

TEST_F(BrokerTest, an_event_that_nobody_wants_leaves_its_outbox) {
  const auto here = process();
  here->relay(*source, events);
  here->start();
  ASSERT_TRUE(write(
      *source, [&](Tx& tx) { return events.publish(tx, as_service(), CredentialsRevoked()); }));
  EXPECT_TRUE(eventually([&] { return count(*source, "outbox") == 0; }));
  EXPECT_EQ(here->counted("broker_returned_total"), 1);
}

TEST_F(BrokerTest, a_message_that_is_none_of_ours_is_dead_at_once) {
  {
    const auto here = process();
    here->take(first);
    here->start();
    auto connection =
        rabbitmq::Connection::open(settings().address, "test", std::chrono::milliseconds(20'000));
    ASSERT_TRUE(connection);
    rabbitmq::Message strange;
    strange.id = "not a number";
    strange.type = UserOpened::descriptor()->full_name();
    EXPECT_TRUE(eventually([&] {  // its queue may not be there yet
      EXPECT_TRUE((*connection)->publish(1, "", "lyceum.first", strange));
      return here->counted("broker_dead_total") > 0;
    }));
  }
  const auto dead = drain("lyceum.first.dead", 1);
  ASSERT_FALSE(dead.empty());
  EXPECT_EQ(dead[0].id, "not a number");
}

TEST_F(BrokerTest, CHA_14_watchers_of_every_process_see_an_event_whatever_its_subscribers_do) {
  const auto here = process(), there = process();
  first.slow = true;
  std::atomic<int> seen = 0;
  for (const auto& one : {here.get(), there.get()}) {
    one->watch<UserOpened>(
        [&](const UserOpened& event) { seen += static_cast<int>(event.user_id()); });
    if (one == here.get()) one->take(first);
    one->start();
  }
  EXPECT_TRUE(eventually([&] { return here->missed == 1 && there->missed == 1; }));
  here->relay(*source, events);
  publish(7);
  EXPECT_TRUE(eventually([&] { return seen == 14; }));
  first.slow = false;
  EXPECT_TRUE(eventually([&] { return count(*first.db, "seen") == 1; }));
}

TEST_F(BrokerTest, PLAT_03_with_tls_both_ends_show_a_certificate_of_the_same_authority) {
  const auto open = [&](const char* ca, const char* own) {
    const auto address = read_broker(
        fmt::format("amqps://lyceum:p%40ss%2Fword@localhost:{}/test{}", rabbit->tls_port, vhost),
        rabbit->tls_file(ca), rabbit->tls_file(own + std::string(".pem")),
        rabbit->tls_file(own + std::string(".key")));
    EXPECT_TRUE(address);
    return rabbitmq::Connection::open(*address, "test", std::chrono::milliseconds(20'000));
  };
  EXPECT_TRUE(open("ca.pem", "lyceum"));
  const auto believes_nobody = open("stranger.pem", "lyceum");
  ASSERT_FALSE(believes_nobody);
  EXPECT_EQ(believes_nobody.error().message.find("p@ss"), std::string::npos);
}

TEST_F(BrokerTest, ID_05_a_sign_out_elsewhere_voids_what_a_gateway_remembers_of_callers) {
  Settings gateway;
  gateway.threads = 1;
  gateway.target = {"gateway"};
  const std::vector<Module> none;
  Host host(std::move(gateway), none, {}, settings());
  host.bus().start([&host] { return host.next_loop(); });
  EXPECT_TRUE(eventually([&] { return host.credentials_epoch() == 1; }));  // it has connected
  const auto there = process();
  there->relay(*source, events);
  there->start();
  ASSERT_TRUE(write(
      *source, [&](Tx& tx) { return events.publish(tx, as_service(), CredentialsRevoked()); }));
  EXPECT_TRUE(eventually([&] { return host.credentials_epoch() == 2; }));
  host.bus().stop();
}

// The last one, as it stops the broker of all.
TEST_F(BrokerTest, PLAT_05_without_a_broker_events_are_late_and_never_lost_or_taken_twice) {
  const auto here = process();
  std::atomic<int> seen = 0;
  here->take(first);
  here->take(second);
  here->watch<UserOpened>([&](const UserOpened&) { ++seen; });
  here->relay(*source, events);
  here->start();
  EXPECT_TRUE(eventually([&] { return here->missed == 1; }));
  for (std::int64_t user = 1; user <= 200; ++user) publish(user);
  rabbit->kill();
  for (std::int64_t user = 201; user <= 300; ++user) publish(user);
  EXPECT_GT(count(*source, "outbox"), 0);
  ASSERT_TRUE(rabbit->start());
  EXPECT_TRUE(eventually([&] {
    return count(*source, "outbox") == 0 && count(*first.db, "seen") == 300 &&
           count(*second.db, "seen") == 300;
  }));
  EXPECT_GE(here->missed, 2);  // after each connection
  const auto users = *read(*first.db, [](Tx& tx) {
    return tx.one("SELECT count(DISTINCT user_id) FROM seen", {},
                  [](const Row& row) { return row.integer(0); });
  });
  EXPECT_EQ(users, 300);
}

TEST(BrokerAddress, PLAT_04_what_is_wrong_is_said_without_the_password) {
  for (const auto& url :
       {"amqp://eve:s3cret@broker.example.org:5672/", "amqps://eve:s3cret@127.0.0.1/",
        "http://eve:s3cret@127.0.0.1/", "amqp://eve:s3cret@127.0.0.1:99999999/", "s3cret"}) {
    const auto address = read_broker(url, "", "", "");
    ASSERT_FALSE(address) << url;
    EXPECT_EQ(address.error().field, "server.bus");
    EXPECT_EQ(address.error().message.find("s3cret"), std::string::npos) << url;
  }
}

TEST(BrokerAddress, PLAT_04_parts_may_be_percent_encoded) {
  const auto address = read_broker("amqp://a%3Ab:c%40d@127.0.0.1:1234/e%2Ff", "", "", "");
  ASSERT_TRUE(address);
  EXPECT_EQ(address->user, "a:b");
  EXPECT_EQ(address->password, "c@d");
  EXPECT_EQ(address->host, "127.0.0.1");
  EXPECT_EQ(address->port, 1234);
  EXPECT_EQ(address->vhost, "e/f");
  EXPECT_EQ(rabbitmq::describe(*address).find("c@d"), std::string::npos);
}

TEST(BrokerAddress, PLAT_04_nobody_there_is_an_error_that_keeps_the_password_to_itself) {
  const auto address =
      read_broker(fmt::format("amqp://eve:s3cret@127.0.0.1:{}/", free_port()), "", "", "");
  ASSERT_TRUE(address);
  const auto connection =
      rabbitmq::Connection::open(*address, "test", std::chrono::milliseconds(5'000));
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().message.find("s3cret"), std::string::npos);
}

}  // namespace
}  // namespace lyceum::host
