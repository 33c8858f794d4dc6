#pragma once
// Decisions about runs without I/O: which requests are sound, which verdict a result is.

#include <string>
#include <string_view>

#include "base/result.h"
#include "contract/runner.rpc.h"
#include "services/runner/compare.h"
#include "services/runner/languages.h"
#include "services/runner/sandbox.h"

namespace lyceum::runner {

namespace api = lyceum::runner::v1;

// The most that a request may ask for.
struct Maxima {
  std::int64_t cpu_ms = 30'000;
  std::int64_t wall_ms = 60'000;
  std::int64_t memory_bytes = std::int64_t{1} << 30;
  std::int64_t output_bytes = 16 << 20;
  std::int64_t processes = 256;
};

constexpr std::int64_t output_default = 1 << 20;

// What the contract cannot say of a request: paths, unique names, limits over the maximum,
// tolerances, groups and who is in them, validators.
Result<void> check_request(const api::RunRequest& request, const Maxima& maxima);

// The program of the problem's author that judges, or nullptr.
const api::Validator* validator_of(const api::RunRequest& request);

// The file to begin with: the named one, else the only one, else main.* or Main.java. `where` is
// put before the field's name in an error: "interactor.".
Result<std::string> choose_entry(const google::protobuf::RepeatedPtrField<api::File>& files,
                                 const std::string& named,
                                 const Language& language,
                                 const std::string& where);

template <class Program>  // RunRequest or Validator
Result<std::string> choose_entry(const Program& program,
                                 const Language& language,
                                 const std::string& where = "") {
  return choose_entry(program.files(), program.has_entry() ? program.entry() : "", language, where);
}

// The language of that name, if its tools are here.
Result<const Language*> usable_language(const std::string& key, const std::string& where = "");

// Relative, "/" between parts, no "." or "..", no control characters.
bool good_path(std::string_view path);

// What the request asks for, where it is silent the language's own.
JobLimits limits_of(const api::RunRequest& request, const Language& language, const Maxima& maxima);
// The same for the sandbox: with room for the language's own machine and for the program's files,
// which are in memory, too.
JobLimits with_runtime(JobLimits limits, const Language& language, std::int64_t files_bytes = 0);

Comparison comparison_of(const api::Compare& compare);

// A validator's, which come from no request.
JobLimits validator_limits(const Language& language, const Maxima& maxima);

// AC, WA, TLE, WTLE, MLE, OLE, SIG, RE or SV of one test. `limits`: the request's. Without
// `expected` what it printed is not looked at.
std::string_view judge(const JobResult& result,
                       const JobLimits& limits,
                       const Language& language,
                       const std::string* expected,
                       const Comparison& comparison);
// AC, CE or CTLE.
std::string_view judge_compile(const JobResult& result);

// The worse of two verdicts: IE, SV, TLE, WTLE, MLE, OLE, SIG, RE, WA, AC. SK says nothing.
std::string_view worse(std::string_view a, std::string_view b);

std::string signal_name(int number);  // "SIGSEGV"

}  // namespace lyceum::runner
