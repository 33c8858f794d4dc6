#include "base/events.h"

namespace lyceum {

Result<void> Events::publish(Tx& tx, const Call& call, const google::protobuf::Message& event) {
  const std::int64_t now = clock_.now_ms();
  const std::string bytes = event.SerializeAsString();
  TRY_VOID(
      tx.exec("INSERT INTO outbox (id, type, payload, trace_id, span_id, created_at, next_at)"
              " VALUES ($1, $2, $3, $4, $5, $6, $6)",
              {ids_.next(), event.GetDescriptor()->full_name(), Blob{bytes}, call.trace().trace_id,
               call.trace().span_id, now}));
  tx.after_commit([this, type = event.GetDescriptor()->full_name()] {
    if (committed) committed(type);
    if (wake) wake();
  });
  return {};
}

}  // namespace lyceum
