// Any bytes as the file of a language. Beyond not crashing: what is refused has a sentence; of what
// is accepted, every command line can be filled, and no option of a compiler that it allows names a
// file that it does not name itself.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"
#include "services/runner/languages.h"

namespace lyceum::runner {
namespace {

void require(bool yes) {
  if (!yes) std::abort();
}

// As many arguments as there are, but for {sources}, and no operand that looks like an option.
void check_fill(const Argv& pattern) {
  const Fill values = {"-a/main.x", {"@list", "-a/main.x", "b.x"}, 64};
  const auto filled = fill(pattern, values);
  const auto lists = std::ranges::count(pattern, "{sources}");
  require(std::ssize(filled) == std::ssize(pattern) + 2 * lists);
  std::size_t at = 0;
  for (const auto& argument : pattern) {
    if (argument == "{sources}") {
      require(filled[at] == "./@list" && filled[at + 1] == "b.x" &&
              filled[at + 2] == "./-a/main.x");
      at += 3;
      continue;
    }
    if (argument == "{entry}") require(filled[at] == "./-a/main.x");
    if (!argument.contains('{')) require(filled[at] == argument);
    ++at;
  }
}

void check_allowed(const Language& language) {
  for (const std::string option : {"-I/etc", "-include/etc/passwd", "@list", "-Wl,-x", "-D", "-x y",
                                   "a/b", "-B..", "-fplugin=a.so", "-o"})
    if (language.allows(option))
      require(std::ranges::any_of(language.compile_allowed, [&](std::string_view allowed) {
        return allowed == option ||
               (allowed.ends_with('*') && option.find_first_of("/, @") == std::string::npos);
      }));
}

}  // namespace
}  // namespace lyceum::runner

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lyceum::runner;  // NOLINT(google-build-using-namespace)
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  const auto language = parse_language({reinterpret_cast<const char*>(data), size});
  if (!language) {
    require(language.error().reason == "bad_language" && !language.error().message.empty());
    return 0;
  }
  require(!language->run.empty() && !language->self_test.files.empty());
  for (const auto& budget :
       {language->run_limits, language->compile_limits, language->precompiled.limits})
    require(std::min({budget.cpu_ms, budget.wall_ms, budget.memory_mib, budget.processes,
                      budget.cores}) >= 0);
  require(language->runtime_memory_mib >= 0 && language->runtime_processes >= 0);
  for (const auto* pattern :
       {&language->compile, &language->run, &language->version, &language->precompiled.argv})
    check_fill(*pattern);
  check_allowed(*language);
  return 0;
}
