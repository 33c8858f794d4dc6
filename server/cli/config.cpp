#include <fmt/format.h>

#include "cli/command.h"

namespace lyceum::cli {

int config(const Arguments& arguments) {
  const auto [parsed, exit_code] =
      parse(arguments,
            "lyceum config [--data DIR] [--config FILE] [--SECTION.FIELD=VALUE…]\n\n"
            "Prints all settings as YAML, with the values that `lyceum serve` would have here.\n"
            "Later wins: default, file, environment (LYCEUM_SECTION_FIELD), flag.",
            common_options());
  if (exit_code) return *exit_code;
  const auto loaded = load(parsed);
  if (!loaded) return failed(loaded.error());
  fmt::print("{}", (*loaded)->configuration.print());
  return 0;
}

}  // namespace lyceum::cli
