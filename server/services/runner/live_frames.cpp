#include "services/runner/live_frames.h"

#include <array>
#include <csignal>
#include <fmt/format.h>
#include <optional>
#include <simdjson.h>

#include "base/crypto.h"
#include "base/text.h"
#include "services/runner/output.h"

namespace lyceum::runner {
namespace {

using Element = simdjson::dom::element;

struct Named {
  std::string_view name;
  int number;
};

constexpr std::array signals = {
    Named{"HUP", SIGHUP},   Named{"INT", SIGINT},   Named{"QUIT", SIGQUIT}, Named{"KILL", SIGKILL},
    Named{"USR1", SIGUSR1}, Named{"USR2", SIGUSR2}, Named{"TERM", SIGTERM}};

// The only member of an object, if it is a string.
std::optional<std::pair<std::string_view, std::string_view>> only_text(Element data) {
  simdjson::dom::object object;
  if (data.get(object) != simdjson::SUCCESS || object.size() != 1) return {};
  const auto member = *object.begin();
  std::string_view text;
  if (member.value.get(text) != simdjson::SUCCESS) return {};
  return std::pair(member.key, text);
}

std::optional<LiveFrame> read_input(Element data) {
  const auto member = only_text(data);
  if (!member) return {};
  const auto& [name, text] = *member;
  if (name == "text") return LiveFrame{.op = LiveFrame::Op::input, .data = std::string(text)};
  if (name != "base64") return {};
  auto bytes = from_base64(text);
  if (!bytes) return {};
  return LiveFrame{.op = LiveFrame::Op::input, .data = *std::move(bytes)};
}

std::optional<LiveFrame> read_signal(Element data) {
  const auto member = only_text(data);
  if (!member || member->first != "name") return {};
  auto wanted = member->second;
  if (wanted.starts_with("SIG")) wanted.remove_prefix(3);
  for (const auto& [name, number] : signals)
    if (name == wanted) return LiveFrame{.op = LiveFrame::Op::signal, .signal = number};
  return {};
}

std::optional<LiveFrame> read_resize(Element data) {
  constexpr std::uint64_t most = 1000;  // as in the contract
  simdjson::dom::object object;
  std::uint64_t rows = 0, columns = 0;
  if (data.get(object) != simdjson::SUCCESS || object.size() != 2 ||
      object["rows"].get(rows) != simdjson::SUCCESS ||
      object["columns"].get(columns) != simdjson::SUCCESS || rows < 1 || rows > most ||
      columns < 1 || columns > most)
    return {};
  return LiveFrame{.op = LiveFrame::Op::resize,
                   .size = {static_cast<std::uint16_t>(rows), static_cast<std::uint16_t>(columns)}};
}

std::optional<LiveFrame> read_run(Element data) {
  if (!data.is_object()) return {};
  return LiveFrame{.op = LiveFrame::Op::run, .data = simdjson::to_string(data)};
}

// Whether "d" says nothing.
bool is_empty(const simdjson::simdjson_result<Element>& found) {
  Element data;
  simdjson::dom::object object;
  if (found.get(data) != simdjson::SUCCESS || data.is_null()) return true;
  return data.get(object) == simdjson::SUCCESS && object.size() == 0;
}

}  // namespace

std::expected<LiveFrame, std::uint16_t> read_live_frame(std::string_view text) {
  simdjson::dom::parser parser;  // not kept: the first message may be large
  Element document, data;
  std::string_view op;
  if (parser.parse(text.data(), text.size()).get(document) != simdjson::SUCCESS ||
      !document.is_object() || document["op"].get(op) != simdjson::SUCCESS)
    return std::unexpected(live_code::decode_error);
  const auto found = document["d"];
  const bool there = found.get(data) == simdjson::SUCCESS;
  std::optional<LiveFrame> frame;
  if (op == "run") {
    if (there) frame = read_run(data);
  } else if (op == "stdin") {
    if (there) frame = read_input(data);
  } else if (op == "signal") {
    if (there) frame = read_signal(data);
  } else if (op == "resize") {
    if (there) frame = read_resize(data);
  } else if (op == "eof") {
    if (is_empty(found)) frame = LiveFrame{.op = LiveFrame::Op::eof};
  } else {
    return std::unexpected(live_code::unknown_op);
  }
  if (!frame) return std::unexpected(live_code::decode_error);
  return *std::move(frame);
}

std::string live_frame(std::string_view op, std::string_view data) {
  return fmt::format(R"({{"op":"{}","d":{}}})", op, data);
}

std::string live_output(const LiveJson& json, std::string_view bytes) {
  if (text::is_utf8(bytes)) return fmt::format(R"({{"text":{}}})", json.quote(bytes));
  return fmt::format(R"({{"base64":"{}"}})", base64(bytes));
}

std::string live_error(const LiveJson& json, const Error& error) {
  std::string out = fmt::format(R"({{"reason":{},"message":{})", json.quote(error.reason),
                                json.quote(error.message));
  if (!error.field.empty()) out += fmt::format(R"(,"field":{})", json.quote(error.field));
  if (error.retry_after_ms > 0) out += fmt::format(R"(,"retry_after_ms":{})", error.retry_after_ms);
  return out + "}";
}

}  // namespace lyceum::runner
