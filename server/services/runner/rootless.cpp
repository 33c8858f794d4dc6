#include "services/runner/rootless.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fmt/format.h>
#include <pwd.h>
#include <sstream>
#include <unistd.h>

#include "services/runner/doctor.h"
#include "services/runner/machine.h"

namespace lyceum::runner {
namespace {

constexpr std::int64_t ids_needed = 1024;     // a block of sandbox/standby.h
constexpr std::int64_t ids_used = 64 * 1024;  // for as many sandboxes of one user as there may be
constexpr std::int64_t id_max = 0xfffffffe;

constexpr auto delegate =
    "start it with systemd-run --user --scope -p Delegate=yes (for a server: loginctl "
    "enable-linger "
    "$USER, so that it outlives your session); where there is no systemd, root makes a cgroup v2 "
    "directory, gives it to you (chown) and puts your shell in it";

std::optional<std::int64_t> number(const std::string& text) {
  std::int64_t out = 0;
  const auto end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, out);
  if (read.ec != std::errc() || read.ptr != end || out < 0 || out > id_max) return {};
  return out;
}

Finding found(bool there, std::string what, std::string advice) {
  return {there ? Grade::good : Grade::missing, "without root: " + std::move(what),
          there ? "" : std::move(advice)};
}

Finding namespaces() {
  if (text_of("/proc/sys/kernel/unprivileged_userns_clone") == "0\n")
    return found(false, "user namespaces are for root alone",
                 "sysctl -w kernel.unprivileged_userns_clone=1, and once more in /etc/sysctl.d");
  if (text_of("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1\n")
    return found(false, "AppArmor takes the powers from users' namespaces",
                 "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, and once more in "
                 "/etc/sysctl.d");
  return found(true, "user namespaces are for everybody", "");
}

Finding tools() {
  std::error_code unknown;
  for (const auto* tool : {"/usr/bin/newuidmap", "/usr/bin/newgidmap"})
    if (!std::filesystem::exists(tool, unknown))
      return found(false, fmt::format("no {}", tool), "on Debian: apt install uidmap");
  return found(true, "newuidmap and newgidmap", "");
}

Finding ids() {
  const auto ids = subordinate_ids();
  if (!ids) return found(false, "not enough subordinate ids", ids.error().message);
  return found(true, fmt::format("{} subordinate ids from {}", ids->count, ids->first_uid), "");
}

// Where the line of /proc/self/cgroup that is about this controller ("": v2) says that we are.
std::string own_group(const std::string& controller) {
  std::istringstream lines(text_of("/proc/self/cgroup"));
  for (std::string line; std::getline(lines, line);) {
    const auto first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    auto controllers = line.substr(first + 1, second - first - 1);
    std::ranges::replace(controllers, ',', ' ');
    if (controller.empty() ? controllers.empty() : has_word(controllers, controller))
      return line.substr(second + 1);
  }
  return "";
}

Finding v1_groups(const std::map<std::string, std::string>& mounts) {
  for (const auto& [kind, mount] : mounts) {
    const auto path = mount + own_group(kind == "v2" ? "" : kind);
    if (access(path.c_str(), W_OK) != 0)
      return found(false, fmt::format("the cgroup {} is not yours to divide", path),
                   "start Linux with systemd.unified_cgroup_hierarchy=1: what is v1 is root's");
  }
  return found(true, "cgroups of v1 that are yours", "");
}

Finding cgroup() {
  const auto mounts = cgroup_mounts();
  if (mounts.contains("memory")) return v1_groups(mounts);
  if (!mounts.contains("v2")) return found(false, "no cgroups", delegate);
  const auto path = mounts.at("v2") + own_group("");
  if (access(path.c_str(), W_OK) != 0)
    return found(false, fmt::format("the cgroup {} is not yours to divide", path), delegate);
  const auto controllers = text_of(path + "/cgroup.controllers");
  for (const auto* controller : {"memory", "pids", "cpu"})
    if (!has_word(controllers, controller))
      return found(false, fmt::format("the cgroup {} lacks the controller {}", path, controller),
                   std::string(delegate) +
                       "; before systemd 252, also a file "
                       "/etc/systemd/system/user@.service.d/delegate.conf with [Service] and "
                       "Delegate=cpu memory pids");
  return found(true, fmt::format("the cgroup {} is yours to divide", path), "");
}

}  // namespace

std::optional<IdRange> find_ids(const std::string& text, const std::string& name, unsigned user) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string owner, first, count;
    if (!std::getline(fields, owner, ':') || !std::getline(fields, first, ':') ||
        !std::getline(fields, count))
      continue;
    if (owner != name && owner != std::to_string(user)) continue;
    const auto from = number(first), many = number(count);
    if (from && many && *many >= ids_needed && *from > 0) return IdRange{*from, *many};
  }
  return {};
}

std::string user_name() {
  const passwd* entry = getpwuid(geteuid());  // NOLINT(concurrency-mt-unsafe): there are no threads
  return entry ? entry->pw_name : std::to_string(geteuid());
}

Result<SubordinateIds> subordinate_ids() {
  const auto name = user_name();
  const auto users = find_ids(text_of("/etc/subuid"), name, geteuid());
  const auto groups = find_ids(text_of("/etc/subgid"), name, geteuid());
  if (users && groups)
    return SubordinateIds{users->first, groups->first,
                          std::min({users->count, groups->count, ids_used})};
  return fail(
      Code::failed_precondition, "no_subordinate_ids",
      fmt::format("the user {} does not have {} subordinate ids in {} (sudo usermod "
                  "--add-subuids FIRST-LAST --add-subgids FIRST-LAST {}, ids that nobody else has, "
                  "such as 100000-165535)",
                  name, ids_needed, users ? "/etc/subgid" : "/etc/subuid", name));
}

std::vector<Finding> examine_rootless() {
  return {namespaces(), tools(), ids(), cgroup()};
}

}  // namespace lyceum::runner
