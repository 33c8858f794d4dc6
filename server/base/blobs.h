#pragma once
// Bytes by name, too large or too plain for a table: pictures, attachments, artifacts.

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/task.h"

namespace lyceum {

// Keys: parts of [a-z0-9._-] with "/" between, at most 200 characters; each service has its own
// prefix. A blob is written whole or not at all, and never changed: another content, another key.
class Blobs {
 public:
  virtual ~Blobs() = default;
  virtual Task<Result<void>> put(std::string key,
                                 std::string bytes) = 0;       // on disk when it returns
  virtual Task<Result<std::string>> get(std::string key) = 0;  // not_found "no_such_blob"
  virtual Task<Result<void>> remove(std::string key) = 0;      // of nothing: fine
};

}  // namespace lyceum
