#include "services/runner/languages.h"

#include <algorithm>
#include <span>
#include <stdexcept>
#include <unistd.h>

// toml++ 3.3 asserts what it then looks at and has an error for: that "[." is no table's name.
#define TOML_ASSERT(expr) static_assert(true)
#include <toml++/toml.h>

#include "base/embedded.h"

namespace lyceum::embedded {
std::span<const EmbeddedFile> runner_languages();
}

namespace lyceum::runner {
namespace {

// Reads one table and remembers what it was asked for, so that a misspelt key is an error.
class Reader {
 public:
  Reader(const toml::table& table, std::string where) : table_(table), where_(std::move(where)) {}

  std::string text(const std::string& key, bool required = true) {
    const auto value = at(key)[key].value<std::string>();
    if (!value && (required || table_.contains(key))) complain(key, "must be a text");
    return value.value_or("");
  }

  std::int64_t number(const std::string& key, std::int64_t initial) {
    const auto value = at(key)[key].value<std::int64_t>();
    if (table_.contains(key) && (!value || *value < 0)) complain(key, "must be a number");
    return value.value_or(initial);
  }

  bool flag(const std::string& key, bool initial) {
    const auto value = at(key)[key].value_exact<bool>();
    if (table_.contains(key) && !value) complain(key, "must be true or false");
    return value.value_or(initial);
  }

  std::vector<std::string> texts(const std::string& key, bool required = true) {
    std::vector<std::string> out;
    const auto* list = at(key)[key].as_array();
    if (!list && (required || table_.contains(key))) complain(key, "must be a list of texts");
    for (std::size_t i = 0; list && i < list->size(); ++i) {
      const auto value = (*list)[i].value<std::string>();
      if (!value) complain(key, "must be a list of texts");
      out.push_back(value.value_or(""));
    }
    return out;
  }

  const toml::table* table(const std::string& key, bool required = true) {
    const auto* found = at(key)[key].as_table();
    if (!found && (required || table_.contains(key))) complain(key, "must be a table");
    return found;
  }

  // The content of a file.
  std::string file(std::string_view path, const toml::node& content) {
    const auto text = content.value_exact<std::string>();
    if (!text) complain("files.\"" + std::string(path) + "\"", "must be a text");
    return text.value_or("");
  }

  // What was wrong first, or a key that nobody asked for.
  Result<void> done() const {
    if (!error_.empty()) return fail(Code::invalid_argument, "bad_language", error_);
    for (const auto& [key, value] : table_) {
      if (std::ranges::find(known_, key.str()) == known_.end())
        return fail(Code::invalid_argument, "bad_language",
                    where_ + "there is no setting \"" + std::string(key.str()) + "\"");
    }
    return {};
  }

 private:
  const toml::table& at(const std::string& key) {
    known_.push_back(key);
    return table_;
  }

  void complain(const std::string& key, const char* what) {
    if (error_.empty()) error_ = where_ + key + " " + what;
  }

