#include <charconv>
#include <fmt/format.h>

#include "services/account/account.h"
#include "services/account/store.h"

namespace lyceum::account {
namespace {

// A place as a page token: "120.1790000000000.360428286771200000".
std::string token_of(const store::Place& place) {
  return fmt::format("{}.{}.{}", place.earned, place.reached_at, place.user_id);
}

bool take_number(std::string_view& text, std::int64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

bool take_dot(std::string_view& text) {
  if (!text.starts_with('.')) return false;
  text.remove_prefix(1);
  return true;
}

Result<std::optional<store::Place>> place_of(std::string_view token) {
  if (token.empty()) return std::optional<store::Place>{};
  store::Place place;
  if (take_number(token, place.earned) && take_dot(token) && take_number(token, place.reached_at) &&
      take_dot(token) && take_number(token, place.user_id) && token.empty())
    return std::optional{place};
  return bad_field("page_token", "bad_page_token", "this is no page token of ours");
}

}  // namespace

Task<Result<api::ListRankingResponse>> Account::list_ranking(Call call,
                                                             api::ListRankingRequest request) {
  if (request.limit() < 0) co_return bad_field("limit", "too_small", "a limit is above 0");
  const int limit = request.limit() == 0 ? 50 : std::min(request.limit(), 100);
  CO_TRY(const auto after, place_of(request.page_token()));
  CO_TRY(const auto own, co_await me(call));
  CO_TRY(auto page,
         co_await db_.read([&](Tx& tx) { return store::ranking_after(tx, after, limit + 1); }));

  api::ListRankingResponse answer;
  const bool more = std::ssize(page.entries) > limit;
  if (more) page.entries.pop_back();
  for (auto& entry : page.entries) *answer.add_ranking() = std::move(entry);
  if (more) answer.set_next_page_token(token_of(page.places[page.entries.size() - 1]));
  auto& mine = *answer.mutable_me();
  mine.set_rank(own.rank());
  mine.set_user_id(own.id());
  mine.set_nickname(own.nickname());
  if (own.has_picture_url()) mine.set_picture_url(own.picture_url());
  mine.set_points(own.points().earned());
  co_return answer;
}

}  // namespace lyceum::account
