#include "host/peers.h"

#include <gtest/gtest.h>

#include "host/host.h"

namespace lyceum::host {
namespace {

std::vector<Module> modules() {
  std::vector<Module> all(4);
  const char* names[] = {"identity", "authorization", "account", "runner"};
  for (std::size_t i = 0; i < all.size(); ++i) all[i].name = names[i];
  return all;
}

std::string wrong(const std::vector<std::string>& lines) {
  const auto peers = Peers::read(lines, modules(), std::nullopt);
  return peers ? "" : peers.error().field + ": " + peers.error().message;
}

TEST(Peers, PLAT_03_several_services_share_an_address) {
  const auto peers = Peers::read({"identity+account=127.0.0.1:7001", "runner=[::1]:7002"},
                                 modules(), std::nullopt);
  ASSERT_TRUE(peers) << peers.error().message;
  EXPECT_EQ(peers->address("identity"), "127.0.0.1:7001");
  EXPECT_EQ(peers->address("account"), "127.0.0.1:7001");
  EXPECT_EQ(peers->address("runner"), "[::1]:7002");
  EXPECT_EQ(peers->address("authorization"), "");
  EXPECT_EQ(peers->name("127.0.0.1:7001"), "account+identity");
}

TEST(Peers, what_is_no_peer_is_quoted) {
  for (const char* line : {"identity", "identity=", "identity=host", "identity=host:",
                           "identity=host:0", "identity=host:65536", "identity=host:1x",
                           "identity=:1", "identity=::1:7001", "=127.0.0.1:7001x"})
    EXPECT_EQ(wrong({line}), "server.peers: \"" + std::string(line) +
                                 "\" is not SERVICE=HOST:PORT or SERVICE+SERVICE=HOST:PORT");
}

TEST(Peers, a_service_that_does_not_exist_is_named) {
  EXPECT_EQ(wrong({"identity+acount=127.0.0.1:7001"}),
            "server.peers: there is no service \"acount\"");
  EXPECT_EQ(wrong({"identity+=127.0.0.1:7001"}), "server.peers: there is no service \"\"");
}

TEST(Peers, a_service_in_two_places_is_an_error) {
  EXPECT_EQ(wrong({"identity=127.0.0.1:7001", "identity=127.0.0.1:7002"}),
            "server.peers: identity is in two places, 127.0.0.1:7001 and 127.0.0.1:7002");
}

TEST(Peers, another_machine_needs_tls) {
  EXPECT_EQ(wrong({"identity=10.0.0.7:7001"}),
            "server.peers: 10.0.0.7:7001 is not this machine: it needs server.tls_ca, tls_cert and "
            "tls_key (`lyceum certs` makes them)");
  EXPECT_TRUE(Peers::read({"identity=10.0.0.7:7001"}, modules(), Tls{}));
}

TEST(Peers, all_that_cannot_be_reached_is_named_at_once) {
  const auto all = modules();
  const auto peers = Peers::read({"account=127.0.0.1:7001"}, all, std::nullopt);
  const auto reach =
      peers->reach({{&all[0], false}, {&all[1], true}, {&all[2], false}, {&all[3], false}});
  ASSERT_FALSE(reach);
  EXPECT_EQ(reach.error().message,
            "needed, but neither in this process (--target) nor at a known address (--peers): "
            "identity, runner");
}

TEST(Settings, only_the_gateway_serves_http_unasked) {
  Settings settings;
  EXPECT_EQ(settings.address(), "127.0.0.1:8080");
  settings.target = {"runner"};
  EXPECT_EQ(settings.address(), "");
  settings.listen = "127.0.0.1:9000";
  EXPECT_EQ(settings.address(), "127.0.0.1:9000");
  settings.target = {"runner", "gateway"};
  EXPECT_TRUE(settings.gateway());
}

}  // namespace
}  // namespace lyceum::host
