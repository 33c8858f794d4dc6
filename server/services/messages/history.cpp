#include <limits>

#include "services/messages/messages.h"
#include "services/messages/store.h"

namespace lyceum::messages {
namespace {

constexpr int page_default = 50;
constexpr int page_max = 100;
constexpr int repair_default = 100;
constexpr int repair_max = 1000;

// A page is so many of the messages below the pivot and so many from it on.
struct Window {
  std::int64_t pivot = std::numeric_limits<std::int64_t>::max();
  int older = 0;
  int newer = 0;
};

Result<int> limit_of(int wanted, int normal, int max) {
  if (wanted < 0) return bad_field("limit", "too_small", "a limit is above 0");
  if (wanted > max) return bad_field("limit", "too_large", "may be at most " + std::to_string(max));
  return wanted == 0 ? normal : wanted;
}

std::int64_t behind(std::int64_t id) {
  return id == std::numeric_limits<std::int64_t>::max() ? id : id + 1;
}

Result<Window> window_of(const api::ListMessagesRequest& request) {
  TRY(const int limit, limit_of(request.limit(), page_default, page_max));
  const int given =
      int{request.has_before()} + int{request.has_after()} + int{request.has_around()};
  if (given > 1)
    return bad_field(request.has_around() ? "around" : "after", "one_of_before_after_around",
                     "there may be only one of before, after and around");
  if (request.has_before()) return Window{request.before(), limit, 0};
  if (request.has_after()) return Window{behind(request.after()), 0, limit};
  if (request.has_around()) return Window{behind(request.around()), limit - limit / 2, limit / 2};
  return Window{std::numeric_limits<std::int64_t>::max(), limit, 0};
}

struct Page {
  std::vector<api::Message> messages;  // newest first
  bool has_before = false;
  bool has_after = false;
};

// One more than is wanted is read on each side: it tells whether there are more.
Result<Page> read_page(Tx& tx, std::int64_t channel_id, Window window) {
  TRY(auto older, store::messages_below(tx, channel_id, window.pivot, window.older + 1));
  TRY(auto newer, store::messages_from(tx, channel_id, window.pivot, window.newer + 1));
  Page page;
  page.has_before = std::ssize(older) > window.older;
  page.has_after = std::ssize(newer) > window.newer;
  if (page.has_before) older.pop_back();
  if (page.has_after) newer.pop_back();
  page.messages.assign(std::make_move_iterator(newer.rbegin()),
                       std::make_move_iterator(newer.rend()));
  page.messages.insert(page.messages.end(), std::make_move_iterator(older.begin()),
                       std::make_move_iterator(older.end()));
  return page;
}

Result<void> may_read_back(std::int64_t permissions) {
  if (permits(permissions, authorization::v1::READ_MESSAGE_HISTORY)) return {};
  return fail(Code::permission_denied, "may_not_read_history", "one may not read back here");
}

}  // namespace

Task<Result<api::ListMessagesResponse>> Messages::list_messages(Call call,
                                                                api::ListMessagesRequest request) {
  CO_TRY(const auto window, window_of(request));
  CO_TRY(const auto allowed, co_await permissions(call, request.channel_id()));
  CO_TRY_VOID(may_read_back(allowed));
  CO_TRY(auto page,
         co_await db_.read([&](Tx& tx) { return read_page(tx, request.channel_id(), window); }));
  CO_TRY(auto messages, co_await with_authors(call, std::move(page.messages)));
  api::ListMessagesResponse response;
  for (auto& message : messages) *response.add_messages() = std::move(message);
  response.set_has_before(page.has_before);
  response.set_has_after(page.has_after);
  co_return response;
}

Task<Result<api::Message>> Messages::get_message(Call call, api::GetMessageRequest request) {
  CO_TRY(auto found, co_await find(call, request.message_id()));
  CO_TRY_VOID(may_read_back(found.permissions));
  if (found.message.deleted())
    co_return fail(Code::not_found, "no_such_message", "there is no such message");
  co_return co_await with_author(call, std::move(found.message));
}

Task<Result<api::ListFromResponse>> Messages::list_from(Call call, api::ListFromRequest request) {
  CO_TRY_VOID(only_services(call));
  CO_TRY(const int limit, limit_of(request.limit(), repair_default, repair_max));
  CO_TRY(auto found, co_await db_.read([&](Tx& tx) {
    return store::messages_after_seq(tx, request.channel_id(), request.after_seq(), limit);
  }));
  CO_TRY(auto messages, co_await with_authors(call, std::move(found)));
  api::ListFromResponse response;
  for (auto& message : messages) *response.add_messages() = std::move(message);
  co_return response;
}

}  // namespace lyceum::messages
