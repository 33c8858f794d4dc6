#include "host/http_response.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "host/http_refusal.h"

namespace lyceum::host {
namespace {

constexpr std::array<std::string_view, 8> own = {"content-length",    "connection", "date",
                                                 "transfer-encoding", "keep-alive", "server",
                                                 "x-powered-by",      "traceparent"};

bool equal_ignoring_case(std::string_view a, std::string_view lower) {
  return std::ranges::equal(a, lower, [](char x, char y) {
    return (x >= 'A' && x <= 'Z' ? static_cast<char>(x + 32) : x) == y;
  });
}

bool is_own(std::string_view name) {
  return std::ranges::any_of(own, [&](auto header) {
    return header.size() == name.size() && equal_ignoring_case(name, header);
  });
}

void append_number(std::string& out, std::size_t number) {
  std::array<char, 20> digits = {};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

void append_framing(std::string& out, const HttpResponse& response, const ResponseHead& head) {
  if (response.status < 200 || response.status == 204) return;
  if (response.stream) {
    if (!head.http10) out += "transfer-encoding: chunked\r\n";
    return;
  }
  if (response.status == 304) return;
  out += "content-length: ";
  append_number(out, body_of(response).size());
  out += "\r\n";
}

}  // namespace

std::string_view body_of(const HttpResponse& response) {
  return response.static_body.empty() ? std::string_view(response.body) : response.static_body;
}

bool has_body(int status) {
  return status >= 200 && status != 204 && status != 304;
}

bool plain_headers(const HttpResponse& response) {
  constexpr std::string_view breaking("\r\n\0", 3);
  return std::ranges::all_of(response.headers, [&](const HttpHeader& header) {
    return header.name.find_first_of(breaking) == std::string::npos &&
           header.value.find_first_of(breaking) == std::string::npos;
  });
}

void append_head(std::string& out,
                 const HttpResponse& response,
                 const ResponseHead& head,
                 const Trace& trace) {
  out += "HTTP/1.1 ";
  append_number(out, static_cast<std::size_t>(response.status));
  out += ' ';
  out += status_phrase(response.status);
  out += "\r\ndate: ";
  out += head.date;
  out += "\r\n";
  append_framing(out, response, head);
  for (const auto& header : response.headers) {
    if (is_own(header.name)) continue;
    out += header.name;
    out += ": ";
    out += header.value;
    out += "\r\n";
  }
  out += "traceparent: 00-";
  out += trace.trace_id;
  out += '-';
  out += trace.span_id;
  out += "-01\r\nx-trace-id: ";
  out += trace.trace_id;
  out += "\r\n";
  if (response.status == 101) {
    out += "connection: upgrade\r\n";
  } else if (head.close) {
    out += "connection: close\r\n";
  } else if (head.http10) {
    out += "connection: keep-alive\r\n";
  }
  out += "\r\n";
}

}  // namespace lyceum::host
