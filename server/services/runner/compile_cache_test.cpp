#include "services/runner/compile_cache.h"

#include <gtest/gtest.h>

namespace lyceum::runner {
namespace {

JobResult compiled(std::size_t size, int files = 1) {
  JobResult out;
  for (int i = 0; i < files; ++i)
    out.artifacts.push_back({"out/main", *Content::of(std::string(size, 'x')), true});
  return out;
}

TEST(CompileCache, what_was_put_in_is_found) {
  CompileCache cache(1 << 20);
  EXPECT_FALSE(cache.find("a"));
  cache.put("a", compiled(10));
  EXPECT_EQ(cache.find("a")->artifacts.size(), 1U);
  EXPECT_FALSE(cache.find("b"));
}

TEST(CompileCache, the_least_recently_used_goes_when_it_is_full) {
  CompileCache cache(300'000);
  cache.put("a", compiled(100'000));
  cache.put("b", compiled(100'000));
  EXPECT_TRUE(cache.find("a"));
  cache.put("c", compiled(100'000));
  EXPECT_TRUE(cache.find("a"));
  EXPECT_FALSE(cache.find("b"));
  EXPECT_TRUE(cache.find("c"));
  EXPECT_LE(cache.bytes(), 300'000);
}

TEST(CompileCache, descriptors_are_bounded_too) {
  CompileCache cache(1 << 30, 5);
  cache.put("a", compiled(1, 3));
  cache.put("b", compiled(1, 3));
  EXPECT_FALSE(cache.find("a"));
  EXPECT_TRUE(cache.find("b"));
  cache.put("c", compiled(1, 6));
  EXPECT_FALSE(cache.find("c"));
  EXPECT_TRUE(cache.find("b"));
}

TEST(CompileCache, without_room_nothing_is_kept) {
  CompileCache cache(0);
  cache.put("a", compiled(1));
  EXPECT_FALSE(cache.find("a"));
  EXPECT_EQ(cache.bytes(), 0);
}

}  // namespace
}  // namespace lyceum::runner
