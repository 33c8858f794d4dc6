#include "host/json.h"

#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <rapidjson/reader.h>

#include "contract/account.pb.h"
#include "contract/authorization.pb.h"
#include "contract/learning.pb.h"
#include "contract/mailer.pb.h"
#include "contract/options.pb.h"
#include "contract/runner.pb.h"

namespace lyceum::host {
namespace {

using google::protobuf::util::MessageDifferencer;

template <class M>
M read(const std::string& json) {
  M message;
  const auto good = from_json(json, message);
  EXPECT_TRUE(good) << json << ": " << good.error().field << " " << good.error().message;
  return message;
}

// "files[1].path wrong_type", or "good".
template <class M>
std::string verdict(const std::string& json) {
  M message;
  const auto good = from_json(json, message);
  return good ? "good" : good.error().field + " " + good.error().reason;
}

TEST(Json, ids_are_strings_and_other_integers_numbers) {
  learning::v1::Recent recent;
  recent.set_worked_at(1'790'000'000'000);
  recent.mutable_content()->set_id(9'007'199'254'740'993);
  recent.mutable_content()->set_module_id(7);
  EXPECT_EQ(
      to_json(recent),
      R"({"content":{"id":"9007199254740993","key":"","module_id":"7","title":"","summary":"","kind":"",)"
      R"("difficulty":"","minutes":0,"points":0,"state":""},"worked_at":1790000000000})");
}

TEST(Json, lists_of_ids_are_lists_of_strings) {
  authorization::v1::ListRoleHoldersResponse holders;
  holders.add_user_ids(1);
  holders.add_user_ids(22);
  EXPECT_EQ(to_json(holders), R"({"user_ids":["1","22"]})");
  EXPECT_TRUE(MessageDifferencer::Equals(
      read<authorization::v1::ListRoleHoldersResponse>(to_json(holders)), holders));
}

TEST(Json, every_field_is_written_but_an_optional_one_only_when_set) {
  runner::v1::Test test;
  EXPECT_EQ(to_json(test), R"({"id":"","stdin":""})");
  test.set_expected("");
  EXPECT_EQ(to_json(test), R"({"id":"","stdin":"","expected":""})");
}

TEST(Json, of_a_oneof_what_is_set_is_written) {
  runner::v1::RunEvent event;
  EXPECT_EQ(to_json(event), "{}");
  event.mutable_done()->set_id(5);
  EXPECT_EQ(to_json(event), R"({"done":{"id":"5","status":"","groups":[]}})");
}

TEST(Json, bytes_are_base64) {
  account::v1::SetPictureRequest request;
  request.set_picture(std::string("\x00\xff\x7f", 3));
  EXPECT_EQ(to_json(request), R"({"picture":"AP9/"})");
  EXPECT_EQ(read<account::v1::SetPictureRequest>(R"({"picture":"AP9/"})").picture(),
            request.picture());
}

TEST(Json, maps_are_objects) {
  mailer::v1::MailWanted mail;
  (*mail.mutable_values())["link"] = "http://a/?b=\"c\"";
  EXPECT_EQ(
      to_json(mail),
      R"({"key":"","template":"","to":"","locale":"","values":{"link":"http://a/?b=\"c\""},"drop_after":0})");
  EXPECT_EQ(read<mailer::v1::MailWanted>(to_json(mail)).values().at("link"), "http://a/?b=\"c\"");
}

TEST(Json, enums_are_their_names) {
  Rpc rpc;
  rpc.set_rate(SIGN_IN);
  EXPECT_NE(to_json(rpc).find(R"("rate":"SIGN_IN")"), std::string::npos);
  EXPECT_EQ(read<Rpc>(R"({"rate":"RUN"})").rate(), RUN);
}

TEST(Json, doubles_come_back_as_they_were) {
  runner::v1::Compare compare;
  compare.set_float_abs(0.1);
  compare.set_float_rel(1e-9);
  EXPECT_TRUE(MessageDifferencer::Equals(read<runner::v1::Compare>(to_json(compare)), compare));
  EXPECT_EQ(read<runner::v1::Compare>(R"({"float_abs":1})").float_abs(), 1);
}

TEST(Json, what_is_no_utf8_in_an_answer_is_replaced) {
  runner::v1::TestResult result;
  result.set_stdout(
      "a\xff\xc3z\xe2\x82"
      "é");
  EXPECT_NE(to_json(result).find(R"("stdout":"a��z��é")"), std::string::npos) << to_json(result);
}

TEST(Json, null_is_an_optional_field_that_is_not_there) {
  const auto test = read<runner::v1::Test>(R"({"id":"1","expected":null})");
  EXPECT_FALSE(test.has_expected());
  EXPECT_FALSE(read<runner::v1::RunRequest>(R"({"limits":null})").has_limits());
  EXPECT_EQ(verdict<runner::v1::Test>(R"({"id":null})"), "id wrong_type");
  EXPECT_EQ(verdict<runner::v1::RunRequest>(R"({"files":null})"), "files wrong_type");
}

TEST(Json, names_and_texts_may_be_escaped) {
  EXPECT_EQ(read<runner::v1::File>(R"({"p\u0061th":"\u00e9\n\ud83d\ude00"})").path(), "é\n😀");
}

struct Bad {
  const char* json;
  const char* verdict;
};

void expect_all(const std::vector<Bad>& table, auto verdict_of) {
  for (const auto& [json, expected] : table) EXPECT_EQ(verdict_of(json), expected) << json;
}

TEST(Json, what_is_no_json_is_refused) {
  expect_all(
      {
          {"", " malformed_json"},
          {" ", " malformed_json"},
          {"{", " malformed_json"},
          {"}", " malformed_json"},
          {"{}}", " malformed_json"},
          {"{} {}", " malformed_json"},
          {"{}x", " malformed_json"},
          {"{\"language\"}", " malformed_json"},
          {"{\"language\":}", "language malformed_json"},
          {"{\"language\" \"c\"}", " malformed_json"},
          {"{\"language\":\"c\",}", " malformed_json"},
          {"{,\"language\":\"c\"}", " malformed_json"},
          {"{\"language\":\"c\" \"entry\":\"x\"}", " malformed_json"},
          {"{language:\"c\"}", " malformed_json"},
          {"{'language':'c'}", " malformed_json"},
          {"{\"language\":\"c}", " malformed_json"},
          {"{\"language\":\"\\x\"}", "language malformed_json"},
          {"{\"language\":\"\\ud800\"}", "language malformed_json"},
          {"{\"language\":\"a\tb\"}", " malformed_json"},
          {"{\"files\":[}", "files[0] malformed_json"},
          {"{\"files\":[{}", "files malformed_json"},
          {"{\"files\":[{},]}", "files[1] malformed_json"},
          {"{\"files\":[{} {}]}", "files malformed_json"},
          {"{\"stop_on_failure\":True}", "stop_on_failure malformed_json"},
          {"{\"stop_on_failure\":truely}", "stop_on_failure wrong_type"},
          {"// no\n{}", " malformed_json"},
          {"\xEF\xBB\xBF{}", " malformed_json"},
      },
      verdict<runner::v1::RunRequest>);
}

TEST(Json, wrong_types_are_named_with_their_path) {
  expect_all(
      {
          {"[]", " wrong_type"},
          {"null", " wrong_type"},
          {"\"x\"", " wrong_type"},
          {"1", " wrong_type"},
          {R"({"language":1})", "language wrong_type"},
          {R"({"language":["c"]})", "language wrong_type"},
          {R"({"files":{}})", "files wrong_type"},
          {R"({"files":"x"})", "files wrong_type"},
          {R"({"files":[1]})", "files[0] wrong_type"},
          {R"({"files":[{},null]})", "files[1] wrong_type"},
          {R"({"files":[{},{},{"path":true}]})", "files[2].path wrong_type"},
          {R"({"limits":[]})", "limits wrong_type"},
          {R"({"limits":{"cpu_ms":"1"}})", "limits.cpu_ms wrong_type"},
          {R"({"limits":{"cpu_ms":1.0}})", "limits.cpu_ms wrong_type"},
          {R"({"limits":{"cpu_ms":1e3}})", "limits.cpu_ms wrong_type"},
          {R"({"limits":{"cpu_ms":true}})", "limits.cpu_ms wrong_type"},
          {R"({"compare":{"float_abs":"1"}})", "compare.float_abs wrong_type"},
          {R"({"stop_on_failure":1})", "stop_on_failure wrong_type"},
          {R"({"stop_on_failure":"true"})", "stop_on_failure wrong_type"},
          {R"({"files":[{"path":"a","mode":1}]})", "files[0].mode unknown_field"},
          {R"({"language":"c","language":"c"})", "language repeated_field"},
          {R"({"language":"c","langu\u0061ge":"c"})", "language repeated_field"},
          {R"({"":1})", " unknown_field"},
          {"{\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
           "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxé\":1}",
           "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
           "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx… unknown_field"},
          {R"({"stopOnFailure":true})", "stopOnFailure unknown_field"},
          {R"({"language":"a\u0000b"})", "language nul_character"},
      },
      verdict<runner::v1::RunRequest>);
}

TEST(Json, integers_have_their_range) {
  expect_all(
      {
          {R"({"limits":{"cpu_ms":9007199254740991}})", "good"},
          {R"({"limits":{"cpu_ms":-9007199254740991}})", "good"},
          {R"({"limits":{"cpu_ms":9007199254740992}})", "limits.cpu_ms out_of_range"},
          {R"({"limits":{"cpu_ms":-9007199254740992}})", "limits.cpu_ms out_of_range"},
          {R"({"limits":{"cpu_ms":18446744073709551615}})", "limits.cpu_ms out_of_range"},
          {R"({"limits":{"cpu_ms":01}})", "limits.cpu_ms malformed_json"},
          {R"({"limits":{"cpu_ms":+1}})", "limits.cpu_ms malformed_json"},
          {R"({"limits":{"cpu_ms":-}})", "limits.cpu_ms malformed_json"},
          {R"({"limits":{"cpu_ms":1x}})", "limits.cpu_ms malformed_json"},
          {R"({"compare":{"float_abs":NaN}})", "compare.float_abs malformed_json"},
      },
      verdict<runner::v1::RunRequest>);
  expect_all({{R"({"limit":2147483647})", "good"},
              {R"({"limit":2147483648})", "limit out_of_range"},
              {R"({"limit":-2147483649})", "limit out_of_range"}},
             verdict<learning::v1::ListRecentRequest>);
  expect_all({{R"({"cpu_ms":9223372036854775808})", "cpu_ms out_of_range"},
              {R"({"cpu_ms":99999999999999999999})", "cpu_ms out_of_range"},
              {R"({"cpu_ms":126914060743659200.00})", "cpu_ms wrong_type"},
              {R"({"cpu_ms":1.})", "cpu_ms malformed_json"},
              {R"({"cpu_ms":1e})", "cpu_ms malformed_json"}},
             verdict<runner::v1::Limits>);
  EXPECT_NE(verdict<runner::v1::Compare>(R"({"float_abs":1e999})"), "good");
}

TEST(Json, ids_are_canonical_digits) {
  expect_all({{R"({"user_id":"0"})", "good"},
              {R"({"user_id":"9223372036854775807"})", "good"},
              {R"({"user_id":"9223372036854775808"})", "user_id invalid_id"},
              {R"({"user_id":"01"})", "user_id invalid_id"},
              {R"({"user_id":"-1"})", "user_id invalid_id"},
              {R"({"user_id":"+1"})", "user_id invalid_id"},
              {R"({"user_id":" 1"})", "user_id invalid_id"},
              {R"({"user_id":""})", "user_id invalid_id"},
              {R"({"user_id":"1\u0000"})", "user_id nul_character"},
              {R"({"user_id":1})", "user_id wrong_type"}},
             verdict<account::v1::GetProfileRequest>);
}

TEST(Json, base64_is_strict) {
  expect_all({{R"({"picture":"AA=="})", "good"},
              {R"({"picture":"AA="})", "picture invalid_base64"},
              {R"({"picture":"A"})", "picture invalid_base64"},
              {R"({"picture":"A-=="})", "picture invalid_base64"},
              {R"({"picture":"AA== "})", "picture invalid_base64"}},
             verdict<account::v1::SetPictureRequest>);
}

TEST(Json, unknown_words_are_named) {
  EXPECT_EQ(verdict<Rpc>(R"({"rate":"FAST"})"), "rate not_one_of");
  EXPECT_EQ(verdict<Rpc>(R"({"rate":1})"), "rate wrong_type");
}

TEST(Json, map_keys_may_not_repeat) {
  EXPECT_EQ(verdict<mailer::v1::MailWanted>(R"({"values":{"a":"1","b":"2","a":"3"}})"),
            "values.a repeated_field");
  EXPECT_EQ(verdict<mailer::v1::MailWanted>(R"({"values":{"a":1}})"), "values.a wrong_type");
}

TEST(Json, two_of_a_oneof_are_refused) {
  EXPECT_EQ(verdict<runner::v1::RunEvent>(R"({"done":{},"test":{}})"), "test repeated_field");
}

TEST(Json, nesting_has_an_end) {
  const auto nested = [](int depth) {
    std::string json = "{}";
    for (int i = 1; i < depth; ++i) json = R"({"modules":[)" + json + "]}";
    return json;
  };
  EXPECT_EQ(verdict<learning::v1::Module>(nested(32)), "good");
  EXPECT_NE(verdict<learning::v1::Module>(nested(33)).find("too_deep"), std::string::npos);
  EXPECT_NE(verdict<learning::v1::Module>(nested(20'000)).find("too_deep"), std::string::npos);
}

TEST(Json, bad_utf8_is_refused) {
  for (const auto* bytes : {"\xff", "\xc3", "\xed\xa0\x80", "\xc0\x80", "\xf4\x90\x80\x80"})
    EXPECT_EQ(verdict<runner::v1::File>(std::string("{\"path\":\"") + bytes + "\"}"),
              " invalid_utf8");
}

TEST(Json, a_long_unknown_name_is_cut) {
  runner::v1::File file;
  const auto read = from_json("{\"" + std::string(5000, 'x') + "\":1}", file);
  EXPECT_LT(read.error().field.size(), 110U);
}

// Random messages of a kind that has lists, optionals, nested messages, doubles and integers.
rc::Gen<runner::v1::RunRequest> run_requests() {
  return rc::gen::exec([] {
    const auto text = [] {
      const auto points = *rc::gen::container<std::vector<char32_t>>(rc::gen::oneOf(
          rc::gen::inRange<char32_t>(1, 0x80), rc::gen::inRange<char32_t>(0x80, 0xD800),
          rc::gen::inRange<char32_t>(0xE000, 0x110000)));
      std::string out;
      for (const auto c : points) {
        if (c < 0x80) {
          out += static_cast<char>(c);
        } else if (c < 0x800) {
          out += static_cast<char>(0xC0 | (c >> 6));
          out += static_cast<char>(0x80 | (c & 0x3F));
        } else if (c < 0x10000) {
          out += static_cast<char>(0xE0 | (c >> 12));
          out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
          out += static_cast<char>(0x80 | (c & 0x3F));
        } else {
          out += static_cast<char>(0xF0 | (c >> 18));
          out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
          out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
          out += static_cast<char>(0x80 | (c & 0x3F));
        }
      }
      return out;
    };
    constexpr std::int64_t most = (std::int64_t{1} << 53) - 1;
    runner::v1::RunRequest request;
    request.set_language(text());
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
      auto& file = *request.add_files();
      file.set_path(text());
      file.set_content(text());
    }
    if (*rc::gen::arbitrary<bool>()) request.set_entry(text());
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
      auto& test = *request.add_tests();
      test.set_id(text());
      if (*rc::gen::arbitrary<bool>()) test.set_expected(text());
    }
    if (*rc::gen::arbitrary<bool>())
      request.mutable_limits()->set_cpu_ms(*rc::gen::inRange<std::int64_t>(-most, most + 1));
    if (*rc::gen::arbitrary<bool>())
      request.mutable_compare()->set_float_abs(*rc::gen::arbitrary<double>());
    request.set_stop_on_failure(*rc::gen::arbitrary<bool>());
    return request;
  });
}

RC_GTEST_PROP(Json, what_is_written_is_read_back, ()) {
  const auto request = *run_requests();
  runner::v1::RunRequest back;
  const auto good = from_json(to_json(request), back);
  RC_ASSERT(good.has_value());
  RC_ASSERT(back.DebugString() == request.DebugString());
}

struct Nothing : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Nothing> {
  bool Default() { return true; }
};

// Another parser is the judge: whatever is no JSON to it may not be taken here.
RC_GTEST_PROP(Json, what_another_parser_refuses_is_refused, ()) {
  auto json = to_json(*run_requests());
  for (int i = *rc::gen::inRange(1, 4); i > 0 && !json.empty(); --i) {
    const auto at = *rc::gen::inRange<std::size_t>(0, json.size());
    const auto byte = *rc::gen::oneOf(rc::gen::arbitrary<char>(),
                                      rc::gen::elementOf(std::string("{}[]\",:\\ 0-eu")));
    switch (*rc::gen::inRange(0, 3)) {
      case 0:
        json[at] = byte;
        break;
      case 1:
        json.erase(at, 1);
        break;
      default:
        json.insert(at, 1, byte);
    }
  }
  Nothing nothing;
  rapidjson::MemoryStream memory(json.data(), json.size());
  rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream> in(memory);
  rapidjson::Reader reader;
  const bool judged_bad =
      reader.Parse<rapidjson::kParseValidateEncodingFlag>(in, nothing).IsError();
  runner::v1::RunRequest back;
  const bool taken = from_json(json, back).has_value();
  RC_CLASSIFY(judged_bad, "no JSON");
  if (judged_bad) RC_ASSERT(!taken);
}

}  // namespace
}  // namespace lyceum::host
