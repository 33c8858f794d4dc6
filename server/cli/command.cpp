#include "cli/command.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <sstream>
#include <unistd.h>

#include "modules.h"

namespace lyceum::cli {
namespace {

struct Command {
  const char* words;
  const char* summary;
  int (*run)(const Arguments&);
};

constexpr Command commands[] = {
    {"serve", "start Lyceum: every service, or those of --target", serve},
    {"user add", "make an account", user_add},
    {"token add", "make an API token for an account and print it", token_add},
    {"content check", "say what is wrong with a course's folder", content_check},
    {"content import", "put a course's folder into Lyceum", content_import},
    {"content export", "write a course back into a folder", content_export},
    {"ledger check", "add up all polypoints", ledger_check},
    {"lang list", "list the languages of programs, and what is installed", lang_list},
    {"lang check", "test languages in the sandbox", lang_check},
    {"lang install", "install languages from Debian's packages", lang_install},
    {"certs", "make certificates by which several processes know each other", certs},
    {"config", "print every setting with its help, default and value", config},
    {"sandbox", "serve the runner's sandbox for an ordinary user's Lyceum", sandbox},
    {"doctor", "look whether programs can be run on this machine", doctor},
    {"version", "print the version", version},
};

void print_help(std::FILE* out) {
  fmt::print(out,
             "Lyceum: learn programming and talk, on your own machine.\n\nusage: lyceum COMMAND "
             "[OPTION…]\n\n");
  for (const auto& command : commands)
    fmt::print(out, "  {:<16}{}\n", command.words, command.summary);
  fmt::print(out, "\n`lyceum COMMAND --help` explains its options.\n");
}

bool starts_with_words(const Arguments& arguments, std::string_view words, std::size_t& count) {
  count = 0;
  while (!words.empty()) {
    const auto space = words.find(' ');
    if (count >= arguments.size() || arguments[count] != words.substr(0, space)) return false;
    ++count;
    words = space == std::string_view::npos ? std::string_view() : words.substr(space + 1);
  }
  return true;
}

}  // namespace

int run(const Arguments& arguments) {
  if (arguments.empty() || arguments[0] == "--help" || arguments[0] == "-h" ||
      arguments[0] == "help") {
    print_help(arguments.empty() ? stderr : stdout);
    return arguments.empty() ? 2 : 0;
  }
  if (arguments[0] == "--version") return version({});
  for (const auto& command : commands) {
    std::size_t words = 0;
    if (starts_with_words(arguments, command.words, words))
      return command.run({arguments.begin() + static_cast<std::ptrdiff_t>(words), arguments.end()});
  }
  fmt::print(stderr, "lyceum: there is no command \"{}\"\n\n", arguments[0]);
  print_help(stderr);
  return 2;
}

int failed(const Error& error) {
  fmt::print(stderr, "lyceum: {}\n",
             error.field.empty() ? error.message : error.field + ": " + error.message);
  constexpr std::string_view wrong_line[] = {"usage", "unknown_setting", "bad_setting", "bad_file"};
  return std::ranges::find(wrong_line, error.reason) == std::end(wrong_line) ? 1 : 2;
}

options::options_description common_options() {
  options::options_description out("options");
  out.add_options()                                                                              //
      ("data", options::value<std::string>()->value_name("DIR"), "data folder (default: data)")  //
      ("config", options::value<std::string>()->value_name("FILE"),
       "settings as YAML (default: DIR/lyceum.yaml, where there is one)")  //
      ("help,h", "print this");
  return out;
}

ParseResult parse(const Arguments& arguments,
                  const std::string& usage,
                  const options::options_description& visible,
                  const options::positional_options_description& positional,
                  const options::options_description& hidden) {
  ParseResult out;
  options::options_description all;
  all.add(visible).add(hidden);
  try {
    const auto parsed = options::command_line_parser(arguments)
                            .options(all)
                            .positional(positional)
                            .style(options::command_line_style::unix_style &
                                   ~options::command_line_style::allow_guessing)
                            .allow_unregistered()
                            .run();
    for (const auto& option : parsed.options) {
      if (!option.unregistered) continue;
      // A setting of a module, "--mailer.smtp=…"; anything else is a mistake.
      const std::string& word = option.original_tokens.at(0);
      if (!word.starts_with("--") || word.find('.') == std::string::npos ||
          word.find('=') == std::string::npos)
        throw options::error("there is no option " + word);
      out.parsed.settings.push_back(word.substr(2));
    }
    options::store(parsed, out.parsed.values);
    if (!out.parsed.has("help")) options::notify(out.parsed.values);
  } catch (const options::error& wrong) {
    fmt::print(stderr, "lyceum: {}\nusage: {}\n", wrong.what(), usage);
    out.exit_code = 2;
    return out;
  }
  if (out.parsed.has("help")) {
    std::ostringstream text;
    text << visible;
    fmt::print("usage: {}\n\n{}", usage, text.str());
    out.exit_code = 0;
  }
  return out;
}

Result<std::unique_ptr<Loaded>> load(const Parsed& parsed) {
  auto out = std::make_unique<Loaded>();
  out->modules = all_modules();
  out->configuration.add(out->settings.section());
  out->configuration.add(out->settings.limits_section());
  for (const auto& module : out->modules) out->configuration.add(module.config);
  const std::string data = parsed.has("data") ? parsed.text("data") : out->settings.data;
  std::string file = parsed.text("config");
  if (file.empty() && std::filesystem::exists(data + "/lyceum.yaml")) file = data + "/lyceum.yaml";
  if (!file.empty()) TRY_VOID(out->configuration.load_file(file));
  TRY_VOID(out->configuration.load_environment(environ));
  for (const auto& setting : parsed.settings) {
    const auto equals = setting.find('=');
    TRY_VOID(out->configuration.set(setting.substr(0, equals), setting.substr(equals + 1),
                                    "command line"));
  }
  for (const char* name : {"data", "listen", "public-url", "target", "grpc", "peers"}) {
    if (parsed.has(name)) TRY_VOID(out->configuration.set(name, parsed.text(name), "command line"));
  }
  if (parsed.has("demo")) TRY_VOID(out->configuration.set("demo", "true", "command line"));
  return out;
}

}  // namespace lyceum::cli
