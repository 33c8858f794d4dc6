// Any text into the reader of what clients of the gateway send. Beyond not crashing: what is
// refused has a code that docs/gateway.md names, what is accepted is what may be acted upon, and,
// written out again, is read as the same.
#include <cstdint>
#include <cstdlib>
#include <fmt/format.h>
#include <string>
#include <string_view>

#include "base/text.h"
#include "services/realtime/frames.h"

namespace lyceum::realtime {
namespace {

void require(bool yes) {
  if (!yes) std::abort();
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const bool plain = static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
    out += plain ? std::string(1, c) : fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
  }
  return out + '"';
}

std::string write_out(const ClientFrame& frame) {
  if (frame.op != static_cast<int>(Op::resume)) return fmt::format(R"({{"op":{}}})", frame.op);
  return fmt::format(R"({{"op":{},"d":{{"session_id":{},"seq":{}}}}})", frame.op,
                     quoted(frame.session_id), frame.seq);
}

}  // namespace
}  // namespace lyceum::realtime

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lyceum::realtime;  // NOLINT(google-build-using-namespace)
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto frame = read_frame(text);
  if (!frame) {
    require(frame.error() == close_code::decode_error);
    return 0;
  }
  require(frame->op >= -1 && frame->op <= 1'000);
  require(frame->seq >= 0 && lyceum::text::is_utf8(frame->session_id));
  const bool resumes = frame->op == static_cast<int>(Op::resume);
  require(resumes || (frame->session_id.empty() && frame->seq == 0));
  const auto again = read_frame(write_out(*frame));
  require(again && again->op == frame->op);
  require(again->session_id == frame->session_id && again->seq == frame->seq);
  return 0;
}
