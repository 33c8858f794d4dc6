#pragma once
// Events: facts that other services must know. publish() writes one into the outbox in the same
// transaction as the change; the host's relay carries it to the bus, and on the other side it is
// taken through an inbox, so that each subscriber's handler sees it at least once in effect exactly
// once, in any order (research: transactional outbox; see docs/architecture.md).

#include <functional>
#include <google/protobuf/message.h>
#include <string>

#include "base/call.h"
#include "base/db.h"
#include "base/id.h"

namespace lyceum {

class Events {
 public:
  explicit Events(Ids& ids, const Clock& clock) : ids_(ids), clock_(clock) {}

  // The event goes out after `tx` is on disk, on the call's trace.
  Result<void> publish(Tx& tx, const Call& call, const google::protobuf::Message& event);

  // Both are called once a transaction with events is on disk, before its caller goes on, and are
  // set before there are any: the relay's, and the host's, which is told the event's type.
  std::function<void()> wake;
  std::function<void(const std::string& type)> committed;

 private:
  Ids& ids_;
  const Clock& clock_;
};

struct EventInfo {
  std::int64_t id = 0;          // the same at every delivery
  std::string type;             // "lyceum.identity.v1.UserOpened"
  std::int64_t created_at = 0;  // ms UTC
  Trace trace;
};

}  // namespace lyceum
