#include "base/log.h"

#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstdlib>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <mutex>
#include <string>
#include <thread>
#include <unistd.h>
#include <utility>

namespace lyceum::log {
namespace {

constexpr std::size_t waiting_max =
    1 << 20;  // bytes; beyond, lines are dropped: logging never blocks
constexpr std::size_t waiting_many = 64 << 10;
constexpr auto patience = std::chrono::milliseconds(50);

// Lines wait here for a thread that writes many at once: a request pays for no system call.
class Writer {
 public:
  static Writer& instance() {
    static Writer& made = [] -> Writer& {
      std::atexit([] { instance().flush(); });
      return *new Writer;  // never destroyed: threads may log until the very end
    }();
    return made;
  }

  void add(std::string_view line, bool urgent) {
    const std::scoped_lock lock(mutex_);
    if (waiting_.size() + line.size() > waiting_max) {
      ++dropped_;
      return;
    }
    const bool first = waiting_.empty();
    waiting_.append(line);
    hurry_ = hurry_ || urgent || waiting_.size() > waiting_many;
    if (first || hurry_) wake_.notify_one();
  }

  void flush() {
    const std::scoped_lock writing(writing_);
    std::string lines;
    std::int64_t dropped = 0;
    {
      const std::scoped_lock lock(mutex_);
      lines.swap(waiting_);
      dropped = std::exchange(dropped_, 0);
      hurry_ = false;
    }
    if (dropped > 0)
      lines += fmt::format(R"({{"level":"warn","msg":"log lines dropped","lines":{}}})"
                           "\n",
                           dropped);
    std::string_view left = lines;
    while (!left.empty()) {
      const auto written = ::write(STDERR_FILENO, left.data(), left.size());
      if (written < 0 && errno != EINTR && errno != EAGAIN) return;  // nobody reads: nothing to do
      if (written > 0) left.remove_prefix(static_cast<std::size_t>(written));
    }
  }

 private:
  Writer() {
    std::thread([this] {
      for (;;) {
        wait();
        flush();
      }
    }).detach();
  }

  void wait() {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return !waiting_.empty(); });
    wake_.wait_for(lock, patience, [this] { return hurry_; });
  }

  std::mutex writing_;  // taken before mutex_
  std::mutex mutex_;
  std::condition_variable wake_;
  std::string waiting_;
  std::int64_t dropped_ = 0;
  bool hurry_ = false;
};

std::atomic<Level> lowest = Level::info;

std::string_view name_of(Level level) {
  switch (level) {
    case Level::debug:
      return "debug";
    case Level::info:
      return "info";
    case Level::warn:
      return "warn";
    default:
      return "error";
  }
}

using Buffer = fmt::memory_buffer;

void quote(Buffer& out, std::string_view text) {
  out.push_back('"');
  std::size_t plain = 0;  // where what needs no escape begins
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text.substr(plain, i - plain));
    plain = i + 1;
    if (c < 0x20) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", c);
    } else {
      out.push_back('\\');
      out.push_back(static_cast<char>(c));
    }
  }
  out.append(text.substr(plain));
  out.push_back('"');
}

void time_and_level(Buffer& out, Level level) {
  using std::chrono::floor, std::chrono::microseconds, std::chrono::seconds,
      std::chrono::system_clock;
  const auto now = floor<microseconds>(system_clock::now());
  const auto second = floor<seconds>(now);
  thread_local std::chrono::sys_seconds said_second;
  thread_local std::string said;
  if (said.empty() || second != said_second) {
    said = fmt::format("{:%FT%T}", fmt::gmtime(system_clock::to_time_t(second)));
    said_second = second;
  }
  fmt::format_to(std::back_inserter(out), R"({{"ts":"{}.{:06}Z","level":"{}","msg":)", said,
                 (now - second).count(), name_of(level));
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
  lowest.store(level, std::memory_order_relaxed);
}

Level level() {
  return lowest.load(std::memory_order_relaxed);
}

bool enabled(Level level) {
  return level >= lowest.load(std::memory_order_relaxed) && level != Level::off;
}

void flush() {
  Writer::instance().flush();
}

void write(Level level, const Trace& trace, std::string_view message, Fields fields) {
  if (!enabled(level)) return;
  Buffer line;
  time_and_level(line, level);
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
  line.push_back('\n');
  Writer::instance().add({line.data(), line.size()}, level >= Level::warn);
}

}  // namespace lyceum::log
