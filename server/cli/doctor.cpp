#include "services/runner/doctor.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <unistd.h>

#include "cli/command.h"
#include "services/runner/sandbox.h"

namespace lyceum::cli {
namespace {

void print(const runner::Finding& finding) {
  const bool good = finding.grade == runner::Grade::good;
  fmt::print("{:<8}{}\n", good ? "ok" : "missing", finding.what);
  if (!good && !finding.advice.empty()) fmt::print("{:<8}{}\n", "", finding.advice);
}

// The sandbox that was started for us, or one of its own.
runner::Finding try_sandbox(const std::string& socket, bool able) {
  if (!socket.empty()) return runner::examine_sandbox(socket);
  if (!able)
    return {
        runner::Grade::fatal,
        "no sandbox was tried: root can make one, and you where nothing is missing without root",
        "sudo lyceum doctor; or start one (sudo lyceum sandbox --socket PATH --user $USER) "
        "and name it here (--socket PATH)"};
  const auto started = runner::start_sandbox();
  if (!started) return {runner::Grade::fatal, started.error().message, ""};
  return runner::examine_sandbox(*started);
}

}  // namespace

int doctor(const Arguments& arguments) {
  auto visible = common_options();
  visible.add_options()(
      "socket", options::value<std::string>()->value_name("PATH"),
      "try the sandbox that listens there (default: DIR/sandbox.sock, for others than root)");
  const auto [parsed, exit_code] =
      parse(arguments,
            "lyceum doctor [--socket PATH]\n\n"
            "Looks whether programs can be run on this machine, and says how to get what is "
            "missing.\nExits with 1 when none can be run.",
            visible);
  if (exit_code) return *exit_code;
  auto findings = runner::examine_machine();
  auto socket = parsed.text("socket");
  const auto usual = (parsed.has("data") ? parsed.text("data") : "data") + "/sandbox.sock";
  if (socket.empty() && geteuid() != 0 && std::filesystem::exists(usual)) socket = usual;
  bool able = true;
  if (geteuid() != 0) {
    for (auto& finding : runner::examine_rootless()) {
      able = able && finding.grade == runner::Grade::good;
      findings.push_back(std::move(finding));
    }
  }
  findings.push_back(try_sandbox(socket, able));
  able = true;
  for (const auto& finding : findings) {
    print(finding);
    able = able && finding.grade != runner::Grade::fatal;
  }
  for (const auto& finding : runner::examine_languages()) print(finding);
  return able ? 0 : 1;
}

}  // namespace lyceum::cli
