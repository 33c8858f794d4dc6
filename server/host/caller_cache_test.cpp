#include "host/caller_cache.h"

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include "contract/authorization.pb.h"
#include "contract/learning.pb.h"
#include "testing/service_test.h"

namespace lyceum::host {
namespace {

// Identity knows everybody; it counts how often it is asked.
class Asked final : public Channel {
 public:
  explicit Asked(const Clock& clock) : clock_(clock) {}

  Task<Result<std::string>> send(Call, std::string_view, std::string) override {
    ++times;
    identity::v1::AuthenticateResponse answer;
    answer.set_user_id(7);
    answer.set_valid_until(clock_.now_ms() + 3'600'000);
    co_return answer.SerializeAsString();
  }

  Task<Result<void>> stream(Call, std::string_view, std::string, Sink<std::string>) override {
    co_return Result<void>{};
  }

  int times = 0;

 private:
  const Clock& clock_;
};

class CallerCacheTest : public testing::LoopTest {
 protected:
  CallerCacheTest() { modules[0].name = "identity"; }

  static Settings one_loop() {
    Settings settings;
    settings.threads = 1;
    return settings;
  }

  void authenticate(CallerCache& cache) {
    HttpRequest request;
    request.headers = {{"authorization", "Bearer ly_pat_x"}};
    const auto caller = run(cache.authenticate(request));
    ASSERT_TRUE(caller) << caller.error().message;
    EXPECT_EQ(caller->user_id, 7);
  }

  std::vector<Module> modules{1};
  Asked asked{clock};
  std::unique_ptr<identity::v1::IdentityApi> identity = identity::v1::connect_identity(asked);
};

TEST_F(CallerCacheTest, who_was_seen_is_known_for_ten_seconds) {
  Host host(one_loop(), modules);
  CallerCache cache(host, *identity, clock);
  authenticate(cache);
  clock.move(9'999);
  authenticate(cache);
  EXPECT_EQ(asked.times, 1);
  clock.move(1);
  authenticate(cache);
  EXPECT_EQ(asked.times, 2);
}

TEST_F(CallerCacheTest, ID_05_a_log_out_elsewhere_is_noticed_within_a_second) {
  Host host(one_loop(), modules, *Peers::read({"identity=127.0.0.1:1"}, modules, std::nullopt));
  (void)host.channel("identity");
  CallerCache cache(host, *identity, clock);
  authenticate(cache);
  clock.move(999);
  authenticate(cache);
  EXPECT_EQ(asked.times, 1);
  clock.move(1);
  authenticate(cache);
  EXPECT_EQ(asked.times, 2);
}

TEST_F(CallerCacheTest, ID_05_what_was_done_elsewhere_through_us_voids_the_memory_at_once) {
  modules.resize(2);
  modules[1].name = "authorization";
  const auto peers = Peers::read({"identity=127.0.0.1:1"}, modules, std::nullopt);
  Host host(one_loop(), modules, *peers);
  (void)host.channel("identity");
  CallerCache cache(host, *identity, clock);
  authenticate(cache);
  const auto answered = [&](const char* rpc) {
    Method method;
    method.descriptor = google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(rpc);
    cache.answered(method);
    authenticate(cache);
  };
  answered("lyceum.learning.v1.Learning.SaveDraft");
  answered("lyceum.authorization.v1.Authorization.RemoveRole");  // here: its commit tells
  EXPECT_EQ(asked.times, 1);
  answered("lyceum.identity.v1.Identity.RevokeToken");
  EXPECT_EQ(asked.times, 2);
}

TEST_F(CallerCacheTest, ID_05_changed_credentials_void_the_memory_at_once) {
  Host host(one_loop(), modules);
  CallerCache cache(host, *identity, clock);
  authenticate(cache);
  host.credentials_changed();
  authenticate(cache);
  EXPECT_EQ(asked.times, 2);
}

}  // namespace
}  // namespace lyceum::host
