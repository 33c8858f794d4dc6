#include "host/rest.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>

#include "base/log.h"
#include "contract/common.pb.h"
#include "host/check.h"
#include "host/json.h"
#include "host/rest_access.h"
#include "host/rest_request.h"
#include "host/status.h"

namespace lyceum::host {
namespace {

constexpr std::int64_t body_max_default = std::int64_t{1} << 20;
constexpr std::int64_t body_max_elsewhere = 64 * 1024;  // of what will be refused anyway

HttpResponse options_answer(std::string allowed) {
  HttpResponse response;
  response.status = 204;
  response.headers.push_back({"allow", std::move(allowed)});
  add_api_headers(response);
  return response;
}

HttpResponse message_answer(const Rpc& options, const Message& message) {
  HttpResponse response;
  response.status = options.success() ? options.success() : 200;
  add_api_headers(response);
  if (response.status == 204) return response;
  response.headers.push_back({"content-type", "application/json"});
  response.body = to_json(message);
  return response;
}

bool has_header(const HttpResponse& response, std::string_view name) {
  return std::ranges::any_of(response.headers, [&](const HttpHeader& h) { return h.name == name; });
}

HttpResponse web_answer(v1::WebResponse& page) {
  HttpResponse response;
  response.status = page.status() ? page.status() : 200;
  for (auto& header : *page.mutable_headers())
    response.headers.push_back(
        {std::move(*header.mutable_name()), std::move(*header.mutable_value())});
  for (const auto& [name, value] :
       {HttpHeader{"x-content-type-options", "nosniff"},
        HttpHeader{"referrer-policy", "no-referrer"}, HttpHeader{"cache-control", "no-store"}})
    if (!has_header(response, name)) response.headers.push_back({name, value});
  response.body = std::move(*page.mutable_body());
  return response;
}

std::string policy_name(Rate rate) {
  std::string name = Rate_Name(rate);
  for (auto& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return name;
}

}  // namespace

struct Rest::Turn {
  HttpRequest request;
  RestMatch match;
  const Rpc& options;
  bool streamed = false;
  Caller caller;
  RateAnswer rate;

  bool web() const { return match.route->method == "WEB"; }

