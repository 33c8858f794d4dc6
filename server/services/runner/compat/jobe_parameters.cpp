#include "services/runner/compat/jobe_parameters.h"

#include <algorithm>
#include <fmt/format.h>

namespace lyceum::runner::compat::jobe {
namespace {

constexpr double mib = 1 << 20;

struct Limit {
  std::string_view name;
  double unit;        // of ours in one of Jobe's
  double initial;     // Jobe's own, in Jobe's unit
  std::int64_t most;  // ours
};

// 0 asks for as much as there may be, as in Jobe. What is not said is Jobe's own or, where we give
// less, that.
Result<std::int64_t> read_limit(const Fields& parameters, const Limit& limit) {
  TRY(const auto said, parameters.number(limit.name));
  if (said && *said < 0)
    return bad_field(std::string(limit.name), "negative", "must not be negative");
  if (said && *said == 0) return limit.most;
  const auto value = scaled(said.value_or(limit.initial), limit.unit);
  if (said && value > limit.most)
    return bad_field(std::string(limit.name), "limit_too_large",
                     fmt::format("exceeds maximum allowed on this server ({:g})",
                                 static_cast<double>(limit.most) / limit.unit));
  return std::min(value, limit.most);
}

Result<void> read_limits(const Fields& parameters,
                         std::string_view language,
                         const Maxima& maxima,
                         api::Limits& limits) {
  const bool java = language == "java";
  TRY(const auto cpu, read_limit(parameters, {"cputime", 1000, 5, maxima.cpu_ms}));
  TRY(const auto memory,
      read_limit(parameters,
                 {"memorylimit", mib, language == "python3" ? 1000. : 400., maxima.memory_bytes}));
  TRY(const auto processes, read_limit(parameters, {"numprocs", 1, 30, maxima.processes}));
  TRY(const auto output, read_limit(parameters, {"streamsize", mib, 2, maxima.output_bytes}));
  // Files that a program writes are in its memory: that is their limit.
  TRY_VOID(read_limit(parameters, {"disklimit", 1, 20, std::int64_t{1} << 40}));
  limits.set_cpu_ms(cpu);
  limits.set_wall_ms(std::min(2 * cpu, maxima.wall_ms));
  limits.set_output_bytes(output);
  if (java) return {};  // Jobe leaves the machine's memory and threads to itself, too
  limits.set_memory_bytes(memory);
  limits.set_processes(processes);
  return {};
}

// One of Jobe's arguments may be several: there a shell takes them apart.
std::vector<std::string> words_of(const std::vector<std::string>& arguments) {
  std::vector<std::string> out;
  for (const std::string_view all : arguments) {
    for (std::size_t at = 0; at < all.size();) {
      const auto begin = all.find_first_not_of(' ', at);
      if (begin == std::string_view::npos) break;
      at = std::min(all.find(' ', begin), all.size());
      out.emplace_back(all.substr(begin, at - begin));
    }
  }
  return out;
}

std::vector<std::string> compile_defaults(std::string_view language) {
  if (language == "c") return {"-Wall", "-Werror", "-std=c99"};
  if (language == "cpp") return {"-Wall", "-Werror"};
  if (language == "pascal") return {"-vew", "-Se"};
  return {};
}

// "-x c" says what the name of the file says already.
void drop_language_option(std::vector<std::string>& words, std::string_view language) {
  const std::vector<std::string> option = {"-x", language == "c" ? "c" : "c++"};
  const auto found = std::ranges::search(words, option);
  if ((language == "c" || language == "cpp") && !found.empty())
    words.erase(found.begin(), found.end());
}

Result<void> read_compile_arguments(const Fields& parameters,
                                    std::string_view language,
                                    api::RunRequest& request) {
  TRY(const auto said, parameters.texts("compileargs"));
  TRY(const auto linked, parameters.texts("linkargs"));
  auto words = parameters.has("compileargs") ? words_of(said) : compile_defaults(language);
  drop_language_option(words, language);
  const auto* known = find_language(request.language());
  const auto check = [&](const std::vector<std::string>& all, const char* name) -> Result<void> {
    for (const auto& word : all)
      if (!known || !known->allows(word))
        return bad_field(name, "argument_refused",
                         fmt::format("this server does not allow {}", word.substr(0, 100)));
    return {};
  };
  TRY_VOID(check(words, "compileargs"));
  TRY_VOID(check(words_of(linked), "linkargs"));
  // Jobe's compilers do not optimise unless told to, and warn of less.
  if (language == "c" || language == "cpp") request.add_compile_arguments("-O0");
  for (auto& word : words) request.add_compile_arguments(std::move(word));
  for (auto& word : words_of(linked)) request.add_compile_arguments(std::move(word));
  return {};
}

// Only what is so here anyway.
Result<void> check_interpreter_arguments(const Fields& parameters, std::string_view language) {
  TRY(const auto said, parameters.texts("interpreterargs"));
  for (const auto& word : words_of(said)) {
    const bool so_anyway =
        language == "python3" && (word == "-B" || word == "-E" || word == "-BE" || word == "-EB");
    if (!so_anyway)
      return bad_field("interpreterargs", "argument_refused",
                       fmt::format("this server does not allow {}", word.substr(0, 100)));
  }
  return {};
}

}  // namespace

Result<void> read_parameters(const Fields& run,
                             std::string_view language,
                             const Maxima& maxima,
                             api::RunRequest& request) {
  Body nothing;
  TRY(const auto empty, nothing.read("{}"));
  TRY(const auto said, run.object("parameters"));
  const auto& parameters = said ? *said : empty;
  TRY_VOID(read_limits(parameters, language, maxima, *request.mutable_limits()));
  TRY_VOID(read_compile_arguments(parameters, language, request));
  TRY_VOID(check_interpreter_arguments(parameters, language));
  if (parameters.has("main_class"))
    return bad_field("main_class", "unsupported",
                     "the main class is the one that the file is named after");
  TRY(auto arguments, parameters.texts("runargs"));
  for (auto& argument : arguments) request.add_arguments(std::move(argument));
  return {};
}

}  // namespace lyceum::runner::compat::jobe