  const toml::table& table_;
  const std::string where_;
  std::vector<std::string> known_;
  std::string error_;
};

Budget read_budget(Reader& reader, Budget budget) {
  budget.cpu_ms = reader.number("cpu_ms", budget.cpu_ms);
  budget.wall_ms = reader.number("wall_ms", budget.wall_ms);
  budget.memory_mib = reader.number("memory_mib", budget.memory_mib);
  budget.processes = reader.number("processes", budget.processes);
  budget.cores = reader.number("cores", budget.cores);
  return budget;
}

std::map<std::string, std::string> read_files(Reader& reader, const std::string& key) {
  std::map<std::string, std::string> out;
  const auto* files = reader.table(key, false);
  if (!files) return out;
  for (const auto& [path, content] : *files)
    out[std::string(path.str())] = reader.file(path.str(), content);
  return out;
}

Result<Warm> read_warm(Reader& outer, std::string where) {
  Warm out;
  const auto* table = outer.table("warm", false);
  if (!table) return out;
  Reader reader(*table, std::move(where));
  out.gate = reader.text("gate");
  out.argv = reader.texts("argv", false);
  out.environment = reader.texts("environment", false);
  out.files = read_files(reader, "files");
  out.build = reader.texts("build", false);
  out.sources = read_files(reader, "sources");
  TRY_VOID(reader.done());
  return out;
}

Result<void> read_compile(const toml::table& table, Language& language) {
  Reader reader(table, "compile.");
  language.compile = reader.texts("argv");
  language.compile_allowed = reader.texts("allowed", false);
  language.outputs = reader.texts("outputs");
  language.compile_limits = read_budget(reader, {});
  TRY(language.warm_compile, read_warm(reader, "compile.warm."));
  return reader.done();
}

Result<void> read_precompiled(const toml::table& table, Language& language) {
  Reader reader(table, "precompiled.");
  language.precompiled.headers = reader.texts("headers");
  language.precompiled.argv = reader.texts("argv");
  language.precompiled.limits = read_budget(reader, {});
  return reader.done();
}

Result<void> read_run(const toml::table& table, Language& language) {
  Reader reader(table, "run.");
  language.run = reader.texts("argv");
  language.takes_arguments = reader.flag("arguments", true);
  language.run_limits =
      read_budget(reader, {.cpu_ms = 2000, .wall_ms = 6000, .memory_mib = 256, .processes = 32});
  language.runtime_memory_mib = reader.number("runtime_memory_mib", 0);
  language.runtime_processes = reader.number("runtime_processes", 0);
  language.environment = reader.texts("environment", false);
  TRY(language.warm_run, read_warm(reader, "run.warm."));
  return reader.done();
}

Result<void> read_self_test(const toml::table& table, Language& language) {
  Reader reader(table, "self_test.");
  language.self_test.input = reader.text("input");
  language.self_test.output = reader.text("output");
  language.self_test.files = read_files(reader, "files");
  return reader.done();
}

Result<Language> read_language(const toml::table& table) {
  Language language;
  Reader reader(table, "");
  language.key = reader.text("key");
  language.name = reader.text("name");
  language.main = reader.text("main");
  language.packages = reader.texts("packages");
  language.tools = reader.texts("tools");
  language.binds = reader.texts("binds", false);
  language.version = reader.texts("version");
  language.sources = reader.texts("sources");
  const auto* compile = reader.table("compile", false);
  const auto* precompiled = reader.table("precompiled", false);
  const auto* run = reader.table("run");
  const auto* self_test = reader.table("self_test");
  TRY_VOID(reader.done());
  if (compile) TRY_VOID(read_compile(*compile, language));
  if (precompiled) TRY_VOID(read_precompiled(*precompiled, language));
  TRY_VOID(read_run(*run, language));
  TRY_VOID(read_self_test(*self_test, language));
  if (language.run.empty() || language.self_test.files.empty())
    return fail(Code::invalid_argument, "bad_language",
                "run.argv and self_test.files must not be empty");
  return language;
}

// "-o" and "@list" are files' names here, never options.
std::string as_operand(const std::string& path) {
  return path.starts_with('-') || path.starts_with('@') ? "./" + path : path;
}

// a/main.ts without its ending.
std::string stem_of(std::string path) {
  const auto dot = path.rfind('.');
  if (dot != std::string::npos && path.find('/', dot) == std::string::npos) path.resize(dot);
  return path;
}

// In Java, the class of a/b/Main.java is a.b.Main.
std::string class_of(const std::string& entry) {
  auto path = stem_of(entry);
  std::ranges::replace(path, '/', '.');
  return path;
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

}  // namespace

bool Language::is_source(std::string_view path) const {
  return std::ranges::any_of(sources, [&](const auto& ending) { return path.ends_with(ending); });
}

bool Language::allows(std::string_view compile_argument) const {
  const auto harmless = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_=+-.:").contains(c);
  };
  return std::ranges::any_of(compile_allowed, [&](std::string_view allowed) {
    if (!allowed.ends_with('*')) return compile_argument == allowed;
    allowed.remove_suffix(1);
    // Alone, "-D" would take the next argument for its own.
    return compile_argument.starts_with(allowed) && compile_argument != allowed &&
           std::ranges::all_of(compile_argument.substr(allowed.size()), harmless);
  });
}

Result<Language> parse_language(std::string_view toml) {
  try {
    return read_language(toml::parse(toml));
  } catch (const toml::parse_error& error) {
    return fail(Code::invalid_argument, "bad_language", std::string(error.description()));
  }
}

const std::vector<Language>& languages() {
  static const std::vector<Language> all = [] {
    std::vector<Language> out;
    for (const auto& file : embedded::runner_languages()) {
      auto language = parse_language(file.content);
      if (!language)
        throw std::runtime_error(std::string(file.path) + ": " + language.error().message);
      out.push_back(*std::move(language));
    }
    std::ranges::sort(out, {}, &Language::key);
    return out;
  }();
  return all;
}

const Language* find_language(std::string_view key) {
  const auto found = std::ranges::find(languages(), key, &Language::key);
  return found == languages().end() ? nullptr : &*found;
}

bool tools_installed(const Language& language) {
  return std::ranges::all_of(language.tools,
                             [](const auto& tool) { return access(tool.c_str(), X_OK) == 0; });
}

std::vector<std::string> all_binds() {
  std::vector<std::string> out;
  for (const auto& language : languages())
    for (const auto& path : language.binds)
      if (std::ranges::find(out, path) == out.end()) out.push_back(path);
  return out;
}

Argv fill(const Argv& pattern, const Fill& fill) {
  Argv out;
  for (std::string argument : pattern) {
    if (argument == "{sources}") {
      // Where a file must come after those that it uses (OCaml, Fortran), the entry uses the
      // others.
      auto sources = fill.sources;
      if (const auto at = std::ranges::find(sources, fill.entry); at != sources.end())
        std::rotate(at, at + 1, sources.end());
      for (const auto& source : sources) out.push_back(as_operand(source));
      continue;
    }
    // The paths last: what is in a path is not looked at again.
    replace_all(argument, "{memory_mib}", std::to_string(fill.memory_mib));
    if (argument == "{entry}")
      argument = as_operand(fill.entry);
    else if (argument == "{class}")
      argument = class_of(fill.entry);
    else if (argument.contains("{stem}"))
      replace_all(argument, "{stem}", stem_of(fill.entry));
    else
      replace_all(argument, "{entry}", fill.entry);
    out.push_back(std::move(argument));
  }
  return out;
}

}  // namespace lyceum::runner
