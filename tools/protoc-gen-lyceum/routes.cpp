#include "routes.h"

#include <algorithm>
#include <array>

#include "options.pb.h"

namespace lyceum::contract {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;

constexpr std::array methods = {"GET", "POST", "PUT", "PATCH", "DELETE"};

// "…/{module_id}/…" → {"module_id"}.
std::vector<std::string> parameters(const std::string& path) {
  std::vector<std::string> names;
  for (auto open = path.find('{'); open != std::string::npos; open = path.find('{', open + 1))
    names.push_back(path.substr(open + 1, path.find('}', open) - open - 1));
  return names;
}

std::string check_fields(const Route& route, const MethodDescriptor& rpc) {
  for (const auto& name : parameters(route.path)) {
    const auto* field = rpc.input_type()->FindFieldByName(name);
    if (!field || field->is_repeated() || field->message_type())
      return "{" + name + "} is no plain field of " + rpc.input_type()->full_name();
  }
  if (route.has_body()) return {};
  for (const auto* field : route.other_fields())
    if (field->is_repeated() || field->message_type())
      return field->full_name() + " cannot be in a query: it is a list or a message";
  return {};
}

std::string add(std::vector<Route>& all, const MethodDescriptor& rpc, const std::string& line) {
  const auto space = line.find(' ');
  Route route{line.substr(0, space), space == std::string::npos ? "" : line.substr(space + 1)};
  if (std::ranges::find(methods, route.method) == methods.end() || !route.path.starts_with('/'))
    return "\"" + line + "\" is no method and path";
  auto same = std::ranges::find_if(
      all, [&](const Route& r) { return r.method == route.method && r.path == route.path; });
  if (same == all.end()) same = all.insert(all.end(), route);
  auto& place = rpc.server_streaming() ? same->stream : same->unary;
  if (place) return "\"" + line + "\" is taken by " + place->full_name();
  place = &rpc;
  if (same->unary && same->stream && same->unary->input_type() != same->stream->input_type())
    return "\"" + line + "\" has two kinds of request";
  return check_fields(*same, rpc);
}

}  // namespace

std::vector<const FieldDescriptor*> Route::path_fields() const {
  std::vector<const FieldDescriptor*> fields;
  for (const auto& name : parameters(path))
    fields.push_back(rpc().input_type()->FindFieldByName(name));
  return fields;
}

std::vector<const FieldDescriptor*> Route::other_fields() const {
  const auto taken = path_fields();
  std::vector<const FieldDescriptor*> fields;
  for (int i = 0; i < rpc().input_type()->field_count(); ++i)
    if (const auto* field = rpc().input_type()->field(i);
        std::ranges::find(taken, field) == taken.end())
      fields.push_back(field);
  return fields;
}

std::vector<Route> routes(const std::vector<const FileDescriptor*>& files, std::string& error) {
  std::vector<Route> all;
  for (const auto* file : files)
    for (int s = 0; s < file->service_count(); ++s)
      for (int i = 0; i < file->service(s)->method_count(); ++i) {
        const auto& rpc = *file->service(s)->method(i);
        const auto& line = rpc.options().GetExtension(lyceum::rpc).http();
        if (line.empty() || line.starts_with("WEB ")) continue;
        if (const auto wrong = add(all, rpc, line); !wrong.empty()) {
          error = rpc.full_name() + ": " + wrong;
          return {};
        }
      }
  return all;
}

}  // namespace lyceum::contract
