#pragma once
// The certificates by which the processes of one Lyceum know each other.

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"

namespace lyceum::host {

struct Tls {
  std::string ca, certificate, key;  // PEM
};

struct TlsFiles {
  std::string ca, certificate, key;  // paths
};

// Nothing where no path is set. An error names the setting and says what is wrong with its file:
// missing, no PEM, expired, key of another certificate, signed by somebody else.
Result<std::optional<Tls>> load_tls(const TlsFiles& files, std::int64_t now_ms);

}  // namespace lyceum::host
