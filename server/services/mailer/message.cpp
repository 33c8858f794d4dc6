#include "services/mailer/message.h"

#include <algorithm>
#include <ctime>
#include <fmt/format.h>

#include "base/crypto.h"

namespace lyceum::mailer {
namespace {

constexpr std::size_t line_max = 76;

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 128; });
}

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// RFC 2047: words of at most 75 characters, none of which cuts a UTF-8 character in two.
std::string encoded_words(std::string_view text) {
  constexpr std::size_t chunk = 39;  // 52 as base64, and room for "Subject: =?UTF-8?B?…?="
  std::string out;
  while (!text.empty()) {
    std::size_t size = std::min(chunk, text.size());
    while (size > 1 && size < text.size() && is_continuation(text[size])) --size;
    if (!out.empty()) out += "\r\n ";
    out += "=?UTF-8?B?" + base64(text.substr(0, size)) + "?=";
    text.remove_prefix(size);
  }
  return out;
}

std::string header(std::string_view name, std::string_view value) {
  const std::string clean = without_controls(value);
  const bool plain = is_ascii(clean) && clean.find("=?") == std::string::npos &&
                     name.size() + 2 + clean.size() <= line_max;
  return fmt::format("{}: {}\r\n", name, plain ? clean : encoded_words(clean));
}

std::string mailbox(std::string_view name, std::string_view address) {
  const std::string clean = without_controls(name);
  if (clean.empty()) return fmt::format("<{}>", address);
  if (!is_ascii(clean) || clean.size() > 40 || clean.find("=?") != std::string::npos)
    return fmt::format("{}\r\n <{}>", encoded_words(clean), address);
  std::string quoted;
  for (const char c : clean) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return fmt::format("\"{}\" <{}>", quoted, address);
}

// "Tue, 24 Nov 2026 07:05:57 +0000", whatever the locale.
std::string date(std::int64_t ms) {
  static constexpr std::array days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = ms / 1000;
  std::tm t{};
  gmtime_r(&seconds, &t);
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} +0000",
                     days.at(static_cast<std::size_t>(t.tm_wday)), t.tm_mday,
                     months.at(static_cast<std::size_t>(t.tm_mon)), t.tm_year + 1900, t.tm_hour,
                     t.tm_min, t.tm_sec);
}

// Calls see(line) for each line, without its end.
template <class See>
void each_line(std::string_view text, See see) {
  while (true) {
    const auto end = text.find('\n');
    see(text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
    if (text.empty()) return;
  }
}

void quoted_printable_line(std::string_view line, std::string& out) {
  std::size_t column = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto c = static_cast<unsigned char>(line[i]);
    const bool last = i + 1 == line.size();
    const bool literal = (c > 32 && c < 127 && c != '=') || ((c == ' ' || c == '\t') && !last);
    const std::size_t width = literal ? 1 : 3;
    if (column + width > line_max - 1) {
      out += "=\r\n";
      column = 0;
    }
    out += literal ? std::string(1, line[i]) : fmt::format("={:02X}", c);
    column += width;
  }
  out += "\r\n";
}

std::string part(std::string_view type, std::string_view content) {
  bool plain = is_ascii(content);
  each_line(content, [&](std::string_view line) { plain = plain && line.size() <= 900; });
  std::string out = fmt::format(
      "Content-Type: {}; charset=utf-8\r\n"
      "Content-Transfer-Encoding: {}\r\n\r\n",
      type, plain ? "7bit" : "quoted-printable");
  each_line(content, [&](std::string_view line) {
    if (plain)
      out.append(line).append("\r\n");
    else
      quoted_printable_line(line, out);
  });
  return out + "\r\n";  // belongs to the boundary that follows
}

bool is_atom(std::string_view text, std::string_view also) {
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           also.find(c) != std::string_view::npos;
  });
}

// Atoms with single dots between.
bool is_dotted(std::string_view text, std::string_view also, std::size_t atom_max) {
  while (true) {
    const auto dot = text.find('.');
    const auto atom = text.substr(0, dot);
    if (atom.size() > atom_max || !is_atom(atom, also)) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

}  // namespace

std::string compose(const Message& message) {
  const std::string_view domain = std::string_view(message.from).substr(message.from.find('@') + 1);
  const std::string boundary = fmt::format("=_lyceum_{}", message.id);
  std::string out;
  out += "From: " + mailbox(message.from_name, message.from) + "\r\n";
  out += "To: " + mailbox("", message.to) + "\r\n";
  out += header("Subject", message.subject);
  out += "Date: " + date(message.date_ms) + "\r\n";
  out += fmt::format("Message-ID: <{}@{}>\r\n", message.id, domain);
  out += header("Content-Language", message.locale);
  // No holiday replies, please (RFC 3834, and what Exchange looks at).
  out += "Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\nMIME-Version: 1.0\r\n";
  out += fmt::format("Content-Type: multipart/alternative; boundary=\"{}\"\r\n\r\n", boundary);
  out += fmt::format("--{}\r\n{}", boundary, part("text/plain", message.text));
  out += fmt::format("--{}\r\n{}", boundary, part("text/html", message.html));
  out += fmt::format("--{}--\r\n", boundary);
  return out;
}

bool is_address(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == std::string_view::npos || at > 64 || text.size() > 254) return false;
  const auto domain = text.substr(at + 1);
  if (domain.starts_with('-') || domain.ends_with('-')) return false;
  return is_dotted(text.substr(0, at), "!#$%&'*+-/=?^_`{|}~", 64) && is_dotted(domain, "-", 63);
}

std::string without_controls(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool control = byte < 32 || byte == 127;
    if (!control)
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  return out;
}

}  // namespace lyceum::mailer
