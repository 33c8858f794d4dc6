#include "services/runner/doctor.h"

#include <filesystem>
#include <fmt/format.h>
#include <optional>
#include <sstream>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "services/runner/canary.h"
#include "services/runner/languages.h"
#include "services/runner/machine.h"
#include "services/runner/sandbox.h"

namespace lyceum::runner {
namespace {

Finding kernel() {
  utsname name = {};
  uname(&name);
  int major = 0, minor = 0;
  char dot = 0;
  std::istringstream(name.release) >> major >> dot >> minor;
  const bool enough = std::pair(major, minor) >= std::pair(5, 14);
  return {enough ? Grade::good : Grade::fatal, fmt::format("Linux {}", name.release),
          "programs can be run on Linux 5.14 or newer"};
}

Finding cgroups() {
  const auto mounts = cgroup_mounts();
  if (const auto v2 = mounts.find("v2"); v2 != mounts.end()) {
    const auto controllers = text_of(v2->second + "/cgroup.controllers");
    if (has_word(controllers, "memory") && has_word(controllers, "pids") &&
        has_word(controllers, "cpu"))
      return {Grade::good, "cgroup v2 with memory, pids and cpu", ""};
  }
  std::string without;
  for (const auto* controller : {"memory", "pids", "cpu", "cpuacct"})
    if (!mounts.contains(controller)) without += std::string(" ") + controller;
  if (without.empty())
    return {Grade::good,
            mounts.contains("v2") ? "cgroup v1 controllers beside cgroup v2 (hybrid)"
                                  : "cgroup v1 controllers",
            ""};
  return {Grade::fatal, "no cgroup controllers:" + without,
          "start Linux with systemd.unified_cgroup_hierarchy=1 cgroup_enable=memory; in a "
          "container, mount cgroup2 at /sys/fs/cgroup, writable"};
}

Finding user_namespaces() {
  const auto most = text_of("/proc/sys/user/max_user_namespaces");
  return {most.empty() || most == "0\n" ? Grade::fatal : Grade::good, "user namespaces",
          "sysctl -w user.max_user_namespaces=10000, and once more in /etc/sysctl.d; the kernel "
          "must have CONFIG_USER_NS"};
}

Finding filter() {
  const bool there = has_word(text_of("/proc/sys/kernel/seccomp/actions_avail"), "user_notif");
  return {there ? Grade::good : Grade::fatal, "filter for system calls (seccomp)",
          "the kernel must have CONFIG_SECCOMP_FILTER"};
}

Finding landlock() {
  constexpr long create_ruleset = 444;
  constexpr unsigned ask_version = 1;
  const long version = syscall(create_ruleset, nullptr, 0, ask_version);
  if (version > 0)
    return {Grade::good, fmt::format("landlock, version {}, as a second wall", version), ""};
  return {Grade::missing, "no landlock: the mounts alone keep programs from the machine's files",
          "start Linux with lsm=landlock,… before the others (5.13 or newer)"};
}

Finding cores() {
  const auto pattern = text_of("/proc/sys/kernel/core_pattern");
  return {Grade::good,
          pattern.starts_with('|') ? "crashes are handed to a program; the sandbox keeps its own"
                                   : "crashes are not handed to a program",
          ""};
}

}  // namespace

std::vector<Finding> examine_machine() {
  return {kernel(), cgroups(), user_namespaces(), filter(), landlock(), cores()};
}

std::vector<Finding> examine_languages() {
  std::vector<Finding> out;
  for (const auto& language : languages()) {
    Finding finding{Grade::good, language.name, ""};
    for (const auto& tool : language.tools) {
      std::error_code unknown;
      if (std::filesystem::exists(tool, unknown)) continue;
      finding.grade = Grade::missing;
      finding.what += ": no " + tool;
    }
    finding.advice = fmt::format("lyceum lang install {}, or on Debian: apt install {}",
                                 language.key, fmt::join(language.packages, " "));
    out.push_back(std::move(finding));
  }
  return out;
}

Finding examine_sandbox(const std::string& place) {
  boost::asio::io_context loop;
  std::optional<Result<JobResult>> result;
  const auto sandbox = open_sandbox(place);
  auto job = trial_job();
  if (!job) return {Grade::fatal, job.error().message, ""};
  boost::asio::co_spawn(
      loop, [&]() -> Task<void> { result = co_await sandbox->run(*std::move(job)); },
      boost::asio::detached);
  loop.run();
  if (result && *result && (*result)->end == End::exited && (*result)->exit_code == 0)
    return {Grade::good, "a program ran in the sandbox", ""};
  if (result && !*result) return {Grade::fatal, result->error().message, ""};
  return {Grade::fatal, "a program was run in the sandbox and did not end well",
          "see sandbox/README.md"};
}

}  // namespace lyceum::runner
