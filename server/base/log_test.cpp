#include "base/log.h"

#include <gtest/gtest.h>
#include <thread>
#include <vector>

namespace lyceum::log {
namespace {

// What `work` logs.
template <class F>
std::string logged(F work) {
  const Level before = level();
  set_level(Level::info);
  flush();
  ::testing::internal::CaptureStderr();
  work();
  flush();
  set_level(before);
  return ::testing::internal::GetCapturedStderr();
}

TEST(LogTest, a_line_is_one_json_object) {
  const auto line = logged([] {
    write(Level::warn, {"0af7", "b7ad"}, "it \"happened\"",
          {{"count", 3}, {"share", 0.5}, {"what", "a\\b\n\x01"}, {"empty", ""}});
  });
  ASSERT_EQ(line.size(), line.find('\n') + 1) << line;
  EXPECT_TRUE(line.starts_with(R"({"ts":"20)")) << line;
  EXPECT_TRUE(line.ends_with(R"(Z","level":"warn","msg":"it \"happened\"","trace_id":"0af7",)"
                             R"("span_id":"b7ad","count":3,"share":0.5,)"
                             R"("what":"a\\b\u000a\u0001","empty":""})"
                             "\n"))
      << line;
}

TEST(LogTest, what_is_below_the_level_is_not_written) {
  const auto lines = logged([] {
    set_level(Level::error);
    warn("not this");
    error("but this");
  });
  EXPECT_FALSE(lines.contains("not this"));
  EXPECT_TRUE(lines.contains("but this"));
}

TEST(LogTest, lines_of_many_threads_stay_whole) {
  const auto lines = logged([] {
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([] {
        for (int i = 0; i < 500; ++i) info("many", {{"i", i}});
      });
    for (auto& thread : threads) thread.join();
  });
  std::size_t count = 0;
  for (std::size_t begin = 0, end = 0; (end = lines.find('\n', begin)) != std::string::npos;
       begin = end + 1) {
    ++count;
    EXPECT_EQ(lines.compare(begin, 7, "{\"ts\":\""), 0);
    EXPECT_EQ(lines[end - 1], '}');
  }
  EXPECT_EQ(count, 2000U);
}

}  // namespace
}  // namespace lyceum::log
