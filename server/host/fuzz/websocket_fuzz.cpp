// Any bytes into the reader of WebSocket frames. Beyond not crashing: messages, answers and the
// reason to close do not depend on how the bytes arrive, keep the promises of websocket_receiver.h,
// and, written out again as frames, are read as the same messages.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "host/http_strict.h"
#include "host/websocket_receiver.h"

namespace lyceum::host {
namespace {

constexpr std::size_t message_max = 4096;

void require(bool yes) {
  if (!yes) std::abort();
}

struct Heard {
  std::vector<std::string> messages;
  std::string pongs;
  bool closed = false;
  bool by_client = false;
  std::uint16_t code = 0;
};

Heard hear(std::string_view bytes, std::size_t step) {
  Heard heard;
  WebSocketReceiver receiver(message_max);
  for (; !bytes.empty() && !heard.closed; bytes.remove_prefix(std::min(step, bytes.size()))) {
    auto outcome = receiver.receive(bytes.substr(0, step), [&](std::string_view text) {
      require(!heard.closed);
      heard.messages.emplace_back(text);
    });
    heard.pongs += outcome.pongs;
    heard.closed = outcome.closed;
    heard.by_client = outcome.by_client;
    heard.code = outcome.code;
  }
  return heard;
}

// Unmasked, whole, and with a payload that a control frame may have.
void check_pongs(std::string_view frames) {
  while (!frames.empty()) {
    require(frames.size() >= 2 && frames[0] == '\x8A');
    const auto size = static_cast<unsigned char>(frames[1]);
    require(size <= 125 && frames.size() >= 2U + size);
    frames.remove_prefix(2U + size);
  }
}

// Codes that may stand in a close frame (RFC 6455 §7.4); 0: none.
bool may_be_sent(std::uint16_t code) {
  const bool of_the_protocol = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
  return code == 0 || of_the_protocol || (code >= 3000 && code <= 4999);
}

bool breaks_the_rules(std::uint16_t code) {
  return code == 1002 || code == 1007;
}

// The same end. But a frame that is wrong in two ways may be refused for either, and one that comes
// in pieces later, or not yet.
void check_end(const Heard& whole, const Heard& slow) {
  if (whole.closed && !whole.by_client && breaks_the_rules(whole.code)) {
    require(!slow.closed || (!slow.by_client && breaks_the_rules(slow.code)));
    return;
  }
  // wslay looks at each piece of a reason by itself, and finds characters cut that are not.
  if (slow.closed && slow.code == 1007 && !slow.by_client) return;
  require(whole.closed == slow.closed && whole.by_client == slow.by_client);
  require(whole.code == slow.code);
  require(whole.closed || whole.pongs == slow.pongs);
}

std::string masked(std::string_view message) {
  std::string frame = websocket::frame_head(websocket::text, message.size());
  frame[1] = static_cast<char>(static_cast<unsigned char>(frame[1]) | 0x80U);
  constexpr std::string_view mask = "mask";
  frame += mask;
  for (std::size_t i = 0; i < message.size(); ++i)
    frame += static_cast<char>(message[i] ^ mask[i % mask.size()]);
  return frame;
}

}  // namespace
}  // namespace lyceum::host

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lyceum::host;  // NOLINT(google-build-using-namespace)
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto whole = hear(bytes, std::max<std::size_t>(1, size));
  for (const std::size_t step : {1, 7}) {
    const auto slow = hear(bytes, step);
    require(whole.messages == slow.messages);
    check_end(whole, slow);
    check_pongs(slow.pongs);
  }
  check_pongs(whole.pongs);
  require(may_be_sent(whole.code));
  require(whole.closed || whole.code == 0);

  std::string again;
  for (const auto& message : whole.messages) {
    require(message.size() <= message_max && lyceum::text::is_utf8(message));
    again += masked(message);
  }
  require(hear(again, again.size()).messages == whole.messages);
  return 0;
}
