#include "names.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <sstream>

namespace lyceum::contract {
namespace {

constexpr std::array keywords = {
    "auto",   "break",     "case",    "catch",   "class",     "continue", "default",  "delete",
    "do",     "else",      "enum",    "export",  "for",       "goto",     "if",       "import",
    "module", "namespace", "new",     "private", "protected", "public",   "register", "requires",
    "return", "static",    "struct",  "switch",  "this",      "throw",    "try",      "typedef",
    "union",  "using",     "virtual", "while"};

std::string trimmed(const std::string& text) {
  std::string out;
  for (auto line : lines(text)) {
    if (line.starts_with(' ')) line.erase(0, 1);
    while (line.ends_with(' ')) line.pop_back();
    out += line + "\n";
  }
  while (out.ends_with('\n')) out.pop_back();
  return out;
}

}  // namespace

std::string snake_case(std::string_view camel) {
  const auto upper = [&](std::size_t i) {
    return i < camel.size() && std::isupper(static_cast<unsigned char>(camel[i]));
  };
  std::string out;
  for (std::size_t i = 0; i < camel.size(); ++i) {
    const bool word_begins =
        i > 0 && upper(i) && (!upper(i - 1) || (i + 1 < camel.size() && !upper(i + 1)));
    if (word_begins) out += '_';
    out += static_cast<char>(std::tolower(static_cast<unsigned char>(camel[i])));
  }
  return out;
}

std::string identifier(std::string_view camel) {
  auto name = snake_case(camel);
  if (std::ranges::find(keywords, name) != keywords.end()) name += '_';
  return name;
}

std::string cpp_namespace(std::string_view package) {
  std::string out;
  for (const char c : package) out += c == '.' ? std::string("::") : std::string(1, c);
  return out;
}

std::string cpp_type(const google::protobuf::Descriptor& message,
                     const google::protobuf::FileDescriptor& home) {
  std::string name = message.name();
  for (const auto* outer = message.containing_type(); outer; outer = outer->containing_type())
    name = outer->name() + "_" + name;
  const auto& package = message.file()->package();
  return package == home.package() ? name : cpp_namespace(package) + "::" + name;
}

template <class Descriptor>
std::string comment(const Descriptor& thing) {
  google::protobuf::SourceLocation place;
  if (!thing.GetSourceLocation(&place)) return {};
  const auto before = trimmed(place.leading_comments);
  const auto behind = trimmed(place.trailing_comments);
  return before.empty() || behind.empty() ? before + behind : before + "\n" + behind;
}

template std::string comment(const google::protobuf::Descriptor&);
template std::string comment(const google::protobuf::FieldDescriptor&);
template std::string comment(const google::protobuf::EnumDescriptor&);
template std::string comment(const google::protobuf::MethodDescriptor&);
template std::string comment(const google::protobuf::ServiceDescriptor&);

std::string file_comment(const google::protobuf::FileDescriptor& file) {
  google::protobuf::SourceLocation place;
  constexpr int syntax = 12;  // field number of FileDescriptorProto.syntax
  if (!file.GetSourceLocation({syntax}, &place)) return {};
  return trimmed(place.leading_comments);
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

}  // namespace lyceum::contract
