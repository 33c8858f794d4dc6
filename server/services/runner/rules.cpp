#include "services/runner/rules.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <csignal>
#include <cstring>
#include <fmt/format.h>
#include <set>

namespace lyceum::runner {
namespace {

constexpr std::int64_t mib = 1 << 20;
constexpr std::size_t path_max = 240;           // bytes; the sandbox's messages end at 255
constexpr std::int64_t memory_least = 8 * mib;  // the sandbox itself needs some

// What a program got that has ended by itself.
std::string_view judge_exited(const JobResult& result,
                              const std::string* expected,
                              const Comparison& comparison) {
  if (result.exit_code != 0) return "RE";
  return !expected || accepts(comparison, *expected, result.out) ? "AC" : "WA";
}

Result<void> check_files(const api::RunRequest& request) {
  std::set<std::string_view> paths;
  for (int i = 0; i < request.files_size(); ++i) {
    const auto& path = request.files(i).path();
    if (!good_path(path))
      return bad_field(fmt::format("files[{}].path", i), "bad_path",
                       "a file's path is relative, with \"/\" between its parts, without \".\", "
                       "\"..\" and control characters");
    if (!paths.insert(path).second)
      return bad_field(fmt::format("files[{}].path", i), "duplicate_path",
                       "there are two files with this path");
  }
  // "a" and "a/b" cannot both be: what begins with "a/" comes after "a" in the set.
  for (const auto path : paths) {
    const auto below = paths.lower_bound(std::string(path) + "/");
    if (below != paths.end() && below->starts_with(std::string(path) + "/"))
      return bad_field("files", "duplicate_path",
                       fmt::format("\"{}\" is a file and a folder", path));
  }
  return {};
}

Result<void> check_limit(std::string_view name, bool given, std::int64_t value, std::int64_t most) {
  if (!given || value <= most) return {};
  return bad_field(fmt::format("limits.{}", name), "limit_too_large",
                   fmt::format("the most that this server gives is {}", most));
}

Result<void> check_limits(const api::Limits& limits, const Maxima& maxima) {
  TRY_VOID(check_limit("cpu_ms", limits.has_cpu_ms(), limits.cpu_ms(), maxima.cpu_ms));
  TRY_VOID(check_limit("wall_ms", limits.has_wall_ms(), limits.wall_ms(), maxima.wall_ms));
  TRY_VOID(check_limit("memory_bytes", limits.has_memory_bytes(), limits.memory_bytes(),
                       maxima.memory_bytes));
  TRY_VOID(check_limit("output_bytes", limits.has_output_bytes(), limits.output_bytes(),
                       maxima.output_bytes));
  return check_limit("processes", limits.has_processes(), limits.processes(), maxima.processes);
}

Result<void> check_tolerance(std::string_view name, bool given, double value) {
  if (!given || (std::isfinite(value) && value >= 0)) return {};
  return bad_field(fmt::format("compare.{}", name), "bad_tolerance",
                   "a tolerance is a number of 0 or more");
}

}  // namespace

Result<void> check_request(const api::RunRequest& request, const Maxima& maxima) {
  TRY_VOID(check_files(request));
  std::set<std::string_view> ids;
  for (int i = 0; i < request.tests_size(); ++i) {
    if (!ids.insert(request.tests(i).id()).second)
      return bad_field(fmt::format("tests[{}].id", i), "duplicate_id",
                       "there are two tests with this id");
  }
  TRY_VOID(check_limits(request.limits(), maxima));
  const auto& compare = request.compare();
  TRY_VOID(check_tolerance("float_abs", compare.has_float_abs(), compare.float_abs()));
  return check_tolerance("float_rel", compare.has_float_rel(), compare.float_rel());
}

Result<std::string> choose_entry(const api::RunRequest& request, const Language& language) {
  const auto has = [&](std::string_view path) {
    return std::ranges::any_of(request.files(),
                               [&](const auto& file) { return file.path() == path; });
  };
  if (request.has_entry() && !request.entry().empty()) {
    if (has(request.entry())) return request.entry();
    return bad_field("entry", "unknown_entry", "the entry is the path of one of the files");
  }
  if (request.files_size() == 1) return request.files(0).path();
  if (has(language.main)) return language.main;
  for (const auto& ending : language.sources)
    if (has("main" + ending)) return "main" + ending;
  return bad_field("entry", "entry_missing",
                   fmt::format("say which file to begin with, or name it {}", language.main));
}

bool good_path(std::string_view path) {
  if (path.empty() || path.size() > path_max || path.starts_with('/') || path.ends_with('/'))
    return false;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const auto c = static_cast<unsigned char>(path[i]);
    if (c < 0x20 || c == 0x7f) return false;
    // U+0080 to U+009F are control characters as well.
    if (c == 0xc2 && i + 1 < path.size() && static_cast<unsigned char>(path[i + 1]) < 0xa0)
      return false;
  }
  for (std::string_view rest = path;;) {
    const auto part = rest.substr(0, rest.find('/'));
    if (part.empty() || part == "." || part == "..") return false;
    if (part.size() == rest.size()) return true;
    rest.remove_prefix(part.size() + 1);
  }
}

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
  return judge_exited(result, expected, comparison);
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

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    if (first < 0x80) {
      ++i;
      continue;
    }
    const std::size_t length = first >= 0xf0 && first <= 0xf4  ? 4
                               : first >= 0xe0 && first < 0xf0 ? 3
                               : first >= 0xc2 && first < 0xe0 ? 2
                                                               : 0;
    if (length == 0 || i + length > text.size()) return false;
    std::uint32_t point = first & (0xffU >> (length + 1));
    for (std::size_t k = 1; k < length; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      if ((next & 0xc0) != 0x80) return false;
      point = point << 6 | (next & 0x3f);
    }
    const bool too_long = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
    if (too_long || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return false;
    i += length;
  }
  return true;
}

std::string_view whole_characters(std::string_view text) {
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, text.size()); ++back) {
    const auto c = static_cast<unsigned char>(text[text.size() - back]);
    if (c < 0x80) break;
    if (c < 0xc0) continue;
    const std::size_t length = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
    return back < length ? text.substr(0, text.size() - back) : text;
  }
  return text;
}

}  // namespace lyceum::runner
