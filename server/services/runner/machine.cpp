#include "services/runner/machine.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace lyceum::runner {

std::string text_of(const std::string& path) {
  std::ostringstream out;
  out << std::ifstream(path).rdbuf();
  return out.str();
}

bool has_word(const std::string& text, const std::string& word) {
  std::istringstream words(text);
  for (std::string one; words >> one;)
    if (one == word) return true;
  return false;
}

std::map<std::string, std::string> cgroup_mounts() {
  std::map<std::string, std::string> out;
  std::ifstream mounts("/proc/self/mounts");
  for (std::string line; std::getline(mounts, line);) {
    std::string device, path, type, options;
    std::istringstream(line) >> device >> path >> type >> options;
    if (type == "cgroup2") out.try_emplace("v2", path);
    std::ranges::replace(options, ',', ' ');
    for (const auto* controller : {"memory", "pids", "cpu", "cpuacct"})
      if (type == "cgroup" && has_word(options, controller)) out.try_emplace(controller, path);
  }
  return out;
}

}  // namespace lyceum::runner
