#pragma once
// What tests say of published events.

#include <vector>

#include "base/db.h"

namespace lyceum::testing {

// The events of this type that wait in the outbox, oldest first.
template <class Event>
Result<std::vector<Event>> published(Tx& tx) {
  return tx.all("SELECT payload FROM outbox WHERE type = $1 ORDER BY id",
                {Event::descriptor()->full_name()}, [](const Row& row) {
                  Event event;
                  event.ParseFromString(row.text(0));
                  return event;
                });
}

}  // namespace lyceum::testing
