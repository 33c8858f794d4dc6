#pragma once
// What fuzzers ask of requests: every check that the runner makes before it runs one, and of those
// that pass them, that they can be run.

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"
#include "services/runner/arguments.h"
#include "services/runner/groups.h"
#include "services/runner/rules.h"

namespace lyceum::runner {

inline void require(bool yes) {
  if (!yes) std::abort();
}

// As Runner::begin() does.
inline Result<std::string> check_all(const api::RunRequest& request, const Maxima& maxima) {
  TRY(const auto* language, usable_language(request.language()));
  TRY_VOID(check_request(request, maxima));
  TRY_VOID(check_arguments(request, *language));
  TRY(auto entry, choose_entry(request, *language));
  if (const auto* validator = validator_of(request)) {
    TRY(const auto* its, usable_language(validator->language()));
    if (auto chosen = choose_entry(*validator, *its); !chosen) return chosen;
  }
  return entry;
}

// A refusal says why, and where the request is wrong which field of it.
inline void check_refusal(const Error& error) {
  require(error.code == Code::invalid_argument && !error.reason.empty() && !error.message.empty());
  require(text::is_utf8(error.message) && text::is_utf8(error.field));
}

inline void check_limits(const JobLimits& limits, const Maxima& maxima) {
  require(limits.cpu_ms >= 1 && limits.cpu_ms <= maxima.cpu_ms);
  require(limits.wall_ms >= 1 && limits.wall_ms <= maxima.wall_ms);
  require(limits.memory_bytes >= 1 && limits.memory_bytes <= maxima.memory_bytes);
  require(limits.output_max >= 1 && limits.output_max <= maxima.output_bytes);
  require(limits.output_keep >= 0 && limits.output_keep <= limits.output_max);
  require(limits.processes >= 1 && limits.processes <= maxima.processes && limits.cores >= 1);
}

// sandbox/slot.c takes no others.
inline void check_for_sandbox(const JobLimits& limits) {
  constexpr std::int64_t mib = 1 << 20;
  require(limits.memory_bytes >= 4 * mib && limits.memory_bytes <= 16'384 * mib);
  require(limits.processes <= 4096 && limits.cores <= 64);
  require(limits.cpu_ms <= 600'000 && limits.wall_ms <= 1'200'000);
}

inline std::int64_t bytes_of_files(const google::protobuf::RepeatedPtrField<api::File>& files) {
  std::int64_t bytes = 0;
  for (const auto& file : files) {
    require(good_path(file.path()));
    bytes += std::ssize(file.content());
  }
  return bytes;
}

// Whoever prints what is expected is right, and gets all that there is to get.
inline void check_judging(const api::RunRequest& request) {
  const auto comparison = comparison_of(request.compare());
  std::vector<Outcome> outcomes;
  for (const auto& test : request.tests()) {
    require(accepts(comparison, test.expected(), test.expected()));
    accepts(comparison, test.expected(), test.stdin());
    outcomes.push_back({"AC", 1.0});
  }
  if (request.groups().empty()) return;
  const auto graded = grade_groups(request, outcomes);
  require(std::ssize(graded) == request.groups_size());
  for (int i = 0; i < request.groups_size(); ++i) {
    const auto& group = graded[static_cast<std::size_t>(i)];
    require(group.status() == "AC");
    require(std::abs(group.score() - request.groups(i).max_score()) <=
            1e-9 * request.groups(i).max_score());
  }
}

// A request that check_all() has let through, with the entry that it chose.
inline void check_accepted(const api::RunRequest& request,
                           const std::string& entry,
                           const Maxima& maxima) {
  const auto& language = *find_language(request.language());
  require(
      std::ranges::any_of(request.files(), [&](const auto& file) { return file.path() == entry; }));
  const auto limits = limits_of(request, language, maxima);
  check_limits(limits, maxima);
  check_for_sandbox(with_runtime(limits, language, bytes_of_files(request.files())));
  for (const auto& option : request.compile_arguments()) require(language.allows(option));
  for (const auto& argument : request.arguments()) require(!argument.contains('\0'));
  check_judging(request);
  if (const auto* validator = validator_of(request)) {
    const auto& its = *find_language(validator->language());
    const auto its_limits = validator_limits(its, maxima);
    check_limits(its_limits, maxima);
    check_for_sandbox(with_runtime(its_limits, its, bytes_of_files(validator->files())));
  }
}

}  // namespace lyceum::runner
