#include "host/websocket_handshake.h"

#include <array>
#include <openssl/evp.h>

#include "base/crypto.h"
#include "host/status.h"

namespace lyceum::host {
namespace {

constexpr std::string_view accept_guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455 §1.3

// The value of a header that must be there once; nothing if not.
std::optional<std::string_view> only(const HttpRequest& request, std::string_view name) {
  std::optional<std::string_view> found;
  for (const auto& header : request.headers) {
    if (header.name != name) continue;
    if (found) return std::nullopt;
    found = header.value;
  }
  return found;
}

HttpResponse wrong(const HttpRequest& request, std::string field, std::string message) {
  return problem(
      {Code::invalid_argument, "websocket_invalid", std::move(message), std::move(field), 0},
      request.trace_id);
}

HttpResponse upgrade_required(const HttpRequest& request, std::string message) {
  auto response =
      problem(426, {Code::failed_precondition, "websocket_required", std::move(message), "", 0},
              request.trace_id);
  response.headers.push_back({"upgrade", "websocket"});
  response.headers.push_back({"sec-websocket-version", "13"});
  return response;
}

std::string accept_key(std::string_view key) {
  const std::string text = std::string(key) + std::string(accept_guid);
  std::array<unsigned char, 20> digest = {};
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes
  return base64({reinterpret_cast<const char*>(digest.data()), size});
}

}  // namespace

HttpResponse answer_handshake(const HttpRequest& request) {
  if (request.method != "GET" || !request.body.empty())
    return wrong(request, "", "a WebSocket begins with a GET without a body");
  if (!request.upgrade_websocket)
    return upgrade_required(
        request, "this is a WebSocket: HTTP/1.1 with Connection: Upgrade and Upgrade: websocket");
  const auto version = only(request, "sec-websocket-version");
  if (!version)
    return wrong(request, "Sec-WebSocket-Version", "there must be one Sec-WebSocket-Version");
  if (*version != "13")
    return upgrade_required(request, "only version 13 of WebSocket is spoken here");
  const auto key = only(request, "sec-websocket-key");
  const auto nonce = key ? from_base64(*key) : std::nullopt;
  if (!nonce || nonce->size() != 16)
    return wrong(request, "Sec-WebSocket-Key",
                 "there must be one Sec-WebSocket-Key: 16 bytes in base64");
  HttpResponse response;
  response.status = 101;
  response.headers = {{"upgrade", "websocket"}, {"sec-websocket-accept", accept_key(*key)}};
  return response;
}

}  // namespace lyceum::host
