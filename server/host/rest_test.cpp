#include "host/rest.h"

#include "host/rest_test_server.h"

namespace lyceum::host {
namespace {

constexpr const char* good_run =
    R"({"language":"c","files":[{"path":"a.c","content":""}],"tests":[{"id":"1","stdin":""}]})";

// Routes.

TEST_F(RestTest, a_good_request_reaches_its_handler_and_is_answered_in_json) {
  const auto response = send("POST", "/api/v1/runs", good_run, token("run"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"id":"0","status":"","tests":[],"groups":[]})");
  EXPECT_EQ(header(response, "content-type"), "application/json");
  EXPECT_EQ(response.route, "/api/v1/runs");
  EXPECT_EQ(handlers.request, R"(language: "c" files { path: "a.c" } tests { id: "1" })");
}

TEST_F(RestTest, the_handler_knows_who_calls_from_where_and_for_how_long) {
  send("POST", "/api/v1/runs", good_run,
       {{"authorization", "Bearer token:run"},
        {"idempotency-key", "k1"},
        {"accept-language", "de, fr;q=0.8, en;q=0.3"}});
  ASSERT_TRUE(handlers.call);
  const auto& info = handlers.call->info();
  EXPECT_EQ(info.caller.user_id, 7);
  EXPECT_EQ(info.address, "192.0.2.1");
  EXPECT_EQ(info.idempotency_key, "k1");
  EXPECT_EQ(info.locale, "fr");
  EXPECT_EQ(info.trace.trace_id, "0af7651916cd43dd8448eb211c80319c");
  EXPECT_GT(info.deadline_ms, clock.now_ms());
}

TEST_F(RestTest, what_is_nowhere_is_404_with_a_problem) {
  for (const auto* path : {"/", "/api", "/api/v1/nothing", "/api/v1/runs/", "/api/v1/runs/1",
                           "/api/v1/modules/", "/api/v1/modules/1/2", "//api/v1/runs",
                           "/API/v1/runs", "/media/pictures", "/media/pictures/"}) {
    const auto response = send("GET", path);
    EXPECT_EQ(verdict(response), "404 no_such_route") << path;
    EXPECT_EQ(header(response, "content-type"), "application/problem+json");
    EXPECT_NE(response.body.find("\"trace_id\":\"0af7651916cd43dd8448eb211c80319c\""),
              std::string::npos);
  }
}

TEST_F(RestTest, a_method_that_is_not_there_is_405_and_says_which_are) {
  const auto response = send("DELETE", "/api/v1/me");
  EXPECT_EQ(verdict(response), "405 method_not_allowed");
  EXPECT_EQ(header(response, "allow"), "GET, HEAD, OPTIONS, PATCH");
  EXPECT_EQ(verdict(send("TRACE", "/api/v1/me")), "405 method_not_allowed");
}

TEST_F(RestTest, options_says_what_a_path_can) {
  const auto response = send("OPTIONS", "/api/v1/runs");
  EXPECT_EQ(response.status, 204);
  EXPECT_EQ(header(response, "allow"), "OPTIONS, POST");
  EXPECT_EQ(header(response, "access-control-allow-origin"), "");
}

TEST_F(RestTest, head_is_get) {
  EXPECT_EQ(send("HEAD", "/api/v1/languages").status, 200);
}

TEST_F(RestTest, an_rpc_without_a_route_cannot_be_reached) {
  EXPECT_EQ(send("POST", "/lyceum.learning.v1.Learning/ImportCourse", "{}").status, 404);
}

TEST_F(RestTest, it_owns_the_api_and_the_pages_of_the_contract) {
  EXPECT_TRUE(rest->owns("/api/v1/nothing"));
  EXPECT_TRUE(rest->owns("/media/pictures/abc"));
  EXPECT_FALSE(rest->owns("/learn/1"));
  EXPECT_FALSE(rest->owns("/apiary"));
}

TEST_F(RestTest, the_contract_says_how_long_a_body_may_be) {
  EXPECT_EQ(rest->body_max("POST", "/api/v1/runs"), 4'194'304);
  EXPECT_EQ(rest->body_max("PATCH", "/api/v1/me"), 1 << 20);
  EXPECT_EQ(rest->body_max("POST", "/api/v1/nothing"), 64 * 1024);
}

// Parameters.

TEST_F(RestTest, the_path_is_a_field) {
  EXPECT_EQ(send("GET", "/api/v1/modules/12").status, 200);
  EXPECT_EQ(handlers.request, "module_id: 12");
}

TEST_F(RestTest, ids_in_paths_are_canonical) {
  for (const auto* id : {"x", "01", "-1", "+1", "1.0", "1e3", "9223372036854775808",
                         "99999999999999999999999", " 1"})
    EXPECT_EQ(verdict(send("GET", std::string("/api/v1/modules/") + id)),
              "400 module_id invalid_id")
        << id;
  EXPECT_EQ(verdict(send("GET", "/api/v1/modules/0")), "400 module_id required");
}

TEST_F(RestTest, the_query_has_the_other_fields) {
  EXPECT_EQ(send("GET", "/api/v1/modules?q=a%20b%2Bc+d&difficulty=easy&limit=20").status, 200);
  EXPECT_EQ(handlers.request, R"(q: "a b+c d" difficulty: "easy" limit: 20)");
}

TEST_F(RestTest, what_is_wrong_in_a_query_is_named) {
  const std::vector<std::pair<std::string, std::string>> table_of_bad = {
      {"wrong=1", "400 wrong unknown_parameter"},
      {"Q=1", "400 Q unknown_parameter"},
      {"q=1&q=1", "400 q repeated_parameter"},
      {"q=1&%71=1", "400 q repeated_parameter"},
      {"limit=x", "400 limit wrong_type"},
      {"limit=", "400 limit wrong_type"},
      {"limit=1.0", "400 limit wrong_type"},
      {"limit=%201", "400 limit wrong_type"},
      {"limit=2147483648", "400 limit out_of_range"},
      {"limit=99999999999999999999", "400 limit out_of_range"},
      {"limit=101", "400 limit too_large"},
      {"limit=-1", "400 limit too_small"},
      {"difficulty=no", "400 difficulty not_one_of"},
      {"q=%ff", "400 q invalid_utf8"},
      {"q=%00", "400 q nul_character"},
      {"q=%", "400 malformed_query"},
      {"q=%4", "400 malformed_query"},
      {"q=%zz", "400 malformed_query"},
      {"=1", "400 malformed_query"},
      {"q=1&", "400 malformed_query"},
      {"&", "400 malformed_query"},
      {"q=" + std::string(101, 'x'), "400 q too_long"}};
  for (const auto& [query, expected] : table_of_bad)
    EXPECT_EQ(verdict(send("GET", "/api/v1/modules?" + query)), expected) << query;
  EXPECT_EQ(verdict(send("GET", "/api/v1/modules/1?module_id=2")),
            "400 module_id unknown_parameter");
  EXPECT_EQ(verdict(send("POST", "/api/v1/runs?language=c", good_run, token("run"))),
            "400 language unknown_parameter");
}

// Bodies.

TEST_F(RestTest, the_path_and_the_body_make_one_message) {
  EXPECT_EQ(send("PUT", "/api/v1/components/5/draft", R"({"base_version":3,"language":"c"})",
                 token("learn"))
                .status,
            200);
  EXPECT_EQ(handlers.request, R"(component_id: 5 base_version: 3 language: "c")");
}

TEST_F(RestTest, what_is_in_the_path_may_not_be_in_the_body) {
  EXPECT_EQ(
      verdict(send("PUT", "/api/v1/components/5/draft", R"({"component_id":"5"})", token("learn"))),
      "400 component_id unknown_field");
}

TEST_F(RestTest, a_body_is_json_and_says_so) {
  for (const auto* type : {"application/json", "Application/JSON",
                           "application/json; charset=utf-8", "application/json;charset=\"UTF-8\""})
    EXPECT_EQ(send("PATCH", "/api/v1/me", "{}",
                   {{"authorization", "Bearer token:profile"}, {"content-type", type}})
                  .status,
              200)
        << type;
  for (const auto* type :
       {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data",
        "application/jsonx", "application/json; charset=latin1", "application/problem+json", " "})
    EXPECT_EQ(verdict(send("PATCH", "/api/v1/me", "{}",
                           {{"authorization", "Bearer token:profile"}, {"content-type", type}})),
              "415 unsupported_media_type")
        << type;
  EXPECT_EQ(
      verdict(send("PATCH", "/api/v1/me", "{}",
                   {{"authorization", "Bearer token:profile"}, {"content-encoding", "gzip"}})),
      "415 unsupported_media_type");
}

TEST_F(RestTest, a_body_that_is_needed_must_be_there_and_no_other) {
  EXPECT_EQ(verdict(send("PATCH", "/api/v1/me", "", token("profile"))), "400 body_required");
  EXPECT_EQ(verdict(send("GET", "/api/v1/me", "{}", token("profile"))), "400 body_unexpected");
  EXPECT_EQ(verdict(send("DELETE", "/api/v1/me/picture", "{}", token("profile"))),
            "400 body_unexpected");
  EXPECT_EQ(verdict(send("PUT", "/api/v1/admin/users/1/roles/administrator", R"({"role":"x"})",
                         token("admin"))),
            "400 body_unexpected");
  EXPECT_EQ(send("PUT", "/api/v1/admin/users/1/roles/administrator", "{}", token("admin")).status,
            204);
}

TEST_F(RestTest, what_is_wrong_in_a_body_is_named) {
  const std::vector<std::pair<const char*, const char*>> table_of_bad = {
      {"{", "400 malformed_json"},
      {"[]", "400 wrong_type"},
      {R"({"language":"c","lang":"c"})", "400 lang unknown_field"},
      {R"({"language":1})", "400 language wrong_type"},
      {R"({"language":"c","files":[{"path":"a","content":"","mode":1}]})",
       "400 files[0].mode unknown_field"},
      {R"({"language":"c","files":[{"path":"a"},{"path":""}],"tests":[{"id":"1"}]})",
       "400 files[1].path required"},
      {R"({"language":"c","files":[{"path":"a"}],"tests":[]})", "400 tests required"},
      {R"({"language":"c","files":[{"path":"a"}],"tests":[{"id":"1"}],"limits":{"cpu_ms":0}})",
       "400 limits.cpu_ms too_small"},
      {R"({"language":"c","files":[{"path":"a"}],"tests":[{"id":"1"}],"compare":{"mode":"fuzzy"}})",
       "400 compare.mode not_one_of"},
  };
  for (const auto& [body, expected] : table_of_bad)
    EXPECT_EQ(verdict(send("POST", "/api/v1/runs", body, token("run"))), expected) << body;
  EXPECT_FALSE(handlers.call) << "a handler was called with a bad request";
}

// Answers.

TEST_F(RestTest, the_contract_says_which_status_success_has) {
  EXPECT_EQ(send("POST", "/api/v1/components/5/submissions", R"({"choices":["a"]})",
                 {{"authorization", "Bearer token:learn"}, {"idempotency-key", "k"}})
                .status,
            202);
  const auto gone = send("DELETE", "/api/v1/me/picture", "", token("profile"));
  EXPECT_EQ(gone.status, 204);
  EXPECT_EQ(gone.body, "");
  EXPECT_EQ(header(gone, "content-type"), "");
}

TEST_F(RestTest, every_code_has_its_status) {
  const std::vector<std::pair<Code, int>> all = {{Code::invalid_argument, 400},
                                                 {Code::unauthenticated, 401},
                                                 {Code::permission_denied, 403},
                                                 {Code::not_found, 404},
                                                 {Code::already_exists, 409},
                                                 {Code::aborted, 409},
                                                 {Code::failed_precondition, 409},
                                                 {Code::resource_exhausted, 429},
                                                 {Code::cancelled, 499},
                                                 {Code::unimplemented, 501},
                                                 {Code::unavailable, 503},
                                                 {Code::deadline_exceeded, 504},
                                                 {Code::internal, 500},
                                                 {Code::unknown, 500},
                                                 {Code::data_loss, 500},
                                                 {Code::out_of_range, 500}};
  for (const auto& [code, status] : all) {
    handlers.error = Error{code, "why", "a \"message\"", "a.b", 1500};
    const auto response = send("GET", "/api/v1/languages");
    EXPECT_EQ(verdict(response), std::to_string(status) + " a.b why");
    EXPECT_EQ(header(response, "retry-after"), "2");
    EXPECT_NE(response.body.find("\"retry_after_ms\":1500"), std::string::npos);
  }
  handlers.error = Error{Code::invalid_argument, "idempotency_key_reused", "", "", 0};
  EXPECT_EQ(send("GET", "/api/v1/languages").status, 422);
}

TEST_F(RestTest, a_problem_is_whole) {
  handlers.error = Error{Code::not_found, "module_not_found", "there is no \"such\" module", "", 0};
  EXPECT_EQ(
      send("GET", "/api/v1/modules/1").body,
      R"({"type":"about:blank","title":"Not Found","status":404,"detail":"there is no \"such\" module",)"
      R"("reason":"module_not_found","trace_id":"0af7651916cd43dd8448eb211c80319c"})");
}

TEST_F(RestTest, what_breaks_inside_is_not_told_outside) {
  handlers.error = Error{Code::internal, "store_failed", "secret detail", "", 0};
  EXPECT_EQ(send("GET", "/api/v1/languages").body.find("secret"), std::string::npos);
  handlers.error.reset();
  handlers.throws = true;
  const auto response = send("GET", "/api/v1/languages");
  EXPECT_EQ(verdict(response), "500 internal");
  EXPECT_EQ(response.body.find("secret"), std::string::npos);
}

TEST_F(RestTest, every_answer_is_guarded) {
  for (const auto& response :
       {send("GET", "/api/v1/languages"), send("GET", "/api/v1/nothing"), send("GET", "/api/v1/me"),
        send("OPTIONS", "/api/v1/me"), send("DELETE", "/api/v1/me")}) {
    EXPECT_EQ(header(response, "x-content-type-options"), "nosniff");
    EXPECT_EQ(header(response, "cache-control"), "no-store");
    EXPECT_EQ(header(response, "referrer-policy"), "no-referrer");
    EXPECT_EQ(header(response, "content-security-policy"),
              "default-src 'none'; frame-ancestors 'none'");
  }
}

// Who may call.

TEST_F(RestTest, what_may_have_changed_something_is_told_and_nothing_else) {
  send("GET", "/api/v1/admin/users/8/roles", "", token("admin"));
  send("PUT", "/api/v1/admin/users/8/roles/administrator");  // refused
  send("PUT", "/api/v1/admin/users/no-id/roles/administrator", "", token("admin"));
  EXPECT_TRUE(answered.empty());
  send("PUT", "/api/v1/admin/users/8/roles/administrator", "", token("admin"));
  handlers.error = Error{Code::unavailable, "service_unreachable", "", "", 0};  // it may be done
  send("PUT", "/api/v1/admin/users/8/roles/administrator", "", token("admin"));
  EXPECT_EQ(answered, std::vector<std::string>(2, "GrantRole"));
}

TEST_F(RestTest, a_user_is_needed_where_the_contract_says_so) {
  const auto response = send("GET", "/api/v1/me");
  EXPECT_EQ(verdict(response), "401 sign_in_required");
  EXPECT_EQ(header(response, "www-authenticate"), "Bearer realm=\"lyceum\"");
  EXPECT_EQ(authentications, 0) << "nobody is asked about nothing";
}

TEST_F(RestTest, a_bad_token_is_401_wherever_it_is_sent) {
  for (const auto* path : {"/api/v1/me", "/api/v1/languages"}) {
    const auto response = send("GET", path, "", {{"authorization", "Bearer wrong"}});
    EXPECT_EQ(verdict(response), "401 token_unknown");
    EXPECT_EQ(header(response, "www-authenticate"),
              "Bearer realm=\"lyceum\", error=\"invalid_token\"");
  }
}

TEST_F(RestTest, who_is_signed_in_is_known_on_public_routes) {
  EXPECT_EQ(send("GET", "/api/v1/modules", "", token("learn")).status, 200);
  EXPECT_EQ(handlers.call->user_id(), 7);
  EXPECT_EQ(send("GET", "/api/v1/modules").status, 200);
  EXPECT_EQ(handlers.call->user_id(), 0);
}

TEST_F(RestTest, a_session_that_is_over_makes_a_guest_where_guests_may_be) {
  EXPECT_EQ(send("GET", "/api/v1/languages", "", session("over")).status, 200);
  EXPECT_EQ(handlers.call->user_id(), 0);
  EXPECT_EQ(verdict(send("GET", "/api/v1/me", "", session("over"))), "401 token_unknown");
}

TEST_F(RestTest, a_token_needs_the_scope_and_a_session_has_all) {
  const auto response = send("GET", "/api/v1/me", "", token("run"));
  EXPECT_EQ(verdict(response), "403 scope_missing");
  EXPECT_EQ(header(response, "www-authenticate"),
            "Bearer realm=\"lyceum\", error=\"insufficient_scope\", scope=\"profile\"");
  EXPECT_EQ(send("GET", "/api/v1/me", "", token("profile")).status, 200);
  EXPECT_EQ(send("GET", "/api/v1/me", "", session("nobody")).status, 200);
  EXPECT_EQ(verdict(send("GET", "/api/v1/modules", "", token("run"))), "403 scope_missing");
  EXPECT_EQ(verdict(send("GET", "/api/v1/me", "", token("prof"))), "403 scope_missing");
}

TEST_F(RestTest, a_role_is_needed_where_the_contract_says_so) {
  const auto* path = "/api/v1/admin/users/1/roles/administrator";
  EXPECT_EQ(verdict(send("PUT", path)), "401 sign_in_required");
  EXPECT_EQ(verdict(send("PUT", path, "", session("user_moderator"))), "403 role_missing");
  EXPECT_EQ(verdict(send("PUT", path, "", token("profile"))), "403 scope_missing");
  EXPECT_EQ(send("PUT", path, "", session("administrator")).status, 204);
  EXPECT_EQ(handlers.request, R"(user_id: 1 role: "administrator")");
}

TEST_F(RestTest, a_page_of_another_site_cannot_act_with_the_session) {
  const auto attempt = [&](std::vector<HttpHeader> headers) {
    return verdict(send("PATCH", "/api/v1/me", "{}", session("nobody", std::move(headers))));
  };
  EXPECT_EQ(attempt({}), "200");  // no browser
  EXPECT_EQ(attempt({{"sec-fetch-site", "same-origin"}}), "200");
  EXPECT_EQ(attempt({{"sec-fetch-site", "same-origin"}, {"origin", "http://localhost:8080"}}),
            "200");
  EXPECT_EQ(attempt({{"origin", "https://lyceum.example"}}), "200");
  EXPECT_EQ(attempt({{"sec-fetch-site", "cross-site"}}), "403 cross_site");
  EXPECT_EQ(attempt({{"sec-fetch-site", "cross-site"}, {"origin", "https://lyceum.example"}}),
            "403 cross_site");
  EXPECT_EQ(attempt({{"sec-fetch-site", "same-site"}}), "403 cross_site");
  EXPECT_EQ(attempt({{"origin", "https://evil.example"}}), "403 cross_site");
  EXPECT_EQ(attempt({{"origin", "https://lyceum.example.evil"}}), "403 cross_site");
  EXPECT_EQ(attempt({{"origin", "http://lyceum.example"}}), "403 cross_site");
  EXPECT_EQ(attempt({{"origin", "null"}}), "403 cross_site");
  EXPECT_EQ(
      send("GET", "/api/v1/me", "", session("nobody", {{"sec-fetch-site", "cross-site"}})).status,
      200);
  EXPECT_EQ(send("PATCH", "/api/v1/me", "{}",
                 {{"authorization", "Bearer token:profile"}, {"sec-fetch-site", "cross-site"}})
                .status,
            200);
}

// How often.

TEST_F(RestTest, too_often_is_429_with_all_the_headers) {
  allowance = {false, 60, 0, 41'500, 1'200};
  const auto response = send("POST", "/api/v1/runs", good_run, token("run"));
  EXPECT_EQ(verdict(response), "429 rate_limited");
  EXPECT_EQ(header(response, "retry-after"), "2");
  EXPECT_EQ(header(response, "ratelimit-policy"), "\"run\";q=60;w=60");
  EXPECT_EQ(header(response, "ratelimit"), "\"run\";r=0;t=42");
  EXPECT_FALSE(handlers.call);
}

TEST_F(RestTest, a_quota_of_a_service_is_told_beside_that_of_the_edge) {
  allowance = {true, 300, 299, 200, 0};
  handlers.error = Error{Code::resource_exhausted, "slow_down", "wait", "", 4'100, 10, 10'000};
  const auto response = send("PATCH", "/api/v1/me", "{}", token("profile"));
  EXPECT_EQ(verdict(response), "429 slow_down");
  EXPECT_EQ(header(response, "retry-after"), "5");
  const auto all = [&](std::string_view name) {
    std::vector<std::string> values;
    for (const auto& one : response.headers)
      if (one.name == name) values.push_back(one.value);
    return values;
  };
  EXPECT_EQ(all("ratelimit-policy"),
            (std::vector<std::string>{"\"slow_down\";q=10;w=10", "\"write\";q=300;w=60"}));
  EXPECT_EQ(all("ratelimit"),
            (std::vector<std::string>{"\"slow_down\";r=0;t=5", "\"write\";r=299;t=1"}));
}

TEST_F(RestTest, what_is_refused_counts_too) {
  EXPECT_EQ(verdict(send("GET", "/api/v1/me", "", {{"authorization", "Bearer wrong"}})),
            "401 token_unknown");
  EXPECT_EQ(last_rate, READ);
  allowance = {false, 60, 0, 41'500, 1'200};
  EXPECT_EQ(verdict(send("GET", "/api/v1/me", "", {{"authorization", "Bearer wrong"}})),
            "429 rate_limited");
}

TEST_F(RestTest, what_is_left_is_told_and_each_rpc_has_its_class) {
  allowance = {true, 300, 299, 200, 0};
  const auto response = send("PATCH", "/api/v1/me", "{}", token("profile"));
  EXPECT_EQ(header(response, "ratelimit"), "\"write\";r=299;t=1");
  EXPECT_EQ(last_rate, WRITE);
  allowance = {};
  EXPECT_EQ(header(send("GET", "/api/v1/languages"), "ratelimit"), "");
  EXPECT_EQ(last_rate, READ);
}

TEST_F(RestTest, an_idempotency_key_is_asked_for_and_looked_at) {
  const auto submit = [&](std::vector<HttpHeader> headers) {
    headers.push_back({"authorization", "Bearer token:learn"});
    return verdict(send("POST", "/api/v1/components/5/submissions", R"({"choices":["a"]})",
                        std::move(headers)));
  };
  EXPECT_EQ(submit({}), "400 Idempotency-Key idempotency_key_required");
  EXPECT_EQ(submit({{"idempotency-key", std::string(255, 'k')}}), "202");
  for (const auto& bad : {std::string(""), std::string(256, 'k'), std::string("a b"),
                          std::string("é"), std::string("a\x7f")})
    EXPECT_EQ(submit({{"idempotency-key", bad}}), "400 Idempotency-Key idempotency_key_invalid")
        << bad;
  EXPECT_EQ(submit({{"idempotency-key", "a"}, {"idempotency-key", "b"}}),
            "400 Idempotency-Key idempotency_key_invalid");
}

// Pages.

TEST_F(RestTest, pages_get_the_request_as_it_is_and_answer_as_they_like) {
  handlers.page.set_status(302);
  auto& location = *handlers.page.add_headers();
  location.set_name("location");
  location.set_value("/x");
  handlers.page.set_body("bytes");
  const auto response = send("POST", "/media/pictures/a/b?c=%zz", "x=1",
                             {{"content-type", "text/plain"}, {"cookie", "session=over"}});
  EXPECT_EQ(response.status, 302);
  EXPECT_EQ(header(response, "location"), "/x");
  EXPECT_EQ(header(response, "x-content-type-options"), "nosniff");
  EXPECT_EQ(response.body, "bytes");
  EXPECT_EQ(response.route, "/media/pictures/*");
  EXPECT_NE(handlers.request.find(R"(method: "POST" path: "/media/pictures/a/b" query: "c=%zz")"),
            std::string::npos);
  EXPECT_NE(handlers.request.find(R"(body: "x=1" address: "192.0.2.1")"), std::string::npos);
  EXPECT_EQ(answered, std::vector<std::string>{"Picture"});
}

TEST_F(RestTest, a_page_keeps_its_own_cache_header) {
  auto& cache = *handlers.page.add_headers();
  cache.set_name("cache-control");
  cache.set_value("public, max-age=31536000, immutable");
  const auto response = send("GET", "/media/pictures/a");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(std::ranges::count_if(response.headers,
                                  [](const auto& h) { return h.name == "cache-control"; }),
            1);
}

// Doors for programs that were written for another product.

TEST_F(RestTest, SUB_06_a_token_may_come_in_the_header_that_the_contract_names) {
  const auto jobe = [&](std::vector<HttpHeader> headers) {
    return verdict(send("GET", "/jobe/index.php/restapi/languages", "", std::move(headers)));
  };
  EXPECT_EQ(jobe({{"x-api-key", "token:run"}}), "200");
  EXPECT_EQ(jobe(token("run")), "200");
  EXPECT_EQ(jobe({{"x-api-key", "token:run"}, {"authorization", "Basic eDp5"}}), "200");
  EXPECT_EQ(jobe({{"x-api-key", "token:learn"}}), "403 scope_missing");
  EXPECT_EQ(jobe({{"x-auth-token", "token:run"}}), "403 sign_in_required");  // another one's
  EXPECT_EQ(jobe({{"x-api-key", "wrong"}}), "403 token_unknown");
  EXPECT_EQ(jobe({{"authorization", "Basic eDp5"}}), "403 token_unknown");
  EXPECT_EQ(jobe({}), "403 sign_in_required");
}

TEST_F(RestTest, such_a_header_is_no_credential_anywhere_else) {
  EXPECT_EQ(verdict(send("GET", "/api/v1/me", "", {{"x-api-key", "token:profile"}})),
            "401 sign_in_required");
}

TEST_F(RestTest, a_bare_token_is_a_bearer_token_only_where_the_contract_says_so) {
  const auto piston = [&](const std::string& value) {
    return send("GET", "/api/v2/runtimes", "", {{"authorization", value}});
  };
  EXPECT_EQ(piston("token:run").status, 200);
  EXPECT_EQ(piston("Bearer token:run").status, 200);
  EXPECT_EQ(verdict(piston("wrong")), "401 token_unknown");
  EXPECT_EQ(header(piston("wrong"), "www-authenticate").substr(0, 6), "Bearer");
  EXPECT_EQ(verdict(send("GET", "/api/v1/me", "", {{"authorization", "token:profile"}})),
            "401 token_unknown");
}

TEST_F(RestTest, a_session_opens_no_such_door) {
  const auto response =
      send("POST", "/jobe/index.php/restapi/runs", "{}", session("administrator"));
  EXPECT_EQ(verdict(response), "403 sign_in_required");
  EXPECT_EQ(authentications, 0);
  EXPECT_FALSE(handlers.call);
  EXPECT_EQ(send("GET", "/api/v2/runtimes", "", session("administrator")).status, 401);
}

TEST_F(RestTest, such_a_door_counts_as_a_run_and_sees_no_credential) {
  const auto response = send("POST", "/jobe/index.php/restapi/runs", "{}",
                             {{"x-api-key", "token:run"}, {"cookie", "session=x"}, {"x-y", "z"}});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(last_rate, RUN);
  EXPECT_EQ(handlers.call->user_id(), 7);
  EXPECT_EQ(handlers.request.find("token:run"), std::string::npos);
  EXPECT_EQ(handlers.request.find("session=x"), std::string::npos);
  EXPECT_NE(handlers.request.find("x-y"), std::string::npos);
}

}  // namespace
}  // namespace lyceum::host
