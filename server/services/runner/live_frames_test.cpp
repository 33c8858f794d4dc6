// What clients of a live session may say, and how what programs write is told.

#include "services/runner/live_frames.h"

#include <csignal>
#include <gtest/gtest.h>

#include "host/json.h"
#include "services/runner/live_seats.h"

namespace lyceum::runner {
namespace {

using Op = LiveFrame::Op;

struct Good {
  std::string text;
  Op op;
  std::string data = {};
  int signal = 0;
};

TEST(LiveFrames, SUB_02_every_op_is_read) {
  const std::vector<Good> table = {
      {R"({"op":"run","d":{"language":"c","n":1}})", Op::run, R"({"language":"c","n":1})"},
      {R"({"op":"stdin","d":{"text":"h\u00e9\n"}})", Op::input, "hé\n"},
      {R"({"op":"stdin","d":{"text":""}})", Op::input},
      {R"({"op":"stdin","d":{"base64":"AP8="}})", Op::input, std::string("\0\xff", 2)},
      {R"({"op":"eof"})", Op::eof},
      {R"({"op":"eof","d":null})", Op::eof},
      {R"({"op":"eof","d":{}})", Op::eof},
      {R"({"op":"signal","d":{"name":"INT"}})", Op::signal, "", SIGINT},
      {R"({"op":"signal","d":{"name":"SIGKILL"}})", Op::signal, "", SIGKILL},
      {R"({"op":"resize","d":{"rows":1,"columns":1000}})", Op::resize, "", 0},
  };
  for (const auto& [text, op, data, signal] : table) {
    const auto frame = read_live_frame(text);
    ASSERT_TRUE(frame) << text;
    EXPECT_EQ(frame->op, op) << text;
    EXPECT_EQ(frame->data, data) << text;
    EXPECT_EQ(frame->signal, signal) << text;
  }
}

TEST(LiveFrames, SUB_02_what_is_no_message_has_a_code_to_close_with) {
  const std::vector<std::pair<std::string, std::uint16_t>> table = {
      {"", 4002},
      {"[]", 4002},
      {R"({"op":"run")", 4002},
      {R"({"d":{}})", 4002},
      {R"({"op":1,"d":{}})", 4002},
      {R"({"op":"move","d":{}})", 4001},
      {R"({"op":"RUN","d":{}})", 4001},
      {R"({"op":"run"})", 4002},
      {R"({"op":"run","d":[]})", 4002},
      {R"({"op":"stdin","d":{}})", 4002},
      {R"({"op":"stdin","d":"text"})", 4002},
      {R"({"op":"stdin","d":{"text":7}})", 4002},
      {R"({"op":"stdin","d":{"text":"a","base64":"YQ=="}})", 4002},
      {R"({"op":"stdin","d":{"base64":"!"}})", 4002},
      {R"({"op":"stdin","d":{"hex":"00"}})", 4002},
      {R"({"op":"eof","d":{"now":true}})", 4002},
      {R"({"op":"eof","d":1})", 4002},
      {R"({"op":"resize"})", 4002},
      {R"({"op":"resize","d":{"rows":1}})", 4002},
      {R"({"op":"resize","d":{"rows":1,"columns":0}})", 4002},
      {R"({"op":"resize","d":{"rows":1001,"columns":1}})", 4002},
      {R"({"op":"resize","d":{"rows":-1,"columns":1}})", 4002},
      {R"({"op":"resize","d":{"rows":1,"columns":1,"x":1}})", 4002},
      {R"({"op":"signal"})", 4002},
      {R"({"op":"signal","d":{"name":"STOP"}})", 4002},
      {R"({"op":"signal","d":{"name":2}})", 4002},
      {R"({"op":"signal","d":{"name":"int"}})", 4002},
  };
  for (const auto& [text, code] : table) {
    const auto frame = read_live_frame(text);
    ASSERT_FALSE(frame) << text;
    EXPECT_EQ(frame.error(), code) << text;
  }
}

TEST(LiveFrames, SUB_02_output_is_text_where_it_is_text) {
  const LiveJson json = {{}, host::to_json, host::json_string};
  EXPECT_EQ(live_output(json, "é\n\""), R"({"text":"é\n\""})");
  EXPECT_EQ(live_output(json, "\xff"), R"({"base64":"/w=="})");
  EXPECT_EQ(live_output(json, std::string_view("\0", 1)), R"({"text":"\u0000"})");
  EXPECT_EQ(
      live_error(json, {Code::invalid_argument, "bad", "it is \"bad\"", "files[0].path", 9}),
      R"({"reason":"bad","message":"it is \"bad\"","field":"files[0].path","retry_after_ms":9})");
}

TEST(LiveSeats, SUB_05_nobody_takes_more_than_his_share_and_all_together_not_more_than_there_are) {
  const auto seats = std::make_shared<LiveSeats>(3, 2);
  auto one = seats->take(1);
  {
    const auto two = seats->take(1);
    EXPECT_EQ(seats->take(1).error().reason, "too_many_sessions");
    const auto other = seats->take(2);
    EXPECT_EQ(seats->take(3).error().reason, "overload");
    EXPECT_GT(seats->take(3).error().retry_after_ms, 0);
  }
  EXPECT_TRUE(seats->take(1));
  EXPECT_TRUE(seats->take(3));
}

}  // namespace
}  // namespace lyceum::runner
