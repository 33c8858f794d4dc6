#include "services/realtime/frames.h"

#include <fmt/format.h>
#include <simdjson.h>

namespace lyceum::realtime {
namespace {

using Element = simdjson::dom::element;

bool read_resume(Element data, ClientFrame& frame) {
  std::string_view session_id;
  if (data["session_id"].get(session_id) != simdjson::SUCCESS) return false;
  if (data["seq"].get(frame.seq) != simdjson::SUCCESS || frame.seq < 0) return false;
  frame.session_id = session_id;
  return true;
}

// A missing `d` is null.
bool read_data(simdjson::simdjson_result<Element> found, ClientFrame& frame) {
  Element data;
  const bool null = found.get(data) != simdjson::SUCCESS || data.is_null();
  switch (static_cast<Op>(frame.op)) {
    case Op::heartbeat:
      return null || data.is_int64();
    case Op::identify:
      return null || data.is_object();
    case Op::resume:
      return !null && data.is_object() && read_resume(data, frame);
    default:
      return true;
  }
}

}  // namespace

std::expected<ClientFrame, std::uint16_t> read_frame(std::string_view text) {
  static thread_local simdjson::dom::parser parser;  // keeps its buffers
  Element document;
  std::int64_t op = 0;
  if (parser.parse(text.data(), text.size()).get(document) != simdjson::SUCCESS ||
      !document.is_object() || document["op"].get(op) != simdjson::SUCCESS)
    return std::unexpected(close_code::decode_error);
  ClientFrame frame;
  frame.op = op >= 0 && op <= 1'000 ? static_cast<int>(op) : -1;
  if (!read_data(document["d"], frame)) return std::unexpected(close_code::decode_error);
  return frame;
}

std::string hello(std::int64_t heartbeat_interval_ms) {
  return plain_frame(Op::hello,
                     fmt::format(R"({{"heartbeat_interval":{}}})", heartbeat_interval_ms));
}

std::string plain_frame(Op op, std::string_view data) {
  return fmt::format(R"({{"op":{},"d":{}}})", static_cast<int>(op), data);
}

SharedText event_text(std::string_view name, std::string_view data) {
  return std::make_shared<const std::string>(
      fmt::format(R"({{"op":0,"t":"{}","d":{})", name, data));
}

std::string sequel(std::int64_t seq) {
  return fmt::format(R"(,"s":{}}})", seq);
}

std::string with_members(std::string object, std::string_view members) {
  object.pop_back();
  if (object.size() > 1) object += ',';
  return object.append(members) + "}";
}

}  // namespace lyceum::realtime
