#include "services/runner/compat/jobe.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "base/crypto.h"
#include "base/text.h"
#include "services/runner/compat/jobe_parameters.h"
#include "services/runner/output.h"

namespace lyceum::runner::compat::jobe {
namespace {

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

enum Outcome {
  compile_error = 11,
  runtime_error = 12,
  time_limit = 13,
  success = 15,
  memory_limit = 17,
  illegal_call = 19,
  internal_error = 20,
  overload = 21
};

struct JobeLanguage {
  std::string_view id, key, file;
};

constexpr std::array<JobeLanguage, 7> jobe_languages = {{
    {"c", "c", "prog.c"},
    {"cpp", "cpp", "prog.cpp"},
    {"java", "java", ""},  // named after its class
    {"nodejs", "javascript", "prog.js"},
    {"pascal", "pascal", "prog.pas"},
    {"php", "php", "prog.php"},
    {"python3", "python", "prog.py"},
}};

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return text;
}

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// Jobe's rule for names in a file list, without those that are folders. Unlike Jobe's, the name of
// the source follows it, too.
bool good_name(std::string_view name) {
  return !name.empty() && name.size() <= 200 && name.front() != '.' && name.front() != '-' &&
         std::ranges::all_of(name, [](char c) {
           return is_alphanumeric(c) || std::string_view("-_.").contains(c);
         });
}

Result<std::string> required(const Fields& fields, std::string_view name) {
  TRY(auto value, fields.text(name));
  if (!value)
    return bad_field("", "missing",
                     fmt::format("run_spec is missing the required attribute '{}'", name));
  return *std::move(value);
}

// CodeRunner says prog.java or this where it has found no class itself.
bool is_guess(std::string_view name) {
  return name.empty() || name == "prog.java" || name == "NO_PUBLIC_CLASS_FOUND.java";
}

Result<std::string> source_name(const Fields& run,
                                const JobeLanguage& language,
                                const std::string& source) {
  TRY(const auto said, run.text("sourcefilename"));
  auto name = said.value_or("");
  if (language.id == "java" && is_guess(name)) return java_file(source);
  if (name.empty()) return std::string(language.file);
  if (!good_name(name))
    return bad_field("", "bad_name", "The sourcefilename for the run_spec is illegal");
  return name;
}

Result<void> add_file(const simdjson::dom::element item,
                      const FindFile& find_file,
                      api::RunRequest& request) {
  const auto invalid =
      bad_field("file_list", "bad_file",
                "Invalid file specifier: it is [id, name], the id of 8 or more letters and digits, "
                "the name of letters, digits, \"-\", \"_\" and \".\"");
  simdjson::dom::array parts;
  if (item.get(parts) != simdjson::SUCCESS || (parts.size() != 2 && parts.size() != 3))
    return invalid;
  std::string_view id, name;
  if (parts.at(0).get(id) != simdjson::SUCCESS || parts.at(1).get(name) != simdjson::SUCCESS ||
      !good_file_id(id) || !good_name(name))
    return invalid;
  const auto content = find_file(std::string(id));
  if (!content)
    return fail(Code::not_found, "file_missing",
                "One or more of the specified files is missing/unavailable");
  auto& file = *request.add_files();
  file.set_path(std::string(name));
  file.set_content(*content);
  return {};
}

Result<void> add_files(const Fields& run, const FindFile& find_file, api::RunRequest& request) {
  TRY(const auto list, run.list("file_list"));
  if (!list) return {};
  if (list->size() >= 50) return bad_field("file_list", "too_many", "must be at most 49 files");
  for (const auto item : *list) TRY_VOID(add_file(item, find_file, request));
  return {};
}

int outcome_of(const api::RunResult& result) {
  if (result.compile().status() != "AC") return compile_error;
  if (result.tests_size() == 0) return internal_error;
  const auto& status = result.tests(0).status();
  // To Jobe, a program that writes to stderr has failed.
  if (status == "AC") return result.tests(0).stderr().empty() ? success : runtime_error;
  if (status == "RE" || status == "SIG" || status == "OLE") return runtime_error;
  if (status == "TLE" || status == "WTLE") return time_limit;
  if (status == "MLE") return memory_limit;
  return status == "SV" ? illegal_call : internal_error;
}

std::string compiler_output(const api::CompileResult& compile) {
  auto said = compiler_said(compile);
  if (compile.status() == "CTLE") said += "\nThe compiler ran over its limits\n";
  return said.empty() ? "The program does not compile\n" : said;
}

// What a program that failed without a word has said.
std::string errors_of(const api::TestResult& test) {
  const auto& status = test.status();
  if (status == "TLE" || status == "WTLE") return "";
  auto said = err_of(test);
  if (status == "OLE") said += "\n*** output limit exceeded ***\n";
  if (!said.empty()) return said;
  if (status == "SIG") return fmt::format("*** terminated by {} ***\n", test.signal());
  return status == "RE" ? fmt::format("*** exit code {} ***\n", test.exit_code()) : "";
}

// Jobe's way to put bytes that are no text into JSON.
std::string cleaned(std::string text) {
  if (text::is_utf8(text)) return text;
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= ' ' && c <= '~') || c == '\n' || c == '\r' || c == '\t';
    if (plain)
      out += c;
    else
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  }
  return out;
}

