#pragma once
// A mail as bytes (RFC 5322, 2045-2047): multipart/alternative, text first. Pure, and the same
// input gives the same bytes, so that a mail sent again after a crash is the same mail to its
// reader. (libcurl can make MIME as well, but only while it sends; the folder of kept mails needs
// it too.)

#include <cstdint>
#include <string>
#include <string_view>

namespace lyceum::mailer {

struct Message {
  std::int64_t id = 0;
  std::int64_t date_ms = 0;
  std::string from_name;
  std::string from;  // addresses that is_address() accepts
  std::string to;
  std::string locale;
  std::string subject;
  std::string text;
  std::string html;
};

std::string compose(const Message& message);

// What we can send to: printable ASCII, local part of RFC 5321's dot-string, at most 254
// characters.
bool is_address(std::string_view text);

// "Ann\r\nBcc: x" → "Ann Bcc: x": no control character gets into a mail by a value.
std::string without_controls(std::string_view text);

}  // namespace lyceum::mailer
