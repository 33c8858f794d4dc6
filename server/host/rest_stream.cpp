#include "host/rest_stream.h"

#include <deque>
#include <google/protobuf/descriptor.h>
#include <mutex>
#include <optional>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/log.h"
#include "host/json.h"
#include "host/status.h"

namespace asio = boost::asio;

namespace lyceum::host {
namespace {

constexpr std::size_t queue_max = 16;         // items; then the handler waits
constexpr std::size_t write_max = 64 * 1024;  // bytes; what has gathered goes out as one write

// Between a handler that sends, on any thread, and the one coroutine on `executor` that writes.
class Queue : public std::enable_shared_from_this<Queue> {
 public:
  explicit Queue(asio::any_io_executor executor)
      : timer_(executor), executor_(std::move(executor)) {}

  // Waits for room. Fails once the reader has gone.
  static Task<Result<void>> send(std::shared_ptr<Queue> queue, MessagePtr item) {
    for (;;) {
      if (queue->gone()) co_return fail(Code::cancelled, "client_gone", "the client has gone");
      if (queue->try_put(item)) co_return Result<void>{};
      co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(
          [&queue](auto handler) { queue->wait_for_room(std::move(handler)); },
          asio::use_awaitable);
    }
  }

  void end(Result<void> how) {
    {
      const std::scoped_lock lock(mutex_);
      end_ = std::move(how);
    }
    wake_reader();
  }

  // The reader has gone: senders fail, from now on and those who wait.
  void leave() {
    std::vector<std::function<void()>> waiting;
    {
      const std::scoped_lock lock(mutex_);
      gone_ = true;
      items_.clear();
      waiting.swap(senders_);
    }
    for (auto& wake : waiting) wake();
  }

  // An item, or nothing when none came in time or the handler has ended.
  static Task<MessagePtr> next(std::shared_ptr<Queue> queue, std::chrono::milliseconds patience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    for (;;) {
      if (auto item = queue->take()) co_return item;
      if (queue->how_it_ended() || std::chrono::steady_clock::now() >= until) co_return nullptr;
      queue->timer_.expires_at(until);
      co_await queue->timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
  }

  // Set when the handler has returned and all that it sent is taken.
  std::optional<Result<void>> how_it_ended() {
    const std::scoped_lock lock(mutex_);
    return items_.empty() ? end_ : std::nullopt;
  }

 private:
  bool gone() {
    const std::scoped_lock lock(mutex_);
    return gone_;
  }

  bool try_put(MessagePtr& item) {
    {
      const std::scoped_lock lock(mutex_);
      if (items_.size() >= queue_max) return false;
      items_.push_back(std::move(item));
    }
    wake_reader();
    return true;
  }

  template <class Handler>
  void wait_for_room(Handler handler) {
    auto shared = std::make_shared<Handler>(std::move(handler));  // std::function wants to copy
    std::function<void()> wake = [shared] {
      asio::post(asio::get_associated_executor(*shared), [shared] { std::move (*shared)(); });
    };
    const std::scoped_lock lock(mutex_);
    if (gone_ || items_.size() < queue_max)
      wake();  // it has changed since it was looked at
    else
      senders_.push_back(std::move(wake));
  }

  MessagePtr take() {
    MessagePtr item;
    std::vector<std::function<void()>> waiting;
    {
      const std::scoped_lock lock(mutex_);
      if (items_.empty()) return nullptr;
      item = std::move(items_.front());
      items_.pop_front();
      waiting.swap(senders_);
    }
    for (auto& wake : waiting) wake();
    return item;
  }

  // On the reader's thread, as a timer is not for several; a reader that is about to wait cannot
  // miss it, as it looks and waits without letting anything between.
  void wake_reader() {
    asio::post(executor_, [self = shared_from_this()] { self->timer_.cancel(); });
  }

  std::mutex mutex_;
  std::deque<MessagePtr> items_;
  std::vector<std::function<void()>> senders_;
  std::optional<Result<void>> end_;
  bool gone_ = false;
  asio::steady_timer timer_;
  asio::any_io_executor executor_;
};

std::string event_text(const Message& item) {
  const auto* group = item.GetDescriptor()->oneof_decl(0);
  const auto* field = item.GetReflection()->GetOneofFieldDescriptor(item, group);
  if (!field) return {};
  return "event: " + field->name() +
         "\ndata: " + to_json(item.GetReflection()->GetMessage(item, field)) + "\n\n";
}

// Until the handler ends or the client goes. Either way nobody waits for the other.
Task<void> write_events(std::shared_ptr<Queue> queue,
                        MessagePtr first,
                        HttpWriter& out,
                        std::string trace_id,
                        std::chrono::milliseconds heartbeat) {
  struct Leave {
    Queue& queue;

    ~Leave() { queue.leave(); }
  } const leave{*queue};

  auto item = std::move(first);
  for (;;) {
    std::string text;
    while (item && text.size() < write_max) {
      text += event_text(*item);
      item = co_await Queue::next(queue, std::chrono::milliseconds(0));
    }
    if (!text.empty() && !co_await out.write(std::move(text))) co_return;
    if (item) continue;
    if (const auto end = queue->how_it_ended()) {
      if (!*end)
        (void)co_await out.write("event: error\ndata: " +
                                 problem_json(http_status(end->error()), end->error(), trace_id) +
                                 "\n\n");
      co_return;
    }
    item = co_await Queue::next(queue, heartbeat);
    if (!item && !queue->how_it_ended() && !co_await out.write(":\n\n")) co_return;
  }
}

std::string what(const std::exception_ptr& bug) {
  try {
    std::rethrow_exception(bug);
  } catch (const std::exception& thrown) {
    return thrown.what();
  }
}

void start(const Method& method,
           Call call,
           MessagePtr request,
           std::shared_ptr<Queue> queue,
           const asio::any_io_executor& executor) {
  Sink<MessagePtr> sink([queue](MessagePtr item) { return Queue::send(queue, std::move(item)); });
  asio::co_spawn(executor, method.stream(call, std::move(request), std::move(sink)),
                 [queue, call](const std::exception_ptr& bug, Result<void> ended) {
                   if (bug) ended = fail(Code::internal, "internal", what(bug));
                   if (!ended && http_status(ended.error()) == 500)
                     log::error(
                         call, "a stream failed",
                         {{"reason", ended.error().reason}, {"what", ended.error().message}});
                   queue->end(std::move(ended));
                 });
}

}  // namespace

Task<HttpResponse> stream_events(const Method& method,
                                 Call call,
                                 MessagePtr request,
                                 StreamTimes times) {
  const auto executor = co_await asio::this_coro::executor;
  auto queue =
      std::make_shared<Queue>(executor);  // shared by the handler, the writer and their wake-ups
  const auto trace_id = call.trace().trace_id;
  start(method, std::move(call), std::move(request), queue, executor);
  std::shared_ptr<MessagePtr> first =
      std::make_shared<MessagePtr>(co_await Queue::next(queue, times.first));
  if (const auto end = queue->how_it_ended(); end && !*end && !*first)
    co_return problem(end->error(), trace_id);

  HttpResponse response;
  response.headers.push_back({"content-type", "text/event-stream"});
  add_api_headers(response);
  response.headers.push_back({"x-accel-buffering", "no"});
  // The queue is left even if the answer is never written.
  const std::shared_ptr<void> leave(nullptr, [queue](void*) { queue->leave(); });
  response.stream = [queue, first, leave, trace_id, heartbeat = times.heartbeat](HttpWriter& out) {
    return write_events(queue, std::move(*first), out, trace_id, heartbeat);
  };
  co_return response;
}

}  // namespace lyceum::host
