#pragma once
// What a service of the contract is in C++.

#include <google/protobuf/descriptor.h>
#include <string>

namespace lyceum::contract {

// Why C++ cannot be made of this file; empty when it can.
std::string check_names(const google::protobuf::FileDescriptor& file);

// `base` is the file's name without ".proto".
std::string rpc_header(const google::protobuf::FileDescriptor& file, const std::string& base);
std::string rpc_source(const google::protobuf::FileDescriptor& file, const std::string& base);

}  // namespace lyceum::contract
