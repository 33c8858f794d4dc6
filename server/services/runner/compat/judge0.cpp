#include "services/runner/compat/judge0.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "base/crypto.h"
#include "base/text.h"
#include "services/runner/compat/judge0_tables.h"
#include "services/runner/output.h"

namespace lyceum::runner::compat::judge0 {
namespace {

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

void text(Writer& writer, std::string_view value) {
  writer.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}

void member(Writer& writer, std::string_view name, std::string_view value) {
  writer.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
  text(writer, value);
}

// Runs `write` between the braces of an object.
template <class F>
Response object(int status, F write) {
  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  writer.StartObject();
  write(writer);
  writer.EndObject();
  return json(status, buffer.GetString());
}

int signal_number(std::string_view name) {
  for (int number = 1; number <= 64; ++number)
    if (signal_name(number) == name) return number;
  return 0;
}

std::string message_of(const api::TestResult& test) {
  const auto& status = test.status();
  if (status == "TLE" || status == "WTLE") return "Time limit exceeded";
  if (status == "MLE") return "Memory limit exceeded";
  if (status == "OLE") return "Output limit exceeded";
  if (status == "RE") return fmt::format("Exited with error status {}", test.exit_code());
  if (status == "SIG" || status == "SV")
    return fmt::format("Caught fatal signal {}", signal_number(test.signal()));
  return "";
}

// What a submission's answer is made of; a text that there is none of is null.
struct Parts {
  std::string out, err, compiler, message;
  const api::TestResult* test = nullptr;  // null: it did not compile

  explicit Parts(const api::RunResult& result) : compiler(compiler_said(result.compile())) {
    if (result.compile().status() == "CTLE") message = "Compilation time limit exceeded.";
    if (result.compile().status() != "AC" || result.tests_size() == 0) return;
    test = &result.tests(0);
    out = out_of(*test);
    err = err_of(*test);
    message = message_of(*test);
  }

