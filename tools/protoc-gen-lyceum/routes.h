#pragma once
// The REST side of a contract: which rpc is reached by which method and path.

#include <google/protobuf/descriptor.h>
#include <set>
#include <string>
#include <vector>

namespace lyceum::contract {

// One line of (lyceum.rpc).http. An rpc that streams may share it with one that does not.
struct Route {
  std::string method;  // "GET"
  std::string path;    // "/api/v1/modules/{module_id}"
  const google::protobuf::MethodDescriptor* unary = nullptr;
  const google::protobuf::MethodDescriptor* stream = nullptr;

  const google::protobuf::MethodDescriptor& rpc() const { return unary ? *unary : *stream; }

  bool has_body() const { return method != "GET" && method != "DELETE"; }

  // The fields of the request that the path names, and the others.
  std::vector<const google::protobuf::FieldDescriptor*> path_fields() const;
  std::vector<const google::protobuf::FieldDescriptor*> other_fields() const;
};

// All of them but those for pages (WEB), in the order of the contract; or what is wrong with one.
std::vector<Route> routes(const std::vector<const google::protobuf::FileDescriptor*>& files,
                          std::string& error);

}  // namespace lyceum::contract
