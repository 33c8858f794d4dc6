#include "host/socket_doors.h"

#include <algorithm>

#include "host/rest_access.h"
#include "host/rest_request.h"
#include "host/status.h"
#include "host/websocket_handshake.h"

namespace lyceum::host {
namespace {

Rpc access_of(const SocketDoor& door) {
  Rpc options;
  options.set_access(USER);
  options.set_scope(door.scope);
  return options;
}

HttpResponse refused(const SocketDoor& door, const HttpRequest& request, const Error& error) {
  auto response = problem(error, request.trace_id);
  if (response.status == 401 || error.reason == "scope_missing")
    response.headers.push_back(
        {"www-authenticate",
         bearer_challenge(error, access_of(door), !request.header("authorization").empty())});
  return response;
}

Call make_call(const HttpRequest& request, Caller caller) {
  Call::Info info;
  info.caller = std::move(caller);
  info.trace = {request.trace_id, request.span_id};
  info.address = request.address;
  info.locale = locale(request.header("accept-language"));
  return Call(std::move(info));
}

}  // namespace

SocketDoors::SocketDoors(const std::deque<SocketDoor>& doors,
                         std::string origin,
                         Rest::Authenticate authenticate,
                         Rest::Allow allow)
    : doors_(doors),
      origin_(std::move(origin)),
      authenticate_(std::move(authenticate)),
      allow_(std::move(allow)) {}

const SocketDoor* SocketDoors::find(std::string_view path) const {
  const auto found = std::ranges::find(doors_, path, &SocketDoor::path);
  return found == doors_.end() ? nullptr : &*found;
}

Result<void> SocketDoors::count(Rate rate, const Caller& caller, const std::string& address) const {
  const auto answer = allow_(rate, caller, address);
  if (answer.allowed) return {};
  return fail({Code::resource_exhausted, "rate_limited", "that is too often; wait a moment", "",
               std::max<std::int64_t>(1, answer.retry_after_ms)});
}

// Counted by address, before anything is asked, so that nobody tries tokens all day.
Task<Result<Caller>> SocketDoors::admit(const SocketDoor& door, const HttpRequest& request) const {
  CO_TRY_VOID(count(READ, Caller{}, request.address));
  CO_TRY(auto caller, co_await authenticate_(request));
  CO_TRY_VOID(check_access(access_of(door), caller));
  // A browser sends the cookie along from any page, but says which.
  if (caller.session && request.header("origin") != origin_)
    co_return fail(Code::permission_denied, "cross_site",
                   "only our own pages may connect with a session; send a token");
  if (door.runs_code) CO_TRY_VOID(count(RUN, caller, request.address));
  co_return caller;
}

Task<HttpResponse> SocketDoors::answer(const SocketDoor& door, HttpRequest request) const {
  auto response = answer_handshake(request);
  if (response.status == 101) {
    auto caller = co_await admit(door, request);
    if (caller)
      response.socket = SocketGrant{&door, make_call(request, *std::move(caller))};
    else
      response = refused(door, request, caller.error());
  }
  response.route = door.path;
  co_return response;
}

}  // namespace lyceum::host
