#pragma once
// Who is behind a request: the session cookie or the bearer token is shown to identity, and the
// answer is remembered for a moment. Ending any session, token or role makes the whole memory void
// at once (Host::credentials_epoch), so log-out does not wait. Where identity or authorization is
// in another process, what was done through this one voids it, too (answered()); of the rest only
// the broker tells us, if there is one and it is up: then the moment is a second at most.

#include <list>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/call.h"
#include "base/clock.h"
#include "base/rpc.h"
#include "contract/identity.rpc.h"
#include "host/host.h"
#include "host/http.h"

namespace lyceum::host {

class CallerCache {
 public:
  CallerCache(Host& host, identity::v1::IdentityApi& identity)
      : CallerCache(host, identity, host.clock()) {}

  CallerCache(Host& host, identity::v1::IdentityApi& identity, const Clock& clock);

  // No credential: a guest. unauthenticated when there is one that does not hold.
  Task<Result<Caller>> authenticate(const HttpRequest& request);

  // Before an answer of this rpc, which may have changed something, goes out: whoever gets it finds
  // it true in the next request.
  void answered(const Method& method);

 private:
  struct Entry {
    Caller caller;
    std::int64_t until_ms = 0;
    std::uint64_t epoch = 0;
    std::list<std::string>::iterator age;
  };

  std::optional<Caller> find(const std::string& credential);
  void keep(const std::string& credential,
            const Caller& caller,
            std::int64_t until_ms,
            std::uint64_t epoch);

  Host& host_;
  identity::v1::IdentityApi& identity_;
  const Clock& clock_;
  const std::int64_t kept_ms_;
  std::mutex mutex_;
  std::list<std::string> ages_;  // least recently used first
  std::unordered_map<std::string, Entry> entries_;
};

// The value of a cookie of the request, empty if it has none.
std::string cookie(const HttpRequest& request, std::string_view name);

}  // namespace lyceum::host
