// Any text as a message of a live session. Beyond not crashing: what is refused has a code that
// docs/live-runs.md names, what is accepted is what may be acted upon; and the same bytes as a
// program's output come to the client as they were.
#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"
#include "host/json.h"
#include "services/runner/live_frames.h"

namespace lyceum::runner {
namespace {

using Op = LiveFrame::Op;

void require(bool yes) {
  if (!yes) std::abort();
}

bool is_for_programs(int number) {
  static constexpr std::array all = {SIGHUP, SIGINT, SIGQUIT, SIGKILL, SIGUSR1, SIGUSR2, SIGTERM};
  return std::ranges::find(all, number) != all.end();
}

// The request of "run" is JSON, as whoever reads it next finds.
void check_run(const std::string& json) {
  api::RunRequest request;
  const auto read = host::from_json(json, request);
  require(read || (read.error().reason != "malformed_json" && !read.error().message.empty()));
}

void check_frame(const LiveFrame& frame) {
  require((frame.op == Op::signal) == is_for_programs(frame.signal));
  require(frame.op == Op::run || frame.op == Op::input || frame.data.empty());
  if (frame.op == Op::run) check_run(frame.data);
}

LiveJson json() {
  return {{}, host::to_json, host::json_string};
}

void check_output(std::string_view bytes) {
  const auto read = read_live_frame(live_frame("stdin", live_output(json(), bytes)));
  require(read && read->op == Op::input && read->data == bytes);
}

void check_error(std::string_view said) {
  const Error error = {Code::invalid_argument, "reason", std::string(said), std::string(said), 1};
  const auto read = read_live_frame(live_frame("run", live_error(json(), error)));
  require(read && read->op == Op::run);
}

}  // namespace
}  // namespace lyceum::runner

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lyceum::runner;  // NOLINT(google-build-using-namespace)
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto frame = read_live_frame(bytes);
  if (frame)
    check_frame(*frame);
  else
    require(frame.error() == live_code::unknown_op || frame.error() == live_code::decode_error);
  check_output(bytes);
  if (lyceum::text::is_utf8(bytes)) check_error(bytes);
  return 0;
}
