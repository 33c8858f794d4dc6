#include "services/identity/testing/identity_fixture.h"

namespace lyceum::identity {
namespace {

class TokensTest : public IdentityFixture {
 protected:
  Result<api::CreateTokenResponse> create(Call call,
                                          std::vector<std::string> scopes = {},
                                          std::int64_t expires_at = 0,
                                          const std::string& name = "laptop") {
    api::CreateTokenRequest request;
    request.set_name(name);
    for (const auto& scope : scopes) request.add_scopes(scope);
    if (expires_at != 0) request.set_expires_at(expires_at);
    return run(identity.create_token(std::move(call), request));
  }

  std::vector<std::int64_t> holding(const std::vector<std::int64_t>& credential_ids) {
    api::FilterCredentialsRequest request;
    request.mutable_credential_ids()->Add(credential_ids.begin(), credential_ids.end());
    const auto answer = run(identity.filter_credentials(as_service(), request));
    EXPECT_TRUE(answer) << answer.error().message;
    return {answer->credential_ids().begin(), answer->credential_ids().end()};
  }

  Result<lyceum::v1::Empty> revoke(Call call, std::int64_t id) {
    api::RevokeTokenRequest request;
    request.set_token_id(id);
    return run(identity.revoke_token(std::move(call), request));
  }

  Result<api::ListTokensResponse> list(Call call) {
    return run(identity.list_tokens(std::move(call), {}));
  }

  template <class List>
  static std::vector<std::string> words(const List& list) {
    return {list.begin(), list.end()};
  }
};

using Words = std::vector<std::string>;

TEST_P(TokensTest, ID_20_a_token_acts_for_its_owner_within_its_scopes) {
  const auto ann = add_user("ann@example.org");
  const auto made = create(as(ann), {"run", "learn"});
  ASSERT_TRUE(made) << made.error().reason;
  EXPECT_TRUE(made->token().starts_with("ly_pat_"));
  EXPECT_EQ(words(made->scopes()), (Words{"learn", "run"}));
  const auto who = authenticate_bearer(made->token());
  ASSERT_TRUE(who);
  EXPECT_EQ(who->user_id(), ann);
  EXPECT_EQ(words(who->scopes()), (Words{"learn", "run"}));
  EXPECT_EQ(who->credential_id(), made->id());
  EXPECT_FALSE(who->session());
}

TEST_P(TokensTest, ID_20_without_scopes_a_token_has_all_that_its_owner_may_give) {
  const auto ann = add_user("ann@example.org");
  const auto root = add_user("root@example.org", {"administrator"});
  EXPECT_EQ(words(create(as(ann))->scopes()), (Words{"profile", "learn", "run", "talk"}));
  EXPECT_EQ(words(create(as(root))->scopes()), (Words{"profile", "learn", "run", "talk", "admin"}));
}

TEST_P(TokensTest, ID_20_only_administrators_give_the_scope_admin) {
  const auto ann = add_user("ann@example.org");
  // What the call claims does not count: authorization is asked.
  const auto refused = create(as(ann, {"administrator"}), {"admin"});
  EXPECT_EQ(refused.error().code, Code::permission_denied);
  EXPECT_EQ(refused.error().reason, "scope_not_allowed");
  EXPECT_EQ(create(as(ann), {"everything"}).error().reason, "unknown_scope");
}

TEST_P(TokensTest, ID_20_who_is_administrator_no_more_has_a_token_without_admin) {
  const auto root = add_user("root@example.org", {"administrator"});
  const auto token = create(as(root))->token();
  EXPECT_EQ(words(authenticate_bearer(token)->scopes()),
            (Words{"profile", "learn", "run", "talk", "admin"}));
  authorization.roles[root].clear();
  EXPECT_EQ(words(authenticate_bearer(token)->scopes()),
            (Words{"profile", "learn", "run", "talk"}));
}

TEST_P(TokensTest, ID_20_a_token_cannot_make_tokens) {
  const auto ann = add_user("ann@example.org");
  Call::Info info;
  info.caller.user_id = ann;
  info.caller.scopes = {"profile", "learn", "run", "talk", "admin"};
  EXPECT_EQ(create(Call(info)).error().reason, "session_needed");
  EXPECT_EQ(create(as_guest()).error().code, Code::unauthenticated);
}

TEST_P(TokensTest, ID_20_a_session_that_has_ended_makes_no_tokens) {
  const auto ann = add_user("ann@example.org");
  Call::Info info;
  info.caller.user_id = ann;
  info.caller.session = true;
  info.caller.credential_id = 12345;
  EXPECT_EQ(create(Call(info)).error().code, Code::unauthenticated);
}

TEST_P(TokensTest, ID_20_the_list_shows_everything_but_the_secret_and_only_ones_own) {
  const auto ann = add_user("ann@example.org");
  const auto bob = add_user("bob@example.org");
  const auto made = create(as(ann), {"run"}, clock.now_ms() + hour_ms);
  ASSERT_TRUE(create(as(bob)));
  const auto tokens = list(as(ann));
  ASSERT_EQ(tokens->tokens_size(), 1);
  EXPECT_EQ(tokens->tokens(0).name(), "laptop");
  EXPECT_EQ(tokens->tokens(0).created_at(), clock.now_ms());
  EXPECT_EQ(tokens->tokens(0).expires_at(), clock.now_ms() + hour_ms);
  EXPECT_FALSE(tokens->tokens(0).has_used_at());
  EXPECT_FALSE(tokens->SerializeAsString().contains(made->token()));
}

TEST_P(TokensTest, ID_20_a_revoked_token_stops_at_once_and_caches_are_told) {
  const auto ann = add_user("ann@example.org");
  const auto made = create(as(ann));
  ASSERT_TRUE(revoke(as(ann), made->id()));
  EXPECT_EQ(authenticate_bearer(made->token()).error().code, Code::unauthenticated);
  const auto events = events_of<api::CredentialsRevoked>();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].user_id(), ann);
  ASSERT_EQ(events[0].credential_ids_size(), 1);
  EXPECT_EQ(events[0].credential_ids(0), made->id());
  EXPECT_EQ(revoke(as(ann), made->id()).error().code, Code::not_found);
}

