#pragma once
// Who may call an rpc at all, by its options in the contract. What a call may touch is decided in
// its handler, on the object itself.

#include <string>
#include <string_view>

#include "base/call.h"
#include "base/result.h"
#include "contract/options.pb.h"
#include "host/http.h"

namespace lyceum::host {

// unauthenticated "sign_in_required", permission_denied "scope_missing" or "role_missing".
Result<void> check_access(const Rpc& options, const Caller& caller);

// Whether a request of this HTTP method only reads (RFC 9110 §9.2.1).
bool is_safe(std::string_view method);

// A page of another site may make a browser send its user's session cookie: such a request may not
// change anything. `origin` is the public one, "https://learn.example.org".
Result<void> check_site(const HttpRequest& request, const std::string& origin);

// The request as far as it says who calls, where the contract names a header for the token: that
// one as a bearer token, else the Authorization header; never a cookie.
HttpRequest token_alone(const HttpRequest& request, std::string_view token_header);
// What follows after that needs no credential: takes them away.
void drop_credentials(HttpRequest& request, std::string_view token_header);

// What the WWW-Authenticate header says of a refusal (RFC 6750 §3).
std::string bearer_challenge(const Error& error, const Rpc& options, bool had_token);

}  // namespace lyceum::host
