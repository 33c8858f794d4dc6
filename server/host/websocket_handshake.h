#pragma once
// The opening handshake of RFC 6455 §4.2, refused wherever it is not exactly right. Extensions and
// subprotocols are not negotiated.

#include "host/http.h"

namespace lyceum::host {

// 101 with the accept key, or a problem: 426 where no WebSocket of version 13 is asked for, 400
// where it is asked for wrongly (reason websocket_invalid, with the header's name as the field).
HttpResponse answer_handshake(const HttpRequest& request);

}  // namespace lyceum::host
