#pragma once
// Blobs in a folder of this machine. A file appears whole or not at all, and is on disk (fsync of
// the file and of its folder) before anybody is told.

#include <filesystem>
#include <memory>
#include <string_view>

#include "base/blobs.h"
#include "base/result.h"

namespace lyceum {

// Blobs under `folder`, which is made. Throws std::runtime_error when it cannot be.
std::unique_ptr<Blobs> open_folder(const std::filesystem::path& folder);

// Is it a key as base/blobs.h says? Nothing that passes can name a file outside the folder.
bool is_blob_key(std::string_view key);

// Writes the whole file at `path`, whose folder exists, atomically and durably.
Result<void> write_file_whole(const std::filesystem::path& path, std::string_view bytes);

}  // namespace lyceum
