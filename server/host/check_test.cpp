#include "host/check.h"

#include <gtest/gtest.h>

#include "contract/account.pb.h"
#include "contract/authorization.pb.h"
#include "contract/identity.pb.h"
#include "contract/learning.pb.h"
#include "contract/runner.pb.h"

namespace lyceum::host {
namespace {

// "files[1].path too_long", or "good".
std::string verdict(const google::protobuf::Message& message) {
  const auto good = check(message);
  return good ? "good" : good.error().field + " " + good.error().reason;
}

runner::v1::RunRequest run_request() {
  runner::v1::RunRequest request;
  request.set_language("cpp");
  request.add_files()->set_path("main.cpp");
  request.add_tests()->set_id("1");
  return request;
}

TEST(Check, a_whole_request_is_good) {
  EXPECT_EQ(verdict(run_request()), "good");
}

TEST(Check, an_empty_text_is_no_required_text) {
  auto request = run_request();
  request.clear_language();
  EXPECT_EQ(verdict(request), "language required");
}

TEST(Check, an_empty_list_is_no_required_list) {
  auto request = run_request();
  request.clear_tests();
  EXPECT_EQ(verdict(request), "tests required");
}

TEST(Check, an_id_of_zero_is_no_required_id) {
  EXPECT_EQ(verdict(identity::v1::GetUserRequest()), "user_id required");
}

TEST(Check, a_message_that_is_not_there_is_no_required_message) {
  EXPECT_EQ(verdict(authorization::v1::CheckRequest()), "entity required");
}

TEST(Check, the_path_leads_into_lists) {
  auto request = run_request();
  request.add_files()->set_path(std::string(201, 'a'));
  EXPECT_EQ(verdict(request), "files[1].path too_long");
  request.mutable_files(1)->set_path("");
  EXPECT_EQ(verdict(request), "files[1].path required");
}

TEST(Check, the_path_leads_into_messages) {
  auto request = run_request();
  request.mutable_limits()->set_cpu_ms(0);
  EXPECT_EQ(verdict(request), "limits.cpu_ms too_small");
}

TEST(Check, text_is_counted_in_characters_not_bytes) {
  auto request = run_request();
  std::string path;
  for (int i = 0; i < 200; ++i) path += "é";
  request.mutable_files(0)->set_path(path);
  EXPECT_EQ(verdict(request), "good");
  request.mutable_files(0)->set_path(path + "é");
  EXPECT_EQ(verdict(request), "files[0].path too_long");
}

TEST(Check, bytes_are_counted_in_bytes) {
  account::v1::SetPictureRequest request;
  request.set_picture(std::string(524'288, 'x'));
  EXPECT_EQ(verdict(request), "good");
  request.set_picture(std::string(524'289, 'x'));
  EXPECT_EQ(verdict(request), "picture too_long");
}

TEST(Check, a_short_text_is_too_short) {
  identity::v1::SignUpRequest request;
  request.set_email("ann@example.org");
  request.set_password("1234567");
  EXPECT_EQ(verdict(request), "password too_short");
}

TEST(Check, an_optional_text_that_is_given_may_not_be_empty_below_its_min) {
  account::v1::UpdateMeRequest request;
  EXPECT_EQ(verdict(request), "good");
  request.set_nickname("");
  EXPECT_EQ(verdict(request), "nickname too_short");
}

TEST(Check, too_many_elements_are_too_many) {
  auto request = run_request();
  for (int i = 0; i < 50; ++i) request.add_files()->set_path("f" + std::to_string(i));
  EXPECT_EQ(verdict(request), "files too_many");
}

TEST(Check, text_without_a_limit_may_have_65536_characters) {
  learning::v1::ListSubmissionsRequest request;
  request.set_component_id(1);
  request.set_page_token(std::string(65'536, '1'));
  EXPECT_EQ(verdict(request), "good");
  request.set_page_token(std::string(65'537, '1'));
  EXPECT_EQ(verdict(request), "page_token too_long");
}

TEST(Check, a_page_may_not_be_larger_than_its_limit_or_negative) {
  account::v1::ListPointsRequest request;
  for (const auto [limit, said] :
       {std::pair{0, "good"}, {100, "good"}, {101, "limit too_large"}, {-1, "limit too_small"}}) {
    request.set_limit(limit);
    EXPECT_EQ(verdict(request), said) << limit;
  }
}

TEST(Check, words_are_one_of_those_named) {
  learning::v1::ListModulesRequest request;
  for (const auto* good : {"", "easy", "medium", "hard"}) {
    request.set_difficulty(good);
    EXPECT_EQ(verdict(request), "good") << good;
  }
  for (const auto* bad : {"eas", "easy,medium", "Easy", " easy"}) {
    request.set_difficulty(bad);
    EXPECT_EQ(verdict(request), "difficulty not_one_of") << bad;
  }
}

}  // namespace
}  // namespace lyceum::host
