#pragma once
#include <memory>
#include <string>

#include "base/mail.h"

namespace lyceum::host {

// What carries mails away: the SMTP server or, when it has no url, the folder <data>/outbox. Throws
// std::runtime_error when a setting is wrong.
std::unique_ptr<MailCarrier> open_mail(const std::string& data, SmtpServer server);

}  // namespace lyceum::host
