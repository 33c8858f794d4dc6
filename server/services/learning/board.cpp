#include "services/learning/board.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace asio = boost::asio;

namespace lyceum::learning {
namespace {

constexpr std::size_t watchers_of_one_max = 16;  // so that one person cannot take all places

}  // namespace

struct Board::Watcher::Signal {
  explicit Signal(asio::any_io_executor executor)
      : line(asio::make_strand(std::move(executor))), timer(line) {}

  asio::strand<asio::any_io_executor> line;  // the timer is touched here only
  asio::steady_timer timer;
  std::atomic<bool> woken = false;
};

Board::Watcher::Watcher(Board& board, std::int64_t submission_id, asio::any_io_executor executor)
    : board_(board),
      submission_id_(submission_id),
      signal_(std::make_shared<Signal>(std::move(executor))) {}

Board::Watcher::~Watcher() {
  const std::scoped_lock lock(board_.mutex_);
  const auto [first, last] = board_.watchers_.equal_range(submission_id_);
  for (auto it = first; it != last; ++it) {
    if (it->second != signal_) continue;
    board_.watchers_.erase(it);
    return;
  }
}

Task<void> Board::Watcher::wait(std::chrono::milliseconds longest) {
  co_await asio::co_spawn(signal_->line, wait_on(signal_, longest), asio::use_awaitable);
}

// Runs on the strand, so a wake-up's cancel comes either before the look at `woken` or after the
// timer was started: none is lost.
Task<void> Board::Watcher::wait_on(std::shared_ptr<Signal> signal,
                                   std::chrono::milliseconds longest) {
  if (signal->woken.exchange(false)) co_return;
  signal->timer.expires_after(longest);
  boost::system::error_code ignored;
  co_await signal->timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  signal->woken = false;
}

Result<std::unique_ptr<Board::Watcher>> Board::watch(std::int64_t submission_id,
                                                     asio::any_io_executor executor) {
  auto watcher = std::make_unique<Watcher>(*this, submission_id, std::move(executor));
  const std::scoped_lock lock(mutex_);
  const bool is_room =
      std::ssize(watchers_) < watchers_max_ && watchers_.count(submission_id) < watchers_of_one_max;
  if (!is_room)
    return fail(Error{Code::resource_exhausted,
                      "too_many_watchers",
                      "too many are watching this; close another window or ask again later",
                      {},
                      1000});
  watchers_.emplace(submission_id, watcher->signal_);
  return watcher;
}

std::optional<Board::Live> Board::live(std::int64_t submission_id) {
  const std::scoped_lock lock(mutex_);
  const auto found = live_.find(submission_id);
  if (found == live_.end()) return std::nullopt;
  return found->second;
}

void Board::begin(std::int64_t submission_id, std::int64_t run) {
  const std::scoped_lock lock(mutex_);
  live_.insert_or_assign(submission_id, Live{run, std::nullopt, {}});
  wake(submission_id);
}

void Board::compiled(std::int64_t submission_id,
                     std::int64_t run,
                     const runner::v1::CompileResult& compile) {
  const std::scoped_lock lock(mutex_);
  auto* live = find(submission_id, run);
  if (!live) return;
  live->compile = compile;
  wake(submission_id);
}

void Board::judged(std::int64_t submission_id,
                   std::int64_t run,
                   int position,
                   const v1::ValidatorResult& result) {
  const std::scoped_lock lock(mutex_);
  auto* live = find(submission_id, run);
  if (!live) return;
  live->results.insert_or_assign(position, result);
  wake(submission_id);
}

void Board::end(std::int64_t submission_id, std::int64_t run) {
  const std::scoped_lock lock(mutex_);
  if (!find(submission_id, run)) return;
  live_.erase(submission_id);
  wake(submission_id);
}

Board::Live* Board::find(std::int64_t submission_id, std::int64_t run) {
  const auto found = live_.find(submission_id);
  return found == live_.end() || found->second.run != run ? nullptr : &found->second;
}

void Board::wake(std::int64_t submission_id) {
  const auto [first, last] = watchers_.equal_range(submission_id);
  for (auto it = first; it != last; ++it) {
    if (it->second->woken.exchange(true)) continue;
    asio::post(it->second->line, [signal = it->second] { signal->timer.cancel(); });
  }
}

}  // namespace lyceum::learning
