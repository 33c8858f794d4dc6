#include "services/runner/rules.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>

namespace lyceum::runner {
namespace {

constexpr std::int64_t mib = 1 << 20;
constexpr std::int64_t memory_least = 8 * mib;  // the sandbox itself needs some

}  // namespace

JobLimits limits_of(const api::RunRequest& request,
                    const Language& language,
                    const Maxima& maxima) {
  const auto& asked = request.limits();
  const Budget& own = language.run_limits;
  JobLimits out;
  out.cpu_ms = asked.has_cpu_ms() ? asked.cpu_ms() : own.cpu_ms;
  // Somebody who asks for more processor time cannot mean to be stopped by the clock before.
  out.wall_ms = asked.has_wall_ms()
                    ? asked.wall_ms()
                    : std::min(std::max(own.wall_ms, 2 * out.cpu_ms + 1000), maxima.wall_ms);
  out.memory_bytes = asked.has_memory_bytes() ? asked.memory_bytes() : own.memory_mib * mib;
  out.output_max = asked.has_output_bytes() ? asked.output_bytes() : output_default;
  out.output_keep = out.output_max;
  out.processes = asked.has_processes() ? asked.processes() : own.processes;
  out.cores = own.cores;
  return out;
}

JobLimits with_runtime(JobLimits limits, const Language& language, std::int64_t files_bytes) {
  limits.memory_bytes = std::max(limits.memory_bytes, memory_least + 2 * files_bytes) +
                        language.runtime_memory_mib * mib;
  limits.processes += language.runtime_processes;
  return limits;
}

JobLimits validator_limits(const Language& language, const Maxima& maxima) {
  const Budget& own = language.run_limits;
  JobLimits out;
  out.cpu_ms = std::min<std::int64_t>(std::max<std::int64_t>(own.cpu_ms, 10'000), maxima.cpu_ms);
  out.wall_ms = std::min(2 * out.cpu_ms + 1000, maxima.wall_ms);
  out.memory_bytes =
      std::min(std::max(own.memory_mib, std::int64_t{512}) * mib, maxima.memory_bytes);
  out.output_max = output_default;
  out.output_keep = 64 << 10;
  out.processes = own.processes;
  out.cores = own.cores;
  return out;
}

Comparison comparison_of(const api::Compare& compare) {
  Comparison out;
  if (compare.mode() == "exact") out.mode = CompareMode::exact;
  if (compare.mode() == "lines") out.mode = CompareMode::lines;
  out.case_sensitive = compare.case_sensitive();
  if (compare.has_float_abs()) out.float_abs = compare.float_abs();
  if (compare.has_float_rel()) out.float_rel = compare.float_rel();
  return out;
}

std::string_view judge(const JobResult& result,
                       const JobLimits& limits,
                       const Language& language,
                       const std::string* expected,
                       const Comparison& comparison) {
  const bool over_memory = result.memory_bytes >= limits.memory_bytes;
  // Only where the limit is less than a sandbox needs can a program get beyond it.
  const bool beyond = language.runtime_memory_mib == 0 && result.memory_bytes > limits.memory_bytes;
  switch (result.end) {
    case End::cpu:
      return "TLE";
    case End::wall:
      return "WTLE";
    case End::memory:
      return "MLE";
    case End::output:
      return "OLE";
    case End::signaled:
      if (result.signal == SIGSYS) return "SV";
      return over_memory ? "MLE" : "SIG";
    case End::exited:
      break;
  }
  // A machine with a heap of its own (Java) dies of that before the kernel has to act.
  if (beyond || (over_memory && result.exit_code != 0)) return "MLE";
  if (result.exit_code != 0) return "RE";
  return !expected || accepts(comparison, *expected, result.out) ? "AC" : "WA";
}

std::string_view judge_compile(const JobResult& result) {
  // A compiler that says yes and makes nothing has nothing to run.
  if (result.end == End::exited)
    return result.exit_code == 0 && !result.artifacts.empty() ? "AC" : "CE";
  return result.end == End::signaled ? "CE" : "CTLE";
}

std::string_view worse(std::string_view a, std::string_view b) {
  static constexpr std::array order = {"AC",  "WA",   "RE",  "SIG", "OLE",
                                       "MLE", "WTLE", "TLE", "SV",  "IE"};
  const auto rank = [](std::string_view status) {
    return std::ranges::find(order, status) - order.begin();
  };
  if (a == "SK") return b;
  if (b == "SK") return a;
  return rank(a) >= rank(b) ? a : b;
}

std::string signal_name(int number) {
  const char* name = sigabbrev_np(number);
  return name ? std::string("SIG") + name : "SIG" + std::to_string(number);
}

}  // namespace lyceum::runner
