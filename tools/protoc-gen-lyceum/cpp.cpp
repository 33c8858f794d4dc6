#include "cpp.h"

#include <algorithm>
#include <array>

#include "names.h"

namespace lyceum::contract {
namespace {

using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

// Names of namespace lyceum that generated code uses; a message of the same name would hide them.
constexpr std::array reserved = {"Call", "Result", "Sink", "Task"};

std::string comment_lines(const std::string& text, const std::string& indent) {
  std::string out;
  for (const auto& line : lines(text)) out += indent + (line.empty() ? "//" : "// " + line) + "\n";
  return out;
}

std::string head(const FileDescriptor& file) {
  return "// Written by protoc-gen-lyceum from " + file.name() + ". Do not edit.\n";
}

std::string signature(const MethodDescriptor& method) {
  const auto& home = *method.file();
  const auto request = cpp_type(*method.input_type(), home);
  const auto response = cpp_type(*method.output_type(), home);
  const auto name = identifier(method.name());
  if (method.server_streaming())
    return "Task<Result<void>> " + name + "(Call call, " + request + " request, Sink<" + response +
           "> sink)";
  return "Task<Result<" + response + ">> " + name + "(Call call, " + request + " request)";
}

std::string path(const MethodDescriptor& method) {
  return "\"/" + method.service()->full_name() + "/" + method.name() + "\"";
}

std::string declarations(const ServiceDescriptor& service) {
  const auto api = service.name() + "Api";
  auto about = comment(service);
  if (about.empty()) about = file_comment(*service.file());
  std::string out = "\n" + comment_lines(about, "");
  out += "class " + api + " {\n public:\n  virtual ~" + api + "() = default;\n";
  for (int i = 0; i < service.method_count(); ++i) {
    const auto said = comment(*service.method(i));
    if (!said.empty() && i > 0) out += "\n";
    out += comment_lines(said, "  ");
    out += "  virtual " + signature(*service.method(i)) + " = 0;\n";
  }
  out += "};\n\n";
  out += "// The server's end: the table must not outlive the api.\n";
  out += "void publish(lyceum::MethodTable& table, " + api + "& api);\n\n";
  out += "// The client's end of a service in another process.\n";
  out += "std::unique_ptr<" + api + "> connect_" + snake_case(service.name()) +
         "(lyceum::Channel& channel);\n";
  return out;
}

std::string publish(const ServiceDescriptor& service) {
  const auto api = service.name() + "Api";
  std::string out = "void publish(lyceum::MethodTable& table, " + api + "& api) {\n";
  out +=
      "  const auto* service = "
      "google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(\"" +
      service.full_name() + "\");\n";
  for (int i = 0; i < service.method_count(); ++i) {
    const auto& method = *service.method(i);
    out += "  table.add(" + path(method) + ", service->method(" + std::to_string(i) + "), api, &" +
           api + "::" + identifier(method.name()) + ");\n";
  }
  return out + "}\n";
}

std::string proxy(const ServiceDescriptor& service) {
  const auto api = service.name() + "Api";
  const auto remote = "Remote" + service.name();
  std::string out = "namespace {\n\nclass " + remote + " final : public " + api + " {\n public:\n";
  out += "  explicit " + remote + "(lyceum::Channel& channel) : channel_(channel) {}\n";
  for (int i = 0; i < service.method_count(); ++i) {
    const auto& method = *service.method(i);
    const auto response = cpp_type(*method.output_type(), *service.file());
    const bool streams = method.server_streaming();
    out += "\n  " + signature(method) +
           " override {\n    return lyceum::" + (streams ? "stream" : "send") + "<" + response +
           ">(channel_, std::move(call), " + path(method) + ", std::move(request)" +
           (streams ? ", std::move(sink)" : "") + ");\n  }\n";
  }
  out += "\n private:\n  lyceum::Channel& channel_;\n};\n\n}  // namespace\n\n";
  out += "std::unique_ptr<" + api + "> connect_" + snake_case(service.name()) +
         "(lyceum::Channel& channel) {\n  return std::make_unique<" + remote + ">(channel);\n}\n";
  return out;
}

}  // namespace

std::string check_names(const FileDescriptor& file) {
  for (int i = 0; i < file.message_type_count(); ++i) {
    const auto& name = file.message_type(i)->name();
    if (std::ranges::find(reserved, name) != reserved.end())
      return file.name() + ": no message may be called " + name +
             ", as base/ has a type of that name";
  }
  for (int s = 0; s < file.service_count(); ++s)
    for (int i = 0; i < file.service(s)->method_count(); ++i)
      if (file.service(s)->method(i)->client_streaming())
        return file.service(s)->method(i)->full_name() + ": only answers may stream, not requests";
  return {};
}

std::string rpc_header(const FileDescriptor& file, const std::string& base) {
  const auto space = cpp_namespace(file.package());
  std::string out = head(file) + "#pragma once\n\n#include <memory>\n\n#include \"base/rpc.h\"\n";
  out += "#include \"contract/" + base + ".pb.h\"\n\nnamespace " + space + " {\n";
  for (int i = 0; i < file.service_count(); ++i) out += declarations(*file.service(i));
  return out + "\n}  // namespace " + space + "\n";
}

std::string rpc_source(const FileDescriptor& file, const std::string& base) {
  const auto space = cpp_namespace(file.package());
  std::string out =
      head(file) + "#include \"contract/" + base + ".rpc.h\"\n\nnamespace " + space + " {\n";
  for (int i = 0; i < file.service_count(); ++i)
    out += "\n" + publish(*file.service(i)) + "\n" + proxy(*file.service(i));
  return out + "\n}  // namespace " + space + "\n";
}

}  // namespace lyceum::contract
