#include "host/rest_routes.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <stdexcept>

namespace lyceum::host {
namespace {

using google::protobuf::FieldDescriptor;

constexpr std::array methods_known = {"GET", "POST", "PUT", "PATCH", "DELETE"};

[[noreturn]] void refuse(const Method& method, std::string_view why) {
  throw std::runtime_error(fmt::format("{}: {}", method.descriptor->full_name(), why));
}

// "/a/b" → "a", and "/b" remains. The path begins with "/".
std::string_view take_part(std::string_view& path) {
  path.remove_prefix(1);
  const auto part = path.substr(0, path.find('/'));
  path.remove_prefix(part.size());
  return part;
}

bool is_parameter(std::string_view part) {
  return part.size() > 2 && part.front() == '{' && part.back() == '}';
}

const FieldDescriptor* path_field(const Method& method, std::string_view part) {
  const std::string name(part.substr(1, part.size() - 2));
  const auto* field = method.descriptor->input_type()->FindFieldByName(name);
  if (!field || field->is_repeated() || field->message_type())
    refuse(method, fmt::format("{} in its path is no plain field of its request", part));
  return field;
}

void check_stream(const Method& method) {
  const auto& item = *method.descriptor->output_type();
  const bool one_of =
      item.real_oneof_decl_count() == 1 && item.oneof_decl(0)->field_count() == item.field_count();
  if (!one_of) refuse(method, "the items of a stream are one oneof of messages, each an event");
  for (int i = 0; i < item.field_count(); ++i)
    if (!item.field(i)->message_type()) refuse(method, "an event is a message");
}

void check_query(const Method& method, const RestRoute& route) {
  const auto& request = *method.descriptor->input_type();
  for (int i = 0; i < request.field_count(); ++i) {
    const auto* field = request.field(i);
    if (std::ranges::find(route.path_fields, field) != route.path_fields.end()) continue;
    if (!route.has_body && (field->is_repeated() || field->message_type()))
      refuse(method, field->name() + " is a list or a message, which a query cannot have");
  }
}

}  // namespace

const Rpc& rpc_options(const Method& method) {
  return method.descriptor->options().GetExtension(lyceum::rpc);
}

RestRoutes::RestRoutes(const MethodTable& methods, const std::set<std::string>& left_out) {
  // In the order of their names, so that of two that clash it is always the same one that is named.
  std::map<std::string, const Method*> sorted;
  for (const auto& [name, method] : methods.all())
    if (!rpc_options(method).http().empty() && !left_out.contains(name)) sorted[name] = &method;
  for (const auto& [name, method] : sorted) add(*method);
}

void RestRoutes::add(const Method& method) {
  const auto& options = rpc_options(method);
  const std::string_view line = options.http();
  const auto space = std::min(line.find(' '), line.size());
  RestRoute route;
  route.method = line.substr(0, space);
  route.pattern = line.substr(std::min(space + 1, line.size()));
  const bool web = route.method == "WEB";
  if (!web && std::ranges::find(methods_known, route.method) == methods_known.end())
    refuse(method, "\"" + options.http() + "\" has no method that is known");
  if (!route.pattern.starts_with('/')) refuse(method, "\"" + options.http() + "\" has no path");
  if (options.access() == SERVICE)
    refuse(method, "a route from outside needs access PUBLIC or USER");
  route.has_body = route.method != "GET" && route.method != "DELETE";

  Node* node = &root_;
  for (auto rest = route.pattern; !rest.empty();) {
    const auto part = take_part(rest);
    if (web && part == "*" && rest.empty()) {
      if (node->below) refuse(method, "\"" + options.http() + "\" is taken");
      route.unary = &method;
      node->below = std::make_unique<RestRoute>(std::move(route));
      return;
    }
    if (is_parameter(part)) route.path_fields.push_back(path_field(method, part));
    auto& next = is_parameter(part) ? node->parameter : node->literals[std::string(part)];
    if (!next) next = std::make_unique<Node>();
    node = next.get();
  }
  if (web) refuse(method, "the path of pages ends with /*");
  route.has_other_fields =
      method.descriptor->input_type()->field_count() > std::ssize(route.path_fields);
  check_query(method, route);
  if (method.stream) check_stream(method);

  auto& there = node->routes.try_emplace(route.method, route).first->second;
  auto& place = method.stream ? there.stream : there.unary;
  const bool other_request =
      there.path_fields != route.path_fields;  // also another message's fields
  if (place || other_request) refuse(method, "\"" + options.http() + "\" is taken by another rpc");
  place = &method;
  if (there.unary && there.stream && there.unary->request != there.stream->request)
    refuse(method, "\"" + options.http() + "\" has two kinds of request");
}

const RestRoute* RestRoutes::find_in(const Node& node,
                                     std::string_view method,
                                     std::string_view rest,
                                     std::vector<std::string_view>& values) {
  if (rest.empty()) {
    const auto found = node.routes.find(method);
    return found == node.routes.end() ? nullptr : &found->second;
  }
  const auto below = rest;
  const auto part = take_part(rest);
  if (const auto next = node.literals.find(part); next != node.literals.end())
    if (const auto* found = find_in(*next->second, method, rest, values)) return found;
  if (node.parameter && !part.empty()) {
    values.push_back(part);
    if (const auto* found = find_in(*node.parameter, method, rest, values)) return found;
    values.pop_back();
  }
  return node.below && below.size() > 1 ? node.below.get() : nullptr;
}

RestMatch RestRoutes::find(std::string_view method, std::string_view path) const {
  RestMatch match;
  if (!path.starts_with('/')) return match;
  match.route = find_in(root_, method == "HEAD" ? "GET" : method, path, match.values);
  return match;
}

void RestRoutes::collect(const Node& node,
                         std::string_view rest,
                         std::vector<std::string>& methods) {
  if (rest.empty()) {
    for (const auto& [method, route] : node.routes) methods.push_back(method);
    return;
  }
  const auto part = take_part(rest);
  if (const auto next = node.literals.find(part); next != node.literals.end())
    collect(*next->second, rest, methods);
  if (node.parameter && !part.empty()) collect(*node.parameter, rest, methods);
}

std::string RestRoutes::allowed(std::string_view path) const {
  std::vector<std::string> methods;
  if (path.starts_with('/')) collect(root_, path, methods);
  if (methods.empty()) return {};
  if (std::ranges::find(methods, "GET") != methods.end()) methods.push_back("HEAD");
  methods.push_back("OPTIONS");
  std::ranges::sort(methods);
  methods.erase(std::unique(methods.begin(), methods.end()), methods.end());
  return fmt::format("{}", fmt::join(methods, ", "));
}

}  // namespace lyceum::host
