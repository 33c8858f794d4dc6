#include "services/runner/precompiled.h"

#include <algorithm>

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

std::vector<SandboxFile> PrecompiledHeaders::files(
    const boost::asio::any_io_executor& loop,
    const Language& language,
    const google::protobuf::RepeatedPtrField<v1::File>& sources,
    const std::vector<std::string>& environment) {
  std::vector<SandboxFile> out;
  const auto takes_our_place = [](const auto& file) { return file.path().starts_with(".pch"); };
  if (std::ranges::any_of(sources, takes_our_place)) return out;
  for (const auto& header : language.precompiled.headers) {
    const bool wanted = std::ranges::any_of(sources, [&](const auto& file) {
      return language.is_source(file.path()) && first_include(file.content()) == header;
    });
    if (!wanted) continue;
    const auto make = [&] { return job_for(language, header, environment); };
    for (const auto& made : made_.get(loop, language.key + " <" + header + ">", make))
      out.push_back({"w/.pch/" + header + ".gch", made.content});
  }
  return out;
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
