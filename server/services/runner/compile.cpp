// From files to something that runs, or from the cache.

#include <algorithm>

#include <boost/asio/this_coro.hpp>

#include "base/crypto.h"
#include "services/runner/arguments.h"
#include "services/runner/output.h"
#include "services/runner/run.h"

namespace lyceum::runner {
namespace {

constexpr std::int64_t compiler_output_keep = 64 << 10;
constexpr std::int64_t compiler_output_max = 8 * mib;  // a compiler that goes on and on is stopped

// Without the files. `warm`: as it is started before its job comes.
Job compile_job(const Program& program, bool warm) {
  const Language& language = *program.language;
  Fill values{
      .entry = program.entry, .sources = {}, .memory_mib = language.compile_limits.memory_mib};
  for (const auto& file : *program.given)
    if (language.is_source(file.path()) || file.path() == program.entry)
      values.sources.push_back(file.path());
  Job job;
  const bool other = warm && !language.warm_compile.argv.empty();
  job.argv = fill(other ? language.warm_compile.argv : language.compile, values);
  add_to(job.argv, program.compile_arguments);
  job.environment = environment_of(language);
  if (warm) add_to(job.environment, language.warm_compile.environment);
  job.limits = compile_limits(language.compile_limits);
  job.collect = language.outputs;
  job.writes_out = true;
  return job;
}

// Everything that decides what a compiler gives, each part with its length before it.
std::string cache_key(const Job& job, const Program& program) {
  std::string all;
  const auto add = [&](std::string_view part) {
    all += std::to_string(part.size()) + ":";
    all += part;
  };
  add(toolchain_of(program.language->tools));
  for (const auto& argument : job.argv) add(argument);
  for (const auto& variable : job.environment) add(variable);
  add("files");
  for (const auto& file : *program.given) {
    add(file.path());
    add(file.content());
  }
  return sha256(all);
}

Result<void> add_file(std::vector<SandboxFile>& files, const api::File& file) {
  TRY(auto content, Content::of(file.content()));
  files.push_back({"w/" + file.path(), std::move(content)});
  return {};
}

}  // namespace

JobLimits compile_limits(const Budget& budget) {
  return {.cpu_ms = budget.cpu_ms,
          .wall_ms = budget.wall_ms,
          .memory_bytes = budget.memory_mib * mib,
          .output_keep = compiler_output_keep,
          .output_max = compiler_output_max,
          .processes = budget.processes,
          .cores = budget.cores};
}

// With all that makes it fast.
Task<Job> Runner::compiler(const Program* program, std::vector<SandboxFile> files) {
  const auto loop = co_await boost::asio::this_coro::executor;
  const Language& language = *program->language;
  const auto environment = environment_of(language);
  std::vector<SandboxFile> kept;
  if (config_.precompiled) kept = precompiled_.files(loop, language, *program->given, environment);
  if (config_.warm) {
    for (auto& header : kept) header.kind = SandboxFile::Kind::kept;
  }
  if (config_.warm && kept.empty())
    kept = warm_.files(loop, language, language.warm_compile, environment, files);
  const bool gated = std::ranges::any_of(
      kept, [](const auto& file) { return file.kind == SandboxFile::Kind::gate; });
  Job job = compile_job(*program, gated);
  job.files = std::move(kept);
  job.files.insert(job.files.end(), files.begin(), files.end());
  co_return job;
}

Task<Result<Runner::Compiled>> Runner::compile_or_recall(RunPtr run, const Program* program) {
  const auto key = cache_key(compile_job(*program, false), *program);
  const auto recall = [&]() -> std::optional<Compiled> {
    auto found = cache_.find(key);
    if (!found) return {};
    run->counters->compiles.at(program->language->key).hits->add();
    return Compiled{.result = *std::move(found), .cached = true};
  };
  if (auto known = recall()) co_return *std::move(known);
  CO_TRY(const auto place, co_await enter(run, 1));
  // While we waited somebody may have compiled the same.
  if (auto known = recall()) co_return *std::move(known);
  std::vector<SandboxFile> files;
  for (const auto& file : *program->given) CO_TRY_VOID(add_file(files, file));
  Job job = co_await compiler(program, std::move(files));
  CO_TRY(job.input, Content::of(""));
  CO_TRY(auto result, co_await execute(run, std::move(job)));
  run->counters->compiles.at(program->language->key).misses->add();
  if (result.exit_code != 0) result.artifacts.clear();
  // An error is as lasting as a program; what a limit stopped may pass another time.
  if (result.end == End::exited) cache_.put(key, result);
  run->counters->cache_bytes.set(cache_.bytes());
  run->counters->cache_programs.set(cache_.programs());
  co_return Compiled{.result = std::move(result)};
}

Task<Result<Runner::Compiled>> Runner::compile(RunPtr run, Program* program) {
  Compiled out;
  const Language& language = *program->language;
  if (language.compiled()) {
    CO_TRY(out, co_await compile_or_recall(run, program));
    out.status = judge_compile(out.result);
    program->files = std::move(out.result.artifacts);
  }
  for (const auto& file : *program->given) {
    if (language.compiled() && language.is_source(file.path())) continue;
    CO_TRY_VOID(add_file(program->files, file));
  }
  co_return out;
}

Task<Result<void>> Runner::compile_validator(RunPtr run) {
  CO_TRY(const auto compiled, co_await compile(run, &*run->validator));
  if (compiled.status != "AC")
    run->broken_validator = broken(run->validator_kind(), compiled.result);
  co_return Result<void>();
}

}  // namespace lyceum::runner