void member(Writer& writer, const char* name, const std::string& value) {
  writer.Key(name);
  writer.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}

Response result_object(const std::string& id,
                       int outcome,
                       std::string cmpinfo = "",
                       std::string out = "",
                       std::string err = "") {
  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  writer.StartObject();
  member(writer, "run_id", id);
  writer.Key("outcome");
  writer.Int(outcome);
  member(writer, "cmpinfo", cleaned(std::move(cmpinfo)));
  member(writer, "stdout", cleaned(std::move(out)));
  member(writer, "stderr", cleaned(std::move(err)));
  writer.EndObject();
  return json(200, buffer.GetString());
}

}  // namespace

bool good_file_id(std::string_view id) {
  return id.size() >= 8 && id.size() <= 128 && std::ranges::all_of(id, is_alphanumeric);
}

Result<api::RunRequest> read_run(std::string_view json,
                                 const Maxima& maxima,
                                 const FindFile& find_file) {
  Body body;
  TRY(const auto all, body.read(json));
  TRY(const auto run, all.object("run_spec"));
  if (!run) return bad_field("", "missing", "No run_spec attribute found in post data");
  TRY(auto source, required(*run, "sourcecode"));
  TRY(const auto language_id, required(*run, "language_id"));
  const auto* language = std::ranges::find(jobe_languages, lower(language_id), &JobeLanguage::id);
  if (language == jobe_languages.end())
    return bad_field("", "unknown_language",
                     fmt::format("Language '{}' is not known", language_id.substr(0, 100)));

  api::RunRequest request;
  request.set_language(std::string(language->key));
  TRY(auto name, source_name(*run, *language, source));
  request.set_entry(name);
  auto& main = *request.add_files();
  main.set_path(std::move(name));
  main.set_content(std::move(source));
  TRY(auto input, run->text("input"));
  auto& test = *request.add_tests();
  test.set_id("1");
  test.set_stdin(std::move(input).value_or(""));
  TRY_VOID(read_parameters(*run, language->id, maxima, request));
  TRY_VOID(add_files(*run, find_file, request));
  TRY_VOID(check_sizes(request));
  return request;
}

Result<std::string> read_file(std::string_view json) {
  Body body;
  TRY(const auto all, body.read(json));
  TRY(const auto contents, all.text("file_contents"));
  if (!contents) return bad_field("", "missing", "put: missing file_contents parameter");
  auto decoded = from_base64(*contents);
  if (!decoded) return bad_field("file_contents", "bad_base64", "must be valid base-64");
  if (decoded->size() > 1 << 20)
    return bad_field("file_contents", "too_large", "must have at most 1 MiB");
  return *std::move(decoded);
}

Response run_answer(const api::RunResult& result) {
  const auto outcome = outcome_of(result);
  const auto id = std::to_string(result.id());
  if (outcome == compile_error)
    return result_object(id, outcome, compiler_output(result.compile()));
  if (result.tests_size() == 0) return result_object(id, outcome);
  return result_object(id, outcome, "", out_of(result.tests(0)), errors_of(result.tests(0)));
}

Response languages(const api::ListLanguagesResponse& offered) {
  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  writer.StartArray();
  for (const auto& language : jobe_languages) {
    const auto found = std::ranges::find(offered.languages(), language.key, &api::Language::key);
    if (found == offered.languages().end()) continue;
    const auto version = version_number(found->version());
    writer.StartArray();
    writer.String(language.id.data(), static_cast<rapidjson::SizeType>(language.id.size()));
    writer.String(version.data(), static_cast<rapidjson::SizeType>(version.size()));
    writer.EndArray();
  }
  writer.EndArray();
  return json(200, buffer.GetString());
}

Response refusal(const Error& error) {
  if (error.code == Code::resource_exhausted) return result_object("0", overload);
  const auto known = renamed(error, {{"limits.cpu_ms", "cputime"},
                                     {"limits.wall_ms", "cputime"},
                                     {"limits.memory_bytes", "memorylimit"},
                                     {"limits.processes", "numprocs"},
                                     {"limits.output_bytes", "streamsize"},
                                     {"compile_arguments", "compileargs"},
                                     {"arguments", "runargs"},
                                     {"files[0].content", "sourcecode"},
                                     {"files", "file_list"},
                                     {"tests[0].stdin", "input"},
                                     {"language", "language_id"}});
  const int status = known.code == Code::invalid_argument    ? 400
                     : known.code == Code::not_found         ? 404
                     : known.code == Code::permission_denied ? 403
                     : known.code == Code::unavailable       ? 503
                                                             : 500;
  const auto text =
      as_utf8(known.field.empty() ? known.message : known.field + ": " + known.message);
  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
  return json(status, buffer.GetString());
}

}  // namespace lyceum::runner::compat::jobe
