// Any bytes into the strict scan and the parser. Beyond not crashing: what is accepted keeps the
// promises of http.h, does not depend on how the bytes arrive, and, written out again from what was
// understood, is understood in the same way (else two readers could disagree: smuggling).
#include <cstdint>
#include <cstdlib>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>

#include "base/text.h"
#include "host/http_parser.h"
#include "host/http_strict.h"

namespace lyceum::host {
namespace {

constexpr std::int64_t body_max = 4096;

void require(bool yes) {
  if (!yes) std::abort();
}

struct Parsed {
  HttpRequest request;
  bool head_only = false;
  std::size_t used = 0;
};

// Feeds the body in pieces of `step` bytes, as a connection does.
std::optional<Parsed> parse(std::string_view bytes, std::size_t step) {
  HeadScanner scanner;
  auto state = HeadScanner::State::more;
  for (std::size_t n = step; state == HeadScanner::State::more; n += step) {
    state = scanner.scan(bytes.substr(0, n));
    if (n >= bytes.size()) break;
  }
  if (state != HeadScanner::State::complete) return std::nullopt;
  RequestParser parser;
  if (parser.take_head(bytes.substr(0, scanner.size())) != nullptr) return std::nullopt;
  if (parser.limit_body(body_max) != nullptr) return std::nullopt;

  std::size_t begin = scanner.size();
  std::size_t end = begin;
  while (!parser.complete()) {
    if (end == bytes.size()) return std::nullopt;  // more would have to come
    end = std::min(bytes.size(), end + step);
    std::size_t used = 0;
    if (parser.take_body(bytes.substr(begin, end - begin), used) != nullptr) return std::nullopt;
    require(used <= end - begin);
    begin += used;
  }
  if (parser.options_of_server()) return std::nullopt;  // has no path to write out again
  return Parsed{std::move(parser.request()), parser.head_only(), begin};
}

void check_promises(const HttpRequest& request) {
  require(request.path.starts_with('/') && text::is_utf8(request.path));
  require(request.path.find('\0') == std::string::npos && !request.path.contains('\\'));
  require(!(request.path + "/").contains("/../") && !(request.path + "/").contains("/./"));
  require(request.body.size() <= body_max);
  for (const auto& [name, value] : request.headers) {
    require(!name.empty() && name.find_first_of("_ :\r\n\t") == std::string::npos);
    require(name != "connection" && name != "transfer-encoding" && name != "upgrade");
    require(!name.starts_with("x-forwarded-") && !name.starts_with("x-user-"));
    require(value.find_first_of("\r\n") == std::string::npos &&
            value.find('\0') == std::string::npos);
  }
}

std::string encode(std::string_view path) {
  std::string out;
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/").contains(c);
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

std::string write_out(const Parsed& parsed) {
  const auto& request = parsed.request;
  std::string out = parsed.head_only ? "HEAD" : request.method;
  out += " " + encode(request.path);
  if (!request.query.empty()) out += "?" + request.query;
  out += " HTTP/1.1\r\n";
  bool host = false;
  for (const auto& [name, value] : request.headers) {
    host = host || name == "host";
    if (name != "content-length") out += name + ": " + value + "\r\n";
  }
  if (!host) out += "host: a\r\n";  // HTTP/1.0 needs none
  return out + fmt::format("content-length: {}\r\n\r\n{}", request.body.size(), request.body);
}

}  // namespace
}  // namespace lyceum::host

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lyceum::host;  // NOLINT(google-build-using-namespace)
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto whole = parse(bytes, std::max<std::size_t>(1, size));
  const auto slow = parse(bytes, 1);
  require(whole.has_value() == slow.has_value());
  if (!whole) return 0;
  require(whole->used == slow->used && whole->request.body == slow->request.body);
  check_promises(whole->request);

  const auto text = write_out(*whole);
  // Encoding, and headers that HTTP/1.0 does without, may take it over the limits.
  if (text.size() > 8'000 || whole->request.headers.size() > 97) return 0;
  const auto again = parse(text, text.size());
  require(again.has_value() && again->used == text.size());
  require(again->request.path == whole->request.path &&
          again->request.query == whole->request.query);
  require(again->request.body == whole->request.body && again->head_only == whole->head_only);
  return 0;
}
