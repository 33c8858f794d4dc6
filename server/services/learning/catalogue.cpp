#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "services/learning/learning.h"
#include "services/learning/text.h"

namespace lyceum::learning {
namespace {

// Where a page ended: first those never begun, then the others, each newest first.
struct Place {
  bool begun = false;
  std::int64_t id = 0;

  bool is_before(const Place& other) const { return begun != other.begun ? !begun : id > other.id; }
};

std::string token_of(const Place& place) {
  return fmt::format("{}{}", place.begun ? 'b' : 'n', place.id);
}

Result<Place> parse_token(const std::string& token) {
  const auto id = parse_id(std::string_view(token).substr(1));
  if ((token[0] != 'b' && token[0] != 'n') || !id)
    return bad_field("page_token", "bad_page_token", "is not a page token of this list");
  return Place{token[0] == 'b', *id};
}

bool has(const std::vector<std::string>& all, const std::string& wanted) {
  return wanted.empty() || std::ranges::find(all, wanted) != all.end();
}

bool fits(const Outline::Module& module, const api::ListModulesRequest& request) {
  return module.search.find(lower(request.q())) != std::string::npos &&
         has(module.row.tags, request.tag()) && has(module.languages, request.language()) &&
         (request.difficulty().empty() || module.row.difficulty == request.difficulty());
}

// Guests have done nothing.
Result<Standing> read_standing(Tx& tx, const Call& call) {
  if (!call.signed_in()) return Standing{};
  TRY(auto rows, store::progress(tx, call.user_id()));
  return standing_of(std::move(rows));
}

}  // namespace

Task<Result<api::ListModulesResponse>> Learning::list_modules(Call call,
                                                              api::ListModulesRequest request) {
  Place after{false, std::numeric_limits<std::int64_t>::max()};
  if (!request.page_token().empty()) {
    CO_TRY(after, parse_token(request.page_token()));
  }
  OutlinePtr outline;
  CO_TRY(const auto standing, co_await db_.read([&](Tx& tx) -> Result<Standing> {
    TRY(outline, outlines_.get(tx));
    return read_standing(tx, call);
  }));

  std::vector<std::pair<Place, api::Module>> found;
  for (const auto id : outline->tops) {
    const auto& module = *outline->module(id);
    if (!fits(module, request)) continue;
    auto shown = show_module(*outline, module, standing, false);
    if (!request.state().empty() && shown.state() != request.state()) continue;
    found.emplace_back(Place{shown.state() != "new", id}, std::move(shown));
  }
  std::ranges::sort(found, [](const auto& a, const auto& b) { return a.first.is_before(b.first); });

  api::ListModulesResponse page;
  const int limit = request.limit() > 0 ? request.limit() : 50;
  Place last;
  for (auto& [place, module] : found) {
    if (!after.is_before(place)) continue;
    if (page.modules_size() == limit) {
      page.set_next_page_token(token_of(last));
      break;
    }
    *page.add_modules() = std::move(module);
    last = place;
  }
  co_return page;
}

Task<Result<api::Module>> Learning::get_module(Call call, api::GetModuleRequest request) {
  co_return co_await db_.read([&](Tx& tx) -> Result<api::Module> {
    TRY(const auto outline, outlines_.get(tx));
    const auto* module = outline->module(request.module_id());
    if (!module) return fail(Code::not_found, "not_found", "there is no such module");
    TRY(const auto standing, read_standing(tx, call));
    return show_module(*outline, *module, standing, true);
  });
}

Task<Result<api::ListRecentResponse>> Learning::list_recent(Call call,
                                                            api::ListRecentRequest request) {
  const int limit = request.limit() > 0 ? request.limit() : 5;
  co_return co_await db_.read([&](Tx& tx) -> Result<api::ListRecentResponse> {
    TRY(const auto outline, outlines_.get(tx));
    TRY(const auto rows, store::recent(tx, call.user_id(), limit));
    TRY(const auto standing, read_standing(tx, call));
    api::ListRecentResponse response;
    for (const auto& row : rows) {
      const auto& content = *outline->content(row.content_id);
      auto& recent = *response.add_recent();
      *recent.mutable_content() = show_content(content, standing);
      *recent.mutable_module() =
          show_module(*outline, *outline->module(content.top_id), standing, false);
      recent.set_worked_at(row.worked_at);
    }
    return response;
  });
}

}  // namespace lyceum::learning
