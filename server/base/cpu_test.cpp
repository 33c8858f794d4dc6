#include "base/cpu.h"

#include <future>
#include <gtest/gtest.h>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>

#include "testing/service_test.h"

namespace lyceum {
namespace {

using CpuTest = testing::LoopTest;

TEST_F(CpuTest, work_leaves_the_loop_and_its_answer_comes_back_to_it) {
  std::thread::id before, inside, after;
  const auto answer = run([](Cpu& pool, std::thread::id& b, std::thread::id& i,
                             std::thread::id& a) -> Task<Result<int>> {
    b = std::this_thread::get_id();
    auto got = co_await pool.run([&]() -> Result<int> {
      i = std::this_thread::get_id();
      return 42;
    });
    a = std::this_thread::get_id();
    co_return got;
  }(cpu, before, inside, after));
  EXPECT_EQ(*answer, 42);
  EXPECT_NE(inside, before);
  EXPECT_EQ(after, before);
}

TEST_F(CpuTest, the_loop_goes_on_while_somebody_works) {
  std::promise<void> begun, loop_went_on;
  auto working = boost::asio::co_spawn(loop(), cpu.run([&]() -> Result<bool> {
    begun.set_value();
    return loop_went_on.get_future().wait_for(std::chrono::seconds(10)) ==
           std::future_status::ready;
  }),
                                       boost::asio::use_future);
  begun.get_future().wait();
  boost::asio::post(loop(), [&] { loop_went_on.set_value(); });
  EXPECT_TRUE(*working.get());
}

TEST_F(CpuTest, an_exception_comes_out_on_the_loop_and_makes_room) {
  Cpu small(1, 1);
  for (int i = 0; i < 3; ++i) {
    EXPECT_THROW((void)run(small.run([]() -> Result<int> { throw std::runtime_error("a bug"); })),
                 std::runtime_error);
  }
  EXPECT_EQ(*run(small.run([]() -> Result<int> { return 1; })), 1);
}

TEST_F(CpuTest, more_than_may_wait_is_refused_at_once) {
  Cpu small(1, 1);
  std::promise<void> end;
  std::promise<void> begun;
  auto first = boost::asio::co_spawn(loop(), small.run([&]() -> Result<int> {
    begun.set_value();
    end.get_future().wait();
    return 1;
  }),
                                     boost::asio::use_future);
  begun.get_future().wait();
  EXPECT_EQ(run(small.run([]() -> Result<int> { return 2; })).error().code, Code::unavailable);
  end.set_value();
  EXPECT_EQ(*first.get(), 1);
}

}  // namespace
}  // namespace lyceum
