#include "host/http_parser.h"

#include <algorithm>
#include <array>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>

namespace lyceum::host {
namespace {

namespace http = boost::beast::http;

constexpr std::array<std::string_view, 7> methods = {"GET",   "HEAD",   "POST",   "PUT",
                                                     "PATCH", "DELETE", "OPTIONS"};

// RFC 9110 §7.6.1, and what only our own proxies may say.
constexpr std::array<std::string_view, 13> dropped = {"connection",
                                                      "keep-alive",
                                                      "proxy-connection",
                                                      "proxy-authenticate",
                                                      "proxy-authorization",
                                                      "te",
                                                      "trailer",
                                                      "transfer-encoding",
                                                      "upgrade",
                                                      "forwarded",
                                                      "x-real-ip",
                                                      "baggage",
                                                      "tracestate"};

constexpr std::array<std::string_view, 4> dropped_prefixes = {"x-forwarded-", "x-user-",
                                                              "x-internal-", "x-envoy-"};

std::string_view view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return lower(c); });
  return out;
}

bool is_dropped(std::string_view name) {
  if (name.contains('_') || std::ranges::find(dropped, name) != dropped.end()) return true;
  return std::ranges::any_of(dropped_prefixes,
                             [&](auto prefix) { return name.starts_with(prefix); });
}

