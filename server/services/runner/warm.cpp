#include "services/runner/warm.h"

#include <algorithm>

namespace lyceum::runner {
namespace {

constexpr std::size_t recipes_max = 1000;  // people choose entries and arguments
constexpr std::int64_t mib = 1 << 20;

std::string folder_of(const std::string& path) {
  return path.substr(0, path.rfind('/') + 1);
}

Result<Job> build_of(const Warm& warm, const std::vector<std::string>& environment) {
  Job job;
  job.argv = warm.build;
  job.environment = environment;
  for (const auto& [path, text] : warm.sources) {
    TRY(auto content, Content::of(text));
    job.files.push_back({"w/" + path, std::move(content)});
  }
  TRY(job.input, Content::of(""));
  job.limits = {.cpu_ms = 30'000,
                .wall_ms = 60'000,
                .memory_bytes = 1024 * mib,
                .output_keep = 4096,
                .output_max = mib,
                .processes = 64,
                .cores = 2};
  job.collect = {""};
  job.writes_out = true;
  return job;
}

Result<std::vector<SandboxFile>> given_files(const Warm& warm) {
  std::vector<SandboxFile> out;
  for (const auto& [path, text] : warm.files) {
    TRY(auto content, Content::of(text));
    out.push_back({.path = path, .content = std::move(content), .kind = SandboxFile::Kind::kept});
  }
  TRY(auto nothing, Content::of(""));
  out.push_back({warm.gate, std::move(nothing), false, SandboxFile::Kind::gate});
  return out;
}

}  // namespace

std::vector<SandboxFile> WarmPrograms::files(const boost::asio::any_io_executor& loop,
                                             const Language& language,
                                             const Warm& warm,
                                             const std::vector<std::string>& environment,
                                             const std::vector<SandboxFile>& others) {
  const auto folder = folder_of(warm.gate);
  if (warm.gate.empty() ||
      std::ranges::any_of(others, [&](const auto& file) { return file.path.starts_with(folder); }))
    return {};
  const auto name = language.key + " " + warm.gate;
  const std::lock_guard lock(mutex_);
  if (const auto found = files_.find(name); found != files_.end()) return found->second;
  std::vector<SandboxFile> built;
  if (!warm.build.empty()) {
    built = made_.get(loop, name, [&] { return build_of(warm, environment); });
    if (built.empty()) return {};
  }
  auto out = given_files(warm);
  if (!out) return {};
  for (auto& file : built) {
    file.path = folder + file.path.substr(std::string_view("out/").size());
    file.kind = SandboxFile::Kind::kept;
    out->push_back(std::move(file));
  }
  return files_[name] = *std::move(out);
}

void WarmPrograms::give_recipe(Job& job) {
  using enum SandboxFile::Kind;
  if (job.files.empty() || job.files.front().kind == plain) return;
  job.recipe = number_of(job);
  if (job.recipe != 0) return;
  std::erase_if(job.files, [](const auto& file) { return file.kind == gate; });
  for (auto& file : job.files) file.kind = plain;
}

// Kept files with the same path are the same. Who asks for a little more memory needs no other
// program.
std::uint32_t WarmPrograms::number_of(const Job& job) {
  std::string key = std::to_string(job.limits.memory_bytes / (16 * mib)) + '\0';
  const auto add = [&](const std::string& text) { key.append(text).push_back('\0'); };
  for (const auto& argument : job.argv) add(argument);
  add("");
  for (const auto& variable : job.environment) add(variable);
  for (const auto& file : job.files)
    if (file.kind != SandboxFile::Kind::plain) add(file.path);
  const std::lock_guard lock(mutex_);
  if (const auto known = recipes_.find(key); known != recipes_.end()) return known->second;
  if (recipes_.size() == recipes_max) return 0;
  return recipes_[key] = static_cast<std::uint32_t>(recipes_.size() + 1);
}

}  // namespace lyceum::runner
