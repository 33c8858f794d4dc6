#pragma once
// The gateway's frames as JSON (docs/gateway.md): what clients send, read strictly, and what we
// send.

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "base/socket.h"

namespace lyceum::realtime {

enum class Op {
  dispatch = 0,
  heartbeat = 1,
  identify = 2,
  resume = 6,
  reconnect = 7,
  invalid_session = 9,
  hello = 10,
  heartbeat_ack = 11
};

namespace close_code {
inline constexpr std::uint16_t unknown_error = 4000;
inline constexpr std::uint16_t unknown_op = 4001;
inline constexpr std::uint16_t decode_error = 4002;
inline constexpr std::uint16_t not_identified = 4003;
inline constexpr std::uint16_t session_ended = 4004;  // the sign-in, not the gateway's session
inline constexpr std::uint16_t already_identified = 4005;
inline constexpr std::uint16_t bad_seq = 4007;
inline constexpr std::uint16_t too_many_messages = 4008;
inline constexpr std::uint16_t no_heartbeat = 4009;
inline constexpr std::uint16_t slow_reader = 4015;
}  // namespace close_code

struct ClientFrame {
  int op = -1;
  std::string session_id;  // of a resume
  std::int64_t seq = 0;    // of a resume: the last one seen
};

// Or the code to close with. Ops that clients do not send come through with nothing but their
// number.
std::expected<ClientFrame, std::uint16_t> read_frame(std::string_view text);

std::string hello(std::int64_t heartbeat_interval_ms);
std::string plain_frame(Op op, std::string_view data = "null");

// {"op":0,"t":NAME,"d":DATA: what all sessions share of an event. sequel() ends it for one of them.
SharedText event_text(std::string_view name, std::string_view data);
std::string sequel(std::int64_t seq);

// `object` with further members: {"a":1} and "b":2 give {"a":1,"b":2}.
std::string with_members(std::string object, std::string_view members);

}  // namespace lyceum::realtime
