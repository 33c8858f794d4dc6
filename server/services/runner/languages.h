#pragma once
// The languages that programs may be written in: one TOML file each, in languages/, put into the
// program by the build (docs/add-a-language.md). Not in a database and not from a request: what
// they say is run.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lyceum::runner {

using Argv = std::vector<std::string>;

struct Budget {
  std::int64_t cpu_ms = 10'000;
  std::int64_t wall_ms = 20'000;
  std::int64_t memory_mib = 256;
  std::int64_t processes = 64;
  std::int64_t cores = 1;  // processor time per second
};

struct SelfTest {
  std::map<std::string, std::string> files;
  std::string input;
  std::string output;
};

struct Language {
  std::string key, name, main;
  std::vector<std::string> tools;    // all must be there for the language to be offered
  Argv version;                      // prints it on its first line
  std::vector<std::string> sources;  // endings of files that are compiled: ".cpp"
  Argv compile;                      // empty: nothing to compile
  Budget compile_limits;
  std::vector<std::string> outputs;  // what to take from /out; "": everything
  Argv run;
  Budget run_limits;                    // what a request that says nothing gets
  std::int64_t runtime_memory_mib = 0;  // what the language's own machine takes beside the program
  std::int64_t runtime_processes = 0;
  std::vector<std::string> environment;  // "NAME=value"
  SelfTest self_test;

  bool compiled() const { return !compile.empty(); }

  bool is_source(std::string_view path) const;
};

Result<Language> parse_language(std::string_view toml);

// All that the program carries, in the order of their files' names. A bad file is a bug: throws.
const std::vector<Language>& languages();
const Language* find_language(std::string_view key);
bool tools_installed(const Language& language);

// Fills a command line: {entry}, {class} (of the entry: a/Main.java is a.Main), {memory_mib} in any
// argument, and {sources} as an argument of its own. No shell ever sees it.
struct Fill {
  std::string entry;
  std::vector<std::string> sources;
  std::int64_t memory_mib = 0;
};

Argv fill(const Argv& pattern, const Fill& fill);

}  // namespace lyceum::runner
