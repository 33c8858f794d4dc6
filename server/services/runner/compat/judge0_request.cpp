#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

#include "base/crypto.h"
#include "services/runner/compat/judge0.h"
#include "services/runner/compat/judge0_tables.h"

namespace lyceum::runner::compat::judge0 {
namespace {

constexpr std::array<std::string_view, 8> default_fields = {
    "stdout", "time", "memory", "stderr", "token", "compile_output", "message", "status"};
constexpr std::array<std::string_view, 4> more_fields = {"wall_time", "exit_code", "exit_signal",
                                                         "status_id"};

std::unexpected<Error> wrong(std::string_view field, std::string message) {
  return bad_field(std::string(field), "bad_parameter", std::move(message));
}

std::vector<std::string> words_of(std::string_view text, std::string_view separators) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(separators), text.size());
    if (end > 0) out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

// A text that may come as Base64, with line breaks in it as Ruby's encoder makes them.
Result<std::optional<std::string>> read_text(const Fields& fields,
                                             std::string_view name,
                                             bool base64) {
  TRY(auto text, fields.text(name));
  if (!text || !base64) return text;
  std::erase_if(*text, [](char c) { return c == '\n' || c == '\r'; });
  auto decoded = from_base64(*text);
  if (!decoded) return wrong(name, "is not Base64");
  return decoded;
}

struct Limit {
  std::string_view name;
  double unit;        // of ours in one of Judge0's
  std::int64_t most;  // ours
};

Result<std::optional<std::int64_t>> read_limit(const Fields& fields, const Limit& limit) {
  TRY(const auto value, fields.number(limit.name));
  if (!value) return std::nullopt;
  if (*value <= 0) return wrong(limit.name, "must be greater than 0");
  const auto ours = scaled(*value, limit.unit);
  if (ours > limit.most)
    return wrong(limit.name, fmt::format("must be less than or equal to {:g}",
                                         static_cast<double>(limit.most) / limit.unit));
  return ours;
}

Result<void> read_limits(const Fields& fields, const Maxima& maxima, api::Limits& limits) {
  constexpr double kib = 1024;
  constexpr std::int64_t any = std::int64_t{1} << 50;
  TRY(const auto cpu, read_limit(fields, {"cpu_time_limit", 1000, maxima.cpu_ms}));
  TRY(const auto wall, read_limit(fields, {"wall_time_limit", 1000, maxima.wall_ms}));
  TRY(const auto memory, read_limit(fields, {"memory_limit", kib, maxima.memory_bytes}));
  TRY(const auto processes,
      read_limit(fields, {"max_processes_and_or_threads", 1, maxima.processes}));
  if (cpu) limits.set_cpu_ms(*cpu);
  if (wall) limits.set_wall_ms(*wall);
  if (memory) limits.set_memory_bytes(*memory);
  if (processes) limits.set_processes(*processes);
  // Of no consequence here: a program is stopped at its time limit, and its stack and its files are
  // in its memory.
  for (const auto* name : {"cpu_extra_time", "stack_limit", "max_file_size"})
    TRY_VOID(read_limit(fields, {name, 1, any}));
  return {};
}

// What only its "off" can be had of.
Result<void> check_unsupported(const Fields& fields) {
  for (const auto* name :
       {"enable_per_process_and_thread_time_limit", "enable_per_process_and_thread_memory_limit",
        "redirect_stderr_to_stdout", "enable_network"}) {
    TRY(const auto on, fields.flag(name));
    if (on.value_or(false)) return wrong(name, "this option cannot be enabled");
  }
  for (const auto* name : {"callback_url", "additional_files"}) {
    TRY(const auto value, fields.text(name));
    if (value && !value->empty()) return wrong(name, "is not supported here");
  }
  TRY(const auto runs, fields.number("number_of_runs"));
  if (runs && *runs != 1) return wrong("number_of_runs", "must be 1 here");
  return {};
}

// There a shell takes them apart. Here spaces do, so what only a shell understands is refused.
Result<std::vector<std::string>> read_words(const Fields& fields, std::string_view name) {
  TRY(const auto text, fields.text(name));
  if (!text) return std::vector<std::string>();
  if (text->find_first_of("'\"\\`$&|;<>(){}[]*?~#!\n\r") != std::string::npos)
    return wrong(name, "may only be words without quotes and other signs of a shell");
  return words_of(*text, " \t");
}

Result<void> read_arguments(const Fields& fields, api::RunRequest& request) {
  TRY(const auto options, read_words(fields, "compiler_options"));
  TRY(const auto arguments, read_words(fields, "command_line_arguments"));
  for (const auto& option : options) request.add_compile_arguments(option);
  for (const auto& argument : arguments) request.add_arguments(argument);
  return {};
}

Result<const Language*> read_language(const Fields& fields) {
  TRY(const auto id, fields.number("language_id"));
  if (!id) return wrong("language_id", "can't be blank");
  const auto* found = std::ranges::find_if(
      judge0_languages, [&](const auto& language) { return language.id == *id; });
  const auto* language = found == judge0_languages.end() ? nullptr : find_language(found->key);
  if (!language || !tools_installed(*language))
    return wrong("language_id", fmt::format("language with id {:.15g} doesn't exist", *id));
  return language;
}

}  // namespace

Result<Options> read_options(std::string_view query) {
  if (parameter(query, "wait") != "true")
    return bad_field("wait", "wait_required",
                     "this server keeps no submissions: only wait=true is supported");
  Options out;
  out.base64 = parameter(query, "base64_encoded") == "true";
  for (auto& name : words_of(parameter(query, "fields"), ",")) {
    if (name == "*") {
      out.fields.assign(default_fields.begin(), default_fields.end());
      out.fields.insert(out.fields.end(), more_fields.begin(), more_fields.end());
      return out;
    }
    if (std::ranges::find(default_fields, name) == default_fields.end() &&
        std::ranges::find(more_fields, name) == more_fields.end())
      return bad_field("fields", "unknown_field",
                       fmt::format("invalid fields: [{}]", as_utf8(name.substr(0, 100))));
    out.fields.push_back(std::move(name));
  }
  if (out.fields.empty()) out.fields.assign(default_fields.begin(), default_fields.end());
  return out;
}

Result<api::RunRequest> read_submission(std::string_view json,
                                        const Options& options,
                                        const Maxima& maxima) {
  Body body;
  TRY(const auto fields, body.read(json));
  TRY(auto source, read_text(fields, "source_code", options.base64));
  if (!source || source->empty()) return wrong("source_code", "can't be blank");
  TRY(const auto* language, read_language(fields));
  TRY(auto input, read_text(fields, "stdin", options.base64));
  TRY(auto expected, read_text(fields, "expected_output", options.base64));

  api::RunRequest request;
  request.set_language(language->key);
  auto& file = *request.add_files();
  file.set_path(language->main);
  file.set_content(*std::move(source));
  auto& test = *request.add_tests();
  test.set_id("1");
  test.set_stdin(std::move(input).value_or(""));
  if (expected) test.set_expected(*std::move(expected));
  request.mutable_compare()->set_mode("lines");
  request.mutable_compare()->set_case_sensitive(true);
  TRY_VOID(read_limits(fields, maxima, *request.mutable_limits()));
  TRY_VOID(check_unsupported(fields));
  TRY_VOID(read_arguments(fields, request));
  TRY_VOID(check_sizes(request));
  return request;
}

}  // namespace lyceum::runner::compat::judge0
