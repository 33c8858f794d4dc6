#include "host/trace.h"

#include <gtest/gtest.h>
#include <set>

namespace lyceum::host {
namespace {

const std::string trace_id = "0af7651916cd43dd8448eb211c80319c";
const std::string span_id = "b7ad6b7169203331";
const std::string good = "00-" + trace_id + "-" + span_id + "-01";

TEST(TraceTest, a_good_parent_gives_its_trace) {
  const auto parent = parse_traceparent(good);
  ASSERT_TRUE(parent);
  EXPECT_EQ(parent->trace_id, trace_id);
  EXPECT_EQ(parent->span_id, span_id);
  EXPECT_EQ(traceparent(*parent), good);
  const auto child = begin_trace(good);
  EXPECT_EQ(child.trace_id, trace_id);
  EXPECT_NE(child.span_id, span_id);
}

TEST(TraceTest, a_later_version_may_say_more) {
  EXPECT_TRUE(parse_traceparent("01-" + trace_id + "-" + span_id + "-01-more"));
  EXPECT_TRUE(parse_traceparent("cc-" + trace_id + "-" + span_id + "-00"));
}

TEST(TraceTest, a_malformed_parent_begins_a_new_trace) {
  for (const auto& bad : {std::string(), std::string("00"), good + "-x", good + "x",
                          "ff" + good.substr(2), "0G" + good.substr(2), "00_" + good.substr(3),
                          good.substr(0, 54), "00-" + std::string(32, '0') + "-" + span_id + "-01",
                          "00-" + trace_id + "-" + std::string(16, '0') + "-01",
                          "00-" + std::string(32, 'A') + "-" + span_id + "-01",
                          "00-" + trace_id + "-" + span_id + "-0x",
                          "01-" + trace_id + "-" + span_id + "-01.more", std::string("repeated")}) {
    EXPECT_FALSE(parse_traceparent(bad)) << bad;
    const auto begun = begin_trace(bad);
    EXPECT_NE(begun.trace_id, trace_id);
    EXPECT_TRUE(parse_traceparent(traceparent(begun))) << bad;
  }
}

TEST(TraceTest, ids_do_not_repeat) {
  std::set<std::string> ids;
  for (int i = 0; i < 10'000; ++i) ids.insert(new_trace_id());
  EXPECT_EQ(ids.size(), 10'000U);
}

}  // namespace
}  // namespace lyceum::host