  bool all_text() const {
    return text::is_utf8(out) && text::is_utf8(err) && text::is_utf8(compiler);
  }
};

void write_text(Writer& writer, const std::string& value, bool encoded) {
  if (value.empty())
    writer.Null();
  else
    text(writer, encoded ? base64(value) : value);
}

void write_status(Writer& writer, int status) {
  writer.StartObject();
  writer.Key("id");
  writer.Int(status);
  member(writer, "description", status_names.at(static_cast<std::size_t>(status) - 1));
  writer.EndObject();
}

std::string seconds(std::int64_t ms) {
  return fmt::format("{:.3f}", static_cast<double>(ms) / 1000);
}

// False: the field is not of the program's run.
bool write_of_run(Writer& writer, std::string_view field, const api::TestResult& test) {
  if (field == "time")
    text(writer, seconds(test.cpu_ms()));
  else if (field == "wall_time")
    text(writer, seconds(test.wall_ms()));
  else if (field == "memory")
    writer.Int64(test.memory_bytes() / 1024);
  else if (field == "exit_code" && !test.has_signal())
    writer.Int(test.exit_code());
  else if (field == "exit_signal" && test.has_signal())
    writer.Int(signal_number(test.signal()));
  else
    return false;
  return true;
}

void write_field(Writer& writer,
                 std::string_view field,
                 const api::RunResult& result,
                 const Parts& parts,
                 bool encoded) {
  if (field == "stdout") return write_text(writer, parts.out, encoded);
  if (field == "stderr") return write_text(writer, parts.err, encoded);
  if (field == "compile_output") return write_text(writer, parts.compiler, encoded);
  if (field == "message") return write_text(writer, parts.message, encoded);
  if (field == "token") return text(writer, std::to_string(result.id()));
  if (field == "status") return write_status(writer, status_of(result));
  if (field == "status_id") return (void)writer.Int(status_of(result));
  if (!parts.test || !write_of_run(writer, field, *parts.test)) writer.Null();
}

void write_language(Writer& writer, const Judge0Language& language, const api::Language& offered) {
  writer.Key("id");
  writer.Int(language.id);
  const auto version = version_number(offered.version());
  member(writer, "name", fmt::format(fmt::runtime(language.name), version));
}

const api::Language* offer(const api::ListLanguagesResponse& offered, std::string_view key) {
  const auto found = std::ranges::find(offered.languages(), key, &api::Language::key);
  return found == offered.languages().end() ? nullptr : &*found;
}

}  // namespace

int status_of(const api::RunResult& result) {
  const auto& compile = result.compile().status();
  if (compile != "AC") return compile == "CE" || compile == "CTLE" ? 6 : 13;
  if (result.tests_size() == 0) return 13;
  const auto& test = result.tests(0);
  const auto& status = test.status();
  if (status == "AC") return 3;
  if (status == "WA") return 4;
  if (status == "TLE" || status == "WTLE") return 5;
  if (status == "OLE") return 8;
  if (status == "RE") return 11;
  if (status == "MLE" || status == "SV") return 12;
  if (status != "SIG") return 13;
  if (test.signal() == "SIGSEGV") return 7;
  if (test.signal() == "SIGXFSZ") return 8;
  if (test.signal() == "SIGFPE") return 9;
  return test.signal() == "SIGABRT" ? 10 : 12;
}

Response submission_answer(const api::RunResult& result, const Options& options) {
  const Parts parts(result);
  return object(201, [&](Writer& writer) {
    if (!options.base64 && !parts.all_text()) {
      member(writer, "token", std::to_string(result.id()));
      member(writer, "error",
             "some attributes for this submission cannot be converted to UTF-8, use "
             "base64_encoded=true query parameter");
      return;
    }
    for (const auto& field : options.fields) {
      writer.Key(field.data(), static_cast<rapidjson::SizeType>(field.size()));
      write_field(writer, field, result, parts, options.base64);
    }
  });
}

Response languages(const api::ListLanguagesResponse& offered) {
  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  writer.StartArray();
  for (const auto& language : judge0_languages) {
    const auto* found = offer(offered, language.key);
    if (!found) continue;
    writer.StartObject();
    write_language(writer, language, *found);
    writer.EndObject();
  }
  writer.EndArray();
  return json(200, buffer.GetString());
}

Response language(const api::ListLanguagesResponse& offered, std::string_view id) {
  const auto* known = std::ranges::find_if(
      judge0_languages, [&](const auto& one) { return std::to_string(one.id) == id; });
  const auto* found = known == judge0_languages.end() ? nullptr : offer(offered, known->key);
  if (!found) return error(404, "there is no such language here");
  return object(200, [&](Writer& writer) {
    write_language(writer, *known, *found);
    writer.Key("is_archived");
    writer.Bool(false);
    member(writer, "source_file", found->main());
    for (const auto* name : {"compile_cmd", "run_cmd"}) {
      writer.Key(name);
      writer.Null();
    }
  });
}

Response statuses() {
  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  writer.StartArray();
  for (int id = 1; id <= std::ssize(status_names); ++id) write_status(writer, id);
  writer.EndArray();
  return json(200, buffer.GetString());
}

Response error(int status, std::string_view why) {
  return object(status, [&](Writer& writer) { member(writer, "error", as_utf8(why)); });
}

Response refusal(const Error& error) {
  if (error.code == Code::resource_exhausted) return judge0::error(503, "queue is full");
  if (error.code == Code::unavailable) return judge0::error(503, error.message);
  if (error.code != Code::invalid_argument)
    return judge0::error(500, error.code == Code::internal ? "internal error" : error.message);
  const auto known = renamed(error, {{"limits.cpu_ms", "cpu_time_limit"},
                                     {"limits.wall_ms", "wall_time_limit"},
                                     {"limits.memory_bytes", "memory_limit"},
                                     {"limits.processes", "max_processes_and_or_threads"},
                                     {"compile_arguments", "compiler_options"},
                                     {"arguments", "command_line_arguments"},
                                     {"files", "source_code"},
                                     {"tests[0].stdin", "stdin"},
                                     {"tests[0].expected", "expected_output"},
                                     {"language", "language_id"}});
  if (known.field.empty() || known.field == "wait" || known.field == "fields")
    return judge0::error(400, known.message);
  // "compiler_options[0]" is one of its words.
  const auto name = known.field.substr(0, known.field.find_first_of("[."));
  return object(422, [&](Writer& writer) {
    writer.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
    writer.StartArray();
    text(writer, as_utf8(known.message));
    writer.EndArray();
  });
}

}  // namespace lyceum::runner::compat::judge0
