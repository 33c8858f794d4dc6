#include <gtest/gtest.h>

#include "host/certificates.h"
#include "host/grpc.h"
#include "testing/plain_runner.h"
#include "testing/service_test.h"

namespace lyceum::host {
namespace {

// Keeps what it was told of the caller.
class Ear final : public testing::PlainRunner {
 public:
  Task<Result<runner::v1::ListLanguagesResponse>> list_languages(
      Call call, runner::v1::ListLanguagesRequest) override {
    ++heard;
    last_call = call.info();
    co_return runner::v1::ListLanguagesResponse();
  }

  Task<Result<runner::v1::RunResult>> run(Call, runner::v1::RunRequest) override {
    co_return runner::v1::RunResult();
  }

  Task<Result<void>> stream_run(Call, runner::v1::RunRequest, Sink<runner::v1::RunEvent>) override {
    co_return Result<void>{};
  }

  int heard = 0;
  Call::Info last_call;
};

class GrpcTlsTest : public testing::LoopTest {
 protected:
  GrpcTlsTest() { runner::v1::publish(table, ear); }

  static Validity now() {
    const auto ms = SystemClock().now_ms();
    return {ms - 60'000, ms + 3'600'000};
  }

  static Tls tls(const KeyAndCertificate& authority,
                 const std::string& name,
                 Validity validity = now()) {
    const auto made = *make_certificate(authority, name, validity);
    return {authority.certificate, made.certificate, made.key};
  }

  std::unique_ptr<GrpcServer> serve(const Tls& with, const std::string& listen = "127.0.0.1:0") {
    return serve_grpc(table, [this] { return loop(); }, listen, &with);
  }

  Result<runner::v1::ListLanguagesResponse> call(const std::string& address,
                                                 const Tls* with,
                                                 Call::Info info = {}) {
    if (info.deadline_ms == 0) info.deadline_ms = SystemClock().now_ms() + 5'000;
    const auto channel = dial_grpc(address, with);
    const auto api = runner::v1::connect_runner(*channel);
    return run(api->list_languages(Call(std::move(info)), {}));
  }

  void expect_refused(const GrpcServer& server, const Tls* with) {
    const auto refused = call(server.address(), with);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::unavailable);
    EXPECT_EQ(ear.heard, 0);
  }

  Ear ear;
  MethodTable table;
  const KeyAndCertificate authority = *make_authority(now());
  const Tls server_tls = tls(authority, "runner"), client_tls = tls(authority, "gateway");
};

TEST_F(GrpcTlsTest, PLAT_03_all_that_is_known_of_a_call_arrives_over_mutual_tls) {
  const auto server = serve(server_tls);
  Call::Info info;
  info.caller = {17, {"administrator"}, {"run"}, 5, true, false};
  info.trace = {"0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"};
  info.deadline_ms = SystemClock().now_ms() + 5'000;
  info.idempotency_key = "key-1";
  info.address = "192.0.2.1";
  info.locale = "fr";
  const auto answer = call(server->address(), &client_tls, info);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(ear.last_call.caller.user_id, 17);
  EXPECT_EQ(ear.last_call.caller.roles, std::vector<std::string>{"administrator"});
  EXPECT_EQ(ear.last_call.caller.scopes, std::vector<std::string>{"run"});
  EXPECT_EQ(ear.last_call.caller.credential_id, 5);
  EXPECT_TRUE(ear.last_call.caller.session);
  EXPECT_FALSE(ear.last_call.caller.service);
  EXPECT_EQ(ear.last_call.trace.trace_id, info.trace.trace_id);
  EXPECT_EQ(ear.last_call.deadline_ms, info.deadline_ms);
  EXPECT_EQ(ear.last_call.idempotency_key, "key-1");
  EXPECT_EQ(ear.last_call.address, "192.0.2.1");
  EXPECT_EQ(ear.last_call.locale, "fr");
}

TEST_F(GrpcTlsTest, a_client_without_a_certificate_is_refused) {
  const auto server = serve(server_tls);
  const Tls nameless{authority.certificate, "", ""};
  expect_refused(*server, &nameless);
}

TEST_F(GrpcTlsTest, a_client_without_tls_is_refused) {
  const auto server = serve(server_tls);
  expect_refused(*server, nullptr);
}

TEST_F(GrpcTlsTest, a_client_of_another_authority_is_refused) {
  const auto server = serve(server_tls);
  auto stranger = tls(*make_authority(now()), "gateway");
  stranger.ca = authority.certificate;  // it believes us; we do not believe it
  expect_refused(*server, &stranger);
}

TEST_F(GrpcTlsTest, a_client_whose_certificate_has_expired_is_refused) {
  const auto server = serve(server_tls);
  const auto ms = SystemClock().now_ms();
  const auto old = tls(authority, "gateway", {ms - 120'000, ms - 60'000});
  expect_refused(*server, &old);
}

TEST_F(GrpcTlsTest, a_server_of_another_authority_is_not_told_anything) {
  const auto other = *make_authority(now());
  auto impostor = tls(other, "runner");
  impostor.ca = authority.certificate;
  const auto server = serve(impostor);
  expect_refused(*server, &client_tls);
}

TEST_F(GrpcTlsTest, a_server_with_a_certificate_for_another_host_is_not_told_anything) {
  const auto server = serve(server_tls, "0.0.0.0:0");
  const auto port = server->address().substr(server->address().rfind(':'));
  // 127.0.0.2 is this machine too, but the certificate does not say so.
  EXPECT_FALSE(call("127.0.0.2" + port, &client_tls));
  EXPECT_EQ(ear.heard, 0);
  EXPECT_TRUE(call("127.0.0.1" + port, &client_tls));
}

TEST_F(GrpcTlsTest, a_port_that_another_process_has_is_an_error) {
  const auto server = serve(server_tls);
  EXPECT_THROW(serve_grpc(
                   table, [this] { return loop(); }, server->address(), &server_tls),
               std::runtime_error);
}

}  // namespace
}  // namespace lyceum::host
