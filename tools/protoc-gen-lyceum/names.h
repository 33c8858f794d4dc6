#pragma once
// Names and comments of a contract, as the generated languages want them.

#include <google/protobuf/descriptor.h>
#include <string>
#include <string_view>
#include <vector>

namespace lyceum::contract {

// "ListModules" → "list_modules".
std::string snake_case(std::string_view camel);

// The same as a C++ identifier: "try" → "try_", as protobuf does with fields.
std::string identifier(std::string_view camel);

// "lyceum.runner.v1" → "lyceum::runner::v1".
std::string cpp_namespace(std::string_view package);

// How code inside `home`'s package names a message: short at home, whole elsewhere.
std::string cpp_type(const google::protobuf::Descriptor& message,
                     const google::protobuf::FileDescriptor& home);

// The comment that stands before the thing, or behind it on its line; without "//", lines kept.
template <class Descriptor>
std::string comment(const Descriptor& thing);

// The comment at the top of the file.
std::string file_comment(const google::protobuf::FileDescriptor& file);

std::vector<std::string> lines(const std::string& text);

}  // namespace lyceum::contract
