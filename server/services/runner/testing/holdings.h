#pragma once
// What this process and the sandbox that it started hold: for tests that nothing of it grows. Only
// root sees all of it.

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <string>
#include <unistd.h>
#include <vector>

namespace lyceum::runner {

struct Holdings {
  // Of the sandbox: broker, slots, and the inits of sandboxes that stand ready.
  std::ptrdiff_t slots = 0, processes = 0, descriptors = 0, mounts = 0, cgroups = 0;
  std::ptrdiff_t own_descriptors = 0;
  long kib = 0;      // proportional set sizes together
  long own_kib = 0;  // without what is mapped of files, which others may share

  // What is counted, and comes back to the same when everything is at rest.
  bool same_counts(const Holdings& other) const {
    return slots == other.slots && processes == other.processes &&
           descriptors == other.descriptors && mounts == other.mounts && cgroups == other.cgroups &&
           own_descriptors == other.own_descriptors;
  }

  std::string text() const {
    return fmt::format(
        "{} slots, {} processes with {} descriptors, {} mounts, {} cgroups, {} KiB; here {} "
        "descriptors, {} "
        "KiB",
        slots, processes, descriptors, mounts, cgroups, kib, own_descriptors, own_kib);
  }
};

class Holder {
 public:
  static Holdings measure() {
    Holdings out;
    std::string group;
    add(out, group, getpid(), 0);
    out.cgroups = cgroups(group);
    out.own_descriptors = entries(of(getpid()) / "fd");
    out.own_kib = number(of(getpid()) / "smaps_rollup", "Anonymous:");
    return out;
  }

 private:
  using Path = std::filesystem::path;

  static constexpr int slot_depth = 2;  // a broker is our child, a slot is the broker's

  static Path of(long pid) { return Path("/proc") / std::to_string(pid); }

  static std::ptrdiff_t entries(const Path& folder) {
    std::error_code gone;
    return std::distance(std::filesystem::directory_iterator(folder, gone), {});
  }

  static std::ptrdiff_t lines(const Path& file) {
    std::ifstream in(file);
    return std::count(std::istreambuf_iterator<char>(in), {}, '\n');
  }

  static long number(const Path& file, const std::string& field) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);)
      if (line.starts_with(field)) return std::stol(line.substr(field.size()));
    return 0;
  }

  static std::vector<long> children(long pid) {
    std::vector<long> out;
    std::error_code gone;
    for (const auto& thread : std::filesystem::directory_iterator(of(pid) / "task", gone)) {
      std::ifstream in(thread.path() / "children");
      for (long child = 0; in >> child;) out.push_back(child);
    }
    return out;
  }

  static bool is_sandbox(long pid) {
    std::error_code gone;
    return std::filesystem::read_symlink(of(pid) / "exe", gone)
        .string()
        .starts_with("/memfd:lyceum-sandbox");
  }

  // "lyceum-sandbox-0", of a process in one of its groups; empty where this is in none.
  static std::string group_of(long pid) {
    std::ifstream in(of(pid) / "cgroup");
    const std::string all(std::istreambuf_iterator<char>(in), {});
    const auto begin = all.find("lyceum-sandbox-");
    return begin == std::string::npos ? ""
                                      : all.substr(begin, all.find_first_of("/\n", begin) - begin);
  }

  // In all hierarchies.
  static std::ptrdiff_t cgroups(const std::string& group) {
    const Path top = "/sys/fs/cgroup";
    std::error_code gone;
    auto count = folders(top / group);
    for (const auto& hierarchy : std::filesystem::directory_iterator(top, gone))
      if (!hierarchy.is_symlink(gone)) count += folders(hierarchy.path() / group);
    return count;
  }

  static std::ptrdiff_t folders(const Path& folder) {
    std::error_code gone;
    const std::filesystem::directory_iterator all(folder, gone);
    return std::count_if(begin(all), end(all),
                         [&](const auto& one) { return one.is_directory(gone); });
  }

  static void add(Holdings& out, std::string& group, long pid, int depth) {
    for (const auto child : children(pid)) {
      if (!is_sandbox(child)) continue;
      ++out.processes;
      out.slots += depth + 1 == slot_depth ? 1 : 0;
      out.descriptors += entries(of(child) / "fd");
      out.mounts += lines(of(child) / "mountinfo");
      out.kib += number(of(child) / "smaps_rollup", "Pss:");
      if (group.empty()) group = group_of(child);
      add(out, group, child, depth + 1);
    }
  }
};

}  // namespace lyceum::runner
