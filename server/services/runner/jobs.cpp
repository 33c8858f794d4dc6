// Jobs on their way into the sandbox.

#include <algorithm>
#include <fmt/format.h>
#include <sys/stat.h>

#include <boost/asio/this_coro.hpp>

#include "base/log.h"
#include "services/runner/arguments.h"
#include "services/runner/run.h"

namespace asio = boost::asio;

namespace lyceum::runner {

std::vector<std::string> environment_of(const Language& language) {
  std::vector<std::string> out = {"PATH=/usr/bin:/bin", "HOME=/w", "LANG=C.UTF-8", "TMPDIR=/tmp"};
  out.insert(out.end(), language.environment.begin(), language.environment.end());
  return out;
}

std::string toolchain_of(const std::vector<std::string>& tools) {
  std::string out;
  for (const auto& tool : tools) {
    struct stat about = {};
    if (stat(tool.c_str(), &about) < 0) continue;
    out += fmt::format("{} {}:{} {} {}.{:09}\n", tool, about.st_dev, about.st_ino, about.st_size,
                       about.st_mtim.tv_sec, about.st_mtim.tv_nsec);
  }
  return out;
}

Job Program::job(std::int64_t memory_bytes, bool warm) const {
  Job out;
  const bool other = warm && !language->warm_run.argv.empty();
  out.argv = fill(
      other ? language->warm_run.argv : language->run,
      {.entry = entry, .sources = {}, .memory_mib = std::max<std::int64_t>(1, memory_bytes / mib)});
  add_to(out.argv, arguments);
  out.environment = environment_of(*language);
  if (warm) add_to(out.environment, language->warm_run.environment);
  out.files = files;
  return out;
}

Task<Job> Runner::warm_job(const Program* program, std::int64_t memory_bytes) {
  if (!config_.warm) co_return program->job(memory_bytes);
  const auto kept =
      warm_.files(co_await asio::this_coro::executor, *program->language,
                  program->language->warm_run, environment_of(*program->language), program->files);
  Job job = program->job(memory_bytes, !kept.empty());
  job.files.insert(job.files.begin(), kept.begin(), kept.end());
  co_return job;
}

Task<Result<Runner::Seat>> Runner::enter(RunPtr run, int places) {
  auto turn = run->turn;
  turn.places = places;
  if (const auto deadline = run->call.info().deadline_ms) {
    const auto left = std::max<std::int64_t>(0, deadline - clock_.now_ms());
    turn.patience = std::min(turn.patience, std::chrono::milliseconds(left));
  }
  auto& queue = run->counters->queue(turn.priority);
  const auto asked = std::chrono::steady_clock::now();
  const OneMore waiting(*queue.length);
  CO_TRY(auto place, co_await gate_.enter(turn));
  queue.wait_seconds->observe(
      std::chrono::duration<double>(std::chrono::steady_clock::now() - asked).count());
  auto slots = activity_.take(places, run->id, run->program.language->key);
  run->seated();
  co_return Seat{.place = std::move(place), .slots = std::move(slots)};
}

Task<Result<JobResult>> Runner::execute(RunPtr run, Job job) {
  const auto deadline = run->call.info().deadline_ms;
  const auto left = deadline ? deadline - clock_.now_ms() : job.limits.wall_ms;
  const auto too_late = fail(Code::deadline_exceeded, "deadline_exceeded",
                             "the run took longer than its caller waits");
  if (left <= 0) co_return too_late;
  const bool cut_short = left < job.limits.wall_ms;
  job.limits.wall_ms = std::min(job.limits.wall_ms, left);
  warm_.give_recipe(job);
  const bool warmable = job.recipe != 0;

  const OneMore in_use(run->counters->jobs);
  const auto started = std::chrono::steady_clock::now();
  auto result = co_await sandbox_->run(std::move(job));
  run->counters->job_seconds.observe(
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count());
  const auto cancelled = (co_await asio::this_coro::cancellation_state).cancelled();
  if (cancelled != asio::cancellation_type::none)
    co_return fail(Code::cancelled, "cancelled", "the run was stopped");
  if (!result && result.error().code == Code::unavailable) {
    run->counters->unavailable.add();
    log::warn(run->call, "no sandbox", {{"why", result.error().message}});
  }
  if (result) {
    if (warmable) (result->warm ? run->counters->warm : run->counters->cold).add();
    canary_.worked();
    run->used(*result);
  }
  if (result && cut_short && result->end == End::wall) co_return too_late;
  co_return result;
}

Task<Result<api::ListLanguagesResponse>> Runner::list_languages(Call, api::ListLanguagesRequest) {
  api::ListLanguagesResponse out;
  for (const auto& language : languages()) {
    if (!tools_installed(language)) continue;
    auto& item = *out.add_languages();
    item.set_key(language.key);
    item.set_name(language.name);
    item.set_compiled(language.compiled());
    item.set_main(language.main);
    item.set_version(co_await version_of(&language));
  }
  co_return out;
}

// What the tool says of itself; empty as long as there is no sandbox to ask it in.
Task<std::string> Runner::version_of(const Language* language) {
  const auto key = language->key + "\n" + toolchain_of(language->tools);
  {
    const std::lock_guard lock(versions_mutex_);
    if (const auto known = versions_.find(key); known != versions_.end()) co_return known->second;
  }
  Job job;
  job.argv = language->version;
  job.environment = environment_of(*language);
  job.limits = with_runtime(compile_limits({}), *language);
  auto nothing = Content::of("");
  if (!nothing) co_return "";
  job.input = *std::move(nothing);
  const auto place = co_await gate_.enter({});
  if (!place) co_return "";
  const auto slot = activity_.take(1, 0, language->key);
  const auto result = co_await sandbox_->run(std::move(job));
  if (!result || result->end != End::exited || result->exit_code != 0) co_return "";
  std::string version = result->out.substr(0, result->out.find('\n'));
  const std::lock_guard lock(versions_mutex_);
  versions_[key] = version;
  co_return version;
}

}  // namespace lyceum::runner
