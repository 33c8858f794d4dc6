#pragma once
// Where finished mails leave: an SMTP server, or a folder of this machine when there is none.

#include <string>

#include "base/result.h"
#include "base/task.h"

namespace lyceum {

struct Letter {
  std::string id;    // the same letter again has the same id
  std::string from;  // plain addresses: "lyceum@example.org"
  std::string to;
  std::string bytes;  // RFC 5322, lines end in CRLF
};

// An SMTP server to hand mails to.
struct SmtpServer {
  std::string url;  // "smtp://mail.example.org:587", "smtps://mail.example.org"
  std::string user = "";
  std::string password = "";
  std::string security = "required";  // of smtp: "required" (STARTTLS), "if_offered", "none"
  std::string ca_file = "";           // empty: the system's
  int connections = 4;                // mails sent at the same time
  int timeout_ms = 60'000;            // for one mail, all of it
};

class MailCarrier {
 public:
  virtual ~MailCarrier() = default;

  // Returns when the other side has taken it. Code::unavailable: may go later. Code::cancelled:
  // stop() came first. Anything else: it will never go.
  virtual Task<Result<void>> deliver(Letter letter) = 0;

  // Letters stay on this machine and can be read here.
  virtual bool keeps() const = 0;

  // What is under way ends within about a second, and nothing new begins. From any thread.
  virtual void stop() = 0;
};

}  // namespace lyceum
