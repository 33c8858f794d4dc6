#pragma once
// Which rpc a method and a path mean, read from the contract's options when a process starts.

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/rpc.h"
#include "contract/options.pb.h"

namespace lyceum::host {

struct RestRoute {
  std::string method;        // "GET"; "WEB" for pages
  std::string_view pattern;  // "/api/v1/modules/{module_id}"; lives for ever
  const Method* unary = nullptr;
  const Method* stream = nullptr;  // of the same line, asked for by Accept
  std::vector<const google::protobuf::FieldDescriptor*> path_fields;
  bool has_body = false;          // what is not in the path comes as JSON, else in the query
  bool has_other_fields = false;  // there is something beside the path

  const Method& rpc(bool streamed) const { return streamed ? *stream : *unary; }
};

struct RestMatch {
  const RestRoute* route = nullptr;
  std::vector<std::string_view> values;  // of path_fields; views into the path
};

class RestRoutes {
 public:
  // Throws std::runtime_error with a sentence for the developer: two rpcs on one route, a field
  // that is not there, a list in a query, a stream whose items are no oneof.
  // `left_out`: rpcs of the table that have no route after all.
  explicit RestRoutes(const MethodTable& methods, const std::set<std::string>& left_out = {});

  // `method` as received; HEAD finds GET. Pages (WEB) take every method.
  RestMatch find(std::string_view method, std::string_view path) const;

  // "DELETE, GET, HEAD, OPTIONS" for a path that some method has; empty for one that none has.
  std::string allowed(std::string_view path) const;

 private:
  // A part of a path. A literal is stronger than a parameter, and both than "everything below".
  struct Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
    std::unique_ptr<Node> parameter;
    std::map<std::string, RestRoute, std::less<>> routes;  // by method
    std::unique_ptr<RestRoute> below;
  };

  void add(const Method& method);
  static const RestRoute* find_in(const Node& node,
                                  std::string_view method,
                                  std::string_view rest,
                                  std::vector<std::string_view>& values);
  static void collect(const Node& node, std::string_view rest, std::vector<std::string>& methods);

  Node root_;
};

const Rpc& rpc_options(const Method& method);

}  // namespace lyceum::host
