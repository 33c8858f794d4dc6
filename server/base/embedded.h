#pragma once
#include <span>
#include <string_view>

namespace lyceum {

// A file that the build put into the program.
struct EmbeddedFile {
  std::string_view path;  // relative, "/" between parts
  std::string_view content;
  std::string_view gzip;  // the same, compressed; empty when there is no such form
};

// What CMake's lyceum_embed(TARGET NAME …) made: declare `std::span<const EmbeddedFile> NAME();` as
// extern "C++" in namespace lyceum::embedded.

}  // namespace lyceum
