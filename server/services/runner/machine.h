#pragma once
// What the files of the kernel say.

#include <map>
#include <string>

namespace lyceum::runner {

// Empty where it cannot be read.
std::string text_of(const std::string& path);
bool has_word(const std::string& text, const std::string& word);
// Where the hierarchies of cgroups are mounted: "v2"; of v1, by controller (memory, pids, cpu,
// cpuacct).
std::map<std::string, std::string> cgroup_mounts();

}  // namespace lyceum::runner
