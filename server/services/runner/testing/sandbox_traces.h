#pragma once
// What programs and their sandboxes leave on the machine, seen from outside of them: for tests that
// must find nothing.

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace lyceum::runner {

constexpr int first_host_id = 1'900'000'000, ids_per_block = 1024;  // sandbox/standby.h

// False when it did not happen within ten seconds.
inline bool becomes_true(const std::function<bool()>& wanted) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!wanted()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

// "0 1900000004 1", which is /proc/self/uid_map: the host's id of a slot's root. Gives the first of
// the ids of its broker.
inline int first_id_in(const std::string& map) {
  int inside = -1, outside = 0;
  std::istringstream(map) >> inside >> outside;
  return outside - (outside - first_host_id) % ids_per_block;
}

inline bool is_one_of(uid_t id, int first_id) {
  return std::cmp_greater_equal(id, first_id) && std::cmp_less(id, first_id + ids_per_block);
}

// Of all jobs of this broker, in every hierarchy.
inline std::vector<std::filesystem::path> cgroups_of(int first_id) {
  std::vector<std::filesystem::path> out;
  const auto block = "lyceum-sandbox-" + std::to_string((first_id - first_host_id) / ids_per_block);
  std::error_code gone;
  for (const auto* hierarchy : {"", "memory", "pids", "cpu", "cpuacct", "unified"})
    for (const auto& entry : std::filesystem::directory_iterator(
             std::filesystem::path("/sys/fs/cgroup") / hierarchy / block, gone))
      if (entry.path().filename().string().starts_with("job-")) out.push_back(entry.path());
  return out;
}

// Of a file that may go while it is read, as those of a process do.
inline std::string file_text(const std::filesystem::path& path) {
  std::ostringstream out;
  out << std::ifstream(path).rdbuf();
  return out.str();
}

inline std::vector<pid_t> processes() {
  std::vector<pid_t> out;
  std::error_code gone;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", gone)) {
    const auto name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") == std::string::npos) out.push_back(std::stoi(name));
  }
  return out;
}

inline std::filesystem::path proc(pid_t pid) {
  return std::filesystem::path("/proc") / std::to_string(pid);
}

// A sandbox that stands ready has one process, which is nobody's program: those have odd ids.
inline std::vector<pid_t> programs_of(int first_id) {
  std::vector<pid_t> out;
  for (const pid_t pid : processes()) {
    std::ifstream status(proc(pid) / "status");
    for (std::string line; std::getline(status, line);) {
      uid_t id = 0;
      if (!line.starts_with("Uid:")) continue;
      std::istringstream(line.substr(4)) >> id;
      if (is_one_of(id, first_id) && id % 2 == 1) out.push_back(pid);
    }
  }
  return out;
}

// A line for each process, cgroup with more than its init, and file where everybody may write.
inline std::string what_is_left(int first_id) {
  std::string left;
  std::error_code gone;
  for (const auto& group : cgroups_of(first_id)) {
    const auto count = std::ranges::count(file_text(group / "cgroup.procs"), '\n');
    if (count > 1) left += std::to_string(count) + " in cgroup " + group.string() + "\n";
  }
  for (const pid_t pid : programs_of(first_id)) left += "process " + std::to_string(pid) + "\n";
  for (const auto* folder : {"/tmp", "/var/tmp", "/dev/shm", "/run"})
    for (const auto& file : std::filesystem::directory_iterator(folder, gone)) {
      struct stat about = {};
      if (lstat(file.path().c_str(), &about) == 0 && is_one_of(about.st_uid, first_id))
        left += "file " + file.path().string() + "\n";
    }
  return left;
}

inline std::vector<pid_t> children_of(pid_t wanted) {
  std::vector<pid_t> out;
  for (const pid_t pid : processes()) {
    const auto text = file_text(proc(pid) / "stat");
    const auto name_end = text.rfind(')');
    if (name_end == std::string::npos) continue;
    char state = 0;
    pid_t parent = 0;
    std::istringstream(text.substr(name_end + 1)) >> state >> parent;
    if (parent == wanted && state != 'Z') out.push_back(pid);
  }
  return out;
}

// Those that this process started; none to be seen by who may not look at root's.
inline std::vector<pid_t> brokers() {
  std::vector<pid_t> out;
  std::error_code hidden;
  for (const pid_t child : children_of(getpid())) {
    const auto program = std::filesystem::read_symlink(proc(child) / "exe", hidden).string();
    if (program.starts_with("/memfd:lyceum-sandbox")) out.push_back(child);
  }
  return out;
}

struct Holds {
  std::ptrdiff_t files = 0, mounts = 0;
  bool at_rest = false;  // of a slot: two sandboxes stand ready, none works or dies

  bool operator==(const Holds&) const = default;
};

// A slot keeps the namespaces and cgroups of up to six sandboxes to use them again: they are
// counted where they are more.
inline Holds holds(pid_t pid) {
  constexpr std::ptrdiff_t sandboxes_max = 6, namespaces = 2, of_cgroups = 15;
  Holds out;
  out.mounts = std::ranges::count(file_text(proc(pid) / "mountinfo"), '\n');
  int filters = 0, inits = 0;
  std::ptrdiff_t kept_namespaces = 0, kept_groups = 0;
  std::error_code gone;
  for (const auto& file : std::filesystem::directory_iterator(proc(pid) / "fd", gone)) {
    const auto what = std::filesystem::read_symlink(file, gone).string();
    filters += what.starts_with("anon_inode:seccomp");
    inits += what == "anon_inode:[pidfd]";
    if (what.starts_with("net:[") || what.starts_with("user:["))
      ++kept_namespaces;
    else if (what.contains("/job-"))
      ++kept_groups;
    else
      ++out.files;
  }
  out.files += std::max<std::ptrdiff_t>(0, kept_namespaces - sandboxes_max * namespaces);
  out.files += std::max<std::ptrdiff_t>(0, kept_groups - sandboxes_max * of_cgroups);
  out.at_rest = filters == 2 && inits == 2;
  return out;
}

}  // namespace lyceum::runner
