#pragma once
// AES-256-GCM under the key file of this installation: what must not be readable from a copy of the
// database alone (signing keys) goes through here.

#include <string>
#include <string_view>

#include "base/result.h"

namespace lyceum::identity {

class Seal {
 public:
  // 32 bytes. Reads `path`, or makes it (mode 0400) when it is not there. Throws std::runtime_error
  // with a sentence for the operator when others may read it or it is no key. Empty path: a key
  // that lives as long as the process, for tests.
  static Seal open(const std::string& path);

  // base64url(nonce, ciphertext, tag). `about` (a row's id) must be the same when opening.
  std::string close(std::string_view secret, std::string_view about) const;
  Result<std::string> open(std::string_view sealed, std::string_view about) const;

 private:
  explicit Seal(std::string key) : key_(std::move(key)) {}

  std::string key_;
};

}  // namespace lyceum::identity
