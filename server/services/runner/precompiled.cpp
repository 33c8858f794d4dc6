#include "services/runner/precompiled.h"

#include <algorithm>
#include <map>
#include <mutex>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "base/log.h"

namespace lyceum::runner {
namespace {

constexpr std::int64_t mib = 1 << 20;
// One of bits/stdc++.h takes 118 MiB (GCC 12).
constexpr std::int64_t header_max = 160 * mib;

Result<Job> job_for(const Language& language,
                    const std::string& header,
                    const std::vector<std::string>& environment) {
  const auto& budget = language.precompiled.limits;
  Job job;
  job.argv = language.precompiled.argv;
  job.environment = environment;
  TRY(auto source, Content::of("#include <" + header + ">\n"));
  job.files.push_back({"w/header.h", std::move(source)});
  TRY(job.input, Content::of(""));
  job.limits = {.cpu_ms = budget.cpu_ms,
                .wall_ms = budget.wall_ms,
                .memory_bytes = budget.memory_mib * mib,
                .output_keep = 4096,
                .output_max = mib,
                .processes = budget.processes,
                .cores = budget.cores,
                .artifact_bytes = header_max};
  job.collect = {"header.gch"};
  job.writes_out = true;
  return job;
}

}  // namespace

struct PrecompiledHeaders::State {
  explicit State(std::shared_ptr<Sandbox> s) : sandbox(std::move(s)) {}

  const std::shared_ptr<Sandbox> sandbox;
  std::mutex mutex;
  bool busy = false;
  std::map<std::string, ContentPtr> made;  // by language and header; null: it could not be
};

// One is being made; also when its coroutine is destroyed on the way, that is over.
struct PrecompiledHeaders::Making {
  explicit Making(std::shared_ptr<State> s) : state(std::move(s)) {}

  Making(const Making&) = delete;
  Making& operator=(const Making&) = delete;

  ~Making() {
    const std::lock_guard lock(state->mutex);
    state->busy = false;
  }

  const std::shared_ptr<State> state;
};

PrecompiledHeaders::PrecompiledHeaders(std::shared_ptr<Sandbox> sandbox)
    : state_(std::make_shared<State>(std::move(sandbox))) {}

std::vector<SandboxFile> PrecompiledHeaders::files(
    const boost::asio::any_io_executor& loop,
    const Language& language,
    const google::protobuf::RepeatedPtrField<v1::File>& sources,
    const std::vector<std::string>& environment) {
  std::vector<SandboxFile> out;
  const auto takes_our_place = [](const auto& file) { return file.path().starts_with(".pch"); };
  if (std::ranges::any_of(sources, takes_our_place)) return out;
  const std::lock_guard lock(state_->mutex);
  for (const auto& header : language.precompiled.headers) {
    const bool wanted = std::ranges::any_of(sources, [&](const auto& file) {
      return language.is_source(file.path()) && first_include(file.content()) == header;
    });
    if (!wanted) continue;
    const auto key = language.key + " " + header;
    if (const auto found = state_->made.find(key); found != state_->made.end()) {
      if (found->second) out.push_back({"w/.pch/" + header + ".gch", found->second});
      continue;
    }
    if (state_->busy) continue;
    auto job = job_for(language, header, environment);
    if (!job) continue;
    state_->busy = true;
    boost::asio::co_spawn(loop,
                          make(std::make_shared<Making>(state_), key, header, *std::move(job)),
                          boost::asio::detached);
  }
  return out;
}

Task<void> PrecompiledHeaders::make(std::shared_ptr<Making> making,
                                    std::string key,
                                    std::string header,
                                    Job job) {
  const auto result = co_await making->state->sandbox->run(std::move(job));
  if (!result) co_return;  // no sandbox at this moment: the next compile tries again
  ContentPtr content;
  if (result->end == End::exited && result->exit_code == 0 && result->artifacts.size() == 1)
    content = result->artifacts[0].content;
  else
    log::warn("a header could not be compiled ahead", {{"header", header}, {"why", result->err}});
  const std::lock_guard lock(making->state->mutex);
  making->state->made[key] = std::move(content);
}

std::string_view first_include(std::string_view source) {
  constexpr std::string_view blank = " \t";
  const auto skip_blanks = [&] {
    source.remove_prefix(std::min(source.find_first_not_of(blank), source.size()));
  };
  while (!source.empty()) {
    skip_blanks();
    if (source.starts_with('#')) {
      source.remove_prefix(1);
      skip_blanks();
      if (source.starts_with("include")) break;
    }
    source.remove_prefix(std::min(source.find('\n'), source.size() - 1) + 1);
    if (source.empty()) return {};
  }
  if (source.empty()) return {};
  source.remove_prefix(std::string_view("include").size());
  skip_blanks();
  if (!source.starts_with('<') && !source.starts_with('"')) return {};
  const auto end = source.find_first_of(">\"\n", 1);
  return end == std::string_view::npos || source[end] == '\n' ? std::string_view()
                                                              : source.substr(1, end - 1);
}

}  // namespace lyceum::runner
