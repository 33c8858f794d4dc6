#include "base/cancellation.h"

#include <atomic>
#include <gtest/gtest.h>
#include <thread>

namespace lyceum {
namespace {

TEST(Cancellation, tells_each_listener_once) {
  const auto source = std::make_shared<Cancellation>();
  int told = 0;
  const auto first = Cancellation::listen(source, [&] { ++told; });
  const auto second = Cancellation::listen(source, [&] { told += 10; });
  EXPECT_FALSE(source->cancelled());
  source->cancel();
  source->cancel();
  EXPECT_TRUE(source->cancelled());
  EXPECT_EQ(told, 11);
}

TEST(Cancellation, tells_who_comes_late_at_once) {
  const auto source = std::make_shared<Cancellation>();
  source->cancel();
  int told = 0;
  const auto late = Cancellation::listen(source, [&] { ++told; });
  EXPECT_EQ(told, 1);
}

TEST(Cancellation, a_listener_that_has_gone_is_not_told) {
  const auto source = std::make_shared<Cancellation>();
  int told = 0;
  {
    const auto gone = Cancellation::listen(source, [&] { ++told; });
    auto moved = Cancellation::listen(source, [&] { ++told; });
    moved = Cancellation::Listener();
  }
  source->cancel();
  EXPECT_EQ(told, 0);
}

TEST(Cancellation, without_a_source_nobody_is_ever_told) {
  const auto none = Cancellation::listen(nullptr, [] { FAIL(); });
}

TEST(Cancellation, may_come_while_listeners_come_and_go) {
  for (int round = 0; round < 200; ++round) {
    const auto source = std::make_shared<Cancellation>();
    const auto told = std::make_shared<std::atomic<int>>(0);
    std::thread other([source, told] {
      for (int i = 0; i < 20; ++i)
        const auto listener = Cancellation::listen(source, [told] { ++*told; });
    });
    source->cancel();
    other.join();
    EXPECT_LE(told->load(), 20);
  }
}

}  // namespace
}  // namespace lyceum
