#include "services/runner/arguments.h"

#include <fmt/format.h>

namespace lyceum::runner {
namespace {

constexpr int arguments_max = 20;
constexpr std::size_t argument_bytes_max = 1000;

}  // namespace

Result<void> check_arguments(const v1::RunRequest& request, const Language& language) {
  for (int i = 0; i < request.arguments_size(); ++i) {
    const auto field = fmt::format("arguments[{}]", i);
    if (!language.takes_arguments)
      return bad_field(field, "arguments_unsupported", "programs in this language have none");
    const auto& argument = request.arguments(i);
    if (i >= arguments_max || argument.size() > argument_bytes_max)
      return bad_field(
          field, "argument_too_large",
          fmt::format("at most {} arguments, of at most 1,000 bytes each", arguments_max));
    if (argument.contains('\0'))
      return bad_field(field, "bad_argument", "an argument has no NUL in it");
  }
  for (int i = 0; i < request.compile_arguments_size(); ++i) {
    if (i >= arguments_max || !language.allows(request.compile_arguments(i)))
      return bad_field(fmt::format("compile_arguments[{}]", i), "compile_argument_refused",
                       "this option of the compiler cannot be chosen here");
  }
  return {};
}

}  // namespace lyceum::runner
