#pragma once
// Hands mails to an SMTP server, by libcurl on threads of its own. Connections are kept and used
// again.

#include <memory>

#include "base/mail.h"

namespace lyceum {

// Throws std::runtime_error with a sentence for the operator when a setting is wrong.
std::unique_ptr<MailCarrier> open_smtp(SmtpServer server);

}  // namespace lyceum
