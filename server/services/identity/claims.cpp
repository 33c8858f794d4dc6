#include "services/identity/claims.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

namespace lyceum::identity {

std::optional<Claims> read_claims(std::string_view payload_json) {
  google::protobuf::Struct object;
  const auto status = google::protobuf::util::JsonStringToMessage(
      {payload_json.data(), payload_json.size()}, &object);
  if (!status.ok()) return {};
  const auto text = [&](const char* name) {
    const auto found = object.fields().find(name);
    return found == object.fields().end() ? std::string() : found->second.string_value();
  };
  return Claims{text("iss"), text("sub"), text("aud"), text("sid")};
}

}  // namespace lyceum::identity
