#pragma once
// What programs wrote, made fit for an answer: text, bounded, never a character cut in two.

#include <cstdint>
#include <string>
#include <string_view>

#include "services/runner/sandbox.h"

namespace lyceum::runner {

// Without a character at the end that was cut in two.
std::string_view whole_characters(std::string_view text);
// The same text, at most `most` bytes of it; U+FFFD in place of each byte that is no UTF-8 and of
// NUL, which databases do not take.
std::string safe_text(std::string_view text, std::size_t most);

// At most `most` bytes from the beginning of a file.
std::string beginning_of(const Content& content, std::int64_t most);

struct Text {
  std::string value;
  bool base64 = false;
  bool truncated = false;
};

// What of an output goes into the answer: `left` is what still fits.
Text present(std::string_view kept, std::int64_t written, std::int64_t& left);

std::int64_t whole_ms(std::int64_t ns);

// CompileResult and TestResult have these fields in common.
template <class Message>
void set_outputs(Message& message, const JobResult& result, std::int64_t& left) {
  auto out = present(result.out, result.out_bytes, left);
  auto err = present(result.err, result.err_bytes, left);
  message.set_stdout(std::move(out.value));
  message.set_stderr(std::move(err.value));
  if (out.base64) message.set_stdout_encoding("base64");
  if (err.base64) message.set_stderr_encoding("base64");
  message.set_truncated(out.truncated || err.truncated);
  message.set_stdout_bytes(result.out_bytes);
  message.set_stderr_bytes(result.err_bytes);
  message.set_cpu_ms(whole_ms(result.cpu_ns));
  message.set_wall_ms(whole_ms(result.wall_ns));
  // As a shell says it; what a program that was stopped by a limit would have said is not known.
  message.set_exit_code(result.end == End::signaled ? 128 + result.signal : result.exit_code);
}

}  // namespace lyceum::runner
