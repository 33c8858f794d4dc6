#pragma once
// One JSON object a line on standard error. `message` is a constant; what varies goes into fields.
// Never log a secret, a token, a body or an address of a person.

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "base/call.h"

namespace lyceum::log {

enum class Level { debug, info, warn, error, off };

struct Field {
  std::string_view name;
  std::variant<std::int64_t, double, std::string_view> value;

  Field(std::string_view n, std::int64_t v) : name(n), value(v) {}

  Field(std::string_view n, int v) : name(n), value(std::int64_t{v}) {}

  Field(std::string_view n, double v) : name(n), value(v) {}

  Field(std::string_view n, std::string_view v) : name(n), value(v) {}

  Field(std::string_view n, const std::string& v) : name(n), value(std::string_view(v)) {}

  Field(std::string_view n, const char* v) : name(n), value(std::string_view(v)) {}
};

using Fields = std::initializer_list<Field>;

void set_level(Level level);
Level level();
bool enabled(Level level);

// Lines are written by a thread of their own, within 50 ms; this writes what waits now. Also done
// at exit.
void flush();

void write(Level level, const Trace& trace, std::string_view message, Fields fields);

inline void info(std::string_view message, Fields fields = {}) {
  write(Level::info, {}, message, fields);
}

inline void warn(std::string_view message, Fields fields = {}) {
  write(Level::warn, {}, message, fields);
}

inline void error(std::string_view message, Fields fields = {}) {
  write(Level::error, {}, message, fields);
}

inline void info(const Call& call, std::string_view message, Fields fields = {}) {
  write(Level::info, call.trace(), message, fields);
}

inline void warn(const Call& call, std::string_view message, Fields fields = {}) {
  write(Level::warn, call.trace(), message, fields);
}

inline void error(const Call& call, std::string_view message, Fields fields = {}) {
  write(Level::error, call.trace(), message, fields);
}

}  // namespace lyceum::log