void append_list(std::string& list, std::string_view value) {
  if (!list.empty()) list += ',';
  list += value;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// `word` is in lower case.
bool lists(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (lower(trim(list.substr(0, comma))) == word) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

// " HTTP/2.0" and the like: well formed, but not ours.
bool other_version(std::string_view head) {
  const std::string_view line = head.substr(0, head.find('\r'));
  const std::size_t space = line.rfind(' ');
  if (std::ranges::count(line, ' ') != 2) return false;
  const std::string_view version = line.substr(space + 1);
  return version.size() == 8 && version.starts_with("HTTP/") && version[6] == '.' &&
         version[5] >= '0' && version[5] <= '9' && version[7] >= '0' && version[7] <= '9';
}

}  // namespace

RequestParser::RequestParser() {
  header_limit(65'536);  // the scanner has stricter ones
  body_limit(boost::none);
}

void RequestParser::refuse(const Refusal& why, ErrorCode& error) {
  refusal_ = &why;
  error = http::error::bad_field;
}

const Refusal* RequestParser::take_head(std::string_view head) {
  ErrorCode error;
  const std::size_t used = put(boost::asio::buffer(head.data(), head.size()), error);
  if (refusal_ != nullptr) return refusal_;
  if (error == http::error::bad_content_length || error == http::error::multiple_content_length ||
      error == http::error::bad_transfer_encoding)
    return &refusal::framing;
  if (error == http::error::bad_version)
    return other_version(head) ? &refusal::version : &refusal::request_line;
  if (error == http::error::bad_method || error == http::error::bad_target)
    return &refusal::request_line;
  if (error || !is_header_done() || used != head.size()) return &refusal::header;
  length_ = content_length().value_or(0);
  complete_ = encodings_ == 0 && length_ == 0;
  return nullptr;
}

const Refusal* RequestParser::limit_body(std::int64_t limit) {
  body_max_ = static_cast<std::size_t>(std::max<std::int64_t>(0, limit));
  if (length_ > body_max_) return &refusal::body_size;
  request_.body.reserve(std::min<std::size_t>(length_, 65'536));
  return nullptr;
}

const Refusal* RequestParser::take_body(std::string_view bytes, std::size_t& used) {
  if (encodings_ > 0) {
    if (const auto* why = chunks_.take(bytes, used, request_.body, body_max_)) return why;
    return chunks_.at_trailer() ? take_trailer(bytes.substr(used), used) : nullptr;
  }
  used = std::min(bytes.size(), length_ - request_.body.size());
  request_.body.append(bytes.substr(0, used));
  complete_ = request_.body.size() == length_;
  return nullptr;
}

// Checked as headers are, and dropped.
const Refusal* RequestParser::take_trailer(std::string_view bytes, std::size_t& used) {
  const auto state = trailer_.scan(bytes);
  if (state == HeadScanner::State::refused) {
    const bool size = &trailer_.refusal() == &refusal::header_size;
    return size ? &refusal::header_size : &refusal::chunk;
  }
  if (state == HeadScanner::State::more) return nullptr;
  used += trailer_.size();
  complete_ = true;
  if (trailer_.size() == 2) return nullptr;
  RequestParser parser;
  const auto head = "GET / HTTP/1.1\r\nHost: a\r\n" + std::string(bytes.substr(0, trailer_.size()));
  const bool plain = parser.take_head(head) == nullptr && parser.lengths_ + parser.encodings_ == 0;
  return plain ? nullptr : &refusal::chunk;
}

void RequestParser::on_request_impl(
    http::verb, View method, View target, int version, ErrorCode& error) {
  version_ = version;
  target_ = view(target);
  request_.method = view(method);
  if (request_.method == "TRACE" || request_.method == "CONNECT")
    return refuse(refusal::method, error);
  if (std::ranges::find(methods, request_.method) == methods.end())
    return refuse(refusal::method_unknown, error);
  head_only_ = request_.method == "HEAD";
  request_.headers.reserve(16);
}

void RequestParser::on_response_impl(int, View, int, ErrorCode&) {}

void RequestParser::on_field_impl(Field field, View name, View value, ErrorCode& error) {
  if (const auto* why = framing_field(field, view(value))) return refuse(*why, error);
  keep_field(view(name), view(value));
}

const Refusal* RequestParser::framing_field(Field field, std::string_view value) {
  switch (field) {
    case Field::host:
      if (++hosts_ > 1 || !plain_host(value)) return &refusal::host;
      host_ = value;
      return nullptr;
    case Field::content_length: {
      const bool digits = std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
      return ++lengths_ > 1 || value.empty() || value.size() > 18 || !digits ? &refusal::framing
                                                                             : nullptr;
    }
    case Field::transfer_encoding:
      return ++encodings_ > 1 || version_ != 11 || lower(value) != "chunked" ? &refusal::framing
                                                                             : nullptr;
    case Field::expect:
      expects_continue_ = lower(value) == "100-continue";
      return expects_continue_ ? nullptr : &refusal::expectation;
    default:
      return nullptr;
  }
}

void RequestParser::keep_field(std::string_view raw_name, std::string_view value) {
  std::string name = lower(raw_name);
  if (name == "connection") return append_list(connection_, value);
  if (name == "upgrade") return append_list(upgrade_, value);
  if (name == "x-forwarded-for") return append_list(forwarded_for_, value);
  if (name == "traceparent") {
    // Repeated is malformed: no parent then.
    traceparent_ = traceparent_.empty() ? std::string(value) : "repeated";
    return;
  }
  if (!is_dropped(name)) request_.headers.push_back({std::move(name), std::string(value)});
}

void RequestParser::drop_connection_options() {
  std::string_view list = connection_;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    const std::string option = lower(trim(list.substr(0, comma)));
    list.remove_prefix(std::min(comma + 1, list.size()));
    if (option.empty() || option == "close" || option == "keep-alive" || option == "host") continue;
    std::erase_if(request_.headers, [&](const HttpHeader& h) { return h.name == option; });
  }
}

const Refusal* RequestParser::finish_head() {
  if (hosts_ == 0 && version_ == 11) return &refusal::host;
  if (lengths_ > 0 && encodings_ > 0) return &refusal::framing;
  drop_connection_options();
  request_.upgrade_websocket = version_ == 11 && !head_only_ && lists(connection_, "upgrade") &&
                               lists(upgrade_, "websocket");
  if (target_ == "*" && request_.method == "OPTIONS") {
    options_of_server_ = true;
    request_.path = "/";
    return nullptr;
  }
  auto target = read_target(target_, host_);
  if (!target) return &refusal::uri;
  request_.path = std::move(target->path);
  request_.query = target->query;
  if (head_only_) request_.method = "GET";
  return nullptr;
}

void RequestParser::on_header_impl(ErrorCode& error) {
  if (const auto* why = finish_head()) refuse(*why, error);
}

// Not called: only the head is given to Beast.

void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode&) {}

std::size_t RequestParser::on_body_impl(View body, ErrorCode&) {
  return body.size();
}

void RequestParser::on_chunk_header_impl(std::uint64_t, View, ErrorCode&) {}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, View body, ErrorCode&) {
  return body.size();
}

void RequestParser::on_finish_impl(ErrorCode&) {}

}  // namespace lyceum::host
