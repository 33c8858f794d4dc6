#pragma once
// Makes certificates for the processes of one Lyceum: an authority of its own and what it signs.
// ECDSA on P-256. For tests and small set-ups; a real one may bring certificates from elsewhere.

#include <cstdint>
#include <string>

#include "base/result.h"

namespace lyceum::host {

struct KeyAndCertificate {
  std::string key, certificate;  // PEM
};

struct Validity {
  std::int64_t from_ms = 0, until_ms = 0;
};

Result<KeyAndCertificate> make_authority(Validity validity);

// For both ends of a connection (server and client), good for localhost, 127.0.0.1, ::1 and `name`,
// a host name or an IPv4 address.
Result<KeyAndCertificate> make_certificate(const KeyAndCertificate& authority,
                                           const std::string& name,
                                           Validity validity);

}  // namespace lyceum::host
