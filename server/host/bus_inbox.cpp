#include "host/bus_inbox.h"

#include "base/log.h"

namespace lyceum::host {
namespace {

constexpr std::int64_t inbox_kept_ms =
    std::int64_t{30} * 24 * 3600 * 1000;  // longer than any redelivery

bool worth_another_try(Code code) {
  return code == Code::unavailable || code == Code::internal || code == Code::aborted ||
         code == Code::deadline_exceeded || code == Code::resource_exhausted ||
         code == Code::unknown;
}

Result<void> bury(Tx& tx, const Event& event, const std::string& reason, std::int64_t now) {
  TRY_VOID(
      tx.exec("INSERT INTO inbox (event_id, received_at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
              {event.info.id, now}));
  TRY_VOID(
      tx.exec("INSERT INTO dead_events (event_id, type, payload, reason, died_at)"
              " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
              {event.info.id, event.info.type, Blob{event.payload}, reason, now}));
  TRY_VOID(tx.exec("DELETE FROM inbox WHERE received_at < $1", {now - inbox_kept_ms}));
  return {};
}

}  // namespace

Task<Result<void>> take(std::int64_t now_ms,
                        std::shared_ptr<const Subscription> subscriber,
                        std::shared_ptr<const Event> event) {
  const Call call = Call::of_service(event->info.trace);
  auto taken = co_await subscriber->db->write([&](Tx& tx) -> Result<void> {
    TRY(const auto is_new, tx.exec("INSERT INTO inbox (event_id, received_at) VALUES ($1, $2)"
                                   " ON CONFLICT DO NOTHING",
                                   {event->info.id, now_ms}));
    if (is_new == 0) return {};
    return subscriber->handler(tx, call, event->payload);
  });
  if (taken || worth_another_try(taken.error().code)) co_return taken;
  const std::string reason = taken.error().reason + ": " + taken.error().message;
  log::error("an event was refused for good",
             {{"type", event->info.type}, {"service", subscriber->service}, {"error", reason}});
  co_return co_await subscriber->db->write(
      [&](Tx& tx) { return bury(tx, *event, reason, now_ms); });
}

}  // namespace lyceum::host