  const Method& method() const { return match.route->rpc(streamed); }
};

Rest::Rest(RestConfig config,
           const MethodTable& methods,
           const Clock& clock,
           Authenticate authenticate,
           Allow allow,
           Answered answered)
    : config_(std::move(config)),
      clock_(clock),
      authenticate_(std::move(authenticate)),
      allow_(std::move(allow)),
      answered_(std::move(answered)),
      routes_(methods, config_.left_out) {}

bool Rest::owns(std::string_view path) const {
  return path == "/api" || path.starts_with("/api/") || routes_.find("GET", path).route != nullptr;
}

std::int64_t Rest::body_max(std::string_view method, std::string_view path) const {
  const auto* route = routes_.find(method, path).route;
  if (!route) return body_max_elsewhere;
  const auto max = [](const Method* one) -> std::int64_t {
    if (!one) return 0;
    return rpc_options(*one).body_max() ? rpc_options(*one).body_max() : body_max_default;
  };
  return std::max(max(route->unary), max(route->stream));
}

HttpResponse Rest::no_route(const HttpRequest& request) const {
  auto allowed = routes_.allowed(request.path);
  if (allowed.empty())
    return problem({Code::not_found, "no_such_route", "there is nothing at this path", "", 0},
                   request.trace_id);
  if (request.method == "OPTIONS") return options_answer(std::move(allowed));
  auto response = problem(
      405, {Code::unimplemented, "method_not_allowed", "this path has no such method", "", 0},
      request.trace_id);
  response.headers.push_back({"allow", std::move(allowed)});
  return response;
}

Task<HttpResponse> Rest::handle(HttpRequest request) const {
  auto match = routes_.find(request.method, request.path);
  if (!match.route) co_return no_route(request);
  const auto& route = *match.route;
  const auto accept = request.header("accept");
  const bool streamed =
      route.stream && request.method != "HEAD" && (!route.unary || wants_events(accept));
  if (!streamed && !route.unary) {
    auto response =
        problem(405, {Code::unimplemented, "method_not_allowed", "a stream has no HEAD", "", 0},
                request.trace_id);
    response.headers.push_back({"allow", "GET, OPTIONS"});
    co_return response;
  }
  if (streamed && !accepts_events(accept))
    co_return problem(
        406, {Code::invalid_argument, "not_acceptable", "this is a text/event-stream", "", 0},
        request.trace_id);
  Turn turn{
      std::move(request), std::move(match), rpc_options(route.rpc(streamed)), streamed, {}, {}};
  auto response = co_await answer(turn);
  const auto& rate = turn.rate;
  if (!turn.web() && rate.limit > 0)
    add_rate_headers(response, policy_name(turn.options.rate()), rate.limit, 60'000, rate.remaining,
                     rate.reset_ms);
  response.route = route.pattern;
  co_return response;
}

Task<Result<Caller>> Rest::caller(const HttpRequest& request, const Rpc& options) const {
  if (!options.token_header().empty()) {
    const auto token = token_alone(request, options.token_header());
    if (token.headers.empty()) co_return Caller{};
    co_return co_await authenticate_(token);
  }
  const bool has_token = !request.header("authorization").empty();
  const bool has_cookie = !request.header("cookie").empty();
  if (!has_token && !has_cookie) co_return Caller{};
  auto known = co_await authenticate_(request);
  // Who has a session that is over is a guest where guests may be: a cookie goes along whether one
  // wants it or not, so that nobody could even sign in again.
  const bool over = !known && known.error().code == Code::unauthenticated;
  if (over && !has_token && options.access() == PUBLIC) co_return Caller{};
  co_return known;
}

// Who calls, and whether they may call this at all.
Task<Result<void>> Rest::identify(Turn& turn) const {
  CO_TRY(turn.caller, co_await caller(turn.request, turn.options));
  if (turn.caller.session) CO_TRY_VOID(check_site(turn.request, config_.origin));
  co_return check_access(turn.options, turn.caller);
}

// Everything that is asked before the request itself is looked at. What is refused counts, too, so
// that nobody tries tokens all day.
Task<Result<void>> Rest::admit(Turn& turn) const {
  const bool anonymous_page =
      turn.web() && turn.options.access() == PUBLIC;  // they have cookies of their own
  Result<void> may;
  if (!anonymous_page) may = co_await identify(turn);
  turn.rate = allow_(turn.options.rate(), turn.caller, turn.request.address);
  if (!turn.rate.allowed)
    co_return fail({Code::resource_exhausted, "rate_limited", "that is too often; wait a moment",
                    "", std::max<std::int64_t>(1, turn.rate.retry_after_ms)});
  co_return may;
}

Task<HttpResponse> Rest::answer(Turn& turn) const {
  const auto trace_id = turn.request.trace_id;
  Trace trace{trace_id, turn.request.span_id};
  try {
    if (const auto admitted = co_await admit(turn); !admitted) {
      const auto& why = admitted.error();
      const bool unknown = why.code == Code::unauthenticated && turn.options.unauthenticated() != 0;
      auto response =
          unknown ? problem(turn.options.unauthenticated(), why, trace_id) : problem(why, trace_id);
      const bool challenge = response.status == 401 || why.reason == "scope_missing";
      const bool had_token = !turn.request.header("authorization").empty();
      if (challenge)
        response.headers.push_back(
            {"www-authenticate", bearer_challenge(why, turn.options, had_token)});
      co_return response;
    }
    co_return co_await call_method(turn);
  } catch (const std::exception& thrown) {
    log::write(log::Level::error, trace, "a handler threw", {{"what", thrown.what()}});
  }
  co_return problem({Code::internal, "internal", "", "", 0}, trace_id);
}

Call Rest::make_call(const Turn& turn, std::string key) const {
  Call::Info info;
  info.caller = turn.caller;
  info.trace = {turn.request.trace_id, turn.request.span_id};
  const bool takes_long =
      turn.streamed || turn.options.rate() == RUN || turn.options.rate() == GUEST;
  info.deadline_ms =
      clock_.now_ms() + (takes_long ? config_.long_deadline_ms : config_.deadline_ms);
  info.idempotency_key = std::move(key);
  info.address = turn.request.address;
  info.cancellation = turn.request.cancellation;
  info.locale = locale(turn.request.header("accept-language"));
  return Call(std::move(info));
}

Task<HttpResponse> Rest::call_method(Turn& turn) const {
  auto& request = turn.request;
  const auto trace_id = request.trace_id;
  const auto& method = turn.method();
  const bool reads = is_safe(request.method);
  if (turn.web()) {
    auto call = make_call(turn, "");
    if (!turn.options.token_header().empty())
      drop_credentials(request, turn.options.token_header());
    auto page = co_await method.unary(std::move(call), web_request(request));
    if (!reads) answered_(method);
    if (!page) co_return problem(page.error(), trace_id);
    co_return web_answer(static_cast<v1::WebResponse&>(**page));
  }
  if (!request.body.empty() &&
      (!is_json(request.header("content-type")) || !request.header("content-encoding").empty()))
    co_return problem(415,
                      {Code::invalid_argument, "unsupported_media_type",
                       "the body must be application/json, not compressed", "", 0},
                      trace_id);
  auto key = idempotency_key(request);
  if (!key) co_return problem(key.error(), trace_id);
  if (key->empty() && turn.options.idempotency_key())
    co_return problem(
        {Code::invalid_argument, "idempotency_key_required",
         "send an Idempotency-Key header: a new one for each new thing", "Idempotency-Key", 0},
        trace_id);
  auto call = make_call(turn, *std::move(key));
  auto message = read_request(turn.match, method, request);
  if (!message) co_return problem(message.error(), trace_id);
  if (const auto good = check(**message); !good) co_return problem(good.error(), trace_id);
  if (turn.streamed)
    co_return co_await stream_events(method, std::move(call), *std::move(message), config_.stream);
  auto reply = co_await method.unary(call, *std::move(message));
  if (!reads) answered_(method);
  if (!reply) {
    if (http_status(reply.error()) == 500)
      log::error(call, "a call failed",
                 {{"reason", reply.error().reason}, {"what", reply.error().message}});
    co_return problem(reply.error(), trace_id);
  }
  co_return message_answer(turn.options, **reply);
}

}  // namespace lyceum::host
