#pragma once
// The answer of a streaming rpc as server-sent events: each item's oneof names the event, its
// message is the data. https://html.spec.whatwg.org/multipage/server-sent-events.html

#include <chrono>

#include "base/rpc.h"
#include "host/http.h"

namespace lyceum::host {

struct StreamTimes {
  // How long an error may still become a plain answer with its status. What has not said anything
  // by then has begun, and its errors come as events.
  std::chrono::milliseconds first = std::chrono::seconds(5);
  std::chrono::milliseconds heartbeat =
      std::chrono::seconds(15);  // of silence, then a comment is sent
};

// Calls the handler and gives the answer as soon as there is something to say.
Task<HttpResponse> stream_events(const Method& method,
                                 Call call,
                                 MessagePtr request,
                                 StreamTimes times);

}  // namespace lyceum::host
