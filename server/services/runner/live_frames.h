#pragma once
// The messages of a live session as JSON (docs/live-runs.md): what clients send, read strictly, and
// what we send.

#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <string_view>

#include "contract/runner.rpc.h"
#include "services/runner/sandbox.h"

namespace lyceum::runner {

namespace api = lyceum::runner::v1;

namespace live_code {
inline constexpr std::uint16_t over = 1000;
inline constexpr std::uint16_t refused = 4000;  // an "error" message has said why
inline constexpr std::uint16_t unknown_op = 4001;
inline constexpr std::uint16_t decode_error = 4002;
inline constexpr std::uint16_t no_run = 4003;
inline constexpr std::uint16_t second_run = 4005;
inline constexpr std::uint16_t too_many_messages = 4008;
inline constexpr std::uint16_t too_much_input = 4009;
inline constexpr std::uint16_t slow_reader = 4015;
}  // namespace live_code

// JSON as the edge reads and writes it, which services do not know.
struct LiveJson {
  std::function<Result<api::RunRequest>(std::string)> read_request;
  std::function<std::string(const google::protobuf::Message&)> write;
  std::function<std::string(std::string_view)> quote;
};

struct LiveFrame {
  enum class Op { run, input, eof, signal, resize };

  Op op;
  std::string data = {};  // of run: its JSON; of input: the bytes
  int signal = 0;
  TerminalSize size = {};  // of resize
};

// Or the code to close with.
std::expected<LiveFrame, std::uint16_t> read_live_frame(std::string_view text);

// {"op":OP,"d":DATA}
std::string live_frame(std::string_view op, std::string_view data);
// "d" of what a program wrote: text, or base64 where it is none.
std::string live_output(const LiveJson& json, std::string_view bytes);
std::string live_error(const LiveJson& json, const Error& error);

}  // namespace lyceum::runner
