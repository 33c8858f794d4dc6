#include "base/version.h"

#include <fmt/format.h>

#include "cli/command.h"

namespace lyceum::cli {

int version(const Arguments& arguments) {
  const auto [parsed, exit_code] = parse(arguments, "lyceum version", common_options());
  if (exit_code) return *exit_code;
  fmt::print("lyceum {}\n", version_text);
  return 0;
}

}  // namespace lyceum::cli
