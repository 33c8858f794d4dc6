#pragma once
// REST: the contract's rpcs over HTTP and JSON. Who is calling and how much they may is asked of
// those it is given; everything else it reads from the contract.

#include <functional>
#include <set>
#include <string>

#include "base/clock.h"
#include "base/rpc.h"
#include "host/http.h"
#include "host/rate_limit.h"
#include "host/rest_routes.h"
#include "host/rest_stream.h"

namespace lyceum::host {

struct RestConfig {
  std::string origin;                           // the public one, "https://learn.example.org"
  std::int64_t deadline_ms = 30'000;            // of a call
  std::int64_t long_deadline_ms = 10 * 60'000;  // of one that runs code or streams
  StreamTimes stream;
  std::set<std::string> left_out;  // rpcs without a route (Host::left_out_routes)
};

class Rest {
 public:
  // No credential in the request: a guest. unauthenticated when there is one that does not hold.
  using Authenticate = std::function<Task<Result<Caller>>(const HttpRequest&)>;
  // Counts the request.
  using Allow = std::function<RateAnswer(Rate, const Caller&, const std::string& address)>;
  // Told of each rpc that may have changed something, be its answer an error, before that goes out.
  using Answered = std::function<void(const Method&)>;

  // All rpcs must be in the table. Throws when two of them clash (RestRoutes).
  Rest(RestConfig config,
       const MethodTable& methods,
       const Clock& clock,
       Authenticate authenticate,
       Allow allow,
       Answered answered);

  // Whether the path is REST's to answer, be it with 404: /api/… and the contract's pages.
  bool owns(std::string_view path) const;

  std::int64_t body_max(std::string_view method, std::string_view path) const;

  Task<HttpResponse> handle(HttpRequest request) const;

 private:
  struct Turn;  // one request on its way

  HttpResponse no_route(const HttpRequest& request) const;
  Task<Result<Caller>> caller(const HttpRequest& request, const Rpc& options) const;
  Task<Result<void>> identify(Turn& turn) const;
  Task<Result<void>> admit(Turn& turn) const;
  Task<HttpResponse> answer(Turn& turn) const;
  Task<HttpResponse> call_method(Turn& turn) const;
  Call make_call(const Turn& turn, std::string key) const;

  const RestConfig config_;
  const Clock& clock_;
  const Authenticate authenticate_;
  const Allow allow_;
  const Answered answered_;
  const RestRoutes routes_;
};

}  // namespace lyceum::host
