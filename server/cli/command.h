#pragma once
// The subcommands of `lyceum`. Each has its own file; command.cpp has the table.

#include <string>
#include <vector>

#include <boost/program_options.hpp>

#include "base/result.h"
#include "host/config.h"
#include "host/host.h"
#include "host/modules.h"

namespace lyceum::cli {

namespace options = boost::program_options;

using Arguments = std::vector<std::string>;

// Exit codes: 0 done, 1 failed, 2 the command line or the configuration is wrong.
int run(const Arguments& arguments);

int serve(const Arguments& arguments);
int user_add(const Arguments& arguments);
int token_add(const Arguments& arguments);
int content_check(const Arguments& arguments);
int content_import(const Arguments& arguments);
int content_export(const Arguments& arguments);
int ledger_check(const Arguments& arguments);
int lang_list(const Arguments& arguments);
int lang_check(const Arguments& arguments);
int lang_install(const Arguments& arguments);
int config(const Arguments& arguments);
int version(const Arguments& arguments);
int certs(const Arguments& arguments);
int sandbox(const Arguments& arguments);
int doctor(const Arguments& arguments);

// What the options of a command came to.
struct Parsed {
  options::variables_map values;
  std::vector<std::string> settings;  // --section.field=value

  bool has(const char* name) const { return values.count(name) > 0; }

  std::string text(const char* name) const {
    return has(name) ? values[name].as<std::string>() : "";
  }
};

// Parses, and answers --help by printing `usage` and the options. exit_code is set when the command
// is over: 0 after --help, 2 after an error, which is printed.
struct ParseResult {
  Parsed parsed;
  std::optional<int> exit_code;
};

ParseResult parse(const Arguments& arguments,
                  const std::string& usage,
                  const options::options_description& visible,
                  const options::positional_options_description& positional = {},
                  const options::options_description& hidden = {});

// --data, --config and --help, which every command has.
options::options_description common_options();

// Settings of all modules from file (--config, else <data>/lyceum.yaml where there is one),
// environment and flags.
struct Loaded {
  host::Settings settings;
  std::vector<host::Module> modules;
  host::Configuration configuration;
};

Result<std::unique_ptr<Loaded>> load(const Parsed& parsed);

// Prints "lyceum: message" on standard error and gives the exit code: 2 when the command line or
// the configuration is wrong, else 1.
int failed(const Error& error);

}  // namespace lyceum::cli
