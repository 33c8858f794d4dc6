#include "base/log.h"

#include <cmath>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace lyceum::log {
namespace {

constexpr std::size_t queue_lines = 8192;  // a full queue drops the oldest line: logging never blocks

spdlog::logger& logger() {
  static const auto made = [] {
    spdlog::init_thread_pool(queue_lines, 1);
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    auto log = std::make_shared<spdlog::async_logger>("lyceum", std::move(sink), spdlog::thread_pool(),
                                                      spdlog::async_overflow_policy::overrun_oldest);
    log->flush_on(spdlog::level::warn);
    spdlog::initialize_logger(log);
    log->set_pattern("%v");  // after: initialize_logger sets the default one
    spdlog::flush_every(std::chrono::seconds(1));
    return log;
  }();
  return *made;
}

spdlog::level::level_enum level_of(Level level) {
  switch (level) {
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::warn: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
    case Level::off: return spdlog::level::off;
  }
  return spdlog::level::off;
}

std::string_view name_of(Level level) {
  switch (level) {
    case Level::debug: return "debug";
    case Level::info: return "info";
    case Level::warn: return "warn";
    default: return "error";
  }
}

using Buffer = fmt::memory_buffer;

void quote(Buffer& out, std::string_view text) {
  out.push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

void value(Buffer& out, const Field& field) {
  if (const auto* number = std::get_if<std::int64_t>(&field.value))
    fmt::format_to(std::back_inserter(out), "{}", *number);
  else if (const auto* real = std::get_if<double>(&field.value))
    fmt::format_to(std::back_inserter(out), "{}", std::isfinite(*real) ? *real : 0.0);
  else
    quote(out, std::get<std::string_view>(field.value));
}

}  // namespace

void set_level(Level level) {
  logger().set_level(level_of(level));
}

bool enabled(Level level) {
  return logger().should_log(level_of(level));
}

void write(Level level, const Trace& trace, std::string_view message, Fields fields) {
  if (!enabled(level)) return;
  Buffer line;
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  const auto second = std::chrono::floor<std::chrono::seconds>(now);
  fmt::format_to(std::back_inserter(line), R"({{"ts":"{:%FT%T}.{:06}Z","level":"{}","msg":)",
                 fmt::gmtime(std::chrono::system_clock::to_time_t(second)), (now - second).count(),
                 name_of(level));
  quote(line, message);
  if (!trace.trace_id.empty()) {
    fmt::format_to(std::back_inserter(line), R"(,"trace_id":"{}","span_id":"{}")", trace.trace_id,
                   trace.span_id);
  }
  for (const auto& field : fields) {
    line.push_back(',');
    quote(line, field.name);
    line.push_back(':');
    value(line, field);
  }
  line.push_back('}');
  logger().log(level_of(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace lyceum::log
