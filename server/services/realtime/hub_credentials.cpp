// Sign-ins that end while their connections are open. That one was ended comes as an event; that
// one has run out is known to identity alone, which is asked from time to time.

#include <algorithm>
#include <unordered_set>

#include "base/log.h"
#include "services/realtime/connection.h"
#include "services/realtime/hub.h"

namespace lyceum::realtime {
namespace {

constexpr std::ptrdiff_t asked_max = 1'000;  // at once; the contract's number
constexpr int unanswered_max = 10;           // times in a row

using Ids = std::vector<std::int64_t>;

Task<Result<Ids>> ended(std::shared_ptr<Gateway> gateway, Ids credentials) {
  Ids over;
  for (auto at = credentials.begin(); at != credentials.end();) {
    const auto end = at + std::min(asked_max, credentials.end() - at);
    identity::v1::FilterCredentialsRequest request;
    request.mutable_credential_ids()->Add(at, end);
    CO_TRY(const auto answer,
           co_await gateway->identity.filter_credentials(Call::of_service(), std::move(request)));
    const std::unordered_set<std::int64_t> good(answer.credential_ids().begin(),
                                                answer.credential_ids().end());
    std::copy_if(at, end, std::back_inserter(over),
                 [&](std::int64_t id) { return !good.contains(id); });
    at = end;
  }
  co_return over;
}

}  // namespace

void Hub::check_credentials(std::int64_t now) {
  if (checking_ || now - checked_at_ < gateway_.config.check_ms) return;
  checked_at_ = now;
  std::unordered_set<std::int64_t> ids;
  for (const auto& [id, connection] : connections_) ids.insert(connection->credential_id());
  if (ids.empty()) return;
  checking_ = true;
  gateway_.spawn(loop_, ask_identity(gateway_.shared_from_this(), this, {ids.begin(), ids.end()}));
}

Task<void> Hub::ask_identity(std::shared_ptr<Gateway> gateway,
                             Hub* hub,
                             std::vector<std::int64_t> credentials) {
  hub->checked(co_await ended(gateway, std::move(credentials)));
}

// An error is no "still good" for long: in the end everybody has to come back and show himself.
void Hub::checked(const Result<std::vector<std::int64_t>>& over) {
  checking_ = false;
  if (!over) {
    if (++unanswered_ < unanswered_max) return;
    log::error("whether sign-ins still hold could not be found out",
               {{"what", over.error().message}});
    unanswered_ = 0;
    return begin_anew();
  }
  unanswered_ = 0;
  const std::unordered_set<std::int64_t> ids(over->begin(), over->end());
  for (const auto& [id, connection] : connections_) {
    if (!ids.contains(connection->credential_id())) continue;
    if (auto* session = connection->session())
      drop(*session, close_code::session_ended, "signed out");
    else
      connection->close(close_code::session_ended, "signed out");
  }
}

}  // namespace lyceum::realtime