TEST_P(TokensTest, ID_20_nobody_revokes_the_token_of_somebody_else) {
  const auto ann = add_user("ann@example.org");
  const auto bob = add_user("bob@example.org");
  const auto made = create(as(ann));
  EXPECT_EQ(revoke(as(bob, {"administrator"}), made->id()).error().code, Code::not_found);
  EXPECT_TRUE(authenticate_bearer(made->token()));
  EXPECT_TRUE(events_of<api::CredentialsRevoked>().empty());
}

TEST_P(TokensTest, ID_20_a_token_ends_at_its_time) {
  const auto ann = add_user("ann@example.org");
  EXPECT_EQ(create(as(ann), {}, clock.now_ms()).error().reason, "expires_in_the_past");
  const auto made = create(as(ann), {}, clock.now_ms() + 10 * second_ms);
  EXPECT_EQ(authenticate_bearer(made->token())->valid_until(), clock.now_ms() + 10 * second_ms);
  clock.move(10 * second_ms - 1);
  EXPECT_TRUE(authenticate_bearer(made->token()));
  clock.move(1);
  EXPECT_FALSE(authenticate_bearer(made->token()));
}

TEST_P(TokensTest, ID_20_a_user_has_at_most_fifty) {
  const auto ann = add_user("ann@example.org");
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(create(as(ann)));
  EXPECT_EQ(create(as(ann)).error().reason, "too_many_tokens");
  ASSERT_TRUE(revoke(as(ann), list(as(ann))->tokens(0).id()));
  EXPECT_TRUE(create(as(ann)));
}

TEST_P(TokensTest, ID_20_the_same_idempotency_key_gives_the_same_token_which_is_nowhere_in_clear) {
  const auto ann = add_user("ann@example.org");
  const auto first = create(as(ann, {}, "key-1"));
  const auto again = create(as(ann, {}, "key-1"));
  ASSERT_TRUE(again) << again.error().reason;
  EXPECT_EQ(again->token(), first->token());
  EXPECT_EQ(list(as(ann))->tokens_size(), 1);
  EXPECT_EQ(create(as(ann, {}, "key-1"), {"run"}).error().reason, "idempotency_key_reused");
  const auto kept = run(db->read([&](Tx& tx) {
    return tx.one("SELECT response FROM idempotency", {},
                  [](const Row& row) { return row.text(0); });
  }));
  EXPECT_FALSE(kept->contains(first->token()));
}

TEST_P(TokensTest, ID_20_the_time_of_use_is_written_later_and_to_the_minute) {
  const auto ann = add_user("ann@example.org");
  const auto made = create(as(ann));
  const auto used = clock.now_ms();
  ASSERT_TRUE(authenticate_bearer(made->token()));
  EXPECT_FALSE(list(as(ann))->tokens(0).has_used_at());
  run(service.tidy());
  EXPECT_EQ(list(as(ann))->tokens(0).used_at(), used);
  clock.move(59 * second_ms);
  ASSERT_TRUE(authenticate_bearer(made->token()));
  run(service.tidy());
  EXPECT_EQ(list(as(ann))->tokens(0).used_at(), used);
  clock.move(second_ms);
  ASSERT_TRUE(authenticate_bearer(made->token()));
  run(service.tidy());
  EXPECT_EQ(list(as(ann))->tokens(0).used_at(), used + minute_ms);
}

