#pragma once
#include <google/protobuf/descriptor.h>
#include <string>
#include <vector>

namespace lyceum::contract {

// All that is reachable over REST, as an OpenAPI 3.1 document. `error` says what keeps it from
// being one.
std::string openapi(const std::vector<const google::protobuf::FileDescriptor*>& files,
                    std::string& error);

}  // namespace lyceum::contract
