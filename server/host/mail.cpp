#include "host/mail.h"

#include "drivers/outbox.h"
#include "drivers/smtp.h"

namespace lyceum::host {

std::unique_ptr<MailCarrier> open_mail(const std::string& data, SmtpServer server) {
  if (server.url.empty()) return open_outbox(data + "/outbox");
  return open_smtp(std::move(server));
}

}  // namespace lyceum::host
