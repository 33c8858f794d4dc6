#include "host/rest_access.h"

#include <algorithm>

namespace lyceum::host {
namespace {

bool has(const std::vector<std::string>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

}  // namespace

Result<void> check_access(const Rpc& options, const Caller& caller) {
  const bool signed_in = caller.user_id != 0;
  if (!signed_in && (options.access() != PUBLIC || !options.role().empty()))
    return fail(Code::unauthenticated, "sign_in_required", "sign in first, or send an API token");
  if (signed_in && !options.scope().empty() && !has(caller.scopes, "*") &&
      !has(caller.scopes, options.scope()))
    return fail(Code::permission_denied, "scope_missing",
                "the token lacks the scope " + options.scope());
  if (!options.role().empty() && !has(caller.roles, options.role()))
    return fail(Code::permission_denied, "role_missing", "only for the role " + options.role());
  return {};
}

bool is_safe(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

Result<void> check_site(const HttpRequest& request, const std::string& origin) {
  if (is_safe(request.method)) return {};
  const auto site =
      request.header("sec-fetch-site");  // a browser says it, and no page can change it
  const auto from = request.header("origin");
  const bool same = site == "same-origin" || site == "none";
  const bool foreign_site = !site.empty() && !same;
  const bool foreign_origin = !same && !from.empty() && from != origin;
  if (foreign_site || foreign_origin)
    return fail(Code::permission_denied, "cross_site",
                "another site may not act for somebody who is signed in here");
  return {};
}

HttpRequest token_alone(const HttpRequest& request, std::string_view token_header) {
  HttpRequest out;
  out.address = request.address;
  out.trace_id = request.trace_id;
  out.span_id = request.span_id;
  auto value = request.header(token_header);
  if (value.empty()) value = request.header("authorization");
  // With a space it has a scheme before it, which must be Bearer.
  const bool bare = !value.contains(' ');
  if (!value.empty())
    out.headers.push_back({"authorization", (bare ? "Bearer " : "") + std::string(value)});
  return out;
}

void drop_credentials(HttpRequest& request, std::string_view token_header) {
  std::erase_if(request.headers, [&](const HttpHeader& header) {
    return header.name == token_header || header.name == "authorization" || header.name == "cookie";
  });
}

std::string bearer_challenge(const Error& error, const Rpc& options, bool had_token) {
  if (error.reason == "scope_missing")
    return "Bearer realm=\"lyceum\", error=\"insufficient_scope\", scope=\"" + options.scope() +
           "\"";
  if (had_token) return "Bearer realm=\"lyceum\", error=\"invalid_token\"";
  return "Bearer realm=\"lyceum\"";
}

}  // namespace lyceum::host
