#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "drivers/sqlite.h"
#include "host/bus.h"
#include "services/messages/testing/messages_test.h"

namespace lyceum::messages {
namespace {

// Not a test: prints how many sends a second are on disk, of 64 clients at once. Run it by hand:
//   LYCEUM_RATE_FOLDER=/var/tmp lyceum_tests --gtest_also_run_disabled_tests
//   --gtest_filter='*Rate*'
class MessagesRate : public testing::LoopTest {
 protected:
  static constexpr std::int64_t server = 100;

  static Task<Result<void>> send(Messages* service, int client, int times) {
    api::SendMessageRequest request;
    request.set_channel_id(1000 + client % 8);
    request.set_content("Has anybody solved the third exercise? My answer is one off.");
    for (int n = 0; n < times; ++n)
      CO_TRY_VOID(co_await service->send_message(as(1 + client), request));
    co_return Result<void>{};
  }

  double rate(Messages& service, int clients, int each) {
    const auto begin = std::chrono::steady_clock::now();
    for (const auto& sent :
         run(testing::at_once(clients, [&](int i) { return send(&service, i, each); })))
      EXPECT_TRUE(sent);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    return clients * each / took.count();
  }
};

TEST_F(MessagesRate, DISABLED_sends_a_second_on_disk) {
  const char* folder = std::getenv("LYCEUM_RATE_FOLDER");
  const std::string path = std::string(folder ? folder : "/var/tmp") + "/lyceum-rate.db";
  for (const char* suffix : {"", "-wal", "-shm"}) std::remove((path + suffix).c_str());
  testing::FakeAuthorization authorization;
  testing::FakePeople people;
  authorization.put_server(server, 1);
  for (int i = 0; i < 64; ++i) authorization.put_member(server, 1 + i);
  for (int i = 0; i < 8; ++i) authorization.put_channel(1000 + i, server);
  for (int i = 0; i < 64; ++i) people.name(1 + i, "Somebody");
  const SystemClock now;
  Ids real_ids{now, 0};
  Events real_events{real_ids, now};
  const auto db = open_sqlite(path, "messages", metrics, migrations());
  Messages service{{.throttle_count = 0}, *db,           now,    real_ids,
                   real_events,           authorization, people, metrics};
  (void)rate(service, 64, 20);
  std::printf("64 clients: %.0f sends/s\n", rate(service, 64, 500));
  std::printf(" 1 client:  %.0f sends/s\n", rate(service, 1, 500));
  {
    host::Bus bus(now, metrics, {});
    const auto relay = bus.relay("messages", *db, real_events, loop());
    std::printf("64 clients, with the relay: %.0f sends/s\n", rate(service, 64, 500));
  }
  for (const char* suffix : {"", "-wal", "-shm"}) std::remove((path + suffix).c_str());
}

}  // namespace
}  // namespace lyceum::messages
