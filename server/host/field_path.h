#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace lyceum::host {

// The error of something inside `part` ("files", "[2]"), seen from outside: paths such as
// "files[2].path" grow from their end, so that only what fails pays for them.
inline Error below(std::string_view part, Error error) {
  std::string path(part);
  if (!error.field.empty() && !error.field.starts_with('[')) path += '.';
  error.field = path + error.field;
  return error;
}

}  // namespace lyceum::host
