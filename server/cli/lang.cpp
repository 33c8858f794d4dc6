// `lyceum lang`: the languages that the runner knows, on this machine.

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "base/log.h"
#include "cli/command.h"
#include "cli/process.h"
#include "cli/sandbox.h"
#include "services/runner/languages.h"
#include "services/runner/self_test.h"

namespace lyceum::cli {
namespace {

using runner::Language;
using Languages = std::vector<const Language*>;
using Words = std::vector<std::string>;

// Those of these packages that are not installed; all of them where there is no dpkg.
Words missing(const Words& packages) {
  Words ask = {"dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n"};
  ask.insert(ask.end(), packages.begin(), packages.end());
  const auto known = "\n" + output_of(ask);
  Words out;
  std::ranges::copy_if(packages, std::back_inserter(out), [&](const auto& package) {
    return known.find("\n" + package + " installed\n") == std::string::npos;
  });
  return out;
}

Result<Languages> choose(const Words& keys) {
  Languages out;
  const auto add = [&](const Language& language) {
    if (std::ranges::find(out, &language) == out.end()) out.push_back(&language);
  };
  for (const auto& key : keys) {
    const Language* found = runner::find_language(key);
    if (found) add(*found);
    if (key == "all") std::ranges::for_each(runner::languages(), add);
    if (found || key == "all") continue;
    Words all;
    for (const auto& language : runner::languages()) all.push_back(language.key);
    return fail(
        Code::invalid_argument, "usage",
        fmt::format("there is no language \"{}\"; there are {}", key, fmt::join(all, ", ")));
  }
  return out;
}

// The options and the keys of `lang check` and `lang install`.
struct KeysCommand {
  ParseResult result;
  Words keys;
};

KeysCommand parse_keys(const Arguments& arguments, const std::string& usage) {
  options::options_description hidden;
  hidden.add_options()("key", options::value<Words>()->default_value({}, ""));
  options::positional_options_description positional;
  positional.add("key", -1);
  KeysCommand out{parse(arguments, usage, common_options(), positional, hidden), {}};
  if (!out.result.exit_code) out.keys = out.result.parsed.values["key"].as<Words>();
  return out;
}

std::string state_of(const Language& language) {
  if (runner::tools_installed(language)) {
    const auto version = output_of(language.version);
    return version.substr(0, version.find('\n'));
  }
  const auto packages = missing(language.packages);
  if (packages.empty())
    return fmt::format("not installed: its packages are, but not {}",
                       fmt::join(language.tools, ", "));
  return fmt::format("not installed: needs {}", fmt::join(packages, " "));
}

// Whether it works. One line, and what was said where it does not.
bool report(const Language& language, const runner::v1::RunResult& result) {
  const auto& compile = result.compile();
  if (result.status() == "AC") {
    const auto& test = result.tests(0);
    const auto compiled =
        language.compiled() ? fmt::format("compiled in {} ms, ", compile.cpu_ms()) : "";
    fmt::print("{:<14}works: {}ran in {} ms, {:.1f} MiB\n", language.key, compiled, test.cpu_ms(),
               static_cast<double>(test.memory_bytes()) / (1 << 20));
    return true;
  }
  fmt::print("{:<14}does not work: {}\n", language.key, result.status());
  fmt::print(stderr, "{}{}", compile.stdout(), compile.stderr());
  for (const auto& test : result.tests()) fmt::print(stderr, "{}{}", test.stdout(), test.stderr());
  return false;
}

Result<bool> check(const Parsed& parsed, const Languages& languages) {
  TRY(const auto loaded, load(parsed));
  TRY_VOID(start_own_sandbox(*loaded));
  auto place = loaded->configuration.get("runner.sandbox");
  if (place.empty()) place = loaded->settings.data + "/sandbox.sock";
  log::set_level(log::Level::error);  // what is wrong is said below
  bool good = true;
  for (const auto* language : languages) {
    if (!runner::tools_installed(*language)) {
      fmt::print("{:<14}{}\n", language->key, state_of(*language));
      good = false;
      continue;
    }
    TRY(const auto result, runner::run_self_test(place, *language));
    good = report(*language, result) && good;
    std::fflush(stdout);
  }
  return good;
}

}  // namespace

int lang_list(const Arguments& arguments) {
  const auto [parsed, exit_code] = parse(arguments,
                                         "lyceum lang list\n\nEvery language that programs may be "
                                         "written in: key, name, and the version that is "
                                         "installed here\nor the packages that are missing.",
                                         common_options());
  if (exit_code) return *exit_code;
  for (const auto& language : runner::languages())
    fmt::print("{:<14}{:<22}{}\n", language.key, language.name, state_of(language));
  return 0;
}

int lang_check(const Arguments& arguments) {
  const auto command = parse_keys(
      arguments,
      "lyceum lang check [KEY…]\n\nRuns each language's own test in the sandbox: as root in one "
      "that it starts, else in the one at\nDIR/sandbox.sock. Without KEY: those that are "
      "installed. Exit code 1 when one does not work.");
  if (command.result.exit_code) return *command.result.exit_code;
  auto chosen = choose(command.keys);
  if (!chosen) return failed(chosen.error());
  if (command.keys.empty()) {
    for (const auto& language : runner::languages())
      if (runner::tools_installed(language)) chosen->push_back(&language);
  }
  const auto good = check(command.result.parsed, *chosen);
  return !good ? failed(good.error()) : *good ? 0 : 1;
}

int lang_install(const Arguments& arguments) {
  const auto command = parse_keys(arguments,
                                  "lyceum lang install KEY…|all\n\nInstalls languages from "
                                  "Debian's packages: prints the command and runs it, as root or "
                                  "through sudo.\nA server that runs offers them at once.");
  if (command.result.exit_code) return *command.result.exit_code;
  if (command.keys.empty())
    return failed({Code::invalid_argument, "usage", "name the languages, or: all", "", 0});
  const auto chosen = choose(command.keys);
  if (!chosen) return failed(chosen.error());
  Words packages;
  for (const auto* language : *chosen)
    for (const auto& package : language->packages)
      if (std::ranges::find(packages, package) == packages.end()) packages.push_back(package);
  packages = missing(packages);
  if (packages.empty()) {
    fmt::print("everything is installed\n");
    return 0;
  }
  Words argv = {"env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install",
                "-y",  "--no-install-recommends"};
  if (geteuid() != 0) argv.insert(argv.begin(), "sudo");
  argv.insert(argv.end(), packages.begin(), packages.end());
  fmt::print("{}\n", fmt::join(argv, " "));
  std::fflush(stdout);
  const auto ended = run_program(argv);
  if (ended == 0) return 0;
  return failed({Code::failed_precondition, "not_installed",
                 ended ? fmt::format("apt-get ended with {}; is its list of packages old? Try "
                                     "`apt-get update` first",
                                     *ended)
                       : fmt::format("there is no {} here", argv[0]),
                 "", 0});
}

}  // namespace lyceum::cli
