#include "host/tls.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

#include "base/crypto.h"
#include "host/certificates.h"

namespace lyceum::host {
namespace {

constexpr std::int64_t day_ms = 86'400'000;
constexpr std::int64_t now = 1'790'000'000'000;
constexpr Validity good{now - day_ms, now + day_ms};

class TlsTest : public ::testing::Test {
 protected:
  TlsTest() {
    std::filesystem::create_directories(folder);
    save("ca.pem", authority.certificate);
    save("one.pem", one.certificate);
    save("one.key", one.key);
  }

  ~TlsTest() override { std::filesystem::remove_all(folder); }

  void save(const std::string& name, const std::string& text) {
    std::ofstream(folder + name) << text;
  }

  // Nothing wrong: empty. Else "setting: what".
  std::string load(const std::string& ca, const std::string& certificate, const std::string& key) {
    const auto path = [this](const std::string& name) {
      return name.empty() ? name : folder + name;
    };
    const auto loaded = load_tls({path(ca), path(certificate), path(key)}, now);
    if (loaded) return loaded->has_value() ? "" : "none";
    std::string message = loaded.error().field + ": " + loaded.error().message;
    for (auto at = message.find(folder); at != std::string::npos; at = message.find(folder))
      message.erase(at, folder.size());
    return message;
  }

  const std::string folder = ::testing::TempDir() + "lyceum_tls_" + hex(random_bytes(6)) + "/";
  const KeyAndCertificate authority = *make_authority(good);
  const KeyAndCertificate one = *make_certificate(authority, "one", good);
};

TEST_F(TlsTest, PLAT_03_what_the_authority_signed_is_taken) {
  EXPECT_EQ(load("ca.pem", "one.pem", "one.key"), "");
}

TEST_F(TlsTest, no_path_at_all_is_no_tls) {
  EXPECT_EQ(load("", "", ""), "none");
}

TEST_F(TlsTest, some_of_the_three_are_not_enough) {
  EXPECT_EQ(load("ca.pem", "one.pem", ""),
            "server.tls_key: tls_ca, tls_cert and tls_key are set together or not at all");
  EXPECT_EQ(load("", "one.pem", "one.key"),
            "server.tls_ca: tls_ca, tls_cert and tls_key are set together or not at all");
}

TEST_F(TlsTest, a_file_that_is_not_there_is_named) {
  EXPECT_EQ(load("ca.pem", "two.pem", "one.key"),
            "server.tls_cert: cannot read two.pem: No such file or directory");
}

TEST_F(TlsTest, a_file_of_something_else_is_named) {
  EXPECT_EQ(load("one.key", "one.pem", "one.key"),
            "server.tls_ca: one.key is no certificate (PEM)");
  EXPECT_EQ(load("ca.pem", "one.pem", "one.pem"),
            "server.tls_key: one.pem is no private key (PEM, without a password)");
}

TEST_F(TlsTest, the_key_of_another_certificate_is_refused) {
  save("two.key", make_certificate(authority, "two", good)->key);
  EXPECT_EQ(load("ca.pem", "one.pem", "two.key"),
            "server.tls_key: two.key is not the key of one.pem");
}

TEST_F(TlsTest, a_certificate_of_another_authority_is_refused) {
  const auto stranger = make_certificate(*make_authority(good), "one", good);
  save("one.pem", stranger->certificate);
  save("one.key", stranger->key);
  EXPECT_EQ(load("ca.pem", "one.pem", "one.key"),
            "server.tls_cert: one.pem is not signed by ca.pem for both server and client");
}

TEST_F(TlsTest, an_expired_certificate_says_when) {
  const auto old = make_certificate(authority, "one", {now - 2 * day_ms, now - day_ms});
  save("one.pem", old->certificate);
  save("one.key", old->key);
  EXPECT_EQ(load("ca.pem", "one.pem", "one.key"), "server.tls_cert: one.pem expired on 2026-09-20");
}

TEST_F(TlsTest, a_certificate_of_tomorrow_says_so) {
  const auto early = make_certificate(authority, "one", {now + day_ms, now + 2 * day_ms});
  save("one.pem", early->certificate);
  save("one.key", early->key);
  EXPECT_EQ(load("ca.pem", "one.pem", "one.key"),
            "server.tls_cert: one.pem is good only from 2026-09-22 on");
}

TEST(Certificates, an_authority_with_a_wrong_key_signs_nothing) {
  const auto authority = make_authority(good), other = make_authority(good);
  ASSERT_TRUE(authority && other);
  const auto made = make_certificate({other->key, authority->certificate}, "one", good);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().reason, "bad_authority");
}

}  // namespace
}  // namespace lyceum::host
