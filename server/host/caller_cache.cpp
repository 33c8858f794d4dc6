#include "host/caller_cache.h"

#include <algorithm>
#include <google/protobuf/descriptor.h>

#include "contract/authorization.pb.h"

namespace lyceum::host {
namespace {

constexpr std::string_view session_cookie = "__Host-ly_app";  // set by identity's /auth pages
constexpr std::size_t entries_max = 20'000;
constexpr std::int64_t kept_ms = 10'000;
// The longest that what was logged out may go on where the epoch does not tell us: as long as a
// person takes to notice. A page loads with some ten requests at once, and those still share one
// answer.
constexpr std::int64_t kept_remote_ms = 1'000;

// RFC 6750 §2.1; the scheme's case does not matter.
bool is_bearer(std::string_view header) {
  constexpr std::string_view scheme = "bearer ";
  return header.size() > scheme.size() &&
         std::ranges::equal(header.substr(0, scheme.size()), scheme,
                            [](char a, char b) { return (a | 0x20) == (b | 0x20); });
}

}  // namespace

CallerCache::CallerCache(Host& host, identity::v1::IdentityApi& identity, const Clock& clock)
    : host_(host),
      identity_(identity),
      clock_(clock),
      kept_ms_(host.is_remote("identity") || host.is_remote("authorization") ? kept_remote_ms
                                                                             : kept_ms) {}

std::string cookie(const HttpRequest& request, std::string_view name) {
  for (const auto& header : request.headers) {
    if (header.name != "cookie") continue;
    std::string_view rest = header.value;
    while (!rest.empty()) {
      const auto end = std::min(rest.find(';'), rest.size());
      std::string_view pair = rest.substr(0, end);
      while (pair.starts_with(' ')) pair.remove_prefix(1);
      if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=')
        return std::string(pair.substr(name.size() + 1));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return {};
}

Task<Result<Caller>> CallerCache::authenticate(const HttpRequest& request) {
  identity::v1::AuthenticateRequest question;
  std::string credential;  // "b" or "s" before it: a bearer token is no session
  if (const auto header = request.header("authorization"); !header.empty()) {
    if (!is_bearer(header))
      co_return fail(Code::unauthenticated, "bad_authorization",
                     "only `Authorization: Bearer …` is understood");
    question.set_bearer(std::string(header.substr(7)));
    credential = "b" + question.bearer();
  } else if (auto session = cookie(request, session_cookie); !session.empty()) {
    credential = "s" + session;
    question.set_session(std::move(session));
  } else {
    co_return Caller{};
  }
  if (auto known = find(credential)) co_return *std::move(known);

  const auto epoch =
      host_.credentials_epoch();  // before asking: a revocation meanwhile voids the answer
  Call::Info info;
  info.caller.service = true;
  info.trace = {request.trace_id, request.span_id};
  info.address = request.address;
  CO_TRY(const auto answer,
         co_await identity_.authenticate(Call(std::move(info)), std::move(question)));
  Caller caller;
  caller.user_id = answer.user_id();
  caller.roles.assign(answer.roles().begin(), answer.roles().end());
  caller.scopes.assign(answer.scopes().begin(), answer.scopes().end());
  caller.credential_id = answer.credential_id();
  caller.session = answer.session();
  keep(credential, caller, std::min(answer.valid_until(), clock_.now_ms() + kept_ms_), epoch);
  co_return caller;
}

void CallerCache::answered(const Method& method) {
  const auto* contract = method.descriptor->file();
  const bool of_identity = contract == identity::v1::CredentialsRevoked::descriptor()->file();
  const bool of_authorization = contract == authorization::v1::RolesChanged::descriptor()->file();
  if ((of_identity && host_.is_remote("identity")) ||
      (of_authorization && host_.is_remote("authorization")))
    host_.credentials_changed();
}

std::optional<Caller> CallerCache::find(const std::string& credential) {
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(credential);
  if (found == entries_.end()) return std::nullopt;
  if (found->second.epoch != host_.credentials_epoch() ||
      found->second.until_ms <= clock_.now_ms()) {
    ages_.erase(found->second.age);
    entries_.erase(found);
    return std::nullopt;
  }
  ages_.splice(ages_.end(), ages_, found->second.age);
  return found->second.caller;
}

void CallerCache::keep(const std::string& credential,
                       const Caller& caller,
                       std::int64_t until_ms,
                       std::uint64_t epoch) {
  const std::scoped_lock lock(mutex_);
  if (const auto old = entries_.find(credential); old != entries_.end()) {
    ages_.erase(old->second.age);
    entries_.erase(old);
  }
  if (entries_.size() >= entries_max) {
    entries_.erase(ages_.front());
    ages_.pop_front();
  }
  ages_.push_back(credential);
  entries_[credential] = {caller, until_ms, epoch, std::prev(ages_.end())};
}

}  // namespace lyceum::host
