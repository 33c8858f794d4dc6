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

// Headers that are compiled ahead, on this machine, by the same compiler with the same flags.
struct Precompiled {
  std::vector<std::string> headers;  // as #include names them: "bits/stdc++.h"
  Argv argv;                         // makes /out/header.gch of /w/header.h
  Budget limits;
};

// How a program is started before its job comes, as its start takes long (warm.h). Paths are as the
// sandbox takes them: "out/.warm/job".
struct Warm {
  std::string gate;  // the program waits by opening this; empty: it is not started ahead
  Argv argv;         // in place of the usual; empty: that
  std::vector<std::string> environment;        // more of it
  std::map<std::string, std::string> files;    // what it needs for that, by path
  Argv build;                                  // or makes more of them, next to the gate
  std::map<std::string, std::string> sources;  // of these, which are in /w
};

struct SelfTest {
  std::map<std::string, std::string> files;
  std::string input;
  std::string output;
};

struct Language {
  std::string key, name, main;
  std::vector<std::string> packages;         // of Debian 12: what `lyceum lang install` installs
  std::vector<std::string> tools;            // all must be there for the language to be offered
  std::vector<std::string> binds;            // what its programs see of the machine beside /usr
  Argv version;                              // prints it on its first line
  std::vector<std::string> sources;          // endings of files that are compiled: ".cpp"
  Argv compile;                              // empty: nothing to compile
  std::vector<std::string> compile_allowed;  // what a request may add to it: see allows()
  Budget compile_limits;
  Warm warm_compile;
  std::vector<std::string> outputs;  // what to take from /out; "": everything
  Precompiled precompiled;           // no headers: nothing is compiled ahead
  Argv run;
  bool takes_arguments = true;  // of the program, after those of `run`
  Warm warm_run;
  Budget run_limits;                    // what a request that says nothing gets
  std::int64_t runtime_memory_mib = 0;  // what the language's own machine takes beside the program
  std::int64_t runtime_processes = 0;
  std::vector<std::string> environment;  // "NAME=value"
  SelfTest self_test;

  bool compiled() const { return !compile.empty(); }

  bool is_source(std::string_view path) const;
  // Whether a request may give this option to the compiler: it is in compile_allowed, or what
  // begins like one there that ends with "*" and goes on with letters, digits and any of "_=+-.:"
  // alone. So none can name a file or another program.
  bool allows(std::string_view compile_argument) const;
};

Result<Language> parse_language(std::string_view toml);

// All that the program carries, in the order of their keys. A bad file is a bug: throws.
const std::vector<Language>& languages();
const Language* find_language(std::string_view key);
bool tools_installed(const Language& language);

// What the programs of any language see beside /usr: for the sandbox, each once.
std::vector<std::string> all_binds();

// Fills a command line: {entry} and {class} (of the entry: a/Main.java is a.Main) as an argument,
// {stem} (the entry without its ending) and {memory_mib} within any, {sources} as arguments: in the
// order given, the entry last. No shell ever sees it.
struct Fill {
  std::string entry;
  std::vector<std::string> sources;
  std::int64_t memory_mib = 0;
};

Argv fill(const Argv& pattern, const Fill& fill);

}  // namespace lyceum::runner
