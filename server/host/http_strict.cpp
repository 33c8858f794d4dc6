#include "host/http_strict.h"

#include <array>

#include <boost/asio/ip/address_v6.hpp>

#include "base/text.h"

namespace lyceum::host {
namespace {

bool control(unsigned char c) {
  return (c < 0x20 && c != '\t') || c == 0x7f;
}

bool digit(char c) {
  return c >= '0' && c <= '9';
}

bool letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

int hex_value(char c) {
  if (digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// RFC 3986: pchar and "/", without "%".
bool path_char(char c) {
  return letter(c) || digit(c) || std::string_view("-._~!$&'()*+,;=:@/").contains(c);
}

// What browsers leave in a query as it is, and nothing else that is printable.
bool query_char(char c) {
  return path_char(c) || std::string_view("?%[]{}|^`").contains(c);
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (lower(a[i]) != lower(b[i])) return false;
  return true;
}

std::optional<std::string> decode_path(std::string_view raw) {
  std::string path;
  path.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '%') {
      if (!path_char(raw[i])) return std::nullopt;
      path.push_back(raw[i]);
      continue;
    }
    if (i + 2 >= raw.size()) return std::nullopt;
    const int high = hex_value(raw[i + 1]);
    const int low = hex_value(raw[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    const char c = static_cast<char>(high * 16 + low);
    if (control(static_cast<unsigned char>(c)) || c == '\t' || c == '/' || c == '\\')
      return std::nullopt;
    path.push_back(c);
    i += 2;
  }
  return path;
}

// No "", "." or ".." between slashes; the last part may be empty.
bool plain_segments(std::string_view path) {
  std::size_t begin = 1;
  while (begin < path.size()) {
    const std::size_t slash = path.find('/', begin);
    const std::string_view part = path.substr(begin, slash - begin);
    if (part.empty() || part == "." || part == "..") return false;
    if (slash == std::string_view::npos) return true;
    begin = slash + 1;
  }
  return true;
}

bool plain_query(std::string_view query) {
  for (const char c : query)
    if (!query_char(c)) return false;
  return !query.contains("%00");
}

}  // namespace

HeadScanner::State HeadScanner::refuse(const Refusal& why) {
  refusal_ = &why;
  return State::refused;
}

const Refusal* HeadScanner::wrong(unsigned char c) const {
  if (lines_ == 0) {
    if (control(c) || c == '\t' || c >= 0x80) return &refusal::request_line;
    return at_ - line_ >= limits_.line_max ? &refusal::uri_length : nullptr;
  }
  if (control(c)) return &refusal::header;
  // A line that begins with a blank continues the one before: Beast would join them (obs-fold).
  if (at_ == line_ && (c == ' ' || c == '\t')) return &refusal::header;
  return at_ - block_ >= limits_.block_max ? &refusal::header_size : nullptr;
}

// At a CR LF. Says whether this was the empty line.
bool HeadScanner::end_line() {
  const bool empty = at_ == line_;
  at_ += 2;
  line_ = at_;
  if (++lines_ == 1) block_ = at_;
  if (lines_ == 1 && empty) refusal_ = &refusal::request_line;
  if (!empty && lines_ - 1 > limits_.fields_max) refusal_ = &refusal::header_size;
  return empty;
}

HeadScanner::State HeadScanner::scan(std::string_view head) {
  while (at_ < head.size()) {
    const auto c = static_cast<unsigned char>(head[at_]);
    if (c == '\r') {
      if (at_ + 1 == head.size()) return State::more;
      if (head[at_ + 1] != '\n')
        return refuse(lines_ == 0 ? refusal::request_line : refusal::header);
      const bool empty = end_line();
      if (refusal_ != nullptr) return State::refused;
      if (empty) return State::complete;
      continue;
    }
    if (const auto* why = wrong(c)) return refuse(*why);
    ++at_;
  }
  return State::more;
}

std::optional<Target> read_target(std::string_view target, std::string_view host) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!equal_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    const std::string_view authority = target.substr(0, target.find_first_of("/?"));
    if (host.empty() || !equal_ignoring_case(authority, host)) return std::nullopt;
    target.remove_prefix(authority.size());
    break;
  }
  if (!target.starts_with('/')) return std::nullopt;
  const std::size_t mark = target.find('?');
  auto path = decode_path(target.substr(0, mark));
  if (!path || !plain_segments(*path) || !text::is_utf8(*path)) return std::nullopt;
  const std::string_view query =
      mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
  if (!plain_query(query)) return std::nullopt;
  return Target{std::move(*path), query};
}

bool plain_host(std::string_view host) {
  const std::size_t colon = host.ends_with(']') ? std::string_view::npos : host.rfind(':');
  const std::string_view name = host.substr(0, colon);
  if (colon != std::string_view::npos) {
    const std::string_view port = host.substr(colon + 1);
    if (port.empty() || port.size() > 5) return false;
    for (const char c : port)
      if (!digit(c)) return false;
  }
  if (name.empty() || name.size() > 255) return false;
  if (name.starts_with('[')) {
    if (!name.ends_with(']') || name.contains('%')) return false;
    boost::system::error_code bad;
    boost::asio::ip::make_address_v6(std::string(name.substr(1, name.size() - 2)), bad);
    return !bad;
  }
  for (const char c : name)
    if (!letter(c) && !digit(c) && c != '-' && c != '.') return false;
  return true;
}

}  // namespace lyceum::host
