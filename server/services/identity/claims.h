#pragma once
// The claims of our own ID tokens that we read again when one comes back as a hint.

#include <optional>
#include <string>
#include <string_view>

namespace lyceum::identity {

struct Claims {
  std::string iss, sub, aud, sid;
};

// Only for a payload whose signature was verified. Nothing if it is not such an object.
std::optional<Claims> read_claims(std::string_view payload_json);

}  // namespace lyceum::identity
