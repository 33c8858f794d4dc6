#include "services/runner/made_ahead.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace lyceum::runner {
namespace {

// Answers at once.
class Instant final : public Sandbox {
 public:
  Task<Result<JobResult>> run(Job) override {
    ++asked;
    co_return answer;
  }

  Result<JobResult> answer;
  int asked = 0;
};

class MadeAheadTest : public testing::Test {
 protected:
  // As often as it is asked for, with the loop's work done in between.
  std::vector<SandboxFile> get() {
    auto files = ahead.get(loop.get_executor(), "thing", [this] { return job(); });
    loop.restart();
    loop.run();
    return files;
  }

  Result<Job> job() const {
    return can_be_asked ? Result<Job>(Job()) : fail(Code::internal, "x", "x");
  }

  static JobResult with_a_file() {
    JobResult out;
    out.artifacts.push_back({"out/thing", *Content::of("made")});
    return out;
  }

  std::shared_ptr<Instant> sandbox = std::make_shared<Instant>();
  MadeAhead ahead{sandbox};
  boost::asio::io_context loop;
  bool can_be_asked = true;
};

TEST_F(MadeAheadTest, what_is_made_is_made_once) {
  sandbox->answer = with_a_file();
  EXPECT_TRUE(get().empty());
  for (int i = 0; i < 3; ++i) {
    const auto files = get();
    ASSERT_EQ(files.size(), 1U);
    EXPECT_EQ(files[0].path, "out/thing");
  }
  EXPECT_EQ(sandbox->asked, 1);
}

TEST_F(MadeAheadTest, what_cannot_be_made_is_not_tried_again) {
  JobResult failed = with_a_file();
  failed.exit_code = 1;
  sandbox->answer = failed;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(get().empty());
  EXPECT_EQ(sandbox->asked, 1);
}

TEST_F(MadeAheadTest, without_a_sandbox_or_a_job_the_next_one_tries_again) {
  sandbox->answer = fail(Code::unavailable, "sandbox_unavailable", "none");
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(get().empty());
  EXPECT_EQ(sandbox->asked, 3);
  can_be_asked = false;
  EXPECT_TRUE(get().empty());
  can_be_asked = true;
  sandbox->answer = with_a_file();
  EXPECT_TRUE(get().empty());
  EXPECT_EQ(get().size(), 1U);
}

// Where it is asked for on the loop itself, the making begins within the asking.
TEST_F(MadeAheadTest, the_loop_itself_may_ask) {
  sandbox->answer = with_a_file();
  bool asked = false;
  boost::asio::post(loop, [&] {
    asked = ahead.get(loop.get_executor(), "thing", [this] { return job(); }).empty();
  });
  loop.run();
  EXPECT_TRUE(asked);
  EXPECT_EQ(get().size(), 1U);
}

}  // namespace
}  // namespace lyceum::runner
