#pragma once
// What the tests of this service share: a known identity, blobs in memory, and verbs.

#include <map>

#include "services/account/account.h"
#include "testing/published.h"
#include "testing/service_test.h"

namespace lyceum::account {

// Knows the users that a test has put there; of the rest of identity's calls none is made.
class FakeIdentity final : public identity::v1::IdentityApi {
 public:
  Task<Result<identity::v1::User>> get_user(Call call,
                                            identity::v1::GetUserRequest request) override {
    ++asked;
    if (!call.is_service())
      co_return fail(Code::permission_denied, "service_only", "not for people");
    if (down) co_return fail(Code::unavailable, "down", "identity is away");
    const auto found = users.find(request.user_id());
    if (found == users.end())
      co_return fail(Code::not_found, "no_such_user", "there is no such user");
    co_return found->second;
  }

#define NOT_ASKED(method, Request, Response)                                \
  Task<Result<Response>> method(Call, Request) override {                   \
    co_return fail(Code::unimplemented, "not_asked", "no test needs this"); \
  }
  NOT_ASKED(sign_up, identity::v1::SignUpRequest, lyceum::v1::Empty)
  NOT_ASKED(confirm_email, identity::v1::ConfirmEmailRequest, identity::v1::ConfirmEmailResponse)
  NOT_ASKED(resend_confirmation, identity::v1::ResendConfirmationRequest, lyceum::v1::Empty)
  NOT_ASKED(forgot_password, identity::v1::ForgotPasswordRequest, lyceum::v1::Empty)
  NOT_ASKED(reset_password, identity::v1::ResetPasswordRequest, lyceum::v1::Empty)
  NOT_ASKED(list_tokens, identity::v1::ListTokensRequest, identity::v1::ListTokensResponse)
  NOT_ASKED(create_token, identity::v1::CreateTokenRequest, identity::v1::CreateTokenResponse)
  NOT_ASKED(revoke_token, identity::v1::RevokeTokenRequest, lyceum::v1::Empty)
  NOT_ASKED(provider, lyceum::v1::WebRequest, lyceum::v1::WebResponse)
  NOT_ASKED(app, lyceum::v1::WebRequest, lyceum::v1::WebResponse)
  NOT_ASKED(authenticate, identity::v1::AuthenticateRequest, identity::v1::AuthenticateResponse)
  NOT_ASKED(filter_credentials,
            identity::v1::FilterCredentialsRequest,
            identity::v1::FilterCredentialsResponse)
  NOT_ASKED(add_user, identity::v1::AddUserRequest, identity::v1::User)
  NOT_ASKED(add_token, identity::v1::AddTokenRequest, identity::v1::CreateTokenResponse)
#undef NOT_ASKED

  std::map<std::int64_t, identity::v1::User> users;
  std::atomic<int> asked = 0;
  bool down = false;
};

class MemoryBlobs final : public Blobs {
 public:
  Task<Result<void>> put(std::string key, std::string bytes) override {
    all[std::move(key)] = std::move(bytes);
    co_return Result<void>{};
  }

  Task<Result<std::string>> get(std::string key) override {
    const auto found = all.find(key);
    if (found == all.end())
      co_return fail(Code::not_found, "no_such_blob", "there is no such blob");
    co_return found->second;
  }

  Task<Result<void>> remove(std::string key) override {
    all.erase(key);
    co_return Result<void>{};
  }

  std::map<std::string, std::string> all;
};

class AccountTest : public testing::ServiceTest {
 protected:
  static constexpr std::int64_t ann = 360'000'000'000'000'001;
  static constexpr std::int64_t bob = 360'000'000'000'000'002;
  static constexpr std::int64_t cyd = 360'000'000'000'000'003;

  Result<void> user_opened(std::int64_t user_id,
                           const std::string& name,
                           const std::string& email = "ann@example.org") {
    identity::v1::UserOpened event;
    event.set_user_id(user_id);
    event.set_email(email);
    event.set_name(name);
    event.set_locale("en");
    return write(*db, [&](Tx& tx) { return service.on_user_opened(tx, as_service(), event); });
  }

  Result<void> reward(std::int64_t user_id,
                      const std::string& key,
                      std::int64_t points,
                      std::int64_t earned_at = 0) {
    learning::v1::RewardEarned event;
    event.set_user_id(user_id);
    event.set_key(key);
    event.set_points(points);
    event.set_content_id(17);
    event.set_reason("Sum of two numbers");
    event.set_earned_at(earned_at);
    return write(*db, [&](Tx& tx) { return service.on_reward_earned(tx, as_service(), event); });
  }

  Result<api::Me> me(std::int64_t user_id) { return run(account.get_me(as(user_id), {})); }

  Result<api::ListPointsResponse> points(std::int64_t user_id,
                                         int limit = 0,
                                         const std::string& token = "") {
    api::ListPointsRequest request;
    request.set_limit(limit);
    request.set_page_token(token);
    return run(account.list_points(as(user_id), request));
  }

  Result<api::ListRankingResponse> ranking(std::int64_t user_id,
                                           int limit = 0,
                                           const std::string& token = "") {
    api::ListRankingRequest request;
    request.set_limit(limit);
    request.set_page_token(token);
    return run(account.list_ranking(as(user_id), request));
  }

  std::vector<std::string> ledger_problems() {
    const auto report = run(account.check_ledger(as_service(), {}));
    EXPECT_TRUE(report) << report.error().message;
    return {report->problems().begin(), report->problems().end()};
  }

  // Outside of any handler: a test breaks what a check must find.
  Result<std::int64_t> sql(std::string_view statement) {
    return write(*db, [&](Tx& tx) { return tx.exec(statement, {}); });
  }

  std::unique_ptr<Db> db = open_temporary_sqlite(migrations());
  FakeIdentity identity;
  MemoryBlobs blobs;
  Account service{Config{}, *db, clock, ids, events, cpu, blobs, identity, metrics};
  api::AccountApi& account = reach<api::AccountApi>(service, api::publish, api::connect_account);
};

}  // namespace lyceum::account