TEST_P(TokensTest, the_command_line_makes_tokens_for_open_accounts) {
  add_user("root@example.org", {"administrator"});
  add_user("waiting@example.org", {}, false);
  api::AddTokenRequest request;
  request.set_email("ROOT@example.org");
  const auto made = run(identity.add_token(as_service(), request));
  ASSERT_TRUE(made) << made.error().reason;
  EXPECT_EQ(words(made->scopes()), (Words{"profile", "learn", "run", "talk", "admin"}));
  EXPECT_TRUE(authenticate_bearer(made->token()));
  EXPECT_EQ(run(identity.add_token(as_guest(), request)).error().code, Code::permission_denied);
  request.set_email("waiting@example.org");
  EXPECT_EQ(run(identity.add_token(as_service(), request)).error().reason, "account_not_open");
  request.set_email("nobody@example.org");
  EXPECT_EQ(run(identity.add_token(as_service(), request)).error().code, Code::not_found);
}

TEST_P(TokensTest, what_is_no_credential_is_nobody) {
  add_user("ann@example.org");
  for (const auto* bearer : {"", "x", "ly_pat_", "ly_at_", "ly_pat_AAAA", "Bearer ly_pat_x"})
    EXPECT_EQ(authenticate_bearer(bearer).error().code, Code::unauthenticated) << bearer;
  EXPECT_EQ(authenticate_session("x").error().code, Code::unauthenticated);
}

TEST_P(TokensTest, a_token_is_no_session_and_a_session_no_token) {
  const auto ann = add_user("ann@example.org");
  const auto made = create(as(ann));
  EXPECT_FALSE(authenticate_session(made->token()));
  Browser browser;
  sign_in_app(browser, "ann@example.org");
  EXPECT_FALSE(authenticate_bearer(browser.cookies["__Host-ly_app"]));
  EXPECT_TRUE(authenticate_session(browser.cookies["__Host-ly_app"]));
}

TEST_P(TokensTest, a_disabled_account_is_nobody) {
  const auto ann = add_user("ann@example.org");
  const auto made = create(as(ann));
  Browser browser;
  sign_in_app(browser, "ann@example.org");
  ASSERT_TRUE(run(db->write([&](Tx& tx) {
    return tx.exec("UPDATE identity_users SET status = 'disabled' WHERE id = $1", {ann});
  })));
  EXPECT_FALSE(authenticate_bearer(made->token()));
  EXPECT_FALSE(who(browser));
  EXPECT_EQ(sign_in_app(browser, "ann@example.org").status(), 400);
}

TEST_P(TokensTest, ID_05_what_still_holds_is_told_by_id_until_it_has_run_out_or_been_ended) {
  const auto ann = add_user("ann@example.org");
  const auto lasting = create(as(ann)), revoked = create(as(ann));
  const auto short_one = create(as(ann), {}, clock.now_ms() + 1'000);
  Browser browser;
  sign_in_app(browser, "ann@example.org");
  const auto session = who(browser)->credential_id();
  const std::vector<std::int64_t> all = {lasting->id(), revoked->id(), short_one->id(), session,
                                         4711};
  EXPECT_EQ(holding(all), (std::vector{all[0], all[1], all[2], all[3]}));
  api::RevokeTokenRequest revocation;
  revocation.set_token_id(revoked->id());
  ASSERT_TRUE(run(identity.revoke_token(as(ann), revocation)));
  clock.move(999);
  EXPECT_EQ(holding(all), (std::vector{all[0], all[2], all[3]}));
  clock.move(1);
  EXPECT_EQ(holding(all), (std::vector{all[0], all[3]}));
  clock.move(12 * hour_ms);  // nobody has been seen
  EXPECT_EQ(holding(all), (std::vector{all[0]}));
  ASSERT_TRUE(run(db->write([&](Tx& tx) {
    return tx.exec("UPDATE identity_users SET status = 'disabled' WHERE id = $1", {ann});
  })));
  EXPECT_TRUE(holding(all).empty());
  api::FilterCredentialsRequest request;
  EXPECT_EQ(run(identity.filter_credentials(as(ann), request)).error().reason, "service_only");
}

TEST_P(TokensTest, when_roles_cannot_be_told_nobody_is_let_in) {
  const auto ann = add_user("ann@example.org");
  const auto made = create(as(ann));
  authorization.broken = true;
  EXPECT_EQ(authenticate_bearer(made->token()).error().code, Code::unavailable);
}

INSTANTIATE_TEST_SUITE_P(works, TokensTest, testing::both_transports, testing::name);

}  // namespace
}  // namespace lyceum::identity
