#pragma once
// What a request says, as the rpc's request message.

#include <string>
#include <string_view>

#include "base/rpc.h"
#include "host/http.h"
#include "host/rest_routes.h"

namespace lyceum::host {

// Path, query and body into one message; what is wrong names its field or parameter. The body is
// consumed.
Result<MessagePtr> read_request(const RestMatch& match, const Method& method, HttpRequest& request);

// For pages: the request as it is.
MessagePtr web_request(HttpRequest& request);

// "application/json", with or without its charset.
bool is_json(std::string_view content_type);

// The Idempotency-Key header: 1 to 255 printable ASCII characters, or empty when there is none.
Result<std::string> idempotency_key(const HttpRequest& request);

// "en" or "fr", whichever the client likes better.
std::string locale(std::string_view accept_language);

// Whether the client asks for a stream of events by name.
bool wants_events(std::string_view accept);
// Whether it would take one: it says nothing, or anything goes.
bool accepts_events(std::string_view accept);

}  // namespace lyceum::host
