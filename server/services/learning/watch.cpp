#include <chrono>
#include <map>
#include <vector>

#include <boost/asio/this_coro.hpp>

#include "services/learning/learning.h"

namespace lyceum::learning {
namespace {

// What a reader has been sent. A run that was cut off is judged again from the start: then only
// what came out differently is sent again.
struct Sent {
  std::string compile;
  std::map<std::int64_t, std::string> results;  // status by validator
};

std::vector<api::SubmissionEvent> news(const api::Submission& submission, Sent& sent) {
  std::vector<api::SubmissionEvent> events;
  const auto compile = submission.has_compile() ? submission.compile().SerializeAsString() : "";
  if (!compile.empty() && compile != sent.compile) {
    *events.emplace_back().mutable_compile() = submission.compile();
    sent.compile = compile;
  }
  for (const auto& result : submission.results()) {
    auto& status = sent.results[result.validator_id()];
    if (status == result.status()) continue;
    status = result.status();
    *events.emplace_back().mutable_result() = result;
  }
  return events;
}

api::SubmissionEvent done(const api::Submission& submission, bool content_passed) {
  api::SubmissionEvent event;
  auto& done = *event.mutable_done();
  done.set_id(submission.id());
  done.set_status(submission.status());
  done.set_score(submission.score());
  done.set_points(submission.points());
  done.set_content_passed(content_passed);
  *done.mutable_groups() = submission.groups();
  return event;
}

}  // namespace

Task<Result<void>> Learning::watch_submission(Call call,
                                              api::GetSubmissionRequest request,
                                              Sink<api::SubmissionEvent> sink) {
  const std::int64_t id = request.submission_id();
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(config_.watch_ms);
  // Before the first look, so that no news falls between the two.
  CO_TRY(const auto watcher, board_.watch(id, co_await boost::asio::this_coro::executor));
  Sent sent;
  while (true) {
    bool content_passed = false;
    CO_TRY(const auto submission, co_await db_.read([&](Tx& tx) -> Result<api::Submission> {
      TRY(auto own, own_submission(tx, call, id));
      TRY(const auto progress, store::progress_of(tx, call.user_id(), own.content_id()));
      content_passed = progress && progress->passed;
      return own;
    }));
    for (auto& event : news(submission, sent)) CO_TRY_VOID(co_await sink.send(std::move(event)));
    if (submission.has_judged_at()) co_return co_await sink.send(done(submission, content_passed));
    if (std::chrono::steady_clock::now() >= until)
      co_return fail(Code::deadline_exceeded, "still_judging", "it is not judged yet: ask again");
    co_await watcher->wait(std::chrono::milliseconds(config_.watch_poll_ms));
  }
}

}  // namespace lyceum::learning
