#include "cli/sandbox.h"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <system_error>
#include <unistd.h>

#include "services/runner/sandbox.h"

namespace lyceum::cli {
namespace {

bool runs_code(const host::Settings& settings) {
  return std::ranges::any_of(settings.target,
                             [](const auto& t) { return t == "all" || t == "runner"; });
}

}  // namespace

Result<void> start_own_sandbox(Loaded& loaded) {
  if (geteuid() != 0 || !runs_code(loaded.settings)) return {};
  if (!loaded.configuration.get("runner.sandbox").empty()) return {};
  TRY(const auto place, runner::start_sandbox());
  return loaded.configuration.set("runner.sandbox", place, "sandbox");
}

Result<void> become(const std::string& user) {
  const passwd* entry =
      getpwnam(user.c_str());  // NOLINT(concurrency-mt-unsafe): before there are threads
  if (!entry)
    return fail(Code::invalid_argument, "no_such_user",
                fmt::format("--user: there is no user \"{}\"", user));
  if (geteuid() != 0)
    return fail(Code::failed_precondition, "not_root",
                "--user: only root can become somebody else");
  if (initgroups(entry->pw_name, entry->pw_gid) != 0 || setgid(entry->pw_gid) != 0 ||
      setuid(entry->pw_uid) != 0)
    return fail(
        Code::internal, "cannot_become",
        fmt::format("--user: cannot become {}: {}", user, std::generic_category().message(errno)));
  return {};
}

int sandbox(const Arguments& arguments) {
  auto visible = common_options();
  visible.add_options()  //
      ("socket", options::value<std::string>()->required()->value_name("PATH"),
       "where to listen, such as DIR/sandbox.sock")  //
      ("user", options::value<std::string>()->value_name("NAME"),
       "the only user who is served (default: who starts it)");
  const auto [parsed, exit_code] = parse(
      arguments,
      "lyceum sandbox --socket PATH [--user NAME]\n\n"
      "As root: runs programs in the sandbox for the Lyceum of an ordinary user, until it is "
      "ended.\n"
      "Without root: the same for oneself, where there are subordinate ids and a cgroup of "
      "one's own:\n"
      "  systemd-run --user --scope -p Delegate=yes lyceum sandbox --socket DIR/sandbox.sock\n"
      "`lyceum doctor` says what is missing for that.\n"
      "`lyceum serve` as root needs none of this: it starts its own.",
      visible);
  if (exit_code) return *exit_code;
  return failed(runner::become_sandbox(parsed.text("socket"), parsed.text("user")));
}

}  // namespace lyceum::cli
