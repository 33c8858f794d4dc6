#include "services/runner/compile_cache.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

#include "services/runner/run.h"

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

TEST(CompileCache, a_compiler_that_was_replaced_is_another_one) {
  const auto path =
      std::filesystem::path(::testing::TempDir()) / ("compiler-" + std::to_string(getpid()));
  const auto install = [&](const std::string& content) {
    std::ofstream(path.string() + ".new") << content;
    std::filesystem::rename(path.string() + ".new", path);
  };
  install("version 1");
  const auto first = toolchain_of({path});
  EXPECT_EQ(toolchain_of({path}), first);
  install("version 2");
  EXPECT_NE(toolchain_of({path}), first);
  EXPECT_EQ(toolchain_of({"/nonexistent"}), "");
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace lyceum::runner
