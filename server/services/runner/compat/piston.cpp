#include "services/runner/compat/piston.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "base/crypto.h"

namespace lyceum::runner::compat::piston {
namespace {

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

struct Runtime {
  std::string_view key;       // ours
  std::string_view language;  // Piston's
  std::vector<std::string_view> aliases;
  std::string_view runtime;  // where Piston names one
};

const std::vector<Runtime>& known_runtimes() {
  static const std::vector<Runtime> all = {
      {"bash", "bash", {"sh"}, ""},
      {"c", "c", {"gcc"}, "gcc"},
      {"cpp", "c++", {"cpp", "g++"}, "gcc"},
      {"fortran", "fortran", {"f90"}, "gcc"},
      {"go", "go", {"golang"}, ""},
      {"haskell", "haskell", {"hs"}, ""},
      {"java", "java", {}, ""},
      {"javascript", "javascript", {"node-javascript", "node-js", "js"}, "node"},
      {"lua", "lua", {}, ""},
      {"ocaml", "ocaml", {"ml"}, ""},
      {"pascal", "pascal", {"freepascal", "pp", "pas"}, ""},
      {"perl", "perl", {"pl"}, ""},
      {"php", "php", {}, ""},
      {"python", "python", {"py", "py3", "python3"}, ""},
      {"ruby", "ruby", {"ruby3", "rb"}, ""},
      {"rust", "rust", {"rs"}, ""},
      {"sql", "sqlite3", {"sqlite", "sql"}, ""},
      {"typescript", "typescript", {"ts", "node-ts", "tsc"}, ""},
  };
  return all;
}

const Runtime* find_runtime(std::string_view name) {
  const auto found = std::ranges::find_if(known_runtimes(), [&](const Runtime& runtime) {
    return runtime.language == name ||
           std::ranges::find(runtime.aliases, name) != runtime.aliases.end();
  });
  return found == known_runtimes().end() ? nullptr : &*found;
}

std::unexpected<Error> wrong(std::string field, std::string message) {
  return bad_field(std::move(field), "bad_field", std::move(message));
}

Result<std::string> required(const Fields& fields, const char* name) {
  const auto value = fields.text(name);
  if (!value || !*value || (*value)->empty()) return wrong(name, "is required as a string");
  return **value;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::optional<std::string> from_hex(std::string_view text) {
  std::string out;
  if (text.size() % 2 != 0) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_digit(text[i]);
    const int low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
  }
  return out;
}

Result<std::string> content_of(const Fields& file, const std::string& where) {
  const auto content = file.text("content");
  if (!content || !*content) return wrong(where + ".content", "is required as a string");
  const auto encoding = file.text("encoding");
  const auto name = encoding ? encoding->value_or("utf8") : "";
  if (name == "utf8") return **content;
  if (name != "base64" && name != "hex")
    return wrong(where + ".encoding", "must be base64, hex or utf8");
  auto decoded = name == "hex" ? from_hex(**content) : from_base64(**content);
  if (!decoded) return wrong(where + ".content", "is not " + name);
  return *std::move(decoded);
}

std::string free_name(const api::RunRequest& request, const Language& language) {
  const bool first = request.files_size() == 0;
  return first ? language.main : fmt::format("file{}.code", request.files_size());
}

Result<void> read_file(const simdjson::dom::element item,
                       const std::string& where,
                       const Language& language,
                       api::RunRequest& request) {
  simdjson::dom::object object;
  if (item.get(object) != simdjson::SUCCESS)
    return wrong(where + ".content", "is required as a string");
  const Fields fields(object);
  TRY(auto content, content_of(fields, where));
  const auto said = fields.text("name");
  if (!said) return wrong(where + ".name", "must be a string");
  auto name = said->value_or("");
  if (name.empty() && request.files_size() == 0 && language.key == "java")
    name = java_file(content);
  if (name.empty()) name = free_name(request, language);
  auto& file = *request.add_files();
  file.set_path(std::move(name));
  file.set_content(std::move(content));
  return {};
}

Result<void> read_files(const Fields& fields, const Language& language, api::RunRequest& request) {
  const auto list = fields.list("files");
  if (!list || !*list) return wrong("files", "is required as an array");
  if ((*list)->size() == 0) return wrong("files", "must include at least one utf8 encoded file");
  if ((*list)->size() > 50) return wrong("files", "must be at most 50 files");
  int i = 0;
  for (const auto item : **list)
    TRY_VOID(read_file(item, fmt::format("files[{}]", i++), language, request));
  request.set_entry(request.files(0).path());
  return {};
}

// 0 is as if it were not said. Nothing: the language's own.
Result<std::optional<std::int64_t>> read_limit(const Fields& fields,
                                               const char* name,
                                               std::int64_t most,
                                               bool minus_one = false) {
  const auto value = fields.number(name);
  if (!value) return wrong(name, "must be a number");
  if (!*value || **value == 0) return std::nullopt;
  if (minus_one && **value == -1) return most;
  if (**value < 0) return wrong(name, "must be non-negative");
  if (**value > static_cast<double>(most))
    return wrong(name, fmt::format("cannot exceed the configured limit of {}", most));
  return scaled(**value, 1);
}

Result<void> read_limits(const Fields& fields, const Maxima& maxima, api::Limits& limits) {
  constexpr std::int64_t any = std::int64_t{1} << 50;
  TRY(const auto wall, read_limit(fields, "run_timeout", maxima.wall_ms));
  TRY(const auto cpu, read_limit(fields, "run_cpu_time", maxima.cpu_ms));
  TRY(const auto memory, read_limit(fields, "run_memory_limit", maxima.memory_bytes, true));
  if (wall) limits.set_wall_ms(*wall);
  if (wall || cpu) limits.set_cpu_ms(cpu.value_or(std::min(wall.value_or(0), maxima.cpu_ms)));
  if (memory) limits.set_memory_bytes(*memory);
  // A compiler has its language's limits here.
  TRY_VOID(read_limit(fields, "compile_timeout", any));
  TRY_VOID(read_limit(fields, "compile_cpu_time", any));
  TRY_VOID(read_limit(fields, "compile_memory_limit", any, true));
  return {};
}

// 0 where there is none.
std::int64_t major_of(std::string_view version) {
  std::int64_t major = 0;
  std::from_chars(version.data(), version.data() + version.size(), major);
  return major;
}

// How a stage of a job ended, in Piston's words.
struct Stage {
  std::string out, err;
  std::optional<int> code;
  std::string signal, message, status;
  std::int64_t cpu_ms = 0, wall_ms = 0;
  std::optional<std::int64_t> memory;
};

void end_by(Stage& stage, std::string signal, std::string status, std::string message) {
  stage.code.reset();
  stage.signal = std::move(signal);
  stage.status = std::move(status);
  stage.message = std::move(message);
}

Stage stage_of(const api::TestResult& test) {
  Stage out{out_of(test),  err_of(test),   test.exit_code(),   "", "", "",
            test.cpu_ms(), test.wall_ms(), test.memory_bytes()};
  const auto& status = test.status();
  const bool loud = test.stdout_bytes() >= test.stderr_bytes();
  if (status == "RE") {
    out.status = "RE";
    out.message = fmt::format("Exited with error status {}", test.exit_code());
  } else if (status == "TLE" || status == "WTLE") {
    end_by(out, "SIGKILL", "TO", "Time limit exceeded");
  } else if (status == "MLE") {
    end_by(out, "SIGKILL", "SG", "Memory limit exceeded");
  } else if (status == "OLE") {
    end_by(out, "SIGKILL", loud ? "OL" : "EL",
           loud ? "stdout length exceeded" : "stderr length exceeded");
  } else if (status == "SIG" || status == "SV") {
    end_by(out, test.signal(), "SG", fmt::format("Caught fatal signal {}", test.signal()));
  } else if (status != "AC") {
    end_by(out, "SIGKILL", "XX", "Internal error");
  }
  return out;
}

Stage stage_of(const api::CompileResult& compile) {
  Stage out{bytes_of(compile.stdout(), compile.has_stdout_encoding()),
            bytes_of(compile.stderr(), compile.has_stderr_encoding()),
            compile.exit_code(),
            "",
            "",
            "",
            compile.cpu_ms(),
            compile.wall_ms(),
            std::nullopt};
  if (compile.status() == "CTLE") end_by(out, "SIGKILL", "TO", "Time limit exceeded");
  if (compile.status() != "CE") return out;
  out.code = compile.exit_code() == 0 ? 1 : compile.exit_code();
  out.status = "RE";
  out.message = fmt::format("Exited with error status {}", *out.code);
  return out;
}

void text(Writer& writer, const char* name, std::string_view value) {
  writer.Key(name);
  writer.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}

void text_or_null(Writer& writer, const char* name, const std::string& value) {
  if (!value.empty()) return text(writer, name, value);
  writer.Key(name);
  writer.Null();
}

template <class Number>
void number_or_null(Writer& writer, const char* name, std::optional<Number> value) {
  writer.Key(name);
  if (value)
    writer.Int64(*value);
  else
    writer.Null();
}

void write_stage(Writer& writer, const char* name, const Stage& stage) {
  writer.Key(name);
  writer.StartObject();
  text_or_null(writer, "signal", stage.signal);
  text(writer, "stdout", as_utf8(stage.out));
  text(writer, "stderr", as_utf8(stage.err));
  number_or_null(writer, "code", stage.code);
  text(writer, "output", as_utf8(stage.out + stage.err));
  number_or_null(writer, "memory", stage.memory);
  text_or_null(writer, "message", stage.message);
  text_or_null(writer, "status", stage.status);
  number_or_null(writer, "cpu_time", std::optional(stage.cpu_ms));
  number_or_null(writer, "wall_time", std::optional(stage.wall_ms));
  writer.EndObject();
}

std::string_view piston_name(std::string_view key) {
  const auto found = std::ranges::find(known_runtimes(), key, &Runtime::key);
  return found == known_runtimes().end() ? key : found->language;
}

}  // namespace

Result<Job> read_job(std::string_view json, const Maxima& maxima) {
  Body body;
  TRY(const auto fields, body.read(json));
  Job job;
  TRY(job.language, required(fields, "language"));
  TRY(job.version, required(fields, "version"));
  const auto* runtime = find_runtime(job.language);
  const auto* language = runtime ? find_language(runtime->key) : nullptr;
  if (!language || !tools_installed(*language))
    return fail(unknown_runtime(job.language, job.version));
  job.run.set_language(language->key);
  TRY_VOID(read_files(fields, *language, job.run));
  TRY(auto input, fields.text("stdin"));
  auto& test = *job.run.add_tests();
  test.set_id("1");
  test.set_stdin(std::move(input).value_or(""));
  TRY(auto arguments, fields.texts("args"));
  for (auto& argument : arguments) job.run.add_arguments(std::move(argument));
  TRY_VOID(read_limits(fields, maxima, *job.run.mutable_limits()));
  TRY_VOID(check_sizes(job.run));
  return job;
}

Error unknown_runtime(std::string_view language, std::string_view version) {
  return {Code::invalid_argument, "unknown_runtime",
          fmt::format("{}-{} runtime is unknown", language.substr(0, 100), version.substr(0, 100)),
          "", 0};
}

bool will_do(std::string_view selector, std::string_view version) {
  if (version == "0.0.0" || selector == "*" || selector == "x") return true;
  const bool at_least = selector.starts_with(">=");
  const auto sign = selector.substr(0, selector.find_first_of("0123456789"));
  for (const std::string_view known : {"", "v", "=", "^", "~", ">="})
    if (sign == known) {
      selector.remove_prefix(sign.size());
      const bool plain = !selector.empty() &&
                         selector.find_first_not_of("0123456789.x*") == std::string_view::npos;
      const auto wanted = major_of(selector);
      return plain && (at_least ? major_of(version) >= wanted : major_of(version) == wanted);
    }
  return false;
}

Response job_answer(const api::RunRequest& request,
                    const api::RunResult& result,
                    std::string_view version) {
  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  writer.StartObject();
  const auto* language = find_language(request.language());
  if (language && language->compiled()) write_stage(writer, "compile", stage_of(result.compile()));
  if (result.compile().status() == "AC" && result.tests_size() > 0)
    write_stage(writer, "run", stage_of(result.tests(0)));
  text(writer, "language", piston_name(request.language()));
  text(writer, "version", version);
  writer.EndObject();
  return json(200, buffer.GetString());
}

Response runtimes(const api::ListLanguagesResponse& offered) {
  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  writer.StartArray();
  for (const auto& runtime : known_runtimes()) {
    const auto found = std::ranges::find(offered.languages(), runtime.key, &api::Language::key);
    if (found == offered.languages().end()) continue;
    writer.StartObject();
    text(writer, "language", runtime.language);
    text(writer, "version", version_number(found->version()));
    writer.Key("aliases");
    writer.StartArray();
    for (const auto alias : runtime.aliases)
      writer.String(alias.data(), static_cast<rapidjson::SizeType>(alias.size()));
    writer.EndArray();
    if (!runtime.runtime.empty()) text(writer, "runtime", runtime.runtime);
    writer.EndObject();
  }
  writer.EndArray();
  return json(200, buffer.GetString());
}

Response message(int status, std::string_view why) {
  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  writer.StartObject();
  text(writer, "message", as_utf8(why));
  writer.EndObject();
  return json(status, buffer.GetString());
}

Response refusal(const Error& error) {
  if (error.code == Code::resource_exhausted) return message(429, error.message);
  if (error.code == Code::unavailable) return message(503, error.message);
  if (error.code != Code::invalid_argument)
    return message(500, error.code == Code::internal ? "Internal error" : error.message);
  const auto known = renamed(error, {{"limits.cpu_ms", "run_cpu_time"},
                                     {"limits.wall_ms", "run_timeout"},
                                     {"limits.memory_bytes", "run_memory_limit"},
                                     {"arguments", "args"},
                                     {"tests[0].stdin", "stdin"}});
  return message(400, known.field.empty() ? known.message : known.field + " " + known.message);
}

}  // namespace lyceum::runner::compat::piston
