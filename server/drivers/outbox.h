#pragma once
// Mails that stay here: each a file <id>.eml in a folder, which any mail program opens.

#include <filesystem>
#include <memory>

#include "base/mail.h"

namespace lyceum {

// Makes the folder. Throws std::runtime_error when it cannot be.
std::unique_ptr<MailCarrier> open_outbox(const std::filesystem::path& folder);

}  // namespace lyceum
