// The contract compiler: a plugin of protoc that turns every service of contract/*.proto into
// NAME.rpc.h and NAME.rpc.cpp (interface, method table, remote proxy), and all of them into one
// openapi.json.

#include <google/protobuf/compiler/code_generator.h>
#include <google/protobuf/compiler/plugin.h>
#include <google/protobuf/io/zero_copy_stream.h>
#include <memory>

#include "cpp.h"
#include "openapi.h"

namespace lyceum::contract {
namespace {

namespace compiler = google::protobuf::compiler;
using google::protobuf::FileDescriptor;

void write(compiler::GeneratorContext& context, const std::string& name, const std::string& text) {
  const std::unique_ptr<google::protobuf::io::ZeroCopyOutputStream> out(context.Open(name));
  std::size_t done = 0;
  void* room = nullptr;
  int size = 0;
  while (done < text.size() && out->Next(&room, &size)) {
    const auto count = std::min(text.size() - done, static_cast<std::size_t>(size));
    std::copy_n(text.data() + done, count, static_cast<char*>(room));
    done += count;
    if (count < static_cast<std::size_t>(size)) out->BackUp(size - static_cast<int>(count));
  }
}

class Generator final : public compiler::CodeGenerator {
 public:
  std::uint64_t GetSupportedFeatures() const override { return FEATURE_PROTO3_OPTIONAL; }

  bool GenerateAll(const std::vector<const FileDescriptor*>& files,
                   const std::string&,
                   compiler::GeneratorContext* context,
                   std::string* error) const override {
    for (const auto* file : files) {
      if (file->service_count() == 0) continue;
      if (*error = check_names(*file); !error->empty()) return false;
      const auto base = file->name().substr(0, file->name().size() - std::string(".proto").size());
      write(*context, base + ".rpc.h", rpc_header(*file, base));
      write(*context, base + ".rpc.cpp", rpc_source(*file, base));
    }
    write(*context, "openapi.json", openapi(files, *error));
    return error->empty();
  }

  bool Generate(const FileDescriptor*,
                const std::string&,
                compiler::GeneratorContext*,
                std::string*) const override {
    return false;  // protoc calls GenerateAll
  }
};

}  // namespace
}  // namespace lyceum::contract

int main(int argc, char** argv) {
  const lyceum::contract::Generator generator;
  return google::protobuf::compiler::PluginMain(argc, argv, &generator);
}
